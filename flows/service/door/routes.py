"""What people may do at the Prefect server: the whole list. What does not stand here is closed.

The list is what the pages that people need really ask for, found out by a browser that walks them (``tests/attacks``).
``python -m flows.service.door.routes`` prints it as it stands in ``docs/operating/door.md``.
"""

import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from flows.service.door import reads, writes
from flows.service.door.asked import Asked
from flows.service.door.refusal import Reply

_PART = re.compile(r"\{(\w+)\}")
_NAME = "[A-Za-z0-9][A-Za-z0-9_-]{0,254}"
_ID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True)
class Route:
    """One thing that may be asked.

    Attributes:
        method: of HTTP.
        path: below the API; ``{id}`` is a UUID, ``{key}`` a name.
        deed: what the door does about it.
        query: what it takes of the query.
    """

    method: str
    path: str
    deed: Callable[[Asked], Awaitable[Reply]]
    query: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> "re.Pattern[str]":
        return re.compile(_PART.sub(lambda part: f"(?P<{part[1]}>{_ID if part[1] == 'id' else _NAME})", self.path))

    def parts(self, method: str, path: str) -> Mapping[str, str] | None:
        """What a path names, if this route is what is asked; the path is decoded, as Prefect's router has it."""
        found = self._pattern.fullmatch(path) if method == self.method else None
        if found is None:
            return None
        return {name: str(UUID(part)) if name == "id" else part for name, part in found.groupdict().items()}

    def filled(self, parts: Mapping[str, str]) -> str:
        """The path with these parts."""
        return self.path.format_map(parts)


ROUTES = (
    # Coming in.
    Route("GET", "/admin/version", reads.of_nobody),
    Route("GET", "/admin/settings", reads.settings),
    Route("GET", "/version", reads.of_nobody),
    # Runs.
    Route("POST", "/flow_runs/filter", reads.by_their_runs),
    Route("POST", "/flow_runs/count", reads.by_their_runs),
    Route("POST", "/flow_runs/paginate", reads.by_their_runs),
    Route("POST", "/flow_runs/history", reads.by_their_runs),
    Route("POST", "/flow_runs/lateness", reads.by_their_runs),
    Route("POST", "/ui/flow_runs/history", reads.by_their_runs),
    Route("POST", "/ui/flow_runs/count-task-runs", reads.for_their_runs),
    Route("POST", "/saved_searches/filter", reads.of_nobody),
    Route("GET", "/flow_runs/{id}", reads.one_run),
    Route("GET", "/flow_runs/{id}/graph-v2", reads.one_run, query=("since",)),
    Route("GET", "/flow_runs/{id}/logs/download", reads.one_run),
    Route("GET", "/flow_run_states/", reads.one_run, query=("flow_run_id",)),
    Route("POST", "/logs/filter", reads.of_their_logs),
    Route("POST", "/task_runs/filter", reads.by_their_runs),
    Route("POST", "/task_runs/count", reads.by_their_runs),
    Route("POST", "/task_runs/paginate", reads.by_their_runs),
    Route("POST", "/task_runs/history", reads.by_their_runs),
    Route("POST", "/ui/task_runs/dashboard/counts", reads.by_their_runs),
    Route("POST", "/ui/task_runs/count", reads.by_their_runs),
    Route("GET", "/task_runs/{id}", reads.one_of_a_run),
    Route("GET", "/ui/task_runs/{id}", reads.one_of_a_run),
    Route("GET", "/task_run_states/", reads.states_of_a_task_run, query=("task_run_id",)),
    # Packs and reports.
    Route("POST", "/artifacts/filter", reads.by_their_runs),
    Route("POST", "/artifacts/count", reads.by_their_runs),
    Route("POST", "/artifacts/latest/filter", reads.by_their_runs),
    Route("POST", "/artifacts/latest/count", reads.by_their_runs),
    Route("GET", "/artifacts/{id}", reads.one_of_a_run),
    Route("GET", "/artifacts/{key}/latest", reads.one_of_a_run),
    # Events.
    Route("POST", "/events/filter", reads.by_their_events),
    Route("POST", "/events/count-by/{key}", reads.by_their_events),
    # Flows and deployments.
    Route("POST", "/flows/filter", reads.by_their_deployments),
    Route("POST", "/flows/count", reads.by_their_deployments),
    Route("POST", "/flows/paginate", reads.by_their_deployments),
    Route("GET", "/flows/{id}", reads.of_nobody),
    Route("POST", "/ui/flows/count-deployments", reads.of_nobody),
    Route("POST", "/deployments/filter", reads.by_their_deployments),
    Route("POST", "/deployments/count", reads.by_their_deployments),
    Route("POST", "/deployments/paginate", reads.by_their_deployments),
    Route("GET", "/deployments/{id}", reads.one_deployment),
    # A form, and the answer to it.
    Route("GET", "/flow_runs/{id}/input/{key}", reads.form),
    Route("POST", "/ui/schemas/validate", writes.validate),
    Route("POST", "/flow_runs/{id}/resume", writes.answer),
    # Starting and cancelling.
    Route("POST", "/deployments/{id}/create_flow_run", writes.start),
    Route("POST", "/flow_runs/{id}/set_state", writes.cancel),
)

BOARD = "/board/"
"""siller's own page, drawn for whoever asks (:mod:`flows.service.door.boards`); behind it ``BODY/PERIOD`` is the
plan of a live period, and nothing else. A browser brings the password that it was given for it to nothing but what
begins so: with the slash at its end, that is nothing of Prefect's."""

METRICS = "/metrics"
"""What a monitoring system asks for (:mod:`flows.service.door.figures`)."""

ANYBODY = ("/health", "/ready")
"""What is asked without a password, as Prefect has it: whether the server lives."""

SERVICES = (
    "/events/in",
    "/events/out",
    "/logs/out",
    "/task_runs/subscriptions/scheduled",
    f"/work_pools/{_NAME}/workers/connect",
)
"""The websockets that siller's own processes may open. The first message must bring the internal secret: Prefect looks
at it, and a test that each of these does. The pages open none."""

_FIRST = "login|dashboard|runs|flow-runs|flows|deployments|artifacts|events|settings"
_REST = r"(?:/[A-Za-z0-9][A-Za-z0-9_.:@-]*)*"
PAGES = re.compile(
    rf"/|/(?:{_FIRST}){_REST}"
    r"|/(?:assets|ico)/[A-Za-z0-9][A-Za-z0-9_.-]*|/decorative_iso-pixel-grid_(?:dark|light)\.svg|/ui-settings"
)
"""The pages and what they are made of: anybody may load them, and they show nothing until somebody has come in."""


def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
    """The route that is asked for, and what the path names; None if it stands on no list."""
    for route in ROUTES:
        parts = route.parts(method, path)
        if parts is not None:
            return route, parts
    return None


def is_service(path: str) -> bool:
    """Whether this is a websocket of siller's own."""
    return any(re.fullmatch(pattern, path) for pattern in SERVICES)


def as_markdown() -> str:
    """The list, a row a route: for the documentation."""
    rows = [
        f"| `{route.method} {route.path}` | {' '.join((route.deed.__doc__ or '').partition(chr(10))[0].split())} |"
        for route in ROUTES
    ]
    return "\n".join(["| What is asked | What the door does |", "| --- | --- |", *rows])


if __name__ == "__main__":
    sys.stdout.write(f"{as_markdown()}\n")
