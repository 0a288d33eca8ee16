"""A ledger in memory that says where the payments of one released file stand, given what a bank has answered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.reconciliation.figures import SentFile
from tasks.ledger.payment_kind import define_payment_kind
from tasks.ledger.payment_state import define_payment_state

DDL = (Path(__file__).parents[1] / "tasks" / "ledger" / "ddl.sql").read_text(encoding="utf-8")
RECEIVED = datetime(2026, 11, 28, 7, tzinfo=UTC)


@contextmanager
def ledger_of(payments: pl.DataFrame, sent: SentFile | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A ledger with one run of these payments (``row_number``, ``amount_pence``), whose file was released if given."""
    with duckdb.connect() as connection:
        connection.execute(DDL)
        connection.register("given", payments.to_arrow())
        connection.execute("CREATE TABLE core_payment AS SELECT 1 AS run_no, row_number, amount_pence FROM given")
        connection.execute("CREATE TABLE raw_extract_row AS SELECT 1 AS run_no, row_number FROM given")
        connection.execute(
            "INSERT INTO run BY NAME SELECT 1 AS run_no, 'run' AS run_id, 'ilf' AS tenant, '2026-11' AS period, "
            "'live' AS mode, 'full' AS kind, '' AS extract_sha256, '' AS extract_name, '' AS submitted_by, "
            "0 AS declared_rows, 0 AS declared_total, DATE '2026-11-30' AS pay_date, DATE '2026-11-20' AS today, "
            "now() AS opened_at, "
            "2 AS first_line, true AS is_text"
        )
        if sent:
            file = [sent.service_user_number, int(sent.serial), sent.payments, sent.pence]
            connection.execute("INSERT INTO payment_file VALUES (1, 'rail', ?, ?, 'file', 'sha', ?, ?)", file)
            days = [sent.entry_date, sent.processing_date, sent.processing_date, sent.final_on]
            connection.execute("INSERT INTO file_day VALUES (1, ?, ?, ?, ?, ?, ?)", [*days, sent.payments, sent.pence])
            connection.execute("INSERT INTO journal VALUES (0, 'run', 'release', '', '', '{}', now(), '', '')")
        define_payment_kind(connection)
        define_payment_state(connection)
        yield connection


def answered(connection: duckdb.DuckDBPyConnection, answers: pl.DataFrame) -> None:
    """Let the bank say this, in files by their ``bank_file_no``, each with the minute of its number as its own time."""
    files = answers.group_by("bank_file_no").agg(pl.col("message").first()).sort("bank_file_no")
    for number, message in files.iter_rows():
        connection.execute(
            "INSERT INTO bank_file VALUES (?, ?, ?, 'file', 'taken', '', '', NULL, NULL, ?)",
            [number, message, str(number), RECEIVED.replace(minute=number)],
        )
    connection.register("said", answers.to_arrow())
    connection.execute("INSERT INTO core_bank_answer BY NAME FROM said")
    connection.unregister("said")


def stood(connection: duckdb.DuckDBPyConnection, day: date) -> pl.DataFrame:
    """``row_number``, ``amount_pence``, ``state`` and ``is_proven`` of each payment."""
    define_payment_state(connection)  # anew: which statements go on from one another is worked out then
    return connection.execute(
        "SELECT row_number, amount_pence, state, is_proven FROM payment_state(?) ORDER BY row_number", [day]
    ).pl()


def in_files(answers: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """The same answers, each in a file of its own unless it says in which."""
    return [{"run_no": 1, "bank_file_no": at, "item": at, **each} for at, each in enumerate(answers, start=1)]
