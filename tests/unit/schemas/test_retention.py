"""The last day on which a period is kept, also where it closes on a day that few years have."""

from datetime import date

import pytest

from schemas.period import Period
from schemas.retention import Days, Kind, Retention, Years

SEVEN, EIGHT = Years(years=7, source="agreed"), Years(years=8, source="agreed")
AGREED = Retention(payments=SEVEN, bank_answers=EIGHT, backups=Days(days=90, source="agreed"))


@pytest.mark.parametrize(
    ("period", "payments", "bank_answers"),
    [
        ("2026-11", date(2033, 11, 30), date(2034, 11, 30)),
        ("2026-W53", date(2034, 1, 3), date(2035, 1, 3)),
        ("2016-W08", date(2023, 2, 28), date(2024, 2, 28)),  # its last day is 28 February of a leap year
        ("2025-02", date(2032, 2, 29), date(2033, 2, 28)),
        ("2026-thank-you", date(2033, 12, 31), date(2034, 12, 31)),
    ],
)
def test_years_count_from_the_close_of_the_period(period: str, payments: date, bank_answers: date) -> None:
    of = Period.parsed(period)
    assert (AGREED.until(Kind.PAYMENTS, of), AGREED.until(Kind.BANK_ANSWERS, of)) == (payments, bank_answers)
    assert AGREED.last_day(of) == bank_answers
