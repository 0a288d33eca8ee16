"""A period's plan with what has come of it: each key moment done, over, late, next or to come.

Whether anything is late is not decided here: the standings say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.bank_days import LONDON
from schemas.key_moments import KeyMoment, Moment
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from schemas.stages import Stage
from schemas.standing.records import Recorded, Standing
from schemas.standing.tables import Stand, Urgency


class Mark(StrEnum):
    """What has come of a key moment."""

    DONE = "done"
    OVER = "over"
    """Its time is over, and nothing says that it was done or that it is late."""
    LATE = "late"
    NEXT = "next"
    AHEAD = "to come"


@dataclass(frozen=True)
class Marked:
    """A key moment, and what has come of it."""

    key_moment: KeyMoment
    mark: Mark


_LATE_WITH = {Stand.NOT_APPROVED: Moment.APPROVE_BY, Stand.PERHAPS_NOT_SENT: Moment.SUBMIT_BY}
"""What of the period is late where a run as a whole stands so."""

_ONCE_OVER = (Moment.GATES, Moment.APPROVE_BY, Moment.RECONCILED)
"""What has no standing of its own to be late: it is, once its time is over and a person must act on the run."""

_JUDGED = (Stage.ASSESS, Stage.APPROVE, Stage.RELEASE_PENDING, Stage.RELEASE, Stage.PUBLISH)


def list_of_period(standings: Iterable[Standing], tenant: str, period: Period) -> list[Standing]:
    """Those of these standings that are of what everybody of a live period is paid by: its runs, or its extract.

    Args:
        standings: any.
        tenant: the body.
        period: the pay period.
    """
    return [
        each
        for each in standings
        if (each.tenant, each.mode, each.period) == (tenant, Mode.LIVE, period)
        and (each.run is None or each.run.kind.is_paid_on_the_pay_day)
    ]


def mark(moments: Sequence[KeyMoment], standings: Sequence[Standing], now: datetime) -> list[Marked]:
    """Say what has come of each key moment of a live period; the first that is still open is next.

    Args:
        moments: of the period, in their order.
        standings: of the period (:func:`list_of_period`); none before anything of it has begun.
        now: the time that counts.
    """
    runs = [each.run for each in standings if each.run and not each.about]
    run = max(runs, key=lambda run: (not run.is_over, PayRun.of(run.run_id).number), default=None)
    is_late = (each for each in standings if each.urgency is Urgency.ACT or each.stand is Stand.TO_CLOSE)
    late = {each.moment or _LATE_WITH.get(each.stand) for each in is_late}
    waits = any(each.urgency is Urgency.ACT for each in standings)
    found, has_next = [], False
    for each in moments:
        is_over = each.is_over(now)
        if run and _is_done(each, run, now):
            said = Mark.DONE
        elif (each.moment in late and each.day <= now.astimezone(LONDON).date()) or (
            run and is_over and waits and each.moment in _ONCE_OVER
        ):
            said = Mark.LATE
        elif is_over:
            said = Mark.OVER
        else:
            said, has_next = (Mark.AHEAD if has_next else Mark.NEXT), True
        found.append(Marked(each, said))
    return found


def _is_done(key_moment: KeyMoment, run: Recorded, now: datetime) -> bool:
    """Whether the ledger says that it was done; of what a day alone brings about, it says nothing.

    Of several pay days each has its own: a file's days are told apart by their dates.
    """
    moment, days = key_moment.moment, run.days
    answered = bool(days) and all(day.has_report and day.has_statement for day in days)
    on_its_day = [day for day in days if getattr(day, moment, None) == key_moment.day] or days
    return {
        Moment.EXTRACT_DUE: True,
        Moment.CORRECTIONS_BY: run.has_left,
        Moment.GATES: run.stage in _JUDGED,
        Moment.APPROVE_BY: run.has_left or (run.stage == Stage.APPROVE and not run.is_over),
        Moment.SUBMIT_BY: bool(run.submission or run.bank_files),
        Moment.PROCESSING: bool(days) and all(day.has_report for day in on_its_day),
        Moment.ENTRY: bool(days) and all(day.has_report and day.has_statement for day in on_its_day),
        Moment.CLOSED: run.is_closed,
        Moment.RECONCILED: answered and all(day.returns_closed < now.date() for day in days),
    }.get(moment, False)
