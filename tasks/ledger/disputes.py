"""The payments of which the bank says both that it took them and that it did not, for whoever has to settle that."""

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


def disputes(connection: duckdb.DuckDBPyConnection, as_at: date) -> list[Dispute]:
    """The runs with disputed payments, earliest first.

    Args:
        connection: a tenant's ledger.
        as_at: the day.
    """
    suspects = [row[0] for row in connection.execute(_SUSPECTS).fetchall()]
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
