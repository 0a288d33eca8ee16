"""A payment file is judged by the calendar and the limits of the scheme that it is for."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from schemas.inspection import inspect, payments_of
from schemas.inspection.compare import compare
from schemas.rails import bacs_standard_18, iso_20022
from schemas.rails.bacs_standard_18 import Scheme
from schemas.rails.iso_20022 import Service
from tests.golden.test_bacs_standard_18_worked_example import FILE, PAYMENTS

SUNDAY, GOOD_FRIDAY = date(2026, 8, 23), date(2027, 3, 26)
BANK_HOLIDAY = "is a weekend or an English bank holiday"
BY_FASTER_PAYMENTS = replace(FILE, scheme=Scheme.FASTER_PAYMENTS, processing_date=SUNDAY)


@pytest.fixture
def on_a_sunday(tmp_path):
    bacs_standard_18.write(tmp_path / "fps", BY_FASTER_PAYMENTS, [PAYMENTS])
    return tmp_path / "fps"


def message(path, service, level, day=SUNDAY):
    account = FILE.paying_accounts[0]
    file = iso_20022.Initiation(7, "123456", "ILF", date(2026, 8, 14), day, account, service, level)
    iso_20022.write(path, file, [PAYMENTS.with_row_index("row_number")])
    return path


def refusals(path, scheme=None):
    return [str(finding) for finding in inspect(path, scheme).findings if finding.refused]


def test_a_sunday_is_a_day_of_faster_payments_and_none_of_bacs(on_a_sunday):
    assert refusals(on_a_sunday, Scheme.FASTER_PAYMENTS) == []
    (refused,) = refusals(on_a_sunday, Scheme.BACS)
    assert refused == f"line 4, column 5: the processing date {BANK_HOLIDAY}"
    assert refusals(on_a_sunday) == [refused], "a file that nobody speaks for is held to be one for Bacs"


def test_payees_have_the_money_on_the_day_itself(on_a_sunday):
    assert payments_of(on_a_sunday, Scheme.FASTER_PAYMENTS)["day"].to_list() == [SUNDAY] * 2
    after_the_sunday = date(2026, 8, 24)
    assert payments_of(on_a_sunday)["day"].to_list() == [after_the_sunday] * 2


def test_the_same_payments_by_faster_payments_in_both_formats_agree(on_a_sunday, tmp_path):
    other = message(tmp_path / "message", Service.FASTER_PAYMENTS, "URNS")
    assert compare(payments_of(on_a_sunday, Scheme.FASTER_PAYMENTS), payments_of(other)).agree


@pytest.mark.parametrize(("pence", "refused"), [(100_000_000, False), (100_000_001, True)])
def test_a_million_pounds_is_the_most_that_faster_payments_takes(tmp_path, pence, refused):
    rows = PAYMENTS.with_columns(amount_pence=pl.lit(pence, pl.Int64))
    bacs_standard_18.write(tmp_path / "file", FILE, [rows])
    assert refusals(tmp_path / "file", Scheme.BACS) == []
    says = "a payment is more than £1,000,000.00, the most that Faster Payments takes"
    both = f"line 5, column 36; line 6, column 36: {says}"
    assert refusals(tmp_path / "file", Scheme.FASTER_PAYMENTS) == [both] * refused


def test_faster_payments_takes_credits_alone(on_a_sunday):
    written = on_a_sunday.read_bytes()
    # The first payment as interest (Z4), which Bacs takes among its credits.
    on_a_sunday.write_bytes(written.replace(b"66374958099", b"663749580Z4"))
    codes = "line 5, column 16: the transaction code is none that Faster Payments takes"
    assert codes in refusals(on_a_sunday, Scheme.FASTER_PAYMENTS)
    assert not any("transaction code" in says for says in refusals(on_a_sunday, Scheme.BACS))


@pytest.mark.parametrize(
    ("service", "level", "scheme", "refused"),
    [
        (Service.BACS, "NURG", None, True),
        (Service.FASTER_PAYMENTS, "URNS", None, False),
        (Service.FASTER_PAYMENTS, "URNS", Scheme.BACS, False),  # the message's own word counts
        (Service.CHAPS, "SDVA", None, True),
        (Service.CHAPS, "URGP", None, False),  # Faster Payments' code with some banks, so nobody can tell
    ],
)
def test_the_service_level_of_a_message_tells_its_calendar(tmp_path, service, level, scheme, refused):
    path = message(tmp_path / "message", service, level, GOOD_FRIDAY)
    assert refusals(path, scheme) == [f"PmtInf 1, ReqdExctnDt: the execution date {BANK_HOLIDAY}"] * refused


def test_a_service_level_that_two_services_share_is_told_apart_by_whoever_asks(tmp_path):
    dear = PAYMENTS.with_row_index("row_number").with_columns(amount_pence=pl.lit(100_000_001, pl.Int64))
    account = FILE.paying_accounts[0]
    file = iso_20022.Initiation(7, "123456", "ILF", date(2026, 8, 14), SUNDAY, account, Service.CHAPS, "URGP")
    iso_20022.write(tmp_path / "message", file, [dear])
    assert refusals(tmp_path / "message") == []
    (refused,) = refusals(tmp_path / "message", Scheme.FASTER_PAYMENTS)
    assert "a payment is more than £1,000,000.00" in refused
