"""Does everything that the ledger says still hold?"""

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from tasks.ledger.journal import WRITES, broken_link, output_digest

CONSERVED = """
SELECT run_id, ingested.rows, payable.rows, left_out.rows
FROM run
JOIN (SELECT run_no, count(*) AS rows, count(DISTINCT row_number) AS different
      FROM raw_extract_row GROUP BY run_no) AS ingested USING (run_no)
LEFT JOIN (SELECT run_no, count(*) AS rows, count(DISTINCT row_number) AS different
           FROM core_payment GROUP BY run_no) AS payable USING (run_no)
LEFT JOIN (SELECT run_no, count(DISTINCT row_number) AS rows FROM core_left_out GROUP BY run_no) AS left_out
     USING (run_no)
WHERE run_id IN (SELECT run_id FROM journal WHERE stage = 'validate')
  AND (ingested.rows <> coalesce(payable.rows, 0) + coalesce(left_out.rows, 0)
       OR ingested.rows <> ingested.different OR payable.rows <> payable.different)
"""
"""Runs whose rows are not each payable or left out, once. Empty means that all is well."""


@dataclass(frozen=True)
class Problem:
    """Something that does not hold.

    Attributes:
        where: the run, or the journal.
        what: a sentence.
    """

    where: str
    what: str


def problems(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """Recompute the chain, every stage's digest and the conservation of rows; yield what does not hold."""
    broken = broken_link(connection)
    if broken:
        yield Problem("journal", broken)
    entries = connection.execute(
        "SELECT run_id, run_no, stage, output_digest FROM journal JOIN run USING (run_id) ORDER BY entry"
    ).fetchall()
    for run_id, run_no, stage, expected in entries:
        if output_digest(connection, stage, run_no) != expected:
            tables = " or ".join(WRITES.get(stage, ("core_bank_answer",)))
            yield Problem(run_id, f"What the stage {stage} wrote has changed since: look at {tables}.")
    for run_id, rows, payable, left_out in connection.execute(CONSERVED).fetchall():
        yield Problem(
            run_id, f"{rows:,} rows came in, but {payable or 0:,} are payable and {left_out or 0:,} are left out."
        )
