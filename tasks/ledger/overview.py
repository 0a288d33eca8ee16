"""How far each run of a tenant has come, for a person at a glance."""

from dataclasses import dataclass
from datetime import date

import duckdb

STEPS = {
    "publish": "released and published",
    "release": "released",
    "release_pending": "release begun: start the run again to finish it",
    "approve": "approved, not released yet",
    "assess": "waits for approval",
    "instruct": "being assessed",
    "validate": "validated",
    "ingest": "ingested",
}
"""What a run is called whose latest of these stages stands in the journal, the furthest first."""

_RUNS = """
SELECT run_id, any_value(file.payments), any_value(file.pence), any_value(file.entry_date),
       count(DISTINCT stage) FILTER (stage LIKE 'bank_file %'),
       list(stage) AS stages,
       (SELECT arg_max(later.run_id, later.run_no) FROM run AS later
        WHERE later.period = run.period AND later.run_no > run.run_no
            AND (later.kind = 'arrears') = (run.kind = 'arrears')),
       (SELECT any_value(approver || ': ' || reason) FROM approval
        WHERE approval.run_no = run.run_no AND verdict = 'rejected'),
       EXISTS (FROM out_gate WHERE out_gate.run_no = run.run_no AND verdict = 'no-go')
FROM run JOIN journal USING (run_id) LEFT JOIN payment_file AS file USING (run_no)
GROUP BY run_no, run_id, period, run.kind ORDER BY run_no
"""


@dataclass(frozen=True)
class RunOverview:
    """One run at a glance.

    Attributes:
        run_id: which.
        state: how far it has come, in words.
        payments: in its payment file; None before there is one.
        pence: their sum.
        entry_date: when payees have their money.
        bank_files: how many files of the bank have been taken in.
    """

    run_id: str
    state: str
    payments: int | None
    pence: int | None
    entry_date: date | None
    bank_files: int


def overview(connection: duckdb.DuckDBPyConnection) -> list[RunOverview]:
    """Every run of a ledger, in the order in which they were opened."""
    return [
        RunOverview(run_id, _state(*how_far), payments, pence, entry_date, bank_files)
        for run_id, payments, pence, entry_date, bank_files, *how_far in connection.execute(_RUNS).fetchall()
    ]


def _state(stages: list[str], later: str | None, rejection: str | None, stopped: bool) -> str:
    """Say how far a run has come; what ended it outweighs the last stage that it did."""
    if later and "release_pending" not in stages:
        return f"replaced by {later}"
    if rejection:
        return f"rejected by {rejection}"
    if stopped and "release_pending" not in stages:
        return "stopped by a gate"
    return next(words for stage, words in STEPS.items() if stage in stages)
