"""Key dates: worked by hand from the calendars of England, Scotland and Northern Ireland."""

from datetime import date, datetime

import pytest

from schemas.agreement import Agreement
from schemas.bank_days import LONDON, BankDays
from schemas.bank_holidays import Division
from schemas.key_dates import BodyCalendar
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.settings import PROJECT

ILF = Agreement.load(PROJECT / "data_contracts" / "ilf" / "agreement.yaml")


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def of(context: Division, **exceptions: date) -> BodyCalendar:
    """ILF with its office elsewhere, and its pay days of 2026 and 2027 as given: ``of(..., m2026_11=...)``."""
    days = {Period.parsed(period.removeprefix("m").replace("_", "-")): day for period, day in exceptions.items()}
    pay_day = ILF.pay_day.model_copy(update={"exceptions": days})
    return BodyCalendar(ILF.model_copy(update={"office_holidays": context, "pay_day": pay_day}), BankDays())


def test_a_plain_month():
    """Paid on Friday 29 January 2027; no holiday near."""
    dates = BodyCalendar(ILF, BankDays()).of_period(Period.parsed("2027-01"))
    assert dates.extract_due == at(2027, 1, 21, 17)
    assert dates.approve_by == at(2027, 1, 27, 15)
    assert dates.submit_by == at(2027, 1, 27, 22)
    assert (dates.processing_date, dates.entry_date) == (date(2027, 1, 28), date(2027, 1, 29))
    assert dates.returns_closed == date(2027, 2, 2)


def test_christmas():
    """Paid on Thursday 24 December 2026, as agreed; 25 and 28 December are holidays."""
    dates = BodyCalendar(ILF, BankDays()).of_period(Period.parsed("2026-12"))
    assert dates.submit_by == at(2026, 12, 22, 22)
    assert (dates.processing_date, dates.entry_date) == (date(2026, 12, 23), date(2026, 12, 24))
    assert dates.returns_closed == date(2026, 12, 30)


@pytest.mark.parametrize(
    ("context", "entry", "submit_by"),
    [
        # Monday 30 November 2026 is St Andrew's Day, and an ordinary Bacs day: the last input day of 2 December.
        (Division.ENGLAND_AND_WALES, date(2026, 12, 2), at(2026, 11, 30, 22)),
        (Division.SCOTLAND, date(2026, 12, 2), at(2026, 11, 27, 22)),
        # Monday 12 July 2027 is a holiday in Northern Ireland alone.
        (Division.SCOTLAND, date(2027, 7, 14), at(2027, 7, 12, 22)),
        (Division.NORTHERN_IRELAND, date(2027, 7, 14), at(2027, 7, 9, 22)),
        # Easter Monday 2027 (29 March) is a holiday in England and none in Scotland; Thursday the 25th is in neither.
        (Division.SCOTLAND, date(2027, 3, 31), at(2027, 3, 25, 22)),
    ],
)
def test_no_deadline_falls_on_a_day_when_the_office_is_closed(context: Division, entry: date, submit_by: datetime):
    dates = of(context, m2026_11=entry).of_period(Period.parsed("2026-11"))
    assert dates.entry_date == entry
    assert dates.submit_by == submit_by
    assert dates.approve_by == submit_by.replace(hour=15)


def test_no_deadline_of_three_years_falls_on_a_holiday_or_after_the_next_one():
    bank_days, closed = BankDays(), {date(2026, 1, 2), date(2026, 11, 30), date(2027, 1, 4), date(2027, 8, 2)}
    for year in (2026, 2027, 2028):
        for month in range(1, 12):
            dates = BodyCalendar(ILF, bank_days).of_period(Period.parsed(f"{year}-{month:02d}"))
            deadlines = (dates.extract_due, dates.approve_by, dates.submit_by)
            assert list(deadlines) == sorted(deadlines)
            assert all(bank_days.is_bank_day(moment.date()) for moment in deadlines)
            assert not {moment.date() for moment in deadlines} & closed
            assert dates.submit_by.date() < dates.processing_date < dates.entry_date < dates.returns_closed


def test_a_pay_day_at_a_weekend_is_paid_earlier():
    agreed = of(Division.SCOTLAND, m2026_11=date(2026, 11, 28))
    assert agreed.of_period(Period.parsed("2026-11")).entry_date == date(2026, 11, 27)


def test_by_faster_payments_everything_is_one_day():
    """Paid on Friday 29 January 2027: what Bacs does on the 28th is done on the day itself."""
    by_faster_payments = BodyCalendar(ILF.model_copy(update={"rail": "faster_payments"}), BankDays())
    dates = by_faster_payments.of_period(Period.parsed("2027-01"))
    assert (dates.processing_date, dates.entry_date) == (date(2027, 1, 29), date(2027, 1, 29))
    assert dates.submit_by == at(2027, 1, 28, 22)
    assert dates.returns_closed == date(2027, 2, 2)


def test_a_pay_day_at_a_weekend_stands_where_the_rail_works_then():
    saturday = of(Division.SCOTLAND, m2026_11=date(2026, 11, 28))
    by_faster_payments = BodyCalendar(saturday.agreement.model_copy(update={"rail": "faster_payments"}), BankDays())
    assert by_faster_payments.of_period(Period.parsed("2026-11")).entry_date == date(2026, 11, 28)


def test_a_year_without_published_holidays_is_refused():
    with pytest.raises(NoGo, match="bank holidays of 2029 are not known"):
        BodyCalendar(ILF, BankDays()).of_period(Period.parsed("2028-12"))
