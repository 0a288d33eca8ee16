"""What the bank leaves to people: payments that it says it took and did not take, and files it took nothing of."""

from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.money import pounds
from tasks.ledger.payment_state import define_payment_state

_TURNED_AWAY = """
SELECT run_no FROM state_totals(?) GROUP BY run_no HAVING bool_and(state IN ('rejected', 'cancelled'))
"""
"""The runs of which the bank took nothing."""

_NOT_PAID_SINCE = """
WITH paid AS (
    SELECT run_no, period, payment_kind(kind) AS payment_kind, payee_reference
    FROM core_payment JOIN raw_extract_row USING (run_no, row_number) JOIN run USING (run_no)
)
SELECT run_id FROM run WHERE run_no IN (SELECT unnest($runs)) AND NOT EXISTS (
    FROM paid AS again JOIN paid AS once USING (period, payment_kind, payee_reference)
    WHERE once.run_no = run.run_no AND again.run_no > run.run_no
)
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
    define_payment_state(connection)
    away = [run_no for (run_no,) in connection.execute(_TURNED_AWAY, [as_at]).fetchall()]
    if not away:  # so that no extract's rows are read
        return frozenset()
    return frozenset(run_id for (run_id,) in connection.execute(_NOT_PAID_SINCE, {"runs": away}).fetchall())


def disputes(connection: duckdb.DuckDBPyConnection, as_at: date) -> list[Dispute]:
    """The runs with disputed payments, earliest first.

    Args:
        connection: a tenant's ledger.
        as_at: the day.
    """
    define_payment_state(connection)
    found = connection.execute(
        "SELECT run_id, payments, pence FROM state_totals(?) JOIN run USING (run_no) WHERE state = 'disputed' "
        "ORDER BY run_no",
        [as_at],
    ).fetchall()
    return [Dispute(*row) for row in found]
