"""A period's plan for people: as markdown for Prefect, and as a page. On a terminal the command shows it.

No payee's data: moments, parts, names of the body's own people, and where its runs stand.
"""

from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from markupsafe import Markup

from schemas.bank_days import LONDON
from schemas.key_moments import key_moments
from schemas.period import Period
from schemas.sanitise import in_markdown
from schemas.standing.plan import Mark, Marked, list_of_period, mark
from schemas.standing.records import Standing
from schemas.standing.tables import Urgency
from tasks.publish.pages import page
from tasks.tenant_context import TenantContext

TAGS = {Mark.DONE: "positive", Mark.LATE: "negative", Mark.NEXT: "warning"}
"""The colour of a mark on a page; what is over or to come has none."""

BREAKS_AT = Markup("@<wbr>")
"""A browser may break an address there, so that a column of them stays narrow on a phone."""
_LONGEST = 1_000
"""Letters of a cell: the names of all who have a part."""
_TEMPLATE = Path(__file__).with_name("period_plan.html.j2")


@dataclass(frozen=True)
class PeriodPlan:
    """The plan of one pay period, with what has come of it.

    Attributes:
        context: the body's, live.
        period: which.
        marked: its key moments.
        standings: of its runs, the most urgent first; none before anything of it has begun.
        now: when this was so.
    """

    context: TenantContext
    period: Period
    marked: list[Marked]
    standings: list[Standing]
    now: datetime

    @property
    def title(self) -> str:
        """What it is called."""
        return f"Plan of {self.period.words}"

    @property
    def open(self) -> list[Standing]:
        """The standings that ask something of somebody, or of siller."""
        return [each for each in self.standings if each.urgency is not Urgency.OVER]

    def list_rows(self) -> list[tuple[str, str, str, Mark]]:
        """A row a moment: what, when, whose, and what has come of it."""
        return [
            (each.key_moment.moment.words, str(each.key_moment), self._whose(each), each.mark) for each in self.marked
        ]

    def _whose(self, each: Marked) -> str:
        role = each.key_moment.moment.role
        if role is None:
            return ""
        return f"{role.replace('_', ' ')}: {', '.join(self.context.agreement.people_with(role)) or 'nobody'}"


def plan_of(context: TenantContext, period: Period, standings: list[Standing], now: datetime) -> PeriodPlan:
    """The plan of a live period.

    Args:
        context: the body's.
        period: which.
        standings: of the body; those of other periods are left out.
        now: the time that counts.

    Raises:
        NoGo: the period is none of the body's, or in a year whose holidays are not known.
    """
    ours = list_of_period(standings, context.tenant, period)
    return PeriodPlan(context, period, mark(key_moments(context.calendar, period), ours, now), ours, now)


def as_markdown(plan: PeriodPlan) -> str:
    """The plan as a Prefect artifact has it."""
    rows = [f"| {' | '.join(in_markdown(cell, _LONGEST) for cell in row)} |" for row in plan.list_rows()]
    head = [f"# {in_markdown(plan.context.agreement.name)}: {plan.title}", "", "| Moment | When | Whose | |"]
    return "\n".join([*head, "| --- | --- | --- | --- |", *rows, "", f"Times are London's; as of {_hour(plan.now)}."])


def as_page(plan: PeriodPlan) -> str:
    """The plan as a page of its own."""
    return page(
        _TEMPLATE,
        title=plan.title,
        service=plan.context.agreement.name,
        rehearsal=False,
        made=f"As of {_hour(plan.now)}, by siller {version('siller')}. Calendar: {plan.context.bank_days.version}.",
        plan=plan,
        tags=TAGS,
        at=BREAKS_AT,
    )


def _hour(now: datetime) -> str:
    return f"{now.astimezone(LONDON):%-d %B %Y at %H:%M}"
