"""What waits for two people, as ``siller status`` shows it and the watch tells it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from schemas.pay_run import Mode
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency
from tasks.exceptions.waiting import ADVISED, Waiting, word_clock
from tasks.tenant_context import TenantContext

SET_ASIDE = "set_aside"
_TOLD_OTHERWISE = (SET_ASIDE, "disputed", ADVISED)
"""A file has a sentence of its own; what a run has that is disputed is where that run stands; details to be changed are
awaited of the body."""


def list_set_aside(context: TenantContext, waiting: Iterable[Waiting]) -> Iterator[str]:
    """A sentence for each file of a bank's that was set aside, and what to do about it."""
    for each in waiting:
        if each.kind == SET_ASIDE:
            yield f"{context.tenant}: {each.said} Settle it: {_command(context)}"


def standings_of_waiting(context: TenantContext, waiting: Iterable[Waiting]) -> Iterator[Standing]:
    """A standing for each other thing that waits; of one file those of a kind together, the first one named.

    Args:
        context: the tenant's.
        waiting: what waits, the most urgent first.
    """
    others = sorted((each for each in waiting if each.kind not in _TOLD_OTHERWISE), key=_group)
    for (subject, kind), group in groupby(others, key=_group):
        first, *more = sorted(group, key=lambda each: (each.due.until, each.item or 0))
        and_more = f" {len(more):,} more of {subject} wait like it." if more else ""
        over = f" {word_clock(first)}" if first.due.is_over else ""
        yield Standing(
            f"{context.tenant} {context.mode}",
            "",
            Stand.PAID_TWICE if kind == "paid_twice" else Stand.UNSETTLED,
            f"{first.said}{and_more}{over}",
            context.tenant,
            context.mode,
            urgency=Urgency.ACT,
            role=first.due.owner,
            people=context.agreement.people_with(first.due.owner),
            until=None if first.due.is_over else first.due.until,
            command=_command(context),
            about=subject if kind == "paid_twice" else f"{kind.replace('_', ' ')}, {subject}",
            which=first.sha256,
        )


def _group(waiting: Waiting) -> tuple[str, str]:
    return waiting.subject, waiting.kind


def _command(context: TenantContext) -> str:
    rehearsal = " --rehearsal" if context.mode is Mode.REHEARSAL else ""
    return f"siller exceptions {context.tenant}{rehearsal}"
