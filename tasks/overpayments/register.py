"""Which payments should not have been made, or not so much of them, and where that money is now.

What the ledger knows is found by itself: a payment that was made outside siller too, one whose recall the bank refused,
one to a payee of whom a bank had said before that they have died, and a voucher with which more went to a payee than
was left. Of all else, such as a leaver
who was paid, somebody says so. Details that the bank advises to change (AWACS) are none: the money is the payee's.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_days import LONDON
from schemas.stages import Stage
from tasks.ledger import erasures, never_twice, runs
from tasks.ledger.file_line import place_rows
from tasks.ledger.holds import define_held
from tasks.publish.pseudonym_key import define_pseudonym, pseudonym_key
from tasks.tenant_context import TenantContext

_REGISTER = Path(__file__).with_name("register.sql")
_BEYOND_VOUCHERS = Path(__file__).with_name("beyond_vouchers.sql")
_ERASED = f"CREATE OR REPLACE TEMP VIEW erased_run AS {erasures.RUNS}"
_ANY = """
SELECT 1 FROM journal WHERE starts_with(stage, 'overpayment_found ')
UNION ALL SELECT 1 FROM core_paid_elsewhere_too WHERE is_twice
UNION ALL SELECT 1 FROM recall_outcome
UNION ALL SELECT 1 FROM paid_after_death
UNION ALL SELECT 1 FROM cashed_beyond
LIMIT 1
"""
_ANY_IN_QUESTION = """
SELECT 1 FROM voucher_state WHERE is_disputed
UNION ALL SELECT 1 FROM core_paid_elsewhere_too JOIN core_voucher USING (run_no, row_number) LIMIT 1
"""
_NO_VOUCHER = """
CREATE OR REPLACE TEMP TABLE cashed_beyond (
    run_no INTEGER, row_number INTEGER, pence BIGINT, found_at TIMESTAMPTZ, found_by VARCHAR
)
"""
_ANY_DIED = "SELECT 1 FROM holding_now WHERE holds = 'payee' LIMIT 1"
_NOBODY = "CREATE OR REPLACE TEMP TABLE paid_after_death (run_no INTEGER, row_number INTEGER, found_at TIMESTAMPTZ)"
_PAID_AFTER_DEATH = f"""
INSERT INTO paid_after_death BY NAME
WITH died AS (
    SELECT payee_reference, min(entry_date) AS since, min(received_at) AS found_at
    FROM held_now() JOIN days_of_runs() USING (run_no) JOIN bank_file USING (bank_file_no)
    WHERE holds = 'payee' AND payee_reference <> '' GROUP BY payee_reference
)
SELECT run_no, row_number, found_at
FROM sent_identity JOIN died USING (payee_reference) JOIN days_of_runs() USING (run_no) JOIN run USING (run_no)
SEMI JOIN (FROM journal WHERE stage = '{Stage.RELEASE_PENDING}') AS begun USING (run_id)
WHERE entry_date >= since
    AND run_no IN (SELECT run_no FROM days_of_runs() WHERE entry_date >= (SELECT min(since) FROM died))
    AND (run_no, row_number) NOT IN (SELECT (run_no, row_number) FROM held_now())
"""


@dataclass(frozen=True)
class Summed:
    """What overpayments come to, in pence.

    Attributes:
        payments: how many.
        overpaid: their sum.
        recovered: by bank and body.
        written_off: by two people.
        still_owed: what is left.
    """

    payments: int
    overpaid: int
    recovered: int
    written_off: int
    still_owed: int


def find_overpayments(context: TenantContext, now: datetime) -> pl.DataFrame:
    """The register, the one found first at its top; see ``register.sql`` for its columns. Erased periods have none.

    Args:
        context: the tenant's.
        now: the time that counts.

    Raises:
        NoGo: the key for pseudonyms is gone.
    """
    with context.ledger.opened() as connection:
        return find_in(connection, context, now)


def find_in(connection: duckdb.DuckDBPyConnection, context: TenantContext, now: datetime) -> pl.DataFrame:
    """The same, of a ledger that is open."""
    today = now.astimezone(LONDON).date()
    never_twice.define(connection, context.agreement.accounts)
    connection.execute(_NOBODY)
    connection.execute(_NO_VOUCHER)
    connection.execute(_ERASED)
    if connection.execute(_ANY_IN_QUESTION).fetchone():
        connection.execute(_BEYOND_VOUCHERS.read_text(), {"today": today})
    if define_held(connection, today) and connection.execute(_ANY_DIED).fetchone():
        connection.execute(_PAID_AFTER_DEATH)
    if connection.execute(_ANY).fetchone() is None:
        return pl.DataFrame(schema=COLUMNS)  # most months need no row of an extract for that
    key = pseudonym_key(context, in_use=runs.ever_done(connection, Stage.PUBLISH))
    define_pseudonym(connection, key.encode())
    found = connection.execute(_REGISTER.read_text(), {"today": today}).pl()
    lines = place_rows(connection, found.select("run_no", "row_number"))
    placed = found.join(lines, on=["run_no", "row_number"], how="left", maintain_order="left")
    return placed.select(*COLUMNS).cast(COLUMNS)  # type: ignore[arg-type]


def sum_up(found: pl.DataFrame) -> Summed:
    """What a register, or a part of it, comes to."""
    row = found.select(
        payments=pl.len(),
        overpaid=pl.col("overpaid_pence").sum(),
        recovered=(pl.col("recovered_by_bank_pence") + pl.col("recovered_by_body_pence")).sum(),
        written_off=pl.col("written_off_pence").sum(),
        still_owed=pl.col("still_owed_pence").sum(),
    ).row(0, named=True)
    return Summed(*(row[each.name] for each in fields(Summed)))


COLUMNS = {
    "run_id": pl.String,
    "row_number": pl.Int32,
    "line": pl.Int64,
    "extract_name": pl.String,
    "period": pl.String,
    "payee": pl.String,
    "paid_on": pl.Date,
    "payment_pence": pl.Int64,
    "overpaid_pence": pl.Int64,
    "reasons": pl.String,
    "found_on": pl.Date,
    "found_by": pl.String,
    "recovered_by_bank_pence": pl.Int64,
    "recovered_by_body_pence": pl.Int64,
    "written_off_pence": pl.Int64,
    "still_owed_pence": pl.Int64,
    "days_since_found": pl.Int32,
    "to_give_back_pence": pl.Int64,
}
"""The register's columns; ``payee`` is the pseudonym of the analysts' file, ``line`` that in the body's own file."""
