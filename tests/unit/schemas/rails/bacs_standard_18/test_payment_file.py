"""What no file may say of itself."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import PayingAccount


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"serial": 0}, "serial"),
        ({"serial": 1_000_000}, "serial"),
        ({"file_number": 0}, "file number"),
        ({"file_number": 1000}, "file number"),
        ({"service_user_number": "12345"}, "service user number"),
        ({"service_user_number": "١٢٣٤٥٦"}, "service user number"),
        ({"service_user_name": "Ilf Scotland"}, "service user name"),
        ({"service_user_name": "A" * 19}, "service user name"),
        ({"service_user_name": " ILF"}, "service user name"),
        ({"service_user_name": "ILF  SCOTLAND"}, "service user name"),
        ({"service_user_name": ""}, "service user name"),
        ({"paying_accounts": (PayingAccount("10-79-99", "88837491", "ILF"),)}, "sort code"),
        ({"paying_accounts": (PayingAccount("107999", "8883749", "ILF"),)}, "number is eight"),
        ({"paying_accounts": (PayingAccount("107999", "88837491", "ILF, PAYMENTS"),)}, "account's name"),
        ({"processing_date": date(2026, 8, 22)}, "weekend"),
        ({"processing_date": date(2026, 8, 13)}, "not before"),
        ({"processing_date": date(2026, 9, 15)}, "at most 31 days"),
    ],
)
def test_what_no_file_may_say_is_refused(file, change, says):
    with pytest.raises(NoGo, match=says):
        replace(file, **change)


def test_the_furthest_day_and_the_same_day_are_possible(file):
    assert replace(file, processing_date=date(2026, 9, 14)).expiry_date == date(2026, 9, 21)
    assert replace(file, processing_date=date(2026, 8, 14)).expiry_date == date(2026, 8, 21)
