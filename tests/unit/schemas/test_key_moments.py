"""Key moments: worked by hand from the calendars of England and Scotland."""

from datetime import date, datetime, timedelta

import pytest

from schemas.agreement import Agreement
from schemas.bank_days import LONDON, BankDays
from schemas.deadline import Deadline
from schemas.key_dates import BodyCalendar
from schemas.key_dates_feed import feed
from schemas.key_moments import KeyMoment, Moment, key_moments
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.settings import PROJECT

ILF = Agreement.load(PROJECT / "data_contracts" / "ilf" / "agreement.yaml")


def moments_of(period: str, **changed: object) -> dict[str, str]:
    calendar = BodyCalendar(ILF.model_copy(update=changed), BankDays())
    return {each.moment.value: str(each) for each in key_moments(calendar, Period.parsed(period))}


def test_the_moments_of_a_plain_month():
    """Paid on Friday 29 January 2027; no holiday near."""
    assert moments_of("2027-01") == {
        "extract_due": "Thu 21 Jan 2027 17:00",
        "corrections_by": "Tue 26 Jan 2027 15:00",
        "gates": "Tue 26 Jan 2027 16:10",
        "approve_by": "Wed 27 Jan 2027 15:00",
        "submit_by": "Wed 27 Jan 2027 22:00",
        "processing_date": "Thu 28 Jan 2027",
        "entry_date": "Fri 29 Jan 2027",
        "returns_closed": "Tue 2 Feb 2027",
        "reconciled": "Wed 3 Feb 2027 12:00",
        "closed": "Thu 4 Feb 2027 15:00",
    }


def test_nothing_is_closed_on_a_day_when_the_office_is_closed():
    """Paid on 24 December 2026: returns until the 30th, answered on the 31st.

    1 January is a holiday for all, and Monday 4 January in Scotland alone, where the office is.
    """
    assert moments_of("2026-12")["reconciled"] == "Thu 31 Dec 2026 12:00"
    assert moments_of("2026-12")["closed"] == "Tue 5 Jan 2027 15:00"


def test_an_extract_due_on_the_day_of_its_approval_leaves_no_time_for_a_correction():
    on_the_day = Deadline.model_validate({"time": "14:30", "bank_days_before_processing": 1})
    found = moments_of("2027-01", extract_due=on_the_day)
    assert found["corrections_by"] == found["extract_due"] == "Wed 27 Jan 2027 14:30"
    assert found["gates"] == found["approve_by"] == "Wed 27 Jan 2027 15:00"


def test_a_rail_of_one_day_has_no_processing_of_its_own():
    found = moments_of("2027-01", rail="faster_payments")
    assert "processing_date" not in found
    assert found["submit_by"] == "Thu 28 Jan 2027 22:00"
    assert found["entry_date"] == "Fri 29 Jan 2027"


def test_the_moments_of_two_years_come_in_their_order():
    calendar = BodyCalendar(ILF, BankDays())
    for period in (
        Period(date(year, month, 1), ILF.pay_period.rhythm) for year in (2026, 2027) for month in range(1, 13)
    ):
        found = key_moments(calendar, period)
        assert [each.moment for each in found] == list(Moment)
        ends = [each.until for each in found]
        assert ends == sorted(ends)


def test_a_day_is_over_at_midnight_and_a_deadline_at_its_hour():
    day = KeyMoment(Moment.ENTRY, date(2027, 6, 30))
    midnight = datetime(2027, 7, 1, tzinfo=LONDON)
    assert not day.is_over(midnight - timedelta(seconds=1))
    assert day.is_over(midnight)
    hour = KeyMoment.at(Moment.SUBMIT_BY, datetime(2027, 6, 30, 22, tzinfo=LONDON))
    assert not hour.is_over(datetime(2027, 6, 30, 21, 59, tzinfo=LONDON))
    assert hour.is_over(datetime(2027, 6, 30, 22, tzinfo=LONDON))


def test_a_year_without_published_holidays_is_refused():
    with pytest.raises(NoGo, match="bank holidays of 2029 are not known"):
        moments_of("2028-12")


def test_a_name_on_several_lines_writes_no_line_of_its_own_into_a_diary():
    named = ILF.model_copy(update={"name": "Fund\r\nATTENDEE:mailto:somebody@elsewhere.example"})
    written = feed(BodyCalendar(named, BankDays()), [Period.parsed("2027-01")], datetime(2027, 1, 4, tzinfo=LONDON))
    assert not [line for line in written.decode().splitlines() if line.startswith("ATTENDEE")]
    assert b"Fund ATTENDEE" in written
