"""Hand over a run's released files, on the word of the sender, and record that each was submitted.

A payment file goes to the bank, a file of vouchers to their provider, each where the agreement has a place for it.
Each goes by itself: what keeps one back does not keep the other.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import duckdb

from schemas.hand_over import HandOver, HandOverS3, ProviderHandOver
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.hand_over.on_its_way import PAUSES, Known, OnItsWay, Released, check_live, check_released
from tasks.hand_over.send import PerhapsThere
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.events import Submitted
from tasks.ledger.catalogue.handing_over import HandOverBegun, VouchersHandOverBegun
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.catalogue.vouchers import VouchersSubmitted
from tasks.ledger.file_days import days_of
from tasks.ledger.runs import RunRow
from tasks.release.outboxes import outbox_of
from tasks.submit.never_sent import find_bank_file_of
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tasks.vouchers.submit import record_sent

_ANSWERED = "SELECT 1 FROM core_voucher_answer WHERE run_no = ? LIMIT 1"

T = TypeVar("T")
HandOverOf = Callable[[TenantContext, str, str, Callable[[], datetime], Sequence[float]], Submitted | VouchersSubmitted]


def list_hand_overs(context: TenantContext, run_id: str) -> list[HandOverOf]:
    """What is to be handed over of a run by the agreement: its payment file, that of its vouchers, or both.

    Where nothing is, it is the payment file's, which says why.

    Args:
        context: the tenant's.
        run_id: the run.
    """
    agreed = context.agreement
    to_bank = agreed.handed_over_to is not None
    to_provider = agreed.vouchers is not None and agreed.vouchers.hand_over is not None
    if to_bank and to_provider and context.mode is Mode.LIVE:
        with context.ledger.opened() as connection:
            if Stage.INSTRUCT in runs.stages_done(connection, run_id):
                file = entry_of(connection, run_id, Instruct)
                to_bank, to_provider = bool(file.file_name), bool(file.voucher_file_name)
    if not to_provider:
        return [hand_over]
    return [hand_over, hand_over_vouchers] if to_bank else [hand_over_vouchers]


def hand_over(
    context: TenantContext, run_id: str, by: str, clock: Callable[[], datetime], pauses: Sequence[float] = PAUSES
) -> Submitted:
    """Hand a run's payment file over to where the agreement names; one that is submitted is left alone.

    Nobody else may work for the tenant meanwhile.

    Args:
        context: the tenant's.
        run_id: the run.
        by: the sender, who has proved who they are.
        clock: the time that counts, whenever it is asked.
        pauses: seconds before each try.

    Returns:
        what is recorded of the submission, now or before.

    Raises:
        PerhapsThere: the bank may have the file, and nothing at the server says so.
        NoGo: the run is a rehearsal's, its file is not to be sent or not any more, the agreement names no other end or
            is not adopted, or the other end does not take the file.
    """
    agreed = _agreed(context, run_id)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        if said := _submitted(connection, run):
            return said
        check_released(connection, context, run)
        file = _find_payment_file(connection, run)
        known = Known.of(connection, run, HandOverBegun)
        processing_date = min(day.processing_date for day in days_of(connection, run_id))
    outbox_of(context).check(file.name, file.sha256)
    to_say = (
        f"If it has the file, say so: siller submitted {run_id} --reference REFERENCE --at TIME. If it has not, two "
        f"people take it back: siller submitted {run_id} --never-sent."
    )
    on_its_way = OnItsWay(
        *(context, run, agreed, file, HandOverBegun, by, clock, known),
        is_told=lambda connection: _submitted(connection, run) is not None,
        to_say=to_say,
        latest=context.calendar.latest(context.agreement.submit_by, processing_date),
    )
    at, said = _finish(on_its_way, pauses, _submitted)
    return said or record_submission(context, run_id, f"{file.name} by {agreed.by}", at, by, clock()).figures


def hand_over_vouchers(
    context: TenantContext, run_id: str, by: str, clock: Callable[[], datetime], pauses: Sequence[float] = PAUSES
) -> VouchersSubmitted:
    """Hand a run's file of vouchers over to the provider's server; one that was sent is left alone.

    No hour is too late for it: whoever is paid by voucher has no money before.

    Args:
        context: the tenant's.
        run_id: the run.
        by: the sender, who has proved who they are.
        clock: the time that counts, whenever it is asked.
        pauses: seconds before each try.

    Returns:
        what is recorded of it, now or before.

    Raises:
        PerhapsThere: the provider may have the file, and nothing at the server says so.
        NoGo: the run is a rehearsal's or has no vouchers, their file is not to be sent or not any more, the agreement
            names no server or is not adopted, or the server does not take the file.
    """
    agreed = _agreed_with_provider(context, run_id)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        if said := _vouchers_sent(connection, run):
            return said
        check_released(connection, context, run)
        file = _find_voucher_file(connection, run)
        known = Known.of(connection, run, VouchersHandOverBegun)
    outbox_of(context).check(file.name, file.sha256)
    to_say = (
        f"If it has the file, say so: siller vouchers sent {run_id} --reference REFERENCE --at TIME. If it has not, "
        "take the file in the outbox to it by another way, and say so likewise."
    )
    on_its_way = OnItsWay(
        *(context, run, agreed, file, VouchersHandOverBegun, by, clock, known),
        is_told=lambda connection: _vouchers_sent(connection, run) is not None,
        to_say=to_say,
    )
    at, said = _finish(on_its_way, pauses, _vouchers_sent)
    return said or record_sent(context, run_id, f"{file.name} by {agreed.by}", at, by, clock()).figures


def _finish(
    on_its_way: OnItsWay, pauses: Sequence[float], told: Callable[[duckdb.DuckDBPyConnection, RunRow], T | None]
) -> tuple[datetime, T | None]:
    """When the file came there, and what another home that shares the ledger has recorded of it meanwhile, if any."""

    def look() -> T | None:
        with on_its_way.context.ledger.opened() as connection:
            return told(connection, on_its_way.run)

    try:
        at = on_its_way.finish(pauses)
    except PerhapsThere:
        # Another home may have finished what both had begun.
        if said := look():
            return on_its_way.clock(), said
        raise
    return at, look()


def _agreed(context: TenantContext, run_id: str) -> HandOver | HandOverS3:
    agreed = context.agreement.handed_over_to
    if agreed is None:
        raise NoGo(
            f"The agreement with {context.tenant} names no server (hand_over) and no bucket (hand_over_s3): the "
            f"file of {run_id} stays in the outbox, for the sender to take. Nothing was handed over; once it was sent, "
            "say so: siller submitted."
        )
    check_live(context, run_id, agreed)
    return agreed


def _agreed_with_provider(context: TenantContext, run_id: str) -> ProviderHandOver:
    vouchers = context.agreement.vouchers
    if vouchers is None or vouchers.hand_over is None:
        raise NoGo(
            f"The agreement with {context.tenant} names no server of a provider (vouchers.hand_over): vouchers of "
            f"{run_id} stay in the outbox, for the sender to take. Nothing was handed over; once they were sent, say "
            f"so: siller vouchers sent {run_id}."
        )
    check_live(context, run_id, vouchers.hand_over)
    return vouchers.hand_over


def _find_payment_file(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Released:
    """The payment file that was released, of which the bank does not speak yet."""
    if bank_file := find_bank_file_of(connection, run):
        raise NoGo(
            f"The bank speaks of {run.run_id} in {bank_file}, so it has the file. Nothing was handed over; say how it "
            "came there: siller submitted."
        )
    file = entry_of(connection, run.run_id, Instruct)
    if not file.file_name:
        raise NoGo(f"{run.run_id} pays by voucher alone: there is nothing for the bank. Nothing was handed over.")
    return Released(file.file_name, file.file_sha256)


def _find_voucher_file(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Released:
    """The file of vouchers that was released, of which the provider does not speak yet."""
    if connection.execute(_ANSWERED, [run.run_no]).fetchone():
        raise NoGo(
            f"The provider speaks of vouchers of {run.run_id}, so it has the file. Nothing was handed over; say how it "
            f"came there: siller vouchers sent {run.run_id}."
        )
    file = entry_of(connection, run.run_id, Instruct)
    if file.voucher_file_name is None or file.voucher_sha256 is None:
        raise NoGo(f"{run.run_id} has no vouchers. Nothing was handed over.")
    return Released(file.voucher_file_name, file.voucher_sha256)


def _submitted(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Submitted | None:
    row = connection.execute("SELECT submission_no FROM submission WHERE run_no = ?", [run.run_no]).fetchone()
    return entry_of(connection, run.run_id, Submitted, row[0]) if row else None


def _vouchers_sent(connection: duckdb.DuckDBPyConnection, run: RunRow) -> VouchersSubmitted | None:
    query = "SELECT voucher_submission_no FROM voucher_submission WHERE run_no = ?"
    row = connection.execute(query, [run.run_no]).fetchone()
    return entry_of(connection, run.run_id, VouchersSubmitted, row[0]) if row else None
