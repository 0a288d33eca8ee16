"""What one payment is called: as the body sent it, beside what the payment file writes.

The way of a payment (``trace``) shows no name. Who must answer a payee, or the bank, may ask for the texts of one
payment, and the ledger keeps that they did.
"""

from datetime import datetime
from typing import NamedTuple

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import payment
from schemas.rails.text import as_bacs_text
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import Shown
from tasks.tenant_context import TenantContext


class Text(NamedTuple):
    """One text of a payment.

    Attributes:
        column: the extract's own name for it.
        sent: as the body sent it.
        written: as a payment file writes it; None if it is not written: it cannot be, or a roll number stands there.
    """

    column: str
    sent: str
    written: str | None


def show_texts(context: TenantContext, payment_id: str, by: str, now: datetime) -> list[Text]:
    """Tell the texts of one payment, and keep who was told.

    Args:
        context: the tenant's.
        payment_id: run and row, as a trace names them.
        by: the person, who has proved who they are.
        now: when.

    Raises:
        NoGo: the ledger has no such row.
    """
    run_id, _, row_number = payment_id.partition("/")
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        row = connection.execute(
            "SELECT payee_name, payment_reference, roll_number FROM raw_extract_row "
            "WHERE run_no = ? AND row_number = ?",
            [run.run_no, int(row_number)],
        ).pl()
        if row.is_empty():
            raise NoGo(f"The extract of {run_id} has no row {row_number}. Data rows are counted from 0.")
        said = f"name and reference of {payment_id}"
        audit_log.keep(connection, Shown(by, said), now, (run.run_no, run_id))
    by_roll_number = payment.has_roll_number()
    written = row.select(
        payee_name=as_bacs_text(pl.col("payee_name")),
        payment_reference=pl.when(~by_roll_number).then(payment.reference()),
        roll_number=pl.when(by_roll_number).then(payment.reference()),
    ).row(0, named=True)
    return [
        Text(context.contract.column(name).physical_name, sent, written[name])
        for name, sent in row.row(0, named=True).items()
        if sent
    ]
