"""A form in Prefect's page: shown with the flow run suspended, its answer read, shown again until one counts.

A resumed run starts again from its first line, so forms are asked for in the same order each time, and an answer that
was judged must come to what it came to before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.context import FlowRunContext
from prefect.flow_runs import suspend_flow_run
from prefect.input import RunInput
from prefect.runtime import flow_run

from flows.form_inputs import DESCRIPTION, RESPONSE, came_through, read_input, take_away_planted
from flows.tenant_lock import leave_if_taken_over
from schemas.approval import Outcome, Verdict
from schemas.no_go import NoGo

MOST_ANSWERS = 5
"""So many answers with a wrong code or a wrong total end the run."""

MOST_FORMS = 20
"""So many forms does one start of a run show in all, whatever was wrong with the answers."""

F = TypeVar("F", bound=RunInput)


@dataclass(frozen=True)
class Filled(Generic[F]):
    """A form that somebody has filled in.

    Attributes:
        form: its fields.
        at: when it reached the server, in UTC: the flow only wakes some seconds later.
        came_through: by whose password it came through the server's door; empty where there is no door.
        shown: what stood above it, as Prefect keeps it.
    """

    form: F
    at: datetime
    came_through: str
    shown: str


def ask(start: str, answered: Callable[[str, str], Verdict], so: str, written: Callable[[str], str]) -> Verdict:
    """Show forms until an answer counts.

    Args:
        start: what the keys of this start's forms begin with.
        answered: given a form's key and what stands above it, shows it and says what its answer comes to.
        so: what follows where no answer counts.
        written: a verdict's cause as markdown.

    Returns:
        approved or rejected: any other verdict brings a form back.

    Raises:
        NoGo: five answers were wrong, or twenty did not count.
    """
    wrong, above = 0, ""
    for number in range(1, MOST_FORMS + 1):
        verdict = answered(f"{start}-{number}", above)
        if verdict.outcome in (Outcome.FIRST, Outcome.CHOSEN):
            above = f"**{written(verdict.cause)}**\n\n"
        elif verdict.outcome is not Outcome.REFUSED:
            return verdict
        else:
            wrong += verdict.costs_an_attempt
            if wrong == MOST_ANSWERS:
                raise NoGo(f"{wrong} answers were wrong, so {so}. The last one: {verdict.cause}")
            above = _refused_above(written(verdict.cause), verdict.costs_an_attempt, MOST_ANSWERS - wrong)
    raise NoGo(f"{MOST_FORMS} forms were answered and none counted, so {so}.")


def start_of_forms(kind: str) -> str:
    """What the keys of this start's forms begin with.

    A retried run asks anew, and a used key would wait for ever: the count of starts, which a resume leaves as it is,
    is part of the key.
    """
    return f"{kind}-{_own_flow_run().run_count}"


def shown_already() -> set[str]:
    """The keys of the forms that this flow run has shown; the server keeps them with the flow run."""
    return set(_own_flow_run().empirical_policy.pause_keys or ())


def fill_in(key: str, fields: type[F], described: Callable[[], type[F]], timeout: timedelta) -> Filled[F]:
    """Show a form, or return the answer to one that was shown: the first time never comes back from it.

    Call it in the flow's own body, never in a task or subflow. Until there is an answer it leaves the process by
    Prefect's own signal, which no ``except Exception`` may stop.

    Args:
        key: which form.
        fields: what an answer has.
        described: the same with what stands above it, asked for when the form is to be shown.
        timeout: how long it waits; afterwards Prefect fails the run.
    """
    asked = fields
    if key not in shown_already():
        asked = described()
        leave_if_taken_over()
        with get_client(sync_client=True) as client:
            take_away_planted(client, UUID(str(flow_run.id)), key)
    form = suspend_flow_run(wait_for_input=asked, key=key, timeout=int(timeout.total_seconds()))
    with get_client(sync_client=True) as client:
        answered = read_input(client, form.metadata.receiver, key, RESPONSE)
        above = read_input(client, form.metadata.receiver, key, DESCRIPTION)
        came = came_through(client, form.metadata.receiver, key)
    assert answered is not None and answered.created is not None  # Prefect has just read it
    return Filled(form, answered.created.astimezone(UTC), came, str(above.decoded_value) if above else "")


def _own_flow_run() -> FlowRun:
    """The flow run that asks, as it was when this start of it began."""
    flow_context = FlowRunContext.get()
    assert flow_context is not None and flow_context.flow_run is not None  # a form is asked for nowhere but in a flow
    return flow_context.flow_run


def _refused_above(cause: str, costs_an_attempt: bool, left: int) -> str:
    """What stands above the next form when an answer did not count."""
    what = f"{left} of {MOST_ANSWERS} answers left"
    counted = f"({what}.)" if costs_an_attempt else f"(A matter of form, which costs nothing: {what}.)"
    return f"**The last answer was not accepted.** {cause} {counted}\n\n"
