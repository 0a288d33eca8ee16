"""What the bank leaves to people: payments that it says it took and did not take, and files it took nothing of."""

from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.money import pounds
from tasks.ledger.payment_state import define_payment_state

_SUSPECTS = """
SELECT DISTINCT run_no FROM core_bank_answer
WHERE run_no > 0 AND (kind IN ('rejected', 'statement_reversal') OR kind = 'rejected_total' AND amount_pence > 0)
"""
"""The runs of which the bank said anything that can contradict that it took their payments: no other has a dispute."""

_TURNED_AWAY = """
WITH paid AS (
    SELECT run_no, period, payment_kind(kind) AS payment_kind, payee_reference
    FROM core_payment JOIN raw_extract_row USING (run_no, row_number) JOIN run USING (run_no)
)
SELECT run_id FROM payment_state($as_at) AS stands JOIN run USING (run_no)
WHERE stands.run_no IN (SELECT unnest($suspects)) AND amount_pence IS NOT NULL AND NOT EXISTS (
    FROM paid AS again JOIN paid AS once USING (period, payment_kind, payee_reference)
    WHERE once.run_no = stands.run_no AND again.run_no > stands.run_no
)
GROUP BY run_no, run_id HAVING bool_and(state = 'rejected')
"""


@dataclass(frozen=True)
class Dispute:
    """The disputed payments of one run.

    Attributes:
        run_id: the run.
        payments: how many.
        pence: their sum.
    """

    run_id: str
    payments: int
    pence: int

    @property
    def said(self) -> str:
        """What a person must know and do."""
        payments = "1 payment" if self.payments == 1 else f"{self.payments:,} payments"
        return (
            f"Of {payments}, {pounds(self.pence)}, the bank says both that it took and that it did not "
            "take them. Nobody is paid again on that: ask the bank which is true, then settle it "
            "(docs/operating/runbooks.md)."
        )


def find_turned_away(connection: duckdb.DuckDBPyConnection, as_at: date) -> frozenset[str]:
    """The runs of which the bank took nothing, so that nobody has the money, and nobody in them is paid by a later run.

    Args:
        connection: a tenant's ledger.
        as_at: the day.
    """
    suspects = _suspects(connection)
    if not suspects:
        return frozenset()
    define_payment_state(connection)
    found = connection.execute(_TURNED_AWAY, {"as_at": as_at, "suspects": suspects}).fetchall()
    return frozenset(row[0] for row in found)


def disputes(connection: duckdb.DuckDBPyConnection, as_at: date) -> list[Dispute]:
    """The runs with disputed payments, earliest first.

    Args:
        connection: a tenant's ledger.
        as_at: the day.
    """
    suspects = _suspects(connection)
    if not suspects:
        return []
    define_payment_state(connection)
    found = connection.execute(
        "SELECT run_id, count(*), sum(amount_pence)::BIGINT FROM payment_state($as_at) AS stands "
        "JOIN run USING (run_no) WHERE stands.run_no IN (SELECT unnest($suspects)) AND state = 'disputed' "
        "GROUP BY run_no, run_id ORDER BY run_no",
        {"as_at": as_at, "suspects": suspects},
    ).fetchall()
    return [Dispute(*row) for row in found]


def _suspects(connection: duckdb.DuckDBPyConnection) -> list[int]:
    return [run_no for (run_no,) in connection.execute(_SUSPECTS).fetchall()]
