"""Prefect flows: in what order things happen."""
