"""Is every row that came in paid or left out, once, and is all the money that of its rows?

Of rows in parts this is added up while each part is read. Of rows that an earlier siller took in, which stand in the
ledger, it is asked in SQL.
"""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import polars as pl

from schemas.stages import Stage
from tasks.ledger import erasures
from tasks.ledger.file_days import MISPLACED, define_file_days
from tasks.ledger.parts import proof
from tasks.ledger.parts.proof import PartSum
from tasks.ledger.problem import Problem

_ADD_UP = """
CREATE OR REPLACE TEMP TABLE run_sum AS
SELECT run_no, sum(rows)::BIGINT AS rows, sum(payments)::BIGINT AS payments, sum(pence)::BIGINT AS pence,
    bool_and(is_once) AS is_once, bool_and(is_known) AS is_known
FROM (
    SELECT run_no, rows, payments, pence, true AS is_once, is_known FROM part_sum
    UNION ALL
    SELECT run_no, count(*), 0, 0, count(*) = count(DISTINCT row_number), true FROM earlier_sent GROUP BY run_no
    UNION ALL
    SELECT run_no, 0, count(*), sum(amount_pence), count(*) = count(DISTINCT row_number), true
    FROM earlier_paid GROUP BY run_no
) GROUP BY run_no
"""
"""What each run has: rows, payments and pence; ``is_known`` where all of its rows could be read."""

CONSERVED = f"""
SELECT run_id, sums.rows, sums.payments, coalesce(left_out.rows, 0)
FROM run JOIN run_sum AS sums USING (run_no)
LEFT JOIN (SELECT run_no, count(DISTINCT row_number) AS rows FROM core_left_out GROUP BY run_no) AS left_out
     USING (run_no)
WHERE is_known AND run_id IN (SELECT run_id FROM journal WHERE stage = '{Stage.VALIDATE}')
  AND (sums.rows <> sums.payments + coalesce(left_out.rows, 0) OR NOT is_once)
ORDER BY ALL
"""
"""Runs whose rows are not each payable or left out, once. Empty means that all is well."""

PAID_AND_LEFT_OUT = """
SELECT run_id, count(*)
FROM earlier_paid SEMI JOIN core_left_out USING (run_no, row_number) JOIN run USING (run_no)
GROUP BY run_id ORDER BY ALL
"""
"""Runs with payments for rows that are left out; of parts there can be none. Empty means that all is well."""

SAME_AMOUNTS = """
SELECT run_id, count(*)
FROM earlier_paid JOIN run USING (run_no) LEFT JOIN earlier_sent AS sent USING (run_no, row_number)
WHERE try_cast(sent.amount AS DECIMAL(38, 2)) * 100 IS DISTINCT FROM amount_pence
GROUP BY run_id ORDER BY ALL
"""
"""Runs with payments of another amount than the row says that was sent. Empty means that all is well."""

IN_THE_FILE = f"""
SELECT run_id FROM run_file AS file JOIN run USING (run_no) LEFT JOIN run_sum AS sums USING (run_no)
WHERE is_known IS DISTINCT FROM false AND (file.payments, file.pence) IS DISTINCT FROM (sums.payments, sums.pence)
  AND run_no NOT IN ({erasures.RUNS})
ORDER BY ALL
"""
"""Runs whose files are not those of their payments, which are not erased. Empty means that all is well."""

VOUCHERS_ADDED_UP = """
SELECT run_id FROM run JOIN (
    SELECT run_no, payments, pence FROM voucher_file
) AS file USING (run_no) FULL JOIN (
    SELECT run_no, count(*) AS payments, sum(pence) AS pence, count(*) = count(DISTINCT row_number) AS is_once
    FROM core_voucher GROUP BY run_no
) AS vouchers USING (run_no)
WHERE (file.payments, file.pence) IS DISTINCT FROM (vouchers.payments, vouchers.pence) OR NOT is_once
ORDER BY ALL
"""
"""Runs whose vouchers, each of them once, do not add up to their file. Empty means that all is well."""

CASHED_TOO_MUCH = """
SELECT run_id, count(*) FROM (
    SELECT run_no, row_number, max(cashed_pence) AS cashed FROM core_voucher_answer GROUP BY run_no, row_number
) LEFT JOIN core_voucher USING (run_no, row_number) LEFT JOIN run USING (run_no)
WHERE cashed > pence OR pence IS NULL GROUP BY run_id ORDER BY ALL
"""
"""Runs with vouchers of which more was cashed than they are worth. Empty means that all is well."""

_MISPLACED = f"SELECT DISTINCT run_id FROM ({MISPLACED}) JOIN run USING (run_no) WHERE run_no NOT IN ({erasures.RUNS})"


def problems(connection: duckdb.DuckDBPyConnection, parts: Path) -> Iterator[Problem]:
    """Hold the rows of every run against what became of them; yield what does not hold.

    Args:
        connection: an open ledger.
        parts: the folder of the tenant's sealed parts; each is read to its end.
    """
    proven = proof.prove(connection, parts)
    yield from proven.problems
    _add_up(connection, proven.sums)
    for run_id, rows, payable, left_out in connection.execute(CONSERVED).fetchall():
        yield Problem(run_id, f"{rows:,} rows came in, but {payable:,} are payable and {left_out:,} are left out.")
    for run_id, rows in connection.execute(PAID_AND_LEFT_OUT).fetchall():
        yield Problem(run_id, f"{rows:,} rows are payable and left out at once.")
    for run_id, payments in connection.execute(SAME_AMOUNTS).fetchall():
        yield Problem(run_id, f"{payments:,} payments are of another amount than their row says, as it was sent.")
    define_file_days(connection)
    for (run_id,) in connection.execute(IN_THE_FILE).fetchall():
        yield Problem(run_id, "Its payment file says another number or sum than its payments.")
    for (run_id,) in connection.execute(VOUCHERS_ADDED_UP).fetchall():
        yield Problem(run_id or "vouchers", "Its vouchers do not add up to its file of vouchers.")
    for run_id, vouchers in connection.execute(CASHED_TOO_MUCH).fetchall():
        yield Problem(run_id or "vouchers", f"Of {vouchers:,} vouchers more was cashed than they are worth.")
    # What cannot be read adds up to nothing, and of files of one day there is nothing to ask.
    if not proven.problems and connection.execute("SELECT 1 FROM file_day_rows LIMIT 1").fetchone():
        for (run_id,) in connection.execute(_MISPLACED).fetchall():
            yield Problem(run_id, "The rows of a day of its payment file do not add up to that day.")


def _add_up(connection: duckdb.DuckDBPyConnection, sums: list[PartSum]) -> None:
    schema = {"run_no": pl.Int32, "rows": pl.Int64, "payments": pl.Int64, "pence": pl.Int64, "is_known": pl.Boolean}
    connection.register("part_sum", pl.DataFrame([asdict(each) for each in sums], schema=schema).to_arrow())
    connection.execute(_ADD_UP)
    connection.unregister("part_sum")
