"""What has come of a period's plan, by the standings of its runs: January 2027 of ILF, paid on Friday the 29th.

The extract is due on Thursday the 21st at 17:00, it is approved by Wednesday the 27th at 15:00, sent by 22:00,
processed on the 28th; returns close on 2 February, and it is reconciled by noon of the 3rd.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_moments import KeyMoment, Moment, key_moments
from schemas.manifest import Kind
from schemas.period import Period
from schemas.rails.terms import BACS
from schemas.standing.awaited import list_overdue
from schemas.standing.extracts import list_late_extracts
from schemas.standing.plan import list_of_period, mark
from schemas.standing.records import Closed, FileDay, Recorded, Standing
from schemas.standing.rule import standing_of
from schemas.standing.seen import Seen
from schemas.standing.tables import Stand, Urgency
from tests.unit.schemas.standing.test_rule import CALENDAR, UPLOADER

JANUARY = Period.parsed("2027-01")
DAY = FileDay(date(2027, 1, 28), date(2027, 1, 29), date(2027, 2, 2), 3, 593160, True, True, BACS)
ASSESSED = Recorded(
    "ilf-2027-01-live-1", Kind.FULL, date(2027, 1, 21), UPLOADER, "assess", ("f",), processing_date=date(2027, 1, 28)
)
REJECTED = replace(ASSESSED, stage="approve", ended=Stand.REJECTED, ended_by="first.approver@ilf.example: too much")
RELEASED = replace(ASSESSED, stage="publish", payments=3, pence=593160)
SENT = replace(RELEASED, submission="27 Jan 2027 16:00", days=(replace(DAY, has_report=False, has_statement=False),))
ANSWERED = replace(SENT, days=(DAY,), bank_files=3)
CLOSED = replace(ANSWERED, closed=Closed(date(2027, 2, 4), "operator@siller.example", "decision.owner@ilf.example", 0))
REOPENED = replace(
    ANSWERED, closed=Closed(date(2027, 2, 4), "operator@siller.example", "decision.owner@ilf.example", 2)
)
DECEMBER = replace(RELEASED, run_id="ilf-2026-12-live-1", bank_files=1, processing_date=date(2026, 12, 23))


def at(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=LONDON)


def standings(runs: list[Recorded], now: datetime) -> list[Standing]:
    form = Seen(
        "f", "PAUSED", "Suspended", now - timedelta(hours=1), until=at(1, 27, 15), form_key="k-1", has_form=True
    )
    found = [standing_of(run, CALENDAR, [form], now) for run in runs]
    found += [each for run in runs for each in list_overdue(run, CALENDAR, now)]
    return [*found, *list_late_extracts(CALENDAR, runs, now)]


def marks(runs: list[Recorded], now: datetime) -> str:
    """The marks of January's moments, a letter each: done, over, late, next, to come."""
    found = list_of_period(standings(runs, now), "ilf", JANUARY)
    letters = {"done": "d", "over": "o", "late": "L", "next": "N", "to come": "."}
    return "".join(letters[each.mark] for each in mark(key_moments(CALENDAR, JANUARY), found, now))


@pytest.mark.parametrize(
    ("runs", "now", "expected"),
    [
        pytest.param([], at(1, 20), "N.........", id="nothing was ever paid"),
        pytest.param([DECEMBER], at(1, 20), "N.........", id="before the extract"),
        pytest.param([], at(1, 22), "oN........", id="nobody waits for a body that is not live"),
        pytest.param([DECEMBER], at(1, 22), "LN........", id="the extract is late"),
        pytest.param([DECEMBER, ASSESSED], at(1, 22), "dNd.......", id="waits for approval"),
        pytest.param([DECEMBER, ASSESSED], at(1, 27, 15), "dodLN.....", id="nobody approved in time"),
        pytest.param([DECEMBER, REJECTED], at(1, 26), "dNd.......", id="an approver has rejected it"),
        pytest.param([DECEMBER, REJECTED], at(1, 27, 15), "dodLN.....", id="and nothing has taken its place in time"),
        pytest.param([DECEMBER, RELEASED], at(1, 27, 21), "ddddN.....", id="approved"),
        pytest.param([DECEMBER, RELEASED], at(1, 27, 22), "ddddLN....", id="nobody said that it was sent"),
        pytest.param([DECEMBER, SENT], at(1, 28, 11), "dddddN....", id="sent"),
        pytest.param([DECEMBER, SENT], at(1, 28, 12), "dddddLN...", id="no report by noon"),
        pytest.param([DECEMBER, SENT], at(2, 1, 13), "dddddLLN..", id="no statement either"),
        pytest.param([DECEMBER, SENT], at(2, 3, 12), "dddddLLoLN", id="not reconciled in time"),
        pytest.param([DECEMBER, ANSWERED], at(2, 2), "dddddddN..", id="answered"),
        pytest.param([DECEMBER, ANSWERED], at(2, 3), "dddddddodN", id="returns are closed"),
        pytest.param([DECEMBER, ANSWERED], at(2, 4, 15), "dddddddodL", id="nobody closed it on its day"),
        pytest.param([DECEMBER, ANSWERED], at(4, 4), "dddddddodL", id="nor for two months"),
        pytest.param([DECEMBER, CLOSED], at(2, 4, 15), "dddddddodd", id="closed"),
        pytest.param([DECEMBER, REOPENED], at(2, 4, 14), "dddddddodN", id="closed, and something came after"),
    ],
)
def test_what_has_come_of_each_moment(runs: list[Recorded], now: datetime, expected: str) -> None:
    assert marks(runs, now) == expected


