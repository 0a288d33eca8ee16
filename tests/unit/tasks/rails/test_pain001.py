"""The services of pain.001: their days, and the code that the bank takes for each."""

from datetime import date

import pytest

from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from tasks.rails import Dates, rail_of_file

MONDAY, SUNDAY = date(2026, 11, 30), date(2026, 11, 29)
BANK_HOLIDAY = date(2026, 8, 31)


def test_bacs_takes_three_bank_days_and_the_others_one():
    days = BankDays()
    assert rail_of_file("pain001_bacs", None).days(MONDAY, days) == Dates(
        date(2026, 11, 26), date(2026, 11, 27), MONDAY
    )
    for at_once in ("pain001_faster_payments", "pain001_chaps"):
        assert rail_of_file(at_once, None).days(MONDAY, days) == Dates(MONDAY, MONDAY, MONDAY)


def test_only_faster_payments_pays_on_a_sunday():
    assert rail_of_file("pain001_faster_payments", None).days(SUNDAY, BankDays()).entry_date == SUNDAY
    for rail in ("pain001_bacs", "pain001_chaps"):
        for day in (SUNDAY, BANK_HOLIDAY):
            with pytest.raises(NoGo, match="no bank day"):
                rail_of_file(rail, None).days(day, BankDays())
