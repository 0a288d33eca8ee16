"""What is awaited of a file that was sent, and from when it is overdue: Christmas 2026 by the published Bacs calendar.

Bacs works on Wednesday 23, Thursday 24, Tuesday 29, Wednesday 30 and Thursday 31 December: the 25th is Christmas Day,
Monday the 28th the bank holiday for Boxing Day, and Friday the 1st New Year's Day.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.manifest import Kind
from schemas.rails.terms import BACS, TERMS
from schemas.standing.awaited import list_awaited, list_overdue
from schemas.standing.records import FileDay, Recorded, StateTotal
from schemas.standing.tables import Stand, Urgency
from schemas.standing.vouchers import VouchersOut
from tests.unit.schemas.standing.test_rule import CALENDAR

DAY = FileDay(date(2026, 12, 23), date(2026, 12, 24), date(2026, 12, 30), 3, 593160, False, False, BACS)
RUN = Recorded(
    "ilf-2026-12-live-1",
    Kind.FULL,
    date(2026, 12, 18),
    "finance.officer@ilf.example",
    "publish",
    submission="22 Dec 2026 14:05",
    payments=3,
    pence=593160,
    days=(DAY,),
)
REPORT, STATEMENT = "input report of 23 December 2026", "statement of 24 December 2026"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=LONDON)


def with_day(**changes: Any) -> Recorded:
    return replace(RUN, days=(replace(DAY, **changes),))


@pytest.mark.parametrize(
    ("run", "now", "overdue"),
    [
        (RUN, at(23, 11, 59), []),
        (RUN, at(23, 12), [REPORT]),
        (with_day(has_report=True), at(29, 11, 59), []),
        (with_day(has_report=True), at(29, 12), [STATEMENT]),
        (RUN, at(31, 9), [REPORT, STATEMENT]),
        (with_day(has_report=True, has_statement=True), at(31, 9), []),
        (replace(RUN, submission=""), at(31, 9), []),
        (replace(RUN, submission="", bank_files=1), at(31, 9), [REPORT, STATEMENT]),
        (replace(RUN, is_withdrawn=True), at(31, 9), []),
        (replace(RUN, run_id="ilf-2026-12-rehearsal-1"), at(31, 9), []),
    ],
    ids=[
        "morning",
        "noon",
        "holidays",
        "day after",
        "all",
        "came",
        "not sent",
        "bank speaks",
        "taken back",
        "rehearsal",
    ],
)
def test_what_has_not_come_by_noon_of_its_day_is_overdue(run: Recorded, now: datetime, overdue: list[str]) -> None:
    found = list(list_overdue(run, CALENDAR, now))
    assert [each.about for each in found] == overdue
    for each in found:
        assert (each.stand, each.urgency, each.role) == (Stand.OVERDUE, Urgency.ACT, Role.OPERATOR)
        assert each.people == ("operator@siller.example",)
        assert each.key == f"{run.run_id}, {each.about}"


OUT = VouchersOut(silent=2, out=3, pay_date=date(2026, 11, 30), expires=date(2026, 12, 24))
ISSUED, LAST = "provider's answer about 2 vouchers", "provider's last word on 3 vouchers"


@pytest.mark.parametrize(
    ("vouchers", "now", "overdue"),
    [
        (OUT, at(1, 11, 59), []),
        (OUT, at(1, 12), [ISSUED]),
        # Christmas Eve is the last day; the 25th and the 28th are holidays.
        (replace(OUT, silent=0), at(29, 11, 59), []),
        (replace(OUT, silent=0), at(29, 12), [LAST]),
        (OUT, at(29, 12), [ISSUED, LAST]),
        (None, at(29, 12), []),
    ],
    ids=["morning", "silent", "before the last day is over", "over", "both", "ended"],
)
def test_what_a_provider_has_not_said_of_vouchers_is_overdue(
    vouchers: VouchersOut | None, now: datetime, overdue: list[str]
) -> None:
    for run in (
        replace(RUN, days=(), vouchers=vouchers),
        # Of a payment file that nobody says was sent nothing is awaited: the provider has its own.
        replace(RUN, submission="", vouchers=vouchers),
    ):
        found = list(list_overdue(run, CALENDAR, now))
        assert [each.about for each in found] == overdue
        assert all((each.stand, each.role) == (Stand.OVERDUE, Role.OPERATOR) for each in found)
    assert not list(list_overdue(replace(RUN, is_withdrawn=True, vouchers=vouchers), CALENDAR, now))


def test_nobody_is_asked_to_close_a_run_whose_vouchers_are_out() -> None:
    run = with_day(has_report=True, has_statement=True)
    assert [each.what for each in list_awaited(run, CALENDAR)] == ["its close"]
    assert [each.what for each in list_awaited(replace(run, vouchers=replace(OUT, silent=0)), CALENDAR)] == [LAST]


def test_each_day_of_a_file_is_awaited_by_itself() -> None:
    second = FileDay(date(2026, 12, 29), date(2026, 12, 30), date(2027, 1, 4), 2, 100, False, False, BACS)
    run = replace(RUN, days=(replace(DAY, has_report=True, has_statement=True), second))
    assert [(each.what, each.until) for each in list_awaited(run, CALENDAR)] == [
        ("input report of 29 December 2026", at(29, 12)),
        ("statement of 30 December 2026", at(31, 12)),
    ]


def test_a_bank_that_gives_no_statements_is_not_waited_for() -> None:
    agreement = CALENDAR.agreement.model_copy(update={"bank_gives_statements": False})
    calendar = BodyCalendar(agreement, CALENDAR.bank_days)
    assert [each.about for each in list_overdue(RUN, calendar, at(31, 9))] == [REPORT]


def test_a_file_is_awaited_by_the_rail_that_wrote_it_whatever_the_agreement_names_by_now() -> None:
    by_message = replace(RUN, days=(replace(DAY, terms=TERMS["pain001_bacs"]),))
    (first, *_) = list_awaited(by_message, CALENDAR)
    assert first.what == "status report (pain.002) of 23 December 2026"


def test_details_are_to_be_updated_within_three_working_days_and_stay_to_be_updated() -> None:
    """Advised on Christmas Eve: the 29th, 30th and 31st are the three working days."""
    run = replace(with_day(has_report=True, has_statement=True), advised=2, advised_on=date(2026, 12, 24))
    (before,) = list_overdue(run, CALENDAR, at(24, 10))
    assert (before.stand, before.urgency, before.until) == (Stand.TO_UPDATE, Urgency.ACT, at(31, 15))
    assert before.about == "details of 2 payees"
    (after,) = list_overdue(run, CALENDAR, at(31, 15))
    assert (after.stand, after.urgency, after.until) == (Stand.TO_UPDATE, Urgency.ACT, None)
    assert "15:00 on 31 December 2026" in after.said and "Pay nobody again" in after.said


CASHED = StateTotal("cashed", 3, 14016, 0)


@pytest.mark.parametrize(
    ("run", "close"),
    [
        # Thursday 21 January 2027 is the last day to cash one: the provider says so on Friday, it is closed on Monday.
        (
            replace(RUN, days=(), states=(CASHED,), vouchers_until=date(2027, 1, 21)),
            datetime(2027, 1, 25, 15, tzinfo=LONDON),
        ),
        (
            replace(RUN, days=(), states=(CASHED,), vouchers_until=date(2027, 1, 21), submission=""),
            datetime(2027, 1, 25, 15, tzinfo=LONDON),
        ),
        (replace(RUN, days=(), vouchers_until=date(2027, 1, 21), submission="", vouchers_wait=True), None),
        (
            replace(with_day(has_report=True, has_statement=True), vouchers_until=date(2027, 1, 21)),
            datetime(2027, 1, 25, 15, tzinfo=LONDON),
        ),
    ],
    ids=["vouchers alone", "the provider speaks", "not sent", "beside transfers"],
)
def test_vouchers_are_to_be_closed_once_none_can_be_cashed(run: Recorded, close: datetime | None) -> None:
    found = [each.until for each in list_awaited(run, CALENDAR) if each.stand is Stand.TO_CLOSE]
    assert found == ([close] if close else [])
