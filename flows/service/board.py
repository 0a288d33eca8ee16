"""The board: one page of all that is open at the bodies that somebody may see, and of what siller carries.

It is drawn anew whenever it is asked for, from the standing of each run, and reads no other body's ledger: whoever may
see one body learns nothing of another, not even that there is one. No payee's data stands on it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from flows.service.environment import page_of, ui_of
from flows.service.period_plan import BREAKS_AT, TAGS, PeriodPlan, plan_of
from flows.service.standing import Picture
from flows.service.stock import stock_of
from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.standing.plan import Mark
from schemas.standing.records import Recorded, Standing, to_the_minute
from schemas.standing.tables import Stand, Urgency
from tasks.carried_data import State
from tasks.publish.pages import page
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

_TEMPLATE = Path(__file__).with_name("board.html.j2")
_HEADINGS = {
    Urgency.ACT: "To be done now",
    Urgency.AWAITED: "Awaited from people",
    Urgency.WORKING: "At work",
}
_COLOURS = {Urgency.ACT: "negative", Urgency.AWAITED: "warning", Urgency.WORKING: ""}
_STATES = {State.HOLDS: "positive", State.RENEW: "warning", State.LAPSED: "negative"}
_A_MONTH = timedelta(days=31)
_LAST = datetime.max.replace(tzinfo=UTC)
_ORDER = tuple(Stand)
_NOT_WHOLE = (
    "A body of this machine cannot be looked into, so nothing of it stands here: siller status says which, and why."
)


@dataclass(frozen=True)
class Entry:
    """A standing as the board shows it.

    Attributes:
        name: the run, and what of it this is about.
        standing: all that is known.
        colour: of its border.
        until: by when, in words; empty for no time.
        worth: how much, in words; empty where that is not known yet.
        link: the page of its form or run; empty for none.
        shows_form: whether that page shows a form to be answered.
    """

    name: str
    standing: Standing
    colour: str
    until: str
    worth: str
    link: str
    shows_form: bool

    @property
    def whose(self) -> str:
        """Whose turn it is, by part and name; empty where nobody has to do anything."""
        role = self.standing.role
        return f"{role.replace('_', ' ')}: {', '.join(self.standing.people) or 'nobody'}" if role else ""


def draw_board(
    seen: Picture,
    contexts: Sequence[TenantContext],
    settings: Settings,
    reader: str,
    now: datetime,
    is_served: bool = False,
    is_whole: bool = True,
) -> str:
    """Draw the board of some bodies.

    Args:
        seen: where everything stands at the bodies that the reader may see, and at no other.
        contexts: of these bodies, in the modes that the reader may see.
        settings: of this machine.
        reader: for whom it is drawn.
        now: the time that counts.
        is_served: whether Prefect's pages stand beside it at the same address, however the reader has come to it.
        is_whole: whether every ledger of this machine could be asked whether the reader may see it.
    """
    base = "" if is_served else ui_of(seen.api_url)
    said = [
        *([] if is_whole else [_NOT_WHOLE]),
        *(seen.refused + seen.busy + seen.set_aside + seen.called_off + seen.untold),
    ]
    entries = [_entry(each, base, bool(seen.api_url)) for each in sorted(seen.standings, key=_late_first)]
    return page(
        _TEMPLATE,
        title="Board",
        service="what waits for whom",
        rehearsal=False,
        made=f"Drawn for {reader} on {_hour(now)} by siller {version('siller')}. Load the page again for what is new.",
        groups=[
            (
                heading,
                said if urgency is Urgency.ACT else [],
                [each for each in entries if each.standing.urgency is urgency],
            )
            for urgency, heading in _HEADINGS.items()
        ],
        under_way=list(_list_under_way(seen.standings, now.date())),
        to_do=len(said) + sum(each.standing.urgency is Urgency.ACT for each in entries),
        shows_a_body=bool(contexts) or not is_served,  # the command turns away whoever has no part
        unadopted=seen.unadopted,
        unasked=seen.unasked.removesuffix(".") if any(context.ledger.exists for context in contexts) else "",
        moves=[str(move) for move in seen.moves],
        plans=list(_list_plans(contexts, seen, now)),
        marks=TAGS,
        is_served=is_served,
        open_marks=(Mark.LATE, Mark.NEXT),
        stock=stock_of(contexts, seen, settings, now.date()),
        states=_STATES,
        today=now.date(),
        pounds=pounds,
        at=BREAKS_AT,
    )


def _late_first(standing: Standing) -> tuple[Urgency, int, datetime]:
    """What somebody must do now comes first, the most urgent standing before the others, then what ends soonest."""
    return standing.urgency, _ORDER.index(standing.stand), standing.until or _LAST


def _entry(standing: Standing, base: str, has_pages: bool) -> Entry:
    run, until = standing.run, standing.until
    worth = ""
    if run and run.payments is not None and not standing.about:
        pay_day = f", pay day {run.entry_date:%a %-d %b %Y}" if run.entry_date else ""
        worth = f"{run.payments:,} payment{'' if run.payments == 1 else 's'}, {pounds(run.pence or 0)}{pay_day}"
    return Entry(
        ", ".join(filter(None, (standing.subject, standing.kind, standing.about))),
        standing,
        _COLOURS.get(standing.urgency, ""),
        f"{to_the_minute(until):%a %-d %b %Y %H:%M}" if until else "",
        worth,
        page_of(base, standing.flow_run_id) if has_pages and standing.flow_run_id else "",
        standing.stand in (Stand.WAITS, Stand.FIRST),
    )


def _list_under_way(standings: Sequence[Standing], today: date) -> Iterator[Recorded]:
    """The runs of which nothing is open, and payments may still come back."""
    open_runs = {each.run.run_id for each in standings if each.run and each.urgency is not Urgency.OVER}
    for run in (each.run for each in standings if each.run and not each.about):
        if run.run_id not in open_runs and any(day.returns_closed >= today for day in run.days):
            yield run


def _list_plans(contexts: Sequence[TenantContext], seen: Picture, now: datetime) -> Iterator[PeriodPlan]:
    """The plans with something late or next: of each body's live periods that have begun, and of the next one."""
    for context in (each for each in contexts if each.mode is Mode.LIVE):
        with suppress(NoGo):  # an agreement that cannot be read is told by the picture
            for period in _list_periods(context, now):
                with suppress(NoGo):  # nobody can tell its days
                    plan = plan_of(context, period, list(seen.standings), now)
                    if _is_open(plan, now):
                        yield plan


def _list_periods(context: TenantContext, now: datetime) -> Iterator[Period]:
    periods = context.agreement.periods
    period: Period | None = periods.around(now.date() - _A_MONTH)
    while period:
        yield period
        if context.calendar.of_period(period).extract_due > now:
            break
        period = periods.after(period)
    yield from (each for each, agreed in periods.off_cycle.items() if agreed.pay_day >= now.date() - _A_MONTH)


def _is_open(plan: PeriodPlan, now: datetime) -> bool:
    """Whether anything of it is late or next; of a period that nobody has begun, until its extract is due."""
    has_begun = plan.standings or not plan.marked[0].key_moment.is_over(now)
    return bool(has_begun) and any(each.mark in (Mark.LATE, Mark.NEXT) for each in plan.marked)


def _hour(now: datetime) -> str:
    return f"{now.astimezone(LONDON):%-d %B %Y at %H:%M:%S}"
