"""Where each payment stands, asked of a ledger; the states are those of ``schemas/payment_state.py``."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from schemas.bank_messages.codes import BANK_HAS_IT
from schemas.bank_messages.pain002 import SETTLED
from schemas.payment_state import OPEN, UNPAID
from tasks.ledger.file_days import define_file_days

_CHAIN, _EVIDENCE, _OF_RUNS, _OUTSIDE, _STATES, _ADVICE = (
    Path(__file__).with_name(f"{name}.sql")
    for name in ("statement_chain", "bank_evidence", "run_evidence", "paid_outside", "payment_state", "open_advice")
)
_SPEAKS_AGAINST = """
speaks_against(decision, state, kind, payments) AS CASE decision
    WHEN 'paid' THEN kind IN ('rejected', 'returned', 'cancelled', 'statement_credit', 'statement_reversal')
        OR kind IN ('rejected_total', 'cancelled_total') AND payments > 0
    ELSE state = 'disputed' AND (
        kind IN ('statement_debit', 'settled', 'amended', 'advised') OR kind = 'accepted_total' AND payments > 0
    )
END
"""
"""Whether an answer that came after a settlement opens it again."""


def define_payment_state(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the table function ``payment_state(as_at)``, for this connection alone.

    Its rows: ``run_no``, ``row_number``, ``amount_pence`` (null where the row is not paid), ``processing_date`` and
    ``entry_date`` (null likewise, and before there is a payment file) and ``state``, for every row of every extract.
    ``is_proven`` says whether what a message says of a payment that did not arrive is proven. With it come what is told
    without reading an extract's rows, ``run_standing(as_at)``, ``exception_state(as_at)`` and ``state_totals(as_at)``;
    ``days_of_runs()``; and ``may_be_paid_again(state, is_proven)``, which every query asks that lets somebody be paid.
    """
    define_bank_evidence(connection)
    for definitions in (_OF_RUNS, _OUTSIDE, _STATES, _ADVICE):
        connection.execute(definitions.read_text())


def define_paid_outside(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger ``standing_elsewhere``: the payments that were recorded as paid outside, and not back."""
    define_file_days(connection)
    connection.execute(_OUTSIDE.read_text())


def define_bank_evidence(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger the views of what the bank's files prove, which need no extract to have come yet."""
    for macro in (
        f"did_not_arrive(state) AS state IN ({_listed(UNPAID)})",
        "may_be_paid_again(state, is_proven) AS did_not_arrive(state) AND is_proven",
        f"is_open(state, is_proven) AS state IN ({_listed(OPEN)}) OR did_not_arrive(state) AND NOT is_proven",
        f"bank_has_it(code) AS upper(code) IN ({_listed(BANK_HAS_IT)})",
        f"is_settled(code) AS code IN ({_listed(SETTLED)})",
        _SPEAKS_AGAINST,
    ):
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {macro}")
    define_file_days(connection)
    connection.execute(_CHAIN.read_text())
    connection.execute(_EVIDENCE.read_text())


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))
