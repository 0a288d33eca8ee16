"""The way of a payment that a voucher makes, after its release: sent, answered for, asked to be cancelled."""

import duckdb

from schemas.money import pounds
from tasks.ledger.runs import RunRow
from tasks.lineage.step import Step

_SENT = "SELECT submitted_at, reference, submitted_by FROM voucher_submission WHERE run_no = ?"
_SAID = """
SELECT taken_at, meaning, code, cashed_pence, answered_on, file_name
FROM core_voucher_answer JOIN voucher_answer_file USING (voucher_answer_file_no)
WHERE run_no = ? AND row_number = ? ORDER BY voucher_answer_file_no, item
"""
_ASKED = """
SELECT said_at, reference, said_by, reason FROM voucher_cancellation WHERE run_no = ? AND row_number = ?
ORDER BY voucher_cancellation_no
"""


def of_voucher(connection: duckdb.DuckDBPyConnection, run: RunRow, row_number: int) -> list[Step]:
    """What happened to a voucher after its release, the earliest first."""
    steps = [
        Step("vouchers sent", at, f"reference {reference}, {by}")
        for at, reference, by in connection.execute(_SENT, [run.run_no]).fetchall()
    ]
    steps += [
        Step("cancellation asked", at, f"reference {reference}, {by}: {reason}")
        for at, reference, by, reason in connection.execute(_ASKED, [run.run_no, row_number]).fetchall()
    ]
    steps += [
        Step(f"provider: {meaning}", at, f"code {code}, {pounds(cashed)} cashed by {day.day} {day:%B %Y}, in {name}")
        for at, meaning, code, cashed, day, name in connection.execute(_SAID, [run.run_no, row_number]).fetchall()
    ]
    return sorted(steps, key=lambda step: str(step.when))
