"""Ask the provider to cancel a voucher: it frees nobody, until the provider says what was not cashed."""

import re
from datetime import datetime

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.payment_state import PaymentState
from schemas.stages import Event
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.catalogue.vouchers import VoucherCancellationAsked
from tasks.ledger.counters import next_number
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.rows import insert
from tasks.ledger.voucher_rows import VoucherCancellationRow
from tasks.people.two_people import check_said
from tasks.submit.stage import check_reference
from tasks.tenant_context import TenantContext

_NAMED = re.compile(r"(?P<run_id>[^/]+)/(?P<row>[0-9]{1,9})")
_STATE = "SELECT state FROM voucher_state WHERE run_no = ? AND row_number = ?"
_CAN_BE_CASHED = (PaymentState.RELEASED, PaymentState.SUBMITTED, PaymentState.ISSUED)


def run_of(named: str) -> str:
    """The run of a payment that is named by run and row, as siller trace has it.

    Raises:
        NoGo: it is not named so.
    """
    found = _NAMED.fullmatch(named.strip())
    if found is None:
        raise NoGo("Name a payment by run and row as siller trace has it, such as cash-2026-11-live-1/17.")
    return PayRun.of(found["run_id"]).run_id


def ask_to_cancel(
    context: TenantContext, named: str, reason: str, reference: str, by: str, now: datetime
) -> VoucherCancellationAsked:
    """Record that the provider was asked to cancel a voucher.

    Args:
        context: the tenant's.
        named: the payment, as RUN/ROW.
        reason: why; nothing of a payee.
        reference: of the request at the provider.
        by: the operator.
        now: the moment.

    Raises:
        NoGo: it is no voucher, it has not left, or nothing of it can be cashed any more.
    """
    reason, reference = check_said(reason, "why it is to be cancelled"), check_reference(reference)
    run_id, row = run_of(named), int(named.rpartition("/")[2])
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        define_payment_state(connection)
        found = connection.execute(_STATE, [run.run_no, row]).fetchone()
        if found is None:
            raise NoGo(f"{named} is paid by no voucher. Nothing was done.")
        if found[0] not in _CAN_BE_CASHED:
            stands = "has not left yet" if found[0] is None else f"is {found[0].replace('_', ' ')}"
            raise NoGo(f"The voucher {named} {stands}, so there is nothing to cancel. Nothing was done.")
        number = next_number(connection, Event.VOUCHER_CANCELLATION_ASKED)
        insert(connection, VoucherCancellationRow(number, run.run_no, row, reason, reference, by, now))
        said = VoucherCancellationAsked(by, f"{run_id}/{row}", reason, reference)
        record(connection, run.run_no, run_id, said, sha256_of(*vars(said).values()), now, number)
    return said
