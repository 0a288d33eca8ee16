"""What is owed of a payment that several vouchers were to make, each pound once: the amounts are worked out by hand.

A, £100.00: £30.00 cashed, then expired                  £70.00 are left
B, £70.00, in its place: expired, nothing cashed         £70.00 are left
C, £70.00, in its place
of A £20.00 more turn out to have been cashed            the payee has £50.00 of £100.00
"""

from datetime import datetime, timedelta

import pytest

from schemas.period import Period
from tasks.correction_file.carried import list_carried_into
from tasks.correction_file.stage import write_correction_files
from tasks.overpayments.register import find_overpayments
from tasks.people.credentials import Kind, keep
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tests.people import ENROLLED, secret_of
from tests.unit.tasks.exceptions.test_settle import two
from tests.unit.tasks.vouchers.month import (
    DECEMBER,
    EMAIL,
    OPERATOR,
    OVER,
    POST,
    RUN,
    SENDER,
    TEXT,
    TRANSFER,
    answered,
    held,
    released,
    says,
    validated,
)
from tests.unit.tasks.vouchers.test_after_it_was_cashed import forbidding

SEVENTY = TEXT.replace("100.00", "70.00")
WEEK, LATER = DECEMBER + timedelta(days=8), DECEMBER + timedelta(days=15)
OTHERS = (says(2, "CASHED", "11.66", "11.66"), says(3, "CASHED", "28.50", "28.50"))


@pytest.fixture
def again(cash: TenantContext) -> tuple[str, str]:
    """The runs of B and C."""
    answered(cash, [says(1, "EXPIRED", "100.00", "30.00"), *OTHERS])
    b = released(cash, (SEVENTY,), DECEMBER, kind="supplementary", pay_date="2026-12-11")
    answered(cash, [says(0, "EXPIRED", "70.00", "0.00", WEEK.date(), b)], WEEK, "b.csv")
    once_more = SEVENTY.replace("VISIT", "AGAIN")
    return b, released(cash, (once_more,), WEEK, kind="supplementary", pay_date="2026-12-18")


def of_a(cash: TenantContext, cashed: str) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", cashed, LATER.date())], LATER, f"a-{cashed}.csv")


def of_c(cash: TenantContext, again: tuple[str, str], status: str, cashed: str) -> None:
    answered(cash, [says(0, status, "70.00", cashed, LATER.date(), again[1])], LATER, "c.csv")


def never_sent(cash: TenantContext, run_id: str, now: datetime) -> None:
    with cash.ledger.transaction() as connection:
        for name in (SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    people, at = two(SENDER, OPERATOR)
    take_back(cash, run_id, "it was never sent", people, at, now)


def owed(cash: TenantContext) -> list[str]:
    """What is carried forward, and that the correction file says the same to write."""
    with cash.ledger.opened() as connection:
        carried = list_carried_into(connection, Period.parsed("2026-12"), LATER.date(), cash.agreement.accounts)
    written = write_correction_files(cash, Period.parsed("2026-11"), LATER)
    lines = [line for each in written for line in each.path.read_text("utf-8-sig").splitlines()[1:]]
    found = [f"{each.pounds:.2f}" for each in carried]
    assert len(lines) == len(found)
    assert all(f"The amount to write is {amount}." in line for amount, line in zip(found, lines, strict=True))
    return found


def too_much(cash: TenantContext) -> list[tuple[str, int]]:
    return find_overpayments(cash, OVER).select("run_id", "overpaid_pence").rows()


def test_what_came_to_light_of_the_first_is_owed_no_more(cash: TenantContext, again: tuple[str, str]) -> None:
    of_a(cash, "50.00")
    assert owed(cash) == [], "C can still be cashed"
    of_c(cash, again, "EXPIRED", "0.00")
    assert owed(cash) == ["50.00"]
    assert too_much(cash) == []
    later = {"kind": "supplementary", "pay_date": "2026-12-30"}
    more = validated(cash, (TEXT.replace("100.00", "50.01"),), LATER, **later)
    assert held(cash, more) == {0: {"more_than_the_voucher_left"}}
    assert owed(cash) == ["50.00"], "whatever was asked since"
    with cash.ledger.opened() as connection:
        [(first,)] = connection.execute("SELECT extract_sha256 FROM run WHERE run_id = ?", [more]).fetchall()
    rest = (TEXT.replace("100.00", "50.00"),)
    assert not held(cash, validated(cash, rest, LATER.replace(hour=11), **later, replaces=first))


def test_what_is_cashed_of_both_is_owed_no_more_and_above_all_of_it_too_much(
    cash: TenantContext, again: tuple[str, str]
) -> None:
    of_c(cash, again, "EXPIRED", "50.00")
    assert owed(cash) == ["20.00"]
    of_a(cash, "50.00")
    assert owed(cash) == [], "the payee has £50.00 of A and £50.00 of C"
    assert not [each for each in forbidding(cash) if "are owed" in each]
    assert too_much(cash) == []
    of_a(cash, "60.00")
    assert owed(cash) == []
    assert too_much(cash) == [(RUN, 1000)]


def test_of_a_transfer_in_its_place_that_came_back_what_was_left_is_owed(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "30.00"), *OTHERS])
    transfer = "SV-1002,Mhairi Bell,transfer,089999,66374958,,70.00,VISIT 1002"
    b = released(cash, (transfer,), DECEMBER, kind="supplementary", pay_date="2026-12-11")
    assert owed(cash) == []
    never_sent(cash, b, WEEK)
    assert owed(cash) == ["70.00"]
    of_a(cash, "50.00")
    assert owed(cash) == ["50.00"]


def test_of_more_than_a_voucher_that_was_never_sent_came_to_what_is_left_is_owed(cash: TenantContext) -> None:
    never_sent(cash, RUN, DECEMBER)
    rows = (TEXT.replace("100.00", "150.00"), TRANSFER, POST, EMAIL)
    b = released(cash, rows, DECEMBER, kind="supplementary", pay_date="2026-12-11")
    last = [says(2, "CASHED", "11.66", "11.66", WEEK.date(), b), says(3, "CASHED", "28.50", "28.50", WEEK.date(), b)]
    answered(cash, [says(0, "EXPIRED", "150.00", "100.00", WEEK.date(), b), *last], WEEK, "b.csv")
    assert owed(cash) == ["50.00"]
    assert any("3 are owed" in each for each in forbidding(cash)), "each row of hers, and the transfer"
    rest = (TEXT.replace("100.00", "50.00"),)
    assert not held(cash, validated(cash, rest, WEEK, kind="supplementary", pay_date="2026-12-18"))