def test_what_nobody_closes_stays_to_be_closed_with_its_age_until_two_people_close_it() -> None:
    """Once it was over on its plan and gone from the board, so a month that nobody closed asked nobody for anything."""
    assert [each.about for each in list_overdue(ANSWERED, CALENDAR, at(2, 4, 14))] == []
    (late,) = list_overdue(ANSWERED, CALENDAR, at(2, 16))
    assert (late.stand, late.urgency, late.role) == (Stand.TO_CLOSE, Urgency.AWAITED, Role.OPERATOR)
    assert "siller close ilf-2027-01-live-1 --as NAME" in late.said
    assert late.said.endswith("That was to be done by 15:00 on 4 February 2027, 12 days ago.")
    others = (CLOSED, REOPENED, replace(ANSWERED, disputed="both"), replace(ANSWERED, is_withdrawn=True))
    assert [each for run in others for each in list_overdue(run, CALENDAR, at(2, 16))] == []


def test_what_comes_after_the_close_is_for_the_operator_to_look_at() -> None:
    (closed, reopened) = (standing_of(run, CALENDAR, [], at(2, 5)) for run in (CLOSED, REOPENED))
    assert (closed.stand, closed.urgency) == (Stand.CLOSED, Urgency.OVER)
    assert (reopened.stand, reopened.urgency, reopened.role) == (Stand.REOPENED, Urgency.ACT, Role.OPERATOR)
    assert reopened.command.startswith("siller close ilf-2027-01-live-1 ")
    assert "on 4 February 2027" in closed.said and "2 things have been said of it since" in reopened.said


def test_a_run_that_another_replaced_says_nothing() -> None:
    replaced = replace(ASSESSED, ended=Stand.REPLACED, ended_by="ilf-2027-01-live-2")
    later = replace(RELEASED, run_id="ilf-2027-01-live-2")
    assert marks([DECEMBER, later, replaced], at(1, 27, 16)) == "ddddN....."


def test_what_stops_a_run_before_its_gates_makes_them_late() -> None:
    stopped = replace(ASSESSED, stage="ingest")
    now = at(1, 26, 17)
    failed = standing_of(stopped, CALENDAR, [Seen("f", "FAILED", "Failed", now)], now)
    found = mark(key_moments(CALENDAR, JANUARY), [failed], now)
    assert [each.key_moment.moment for each in found if each.mark == "late"] == [Moment.GATES]


@pytest.mark.parametrize(
    ("more", "now", "periods"),
    [
        ([], at(1, 21, 16), []),
        ([], at(1, 21, 17), ["2027-01"]),
        ([], at(2, 20), ["2027-01", "2027-02"]),
        ([ASSESSED], at(2, 17), []),
        ([replace(ASSESSED, kind=Kind.ARREARS)], at(2, 1), ["2027-01"]),
        ([replace(ASSESSED, no_gos="refused_share")], at(2, 1), []),
    ],
    ids=["in time", "at its hour", "two", "came", "arrears are no month", "stopped is no silence"],
)
def test_an_extract_is_late_once_it_is_due_and_opened_no_run(
    more: list[Any], now: datetime, periods: list[str]
) -> None:
    found = list(list_late_extracts(CALENDAR, [DECEMBER, *more], now))
    assert [each.subject for each in found] == [f"ilf {period} live" for period in periods]
    for each in found:
        assert (each.stand, each.urgency, each.role) == (Stand.OVERDUE, Urgency.ACT, Role.UPLOADER)
        assert each.people == (UPLOADER,) and each.key == f"{each.subject}, extract"


def test_of_a_body_that_never_paid_no_extract_is_late() -> None:
    assert not list(list_late_extracts(CALENDAR, [replace(DECEMBER, stage="assess")], at(3, 1)))


def test_where_nobody_can_tell_a_periods_day_nothing_is_late_and_nothing_fails() -> None:
    """The holidays of 2029 are not known, so the last pay day of 2028 has no end of its returns."""
    november = replace(DECEMBER, run_id="ilf-2028-11-live-1")
    assert not list(list_late_extracts(CALENDAR, [november], datetime(2029, 3, 1, tzinfo=LONDON)))


def test_of_several_pay_days_each_is_done_by_itself() -> None:
    """Paid on the 29th and on 1 February: the first is reported and entered, of the second nothing has come yet."""
    later = replace(
        DAY, processing_date=date(2027, 1, 29), entry_date=date(2027, 2, 1), has_report=False, has_statement=False
    )
    run = replace(SENT, days=(DAY, later), bank_files=2)
    moments = [
        KeyMoment(moment, day, pay_day=pay_day)
        for pay_day, each in enumerate(run.days, start=1)
        for moment, day in ((Moment.PROCESSING, each.processing_date), (Moment.ENTRY, each.entry_date))
    ]
    for now, expected in (
        (at(1, 29, 11), ["done", "done", "next", "to come"]),
        (at(1, 29, 12), ["done", "done", "late", "next"]),
    ):
        assert [each.mark for each in mark(moments, standings([run], now), now)] == expected
