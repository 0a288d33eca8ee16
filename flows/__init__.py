"""Prefect flows: in what order things happen."""

import tasks  # noqa: F401  # it says how many threads polars has, before anybody imports that
