"""Small ledgers in memory, of which a test says who was paid what in which run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.contract.canonical import CANONICAL
from schemas.stages import Stage
from tasks.assess.context import AccountTable, Context
from tasks.assess.measure import measure
from tasks.assess.metrics import Metrics
from tasks.authorised_payees.kept import KeptList
from tasks.ledger import runs
from tasks.ledger.payment_kind import define_payment_kind

Row = tuple[str, str, str] | tuple[str, str, str, str]
"""Payee, account, amount and, where it matters, name."""

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def context_at(now: datetime) -> Context:
    """What the ledger does not say of a run."""
    entered = now.date() + timedelta(10)
    return Context(
        Decimal(0), True, AccountTable.FULL, 0, now, now + timedelta(6), date.fromordinal(entered.toordinal() - 3), True
    )


@contextmanager
def small_ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty one, whose rows and payments stand in plain tables."""
    ddl = Path(runs.__file__).with_name("ddl.sql").read_text()
    with duckdb.connect() as connection:
        connection.execute(ddl)
        define_payment_kind(connection)
        columns = ", ".join(f"{column} VARCHAR" for column in CANONICAL)
        connection.execute(f"CREATE TABLE raw_extract_row (run_no INTEGER, row_number INTEGER, {columns})")
        connection.execute("CREATE TABLE core_payment (run_no INTEGER, row_number INTEGER, amount_pence BIGINT)")
        yield connection


def month(
    connection: duckdb.DuckDBPyConnection,
    period: str,
    *rows: Row,
    released: bool = True,
    kind: str = "full",
    at: datetime = NOW,
) -> str:
    """A run of these rows; an amount that is no whole pence is refused."""
    (run_no,) = connection.execute("SELECT count(*) + 1 FROM run").fetchone() or (1,)
    run_id = f"ilf-{period}-live-{run_no}"
    connection.execute(
        "INSERT INTO run VALUES (?, ?, 'ilf', ?, 'live', ?, 'x', 'x.csv', 'x', ?, 0, ?, ?, ?, NULL, 2, true)",
        [run_no, run_id, period, kind, len(rows), (at + timedelta(10)).date(), at.date(), at],
    )
    sent = pl.DataFrame([(*row, "N")[:4] for row in rows], ["payee", "account", "amount", "name"], orient="row")
    given = sent.with_row_index("row_number").to_arrow()
    connection.register("given", given)
    connection.execute(
        "INSERT INTO raw_extract_row BY NAME SELECT ? AS run_no, row_number, payee AS payee_reference, "
        "name AS payee_name, '800000' AS sort_code, account AS account_number, '' AS roll_number, amount, "
        "'R' AS payment_reference, 'D' AS pay_date FROM given",
        [run_no],
    )
    readable = "regexp_full_match(amount, '[0-9]+[.][0-9]{2}')"
    connection.execute(
        f"INSERT INTO core_payment SELECT ?, row_number, replace(amount, '.', '')::BIGINT FROM given WHERE {readable}",
        [run_no],
    )
    connection.execute(
        "INSERT INTO core_left_out SELECT ?, row_number, 'refused', 'amount', 'is_a_number' FROM given "
        f"WHERE NOT {readable}",
        [run_no],
    )
    connection.unregister("given")
    if released:
        _release(connection, run_no, run_id, at)
    return run_id


def _release(connection: duckdb.DuckDBPyConnection, run_no: int, run_id: str, at: datetime) -> None:
    connection.execute(
        "INSERT INTO payment_file SELECT ?, 'bacs_standard_18', '123456', ?, 'file', 'sha', count(*), "
        "coalesce(sum(amount_pence), 0) FROM core_payment WHERE run_no = ?",
        [run_no, run_no, run_no],
    )
    connection.execute(
        "INSERT INTO file_day SELECT run_no, pay_date, pay_date - 1, pay_date - 2, pay_date + 3, payments, pence "
        "FROM run JOIN payment_file USING (run_no) WHERE run_no = ?",
        [run_no],
    )
    for stage in (Stage.RELEASE_PENDING, Stage.RELEASE):  # by hand: a chained entry costs more than all else here
        connection.execute(
            "INSERT INTO journal SELECT count(*), ?, ?, '', '', '{}', ?, '', '' FROM journal", [run_id, stage, at]
        )


def measured(
    connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime = NOW, authorised: KeptList | None = None
) -> Metrics:
    """The figures of a run."""
    told = replace(context_at(now), authorised=authorised)
    return measure(connection, runs.run_row(connection, run_id), told, AccountForms())
