"""What is known of a run's vouchers: how many stand where, what was cashed, and what has to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.no_go import NoGo
from schemas.payment_state import PaymentState
from tasks.ledger import runs
from tasks.ledger.payment_state import define_payment_state
from tasks.tenant_context import TenantContext

_NOT_RELEASED = "not released"
_VOUCHERS = f"""
SELECT run_no, row_number, pence, cashed_pence, coalesce(state, '{_NOT_RELEASED}') AS state, expires, (
    SELECT count(*) > 0 FROM voucher_cancellation AS asked
    WHERE asked.run_no = voucher_state.run_no AND asked.row_number = voucher_state.row_number
) AS is_asked, is_disputed, run_no IN (SELECT run_no FROM withdrawal) AS is_taken_back
FROM voucher_state
WHERE run_no IN (SELECT unnest($runs)) AND ($rows IS NULL OR row_number IN (SELECT unnest($rows)))
ORDER BY run_no, row_number
"""


@dataclass(frozen=True)
class Standing:
    """One voucher; nothing of its payee.

    Attributes:
        row_number: of its payment.
        pence: what it is worth.
        cashed_pence: what was cashed of it.
        state: of the rest.
        expires: the last day on which it can be cashed.
        is_asked: whether the provider was asked to cancel it.
        is_disputed: whether the provider has said that it ended, or two people that it was never sent, and it did not
            end or was sent, or more was cashed.
        is_taken_back: whether two people have said that its run's files were never sent.
    """

    row_number: int
    pence: int
    cashed_pence: int
    state: str
    expires: date
    is_asked: bool
    is_disputed: bool
    is_taken_back: bool

    @property
    def left_pence(self) -> int:
        """What was not cashed."""
        return self.pence - self.cashed_pence

    @property
    def has_left(self) -> bool:
        """Whether its file was released, and nobody has taken that back before the provider had it."""
        return self.state not in (_NOT_RELEASED, PaymentState.NOT_SENT)

    def next_step(self, today: date) -> str:
        """What has to be done about it; empty if nothing has."""
        if self.is_disputed and self.is_taken_back:
            return (
                f"DISPUTED: it was said to be never sent, and the provider has it; {self._to_stop_it()}. What was sent "
                "again may be twice"
            )
        if self.is_disputed:
            return "DISPUTED: it was said to have ended, and another thing since: what was sent again may be twice"
        if self.state == PaymentState.EXPIRED:
            return "reach the payee, and send again what was not cashed, if it is still owed (siller correction-file)"
        if self.state == PaymentState.CANCELLED:
            return "send again what was not cashed, if it is still owed (siller correction-file)"
        if self.is_asked and self.state in (PaymentState.RELEASED, PaymentState.SUBMITTED, PaymentState.ISSUED):
            return "its cancellation was asked for, and the provider has not answered: nobody is paid again"
        if self.state == PaymentState.RELEASED:
            return "send the file of vouchers to the provider: siller vouchers sent"
        if self.state == PaymentState.SUBMITTED and today > self.expires:
            return "ask the provider what became of it: it has said nothing, and its last day is over"
        if self.state == PaymentState.ISSUED and today > self.expires:
            return "ask the provider: its last day is over, and it has not said that it expired"
        return ""

    def _to_stop_it(self) -> str:
        if self.state not in (PaymentState.SUBMITTED, PaymentState.ISSUED):
            return "nothing of it can be cashed any more"
        if self.is_asked:
            return "its cancellation was asked for, and the provider has not answered"
        return "have the provider cancel what is left (siller vouchers cancel)"


def list_vouchers(context: TenantContext, run_id: str) -> list[Standing]:
    """The vouchers of a run, in the order of its extract.

    Raises:
        NoGo: it has none.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        define_payment_state(connection)
        found = find_vouchers(connection, [run.run_no])
    if not found:
        raise NoGo(f"{run_id} pays nobody by voucher, or is not instructed yet.")
    return list(found.values())


def find_vouchers(
    connection: duckdb.DuckDBPyConnection, run_nos: Sequence[int], rows: Sequence[int] | None = None
) -> dict[tuple[int, int], Standing]:
    """The vouchers of runs by run and row, in that order.

    Args:
        connection: a tenant's ledger, with where each payment stands defined.
        run_nos: of which runs.
        rows: of which rows of them; of all if not given.
    """
    found = connection.execute(_VOUCHERS, {"runs": run_nos, "rows": rows}).fetchall()
    return {(run_no, row): Standing(row, *known) for run_no, row, *known in found}
