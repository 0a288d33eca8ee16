"""Where a payment stands, from the extract to the bank's answers."""

from datetime import date
from pathlib import Path

import pytest

from schemas.payment_state import IN_FLIGHT, LEFT_OUT, NOT_RELEASED, UNPAID, PaymentState
from tasks.ledger import Ledger
from tasks.ledger.payment_state import define_payment_state
from tests import filled_ledger as fill

BEFORE_ENTRY = date(2026, 11, 29)
ENTRY = date(2026, 11, 30)
PERIOD = "2026-11"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return fill.ilf_ledger(tmp_path)


def states(ledger: Ledger, as_at: date = ENTRY) -> dict[str, int]:
    with ledger.opened() as connection:
        define_payment_state(connection)
        rows = connection.execute("SELECT state, count(*) FROM payment_state(?) GROUP BY state", [as_at]).fetchall()
    return dict(rows)


def test_november_from_stage_to_stage(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    assert states(ledger) == {"read": 5269}
    fill.validate(ledger, PERIOD, run_no)
    assert states(ledger) == {"refused": 40, "payable": 5229}
    fill.instruct(ledger, PERIOD, run_no)
    fill.assess(ledger, PERIOD, run_no, "refer")
    assert states(ledger) == {"refused": 40, "awaiting_approval": 5229}
    fill.approve(ledger, PERIOD, run_no, "refused")  # a slip of the approver: the form comes back
    assert states(ledger) == {"refused": 40, "awaiting_approval": 5229}
    fill.approve(ledger, PERIOD, run_no, "approved", "approval-2")
    assert states(ledger) == {"refused": 40, "approved": 5229}
    fill.release(ledger, PERIOD, run_no)
    assert states(ledger) == {"refused": 40, "released": 5229}


def test_the_bank_decides_after_release_and_the_calendar_says_when_it_counts(ledger: Ledger) -> None:
    fill.answered_month(ledger, PERIOD)
    assert states(ledger, BEFORE_ENTRY) == {"refused": 40, "accepted": 5227, "returned": 2}
    assert states(ledger, ENTRY) == {"refused": 40, "credited": 5227, "returned": 2}


def test_no_word_from_the_bank_is_no_credit(ledger: Ledger) -> None:
    fill.released_month(ledger, PERIOD)
    assert states(ledger, date(2027, 6, 1)) == {"refused": 40, "released": 5229}


def test_the_debit_on_the_statement_says_as_much_as_the_input_report(ledger: Ledger) -> None:
    run_no = fill.released_month(ledger, PERIOD)
    fill.answer(ledger, run_no, PERIOD, "camt053", [(None, "statement_debit", "", "", 1065141560, ENTRY)])
    assert states(ledger) == {"refused": 40, "credited": 5229}


def test_a_file_that_the_bank_rejects_is_not_paid(ledger: Ledger) -> None:
    run_no = fill.released_month(ledger, PERIOD)
    totals = [(None, "accepted_total", "", "", 0, ENTRY), (None, "rejected_total", "", "", 1065141560, ENTRY)]
    fill.answer(ledger, run_no, PERIOD, "input_report", totals)
    assert states(ledger) == {"refused": 40, "rejected": 5229}


def test_what_the_bank_says_of_one_payment_outweighs_the_file(ledger: Ledger) -> None:
    run_no = fill.released_month(ledger, PERIOD)
    answers = [
        (None, "accepted_total", "", "", 1064000000, ENTRY),
        (1, "rejected", "Y", "", 100, ENTRY),
        (2, "amended", "E", "", 100, ENTRY),
        (4, "amended", "E", "", 100, ENTRY),
    ]
    fill.answer(ledger, run_no, PERIOD, "input_report", answers)
    fill.answer(ledger, run_no, PERIOD, "camt053", [(4, "statement_credit", "AC04", "", 100, ENTRY)])
    assert states(ledger) == {"refused": 40, "rejected": 1, "amended": 1, "returned": 1, "credited": 5226}


def test_a_rejection_by_the_approver_stops_the_file(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    fill.validate(ledger, PERIOD, run_no)
    fill.instruct(ledger, PERIOD, run_no)
    fill.approve(ledger, PERIOD, run_no, "rejected")
    assert states(ledger) == {"refused": 40, "declined": 5229}


def test_an_approval_of_another_file_counts_for_nothing(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    fill.validate(ledger, PERIOD, run_no)
    fill.instruct(ledger, PERIOD, run_no)
    fill.approve(ledger, PERIOD, run_no)
    with ledger.transaction() as connection:
        connection.execute("UPDATE payment_file SET sha256 = ?", ["ff" * 32])
    assert states(ledger) == {"refused": 40, "awaiting_approval": 5229}


def test_a_no_go_gate_stops_the_run(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    fill.validate(ledger, PERIOD, run_no)
    fill.assess(ledger, PERIOD, run_no, "no-go")
    assert states(ledger) == {"refused": 40, "stopped": 5229}


def test_an_unreleased_run_is_replaced_by_a_later_one_of_its_period_and_a_released_one_is_not(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    fill.validate(ledger, PERIOD, run_no)
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO run SELECT * REPLACE (2 AS run_no, replace(run_id, 'rehearsal-1', 'rehearsal-2') AS run_id) "
            "FROM run"
        )
    assert states(ledger) == {"refused": 40, "replaced": 5229}
    fill.release(ledger, PERIOD, run_no)
    assert states(ledger) == {"refused": 40, "released": 5229}


def test_a_held_row_with_a_refusal_counts_as_refused_and_once(ledger: Ledger) -> None:
    run_no = fill.ingest(ledger, PERIOD)
    with ledger.transaction() as connection:
        connection.executemany(
            "INSERT INTO core_left_out VALUES (?, ?, ?, ?, ?)",
            [
                [run_no, 7, "held", "payee_reference", "already_released"],
                [run_no, 8, "held", "payee_reference", "already_released"],
                [run_no, 8, "refused", "amount", "is_not_negative"],
                [run_no, 8, "refused", "sort_code", "has_exact_digits"],
            ],
        )
    assert states(ledger) == {"read": 5267, "held": 1, "refused": 1}


def test_runs_do_not_answer_for_each_other(ledger: Ledger) -> None:
    fill.answered_month(ledger, "2026-10")
    fill.ingest(ledger, PERIOD)
    with ledger.opened() as connection:
        define_payment_state(connection)
        rows = connection.execute(
            "SELECT run_no, state, count(*) FROM payment_state(?) GROUP BY ALL ORDER BY ALL", [ENTRY]
        ).fetchall()
    assert rows == [(1, "credited", 5198), (1, "returned", 2), (2, "read", 5269)]


def test_of_all_that_has_left_only_what_is_proven_not_to_have_arrived_may_be_paid_again(ledger: Ledger) -> None:
    fill.ingest(ledger, PERIOD)
    with ledger.opened() as connection:
        define_payment_state(connection)
        found = connection.execute(
            "SELECT state, is_proven FROM (SELECT unnest(?) AS state), (SELECT unnest([false, true]) AS is_proven) "
            "WHERE may_be_paid_again(state, is_proven) ORDER BY state",
            [[str(state) for state in PaymentState]],
        ).fetchall()
    assert found == [
        (state, True) for state in ("cancelled", "expired", "not_paid", "not_sent", "rejected", "returned")
    ]


def test_every_state_is_named_in_the_sql_and_in_one_group() -> None:
    sql = (Path(__file__).parents[4] / "tasks" / "ledger" / "payment_state.sql").read_text()
    assert all(f"'{state}'" in sql for state in PaymentState)
    paid = {PaymentState.CREDITED, PaymentState.CASHED, PaymentState.AMENDED, PaymentState.PAID_ELSEWHERE}
    groups = [LEFT_OUT, NOT_RELEASED, IN_FLIGHT, UNPAID, paid, {PaymentState.READ}]
    assert sorted(state for group in groups for state in group) == sorted(PaymentState)
