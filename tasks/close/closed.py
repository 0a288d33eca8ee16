"""Which runs are closed, and what has spoken of them since."""

from collections.abc import Mapping

import duckdb

from schemas.bank_days import LONDON
from schemas.stages import Event
from schemas.standing.records import Closed
from tasks.ledger.catalogue.closing import RunClosed
from tasks.ledger.journal import list_events

_CAME_SINCE = f"""
WITH later AS (
    SELECT run_id, split_part(stage, ' ', 1) AS event, try_cast(split_part(stage, ' ', 2) AS INTEGER) AS event_no
    FROM journal WHERE entry > $seen
),
spoke AS (
    SELECT DISTINCT bank_file_no FROM core_bank_answer JOIN run USING (run_no)
    SEMI JOIN (FROM bank_file WHERE verdict <> 'known') USING (bank_file_no) WHERE run_id = $run_id
),
settled AS (
    -- One entry of a file alone was settled before the close, or its file has come since and is counted.
    SELECT settlement_no FROM settlement WHERE item IS NULL AND (
        bank_file_no IN (FROM spoke) OR run_no IN (SELECT run_no FROM run WHERE run.run_id = $run_id)
    )
),
outside AS (
    -- What was paid outside siller, or came back from there: of which row, only the extract says, so it speaks of every
    -- run of its period and kind of payment.
    SELECT DISTINCT paid_elsewhere_no FROM core_paid_elsewhere AS paid JOIN run
        ON run.period = paid.pay_period AND payment_kind(run.kind) = payment_kind(paid.kind)
    WHERE run_id = $run_id
)
SELECT count(*) FROM later
WHERE event = '{Event.BANK_FILE}' AND event_no IN (FROM spoke)
   OR event = '{Event.EXCEPTION_SETTLED}' AND event_no IN (FROM settled)
   OR event = '{Event.PAID_ELSEWHERE}' AND event_no IN (FROM outside)
   OR event IN ('{Event.ENQUIRED}', '{Event.RECALLED}', '{Event.OVERPAYMENT_FOUND}') AND run_id = $run_id
"""
"""How much of what was recorded after a close speaks of its run: of the bank's files, and of people."""


def find_closed(connection: duckdb.DuckDBPyConnection) -> Mapping[str, Closed]:
    """The runs that were closed, each as it was closed last.

    Args:
        connection: a tenant's ledger; of no run its extract's rows are read.
    """
    last = {run_id: (closed, at) for run_id, closed, at in list_events(connection, RunClosed)}
    return {
        run_id: Closed(
            at.astimezone(LONDON).date(),
            closed.by,
            closed.agreed_by,
            connection.execute(_CAME_SINCE, {"seen": closed.seen, "run_id": run_id}).fetchall()[0][0],
        )
        for run_id, (closed, at) in last.items()
    }
