"""A voucher and a transfer of one payee and period are twice; only what the provider says has ended is paid again."""

from datetime import timedelta
from pathlib import Path

import pytest

from tasks.ledger import runs
from tasks.ledger.never_twice import define
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.vouchers.cancel import ask_to_cancel
from tests.unit.tasks.vouchers.month import (
    DECEMBER,
    OPERATOR,
    RUN,
    TEXT,
    TRANSFER,
    answered,
    body,
    held,
    released,
    says,
    states,
    validated,
)

SUPPLEMENTARY = {"kind": "supplementary", "pay_date": "2026-12-11"}
AS_TRANSFER = "SV-1002,Mhairi Bell,transfer,089999,66374958,,100.00,VISIT 1002"
AS_VOUCHER = "SV-1001,Aisha Müller,voucher_by_text,,,07700 900199,20.81,VISIT 1001"
SIXTY = TEXT.replace("100.00", "60.00")


@pytest.mark.parametrize("row", [AS_TRANSFER, AS_VOUCHER, TEXT], ids=["transfer", "voucher", "the same again"])
def test_whoever_was_paid_by_one_means_is_not_paid_by_another(cash: TenantContext, row: str) -> None:
    run_id = validated(cash, (row,), DECEMBER, **SUPPLEMENTARY)
    assert "already_released" in held(cash, run_id)[0]


def test_a_voucher_and_a_transfer_in_one_extract_are_both_held(tmp_path: Path) -> None:
    of = body(tmp_path)
    run_id = validated(of, (TEXT, AS_TRANSFER))
    # The contract says that a claimant stands once; what differs is held besides, and nobody is paid.
    assert all(held(of, run_id)[row] for row in (0, 1))


def test_arrears_stand_beside_a_voucher(cash: TenantContext) -> None:
    run_id = validated(cash, (SIXTY,), DECEMBER, kind="arrears", pay_date="2026-12-11")
    assert not held(cash, run_id)


def test_a_cancellation_asked_for_and_not_answered_frees_nobody(cash: TenantContext) -> None:
    ask_to_cancel(cash, f"{RUN}/1", "the number was another's", "R-1", OPERATOR, DECEMBER)
    run_id = validated(cash, (TEXT,), DECEMBER, **SUPPLEMENTARY)
    assert "already_released" in held(cash, run_id)[0]


def test_the_old_voucher_dies_before_the_new_one_is_made(cash: TenantContext) -> None:
    answered(cash, [says(1, "PART CASHED", "100.00", "40.00")])
    run_id = validated(cash, (SIXTY,), DECEMBER, **SUPPLEMENTARY)
    assert "already_released" in held(cash, run_id)[0]


@pytest.mark.parametrize("row", [SIXTY, AS_TRANSFER.replace("100.00", "60.00")], ids=["voucher", "transfer"])
def test_what_was_not_cashed_is_sent_again_by_any_means_with_an_approval_of_its_own(
    cash: TenantContext, row: str
) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    again = released(cash, (row,), DECEMBER, **SUPPLEMENTARY)
    assert again != RUN
    assert states(cash, run_id=again) == {0: ("released", 0)}
    # And that new one stands in the way of a third.
    third = validated(cash, (row.replace("VISIT", "AGAIN"),), DECEMBER.replace(hour=11), **SUPPLEMENTARY)
    assert "already_released" in held(cash, third)[0]


@pytest.mark.parametrize("amount", ["60.01", "100.00"])
def test_a_penny_more_than_was_left_is_held(cash: TenantContext, amount: str) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    run_id = validated(cash, (TEXT.replace("100.00", amount),), DECEMBER, **SUPPLEMENTARY)
    assert held(cash, run_id)[0] == {"more_than_the_voucher_left"}


def test_what_was_cashed_of_every_voucher_before_is_left_to_nobody(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "40.00")])
    again = released(cash, (SIXTY,), DECEMBER, **SUPPLEMENTARY)
    week = DECEMBER + timedelta(days=8)
    lines = [
        says(1, "EXPIRED", "100.00", "90.00", week.date()),
        says(0, "EXPIRED", "60.00", "0.00", week.date(), again),
    ]
    answered(cash, lines, week, "later.csv")
    third = validated(cash, (TEXT.replace("100.00", "10.01"),), week, kind="supplementary", pay_date="2026-12-22")
    assert held(cash, third) == {0: {"more_than_the_voucher_left"}}


