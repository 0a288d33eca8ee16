"""How far each run of a tenant has come, for a person at a glance."""

import json
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
SELECT run_id, list(stage), any_value(file.payments), any_value(file.pence), any_value(file.entry_date),
       any_value(figures) FILTER (stage = 'approve'),
       count(DISTINCT stage) FILTER (stage LIKE 'bank_file %'),
       (SELECT count(*) FROM out_gate WHERE out_gate.run_no = run.run_no AND verdict = 'no-go')
FROM run JOIN journal USING (run_id) LEFT JOIN payment_file AS file USING (run_no)
GROUP BY run_no, run_id ORDER BY run_no
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
    lines = []
    for run_id, stages, payments, pence, entry_date, approval, bank_files, no_goes in connection.execute(
        _RUNS
    ).fetchall():
        state = next(words for stage, words in STEPS.items() if stage in stages)
        if approval and json.loads(approval)["verdict"] == "rejected":
            state = "rejected by the approver"
        elif no_goes and not approval:
            state = "stopped by a gate"
        lines.append(RunOverview(run_id, state, payments, pence, entry_date, bank_files))
    return lines
