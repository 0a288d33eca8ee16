"""What somebody tries to get past the gates: a whole month in parts, and pence that make each amount another one.

And what must not be taken for that: a day that was rejected, paid once more beside the other day of its period.
"""

from datetime import date

import duckdb
import pytest

from tasks.assess.gate import Thresholds
from tasks.assess.verdicts import Verdict
from tests.small_months import NOW, measured, month
from tests.unit.tasks.assess.test_incidents import EVERYBODY, PAYEES, paid, raised

Ledger = duckdb.DuckDBPyConnection
FIRST, SECOND = date(2026, 11, 16), date(2026, 11, 30)


def test_a_month_declared_as_arrears_in_two_halves_and_by_shifted_pence(
    connection: Ledger, thresholds: Thresholds
) -> None:
    """Neither half is much, and no amount is one that was paid."""
    half = PAYEES // 2
    month(connection, "2026-11", *EVERYBODY)
    month(connection, "2026-11", *paid(*range(half), amount="1000.01"), kind="arrears")
    other = paid(*range(half, PAYEES), amount="1000.01")
    said = raised(
        measured(connection, month(connection, "2026-11", *other, released=False, kind="arrears")), thresholds
    )
    assert {gate: each.verdict for gate, each in said.items()} == {
        "following_total_share": Verdict.NO_GO,
        "following_payees_share": Verdict.REFER,
    }
    assert said["following_total_share"].figure == (
        "100.00% of the £200,000.00 of 2026-11, together with ilf-2026-11-live-2"
    )


def test_what_was_never_sent_is_paid_again_and_counts_once(connection: Ledger, thresholds: Thresholds) -> None:
    month(connection, "2026-11", *EVERYBODY)
    month(connection, "2026-11", *paid(*range(20), amount="600.00"), kind="arrears")
    connection.execute("INSERT INTO withdrawal VALUES (1, 2, 'never sent', 'x', 'y', ?)", [NOW])
    rows = paid(*range(20), amount="600.00")
    assert (
        raised(measured(connection, month(connection, "2026-11", *rows, released=False, kind="arrears")), thresholds)
        == {}
    )


@pytest.mark.parametrize(
    ("again", "repeated"), [("16/11/2026", 0), ("30/11/2026", 2)], ids=["its own day", "the other"]
)
def test_a_day_that_was_rejected_is_no_repetition_of_the_other_day(
    connection: Ledger, again: str, repeated: int
) -> None:
    """Each payee has the same on both days of the period, and the first day's file section was rejected."""
    month(connection, "2026-11", *paid(1, 2), *paid(1, 2))
    connection.execute("UPDATE raw_extract_row SET pay_date = if(row_number < 2, '16/11/2026', '30/11/2026')")
    connection.execute("UPDATE file_day SET entry_date = ?, payments = 2, pence = 200000", [FIRST])
    connection.execute("INSERT INTO file_day BY NAME SELECT * REPLACE (?::DATE AS entry_date) FROM file_day", [SECOND])
    connection.execute("INSERT INTO file_day_rows VALUES (1, 1, 0, 1), (1, 2, 2, 3)")
    connection.execute(
        "INSERT INTO period_day SELECT run_no, unnest([?, ?]) FROM range(1, 3) AS of(run_no)", [FIRST, SECOND]
    )
    connection.execute(
        "INSERT INTO settlement BY NAME SELECT 1 AS settlement_no, 'not_paid' AS decision, 1 AS run_no, 1 AS day_no, "
        "'' AS reason, '' AS bank_reference, 'a' AS said_by, 'b' AS agreed_by, 0 AS after_bank_file_no, ? AS said_at",
        [NOW],
    )
    connection.execute("INSERT INTO submission VALUES (1, 1, 'ref', ?, 'who', 'sha', false)", [NOW])
    run_id = month(connection, "2026-11", *paid(1, 2), released=False, kind="supplementary")
    connection.execute("UPDATE raw_extract_row SET pay_date = ? WHERE run_no = 2", [again])
    later = NOW.replace(month=12, day=10)
    assert len(measured(connection, run_id, later).repeats.rows) == repeated
