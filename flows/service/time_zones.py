"""The names of all time zones, looked for once a process.

Prefect walks through the machine's whole time zone database for each schedule of a deployment that it reads (3.8.8): of
a body that pays monthly that takes longer than all else that a flow run's process says to the server, and every such
process, runner and worker reads deployments, and so does the server.

Import this only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

from functools import cache
from zoneinfo import available_timezones

from prefect.types import _datetime


def remember() -> None:
    """Look for them now, and let Prefect in this process, and in its copies, take what was found."""
    _datetime.available_timezones = cache(available_timezones)  # type: ignore[attr-defined]  # not told of, and there
    _datetime.get_timezones()
