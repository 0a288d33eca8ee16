"""That a released file of vouchers was sent to the provider, when, and under which reference: a person says so."""

from datetime import UTC, datetime

import duckdb

from schemas.no_go import NoGo
from schemas.stages import Event
from tasks.ledger import Entry, entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.catalogue.vouchers import VouchersSubmitted
from tasks.ledger.counters import next_number
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.ledger.voucher_rows import VoucherSubmissionRow
from tasks.release.outboxes import outbox_of
from tasks.submit.stage import check_reference, check_time
from tasks.tenant_context import TenantContext


def record_sent(
    context: TenantContext, run_id: str, reference: str, at: datetime, by: str, now: datetime
) -> Entry[VouchersSubmitted]:
    """Record that a run's file of vouchers was sent to the provider.

    Args:
        context: the tenant's.
        run_id: the run.
        reference: what the provider gave back, as text.
        at: when it was sent.
        by: the officer who sent it.
        now: the time that counts.

    Raises:
        NoGo: the run is not released or has no vouchers, its file is gone from the outbox or is another one, the
            reference cannot be read, the time is before the release or ahead, or other words stand already.
    """
    reference, outbox = check_reference(reference), outbox_of(context)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        check_time(connection, run_id, at, now)
        instructed = entry_of(connection, run_id, Instruct)
        stands = _stands(connection, run)
        was_taken_back = runs.is_withdrawn(connection, run)
    name, expected = instructed.voucher_file_name, instructed.voucher_sha256
    if name is None or expected is None:
        raise NoGo(f"{run_id} has no vouchers. Nothing was recorded.")
    there = outbox.sha256_of(name)
    # Whoever sent vouchers that were said to be never sent has paid: that is kept, and frees nobody any more.
    if there != expected and stands is None and not was_taken_back:
        found = f"is not in {outbox.address}" if there is None else f"in {outbox.address} has the SHA-256 {there}"
        raise NoGo(
            f"{name} {found}, and {run_id} released {expected}. Nothing was recorded. If another file went to the "
            "provider, stop it there now; if only the copy here was moved or changed, put the released one back."
        )
    said = VouchersSubmitted(by, reference, at.astimezone(UTC), expected)
    input_hash = sha256_of(reference, said.at.isoformat(), by, expected)
    with context.ledger.transaction() as connection:
        number = _stands(connection, run) or next_number(connection, Event.VOUCHERS_SUBMITTED)
        entry = _standing(connection, run_id, number, input_hash)
        if entry:
            return entry
        insert(connection, VoucherSubmissionRow(number, run.run_no, reference, at, by, expected))
        return record(connection, run.run_no, run_id, said, input_hash, now, number)


def _stands(connection: duckdb.DuckDBPyConnection, run: RunRow) -> int | None:
    """The number under which it was said before."""
    query = "SELECT voucher_submission_no FROM voucher_submission WHERE run_no = ?"
    kept = connection.execute(query, [run.run_no]).fetchone()
    return int(kept[0]) if kept else None


def _standing(
    connection: duckdb.DuckDBPyConnection, run_id: str, number: int, input_hash: str
) -> Entry[VouchersSubmitted] | None:
    try:
        return standing(connection, run_id, VouchersSubmitted, input_hash, number)
    except NoGo:
        said = entry_of(connection, run_id, VouchersSubmitted, number)
        raise NoGo(
            f"The vouchers of {run_id} were recorded as sent already, by {said.by} under the reference "
            f"{said.reference}. That stands, and nothing was changed. If the file went to the provider twice, have it "
            "stop one of them now."
        ) from None