def test_arrears_of_all_that_a_voucher_was_worth_are_looked_at_where_some_was_cashed(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "99.00"), says(2, "EXPIRED", "11.66", "0.00")])
    rows = (AS_TRANSFER, "SV-1003,Samira Paterson,transfer,107999,88837491,,11.66,VISIT 1003")
    run_id = validated(cash, rows, DECEMBER, kind="arrears", pay_date="2026-12-11")
    query = (PROJECT / "tasks" / "assess" / "repeats.sql").read_text()
    with cash.ledger.opened() as connection:
        define(connection, cash.agreement.accounts)
        run_no, of_month = (runs.run_row(connection, each).run_no for each in (run_id, RUN))
        known = {"run_no": run_no, "others": [of_month], "today": DECEMBER.date()}
        assert connection.execute(query, known).fetchall() == [(0,)]


def test_what_was_cashed_before_a_voucher_ended_counts_with_what_follows(cash: TenantContext) -> None:
    answered(cash, [says(1, "EXPIRED", "100.00", "99.00"), says(2, "EXPIRED", "11.66", "0.00")])
    run_id = validated(cash, (AS_TRANSFER.replace("100.00", "1.00"),), DECEMBER, kind="arrears", pay_date="2026-12-11")
    query = (PROJECT / "tasks" / "assess" / "following.sql").read_text()
    with cash.ledger.opened() as connection:
        define(connection, cash.agreement.accounts)
        connection.execute(
            "CREATE TEMP TABLE last_details AS SELECT payee_reference, sort_code, account_number, roll_number "
            "FROM sent_row WHERE false"
        )
        run_no, of_month = (runs.run_row(connection, each).run_no for each in (run_id, RUN))
        known = {"run_no": run_no, "before": [of_month], "full": [], "today": DECEMBER.date()}
        [found] = connection.execute(query, known).pl().select("payees", "pence", "largest_pence").rows()
    # £20.81 and £28.50 of the month are on their way, and £99.00 were cashed of what expired: £148.31, and £1.00 now.
    assert found == (3, 14_931, 10_000)


def test_the_same_telephone_written_otherwise_is_one(tmp_path: Path) -> None:
    of = body(tmp_path)
    other = "SV-1009,Iona Rae,voucher_by_text,,,+44 7700 900101,30.00,VISIT 1009"
    run_id = validated(of, (TRANSFER, TEXT, other))
    query = (PROJECT / "tasks" / "assess" / "shared_accounts.sql").read_text()
    with of.ledger.opened() as connection:
        define(connection, of.agreement.accounts)
        shared = connection.execute(query, {"run_no": runs.run_row(connection, run_id).run_no}).fetchall()
    assert shared == [(2, 1, 0)], "one number for two payees is listed"


def test_the_same_sum_to_the_same_telephone_under_another_reference_is_held(cash: TenantContext) -> None:
    other = "SV-1009,Iona Rae,voucher_by_text,,,+447700900101,100.00,VISIT 1009"
    run_id = validated(cash, (other,), DECEMBER, **SUPPLEMENTARY)
    assert "alike_already_released" in held(cash, run_id)[0]


def test_a_changed_contact_is_a_changed_account_and_one_written_otherwise_is_none(cash: TenantContext) -> None:
    rows = (
        TEXT.replace("07700 900101", "07700 900777").replace("100.00", "50.00"),
        'SV-1003,Samira Paterson,voucher_by_post,,,"4, SHORE ROAD, Inverbeg, iv99 9zz",11.00,VISIT 1003',
        "SV-1004,Ruaridh McKay,transfer,089999,66374958,,28.00,VISIT 1004",
    )
    run_id = validated(cash, rows, DECEMBER, kind="arrears", pay_date="2026-12-11")
    assert not held(cash, run_id)
    assessing = PROJECT / "tasks" / "assess"
    with cash.ledger.opened() as connection:
        define(connection, cash.agreement.accounts)
        spans = {"run_no": runs.run_row(connection, run_id).run_no, "previous": [runs.run_row(connection, RUN).run_no]}
        connection.execute((assessing / "payee.sql").read_text(), spans)
        found = connection.execute((assessing / "new_details.sql").read_text(), spans).fetchone()
    assert found is not None
    assert found[0] == [0, 2], "another number, and an account in the place of an e-mail address"
