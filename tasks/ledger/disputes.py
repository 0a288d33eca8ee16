"""What the bank leaves to people: payments that it says it took and did not take, and files it took nothing of."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from schemas.money import pounds
from schemas.payment_state import PaymentState
from tasks.ledger.file_progress import Progress

_TURNED_AWAY = {PaymentState.REJECTED, PaymentState.CANCELLED, PaymentState.NOT_SENT}

_TAKEN_BACK = "SELECT run_id FROM withdrawal JOIN run USING (run_no)"
_NOT_PAID_SINCE = """
WITH paid AS (
    SELECT run_no, period, payment_kind(kind) AS payment_kind, payee_reference
    FROM core_payment JOIN raw_extract_row USING (run_no, row_number) JOIN run USING (run_no)
)
SELECT run_id FROM run WHERE run_id IN (SELECT unnest($runs)) AND NOT EXISTS (
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


def find_turned_away(connection: duckdb.DuckDBPyConnection, come: Mapping[str, Progress]) -> frozenset[str]:
    """The runs of which the bank took nothing, and nobody in them is paid by a later run.

    So it is with one that was taken back as never sent, whatever was paid of it otherwise or by voucher since, unless
    every voucher of it was cashed and there is nothing else.

    Args:
        connection: a tenant's ledger.
        come: how far each released file has come.
    """
    states = {run_id: {total.state for total in file.states} for run_id, file in come.items()}
    taken_back = {run_id for (run_id,) in connection.execute(_TAKEN_BACK).fetchall()}
    away = [
        run_id
        for run_id, of in states.items()
        if of <= _TURNED_AWAY or (run_id in taken_back and of != {PaymentState.CASHED})
    ]
    if not away:  # so that no extract's rows are read
        return frozenset()
    return frozenset(run_id for (run_id,) in connection.execute(_NOT_PAID_SINCE, {"runs": away}).fetchall())


def disputes(come: Mapping[str, Progress]) -> list[Dispute]:
    """The runs with disputed payments, earliest first.

    Args:
        come: how far each released file has come.
    """
    return [
        Dispute(run_id, total.payments, total.pence)
        for run_id, file in come.items()
        for total in file.states
        if total.state == PaymentState.DISPUTED
    ]
