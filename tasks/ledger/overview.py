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
       (SELECT any_value(strftime(submitted_at AT TIME ZONE 'Europe/London', '%-d %b %Y %H:%M')
                         || if(late, ', LATE', '')) FROM submission WHERE submission.run_no = run.run_no),
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
        has_left: whether its payment file may be with the bank.
        is_over: whether it ended before anything left: replaced, rejected or stopped.
    """

    run_id: str
    state: str
    payments: int | None
    pence: int | None
    entry_date: date | None
    bank_files: int
    has_left: bool
    is_over: bool


def overview(connection: duckdb.DuckDBPyConnection) -> list[RunOverview]:
    """Every run of a ledger, in the order in which they were opened."""
    return [
        RunOverview(
            run_id,
            _state(stages, *ends),
            payments,
            pence,
            entry_date,
            bank_files,
            has_left="release_pending" in stages,
            is_over="release_pending" not in stages and any(ends),
        )
        for run_id, payments, pence, entry_date, bank_files, stages, *ends in connection.execute(_RUNS).fetchall()
    ]


def _state(stages: list[str], later: str | None, rejection: str | None, sent: str | None, stopped: bool) -> str:
    """Say how far a run has come; what ended it outweighs the last stage that it did."""
    if later and "release_pending" not in stages:
        return f"replaced by {later}"
    if sent:
        return f"submitted {sent}"
    if rejection:
        return f"rejected by {rejection}"
    if stopped and "release_pending" not in stages:
        return "stopped by a gate"
    return next(words for stage, words in STEPS.items() if stage in stages)
