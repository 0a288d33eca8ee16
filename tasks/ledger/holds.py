"""What a payment that came back holds: its account, or its payee.

An account is held in every period but the one in which it was paid, whoever the payee is, until two people lift it on
the bank's word; another account of the payee's is not held. A payee of whom a bank says that they have died is not paid
in any run, until the body lifts that, and holds nobody else, on a shared account neither. What comes back after a hold
was lifted holds again, as does what people let count after that. Which code says what:
``schemas/bank_messages/codes.py``.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.codes import DECEASED, NOT_THE_ACCOUNT, WRONG_ACCOUNT
from tasks.ledger.never_twice import define_standings

_HOLDING, _HELD = (Path(__file__).with_name(name) for name in ("holding.sql", "holds.sql"))
_SAID = """
SELECT 1 FROM core_bank_answer
WHERE kind IN ('returned', 'rejected', 'statement_credit', 'statement_reversal')
    AND (is_deceased(message, code) OR is_wrong_account(message, code)) LIMIT 1
"""
"""Whether the bank ever said what holds anything, whatever became of that: see holding.sql."""
_NONE = pl.DataFrame(schema={"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String})


def define_held(connection: duckdb.DuckDBPyConnection, today: date) -> bool:
    """Give an open ledger ``held_now()`` and ``held_of(run_no)``, for this connection alone; false if nothing is held.

    ``held_now()`` has one row a payment that came back and still holds something: ``run_no``, ``row_number``,
    ``holds`` (account or payee), ``bank_file_no`` and ``code`` of what the bank said last, and the row's identity.

    The connection has the definitions of :func:`tasks.ledger.never_twice.define_rows` already.
    """
    for macro in (
        f"is_deceased(message, code) AS {_any_of(DECEASED)}",
        f"is_wrong_account(message, code) AS {_any_of(WRONG_ACCOUNT)} OR message = '{Message.ARUCS}' "
        f"AND coalesce(upper(code), '') NOT IN ({_listed(NOT_THE_ACCOUNT)})",
    ):
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    if connection.execute(_SAID).fetchone() is None:
        return False
    define_standings(connection)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE holding_now (run_no INTEGER, row_number INTEGER, holds VARCHAR, "
        "bank_file_no INTEGER, code VARCHAR, counts_since TIMESTAMPTZ)"
    )
    connection.execute(_HOLDING.read_text(), {"today": today})
    if connection.execute("SELECT 1 FROM holding_now LIMIT 1").fetchone() is None:
        return False  # most months need no row of an extract for that
    connection.execute(_HELD.read_text())
    return True


def find_held(connection: duckdb.DuckDBPyConnection, run_no: int, today: date) -> pl.DataFrame:
    """Which payments of a run are held, ``row_number``, ``column_name`` and ``rule``: one row a payment.

    The connection has the definitions of :func:`tasks.ledger.never_twice.define_rows` already.

    Rules: ``account_came_back``, ``payee_may_have_died``.
    """
    if not define_held(connection, today):
        return _NONE
    return connection.execute("FROM held_of(?)", [run_no]).pl()


def _any_of(codes: Mapping[Message, Iterable[str]]) -> str:
    return " OR ".join(f"message = '{message}' AND upper(code) IN ({_listed(said)})" for message, said in codes.items())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))
