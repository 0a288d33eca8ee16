"""Instruct: one payment file from the payable payments, read back and compared before anyone sees it."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.rails.bacs_standard_18.payment_file import MOST_FILE_NUMBERS
from schemas.rails.bacs_standard_18.profile import BankProfile
from schemas.rails.files import Seen, seen_by_nobody
from schemas.rails.tally import Tally
from schemas.rails.totals import Totals
from tasks.instruct import written_text
from tasks.instruct.day_limit import check_day_limit, look_at_day_limit
from tasks.instruct.payments import Source, payments_in_batches
from tasks.instruct.plan import Plan, check_still_planned, dates_of
from tasks.instruct.sharing import Sharing, look_at_sharing
from tasks.instruct.vouchers import count_vouchers, keep_vouchers, write_vouchers
from tasks.ledger import Entry, entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Instruct, Validate
from tasks.ledger.file_days import MISPLACED, days_of, define_file_days
from tasks.ledger.rows import FileDayRow, PaymentFileRow, SubmissionSerialRow, insert
from tasks.ledger.runs import RunRow
from tasks.rails import Dates, rail_of
from tasks.storage.atomic_write import make_folder, move_into_place
from tasks.tenant_context import TenantContext

_NO_TRANSFERS = Totals(0, 0, "", "")
"""Of a run that pays by voucher alone."""
_DAYS_OF_ROWS = Path(__file__).with_name("days_of_rows.sql")


def instruct(context: TenantContext, run_id: str, now: datetime) -> Entry[Instruct]:
    """Write the run's payment file to staging.

    The submission serial is kept before the file is written with it, and everything else comes from the
    ledger and the agreement, so writing it again gives the same bytes.

    Raises:
        NoGo: the processing date is not possible, nothing is payable, the payments are not those that were
            validated, the file read back is not what was meant, the body shares what is not declared, or the bank takes
            less for that day.
    """
    rail = rail_of(context.agreement)
    sharing, limit = look_at_sharing(context), look_at_day_limit(context)
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        check_still_planned(context, connection, run)
        validated = entry_of(connection, run_id, Validate)
        dates = dates_of(context, connection, run)
        input_hash = _input_hash(context, run, validated, dates)
        entry = standing(connection, run_id, Instruct, input_hash)
        if entry:
            return entry
        by_voucher = count_vouchers(connection, run)
        # Of a run that pays by voucher alone the bank is sent nothing, and no serial of its own is used up.
        has_transfers = by_voucher == 0 or by_voucher < validated.payable
        serial = _serial(connection, sharing, run, dates, now) if has_transfers else 0
        _refuse_file_number(connection, context.agreement.service_user_number, serial, dates)
        source = Source.of(connection, run)
    staged = staged_file(context, run_id)
    tally, totals = Tally(rail.CARRIED), _NO_TRANSFERS
    if has_transfers:
        file = rail.describe(context.agreement, run, dates, serial)
        with written_text.for_the_body(context, run) as put:
            totals = write_staged(
                context, run, dates, file, lambda payments, written: put(tally.changes(payments, written)), source
            )
        rail.check(staged, file, totals)
    alike = tally.alike(payments_in_batches(context, run, source=source))
    vouchers = write_vouchers(context, run, dates) if by_voucher else None
    figures = Instruct(
        payments=totals.payments,
        pence=totals.pence,
        content_digest=totals.content_digest,
        file_sha256=totals.sha256,
        file_name=staged.name if has_transfers else "",
        serial=serial,
        names_changed=tally.changed["payee_name"],
        names_cut=tally.cut["payee_name"],
        references_changed=tally.changed["payment_reference"],
        references_alike=alike.height,
        bank_holidays=context.bank_days.version,
        bank_profile=context.agreement.bank_profile.model_dump_json(),
        debits=json.dumps([debit.as_kept for debit in totals.debits]) if totals.debits else None,
        channel=context.agreement.channel.as_kept if context.agreement.channel else None,
    )
    if vouchers:
        figures = vouchers.beside(figures)
    with context.ledger.transaction() as connection:
        entry = standing(connection, run_id, Instruct, input_hash)
        if entry:  # another start of the same run was quicker, with the same file
            return entry
        _check_validated(run_id, figures, validated)
        written_text.keep(connection, run.run_no, tally, alike)
        file_row = PaymentFileRow(
            run_no=run.run_no,
            rail=context.agreement.rail,
            service_user_number=context.agreement.service_user_number,
            serial=serial,
            file_name=staged.name,
            sha256=totals.sha256,
            payments=totals.payments,
            pence=totals.pence,
        )
        if has_transfers:
            insert(connection, file_row)
        if vouchers:
            keep_vouchers(connection, run, vouchers)
        _keep_days(connection, context, run, dates, totals)
        check_day_limit(connection, limit, run_id, lets_go=False)
        return record(connection, run.run_no, run_id, figures, input_hash, now)


def check_stands(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> None:
    """Hold the payment file of a run against the agreement that is in force now: it may have been another's.

    Raises:
        NoGo: it was written by another agreement, or for other days.
    """
    validated = entry_of(connection, run.run_id, Validate)
    standing(connection, run.run_id, Instruct, _input_hash(context, run, validated, dates_of(context, connection, run)))


def _input_hash(context: TenantContext, run: RunRow, validated: Validate, dates: Sequence[Dates]) -> str:
    channels = [context.agreement.channel.sha256] if context.agreement.channel else []
    if context.voucher_channel:
        channels.append(sha256_of(context.voucher_channel.as_kept))
    return sha256_of(
        run.extract_sha256, context.agreement_sha256, sorted(validated.as_kept().items()), *dates, *channels
    )


def _keep_days(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, dates: Sequence[Dates], totals: Totals
) -> None:
    """Write what the file pays on each of its days, as it was written, and which rows those are."""
    for day in dates:
        payments, pence = _of_day(day, totals) if len(dates) > 1 else (totals.payments, totals.pence)
        plan = Plan.of(day, context.bank_days)
        insert(connection, FileDayRow(run.run_no, **vars(plan), payments=payments, pence=pence))
    if len(dates) > 1:
        define_file_days(connection)
        connection.execute(_DAYS_OF_ROWS.read_text(), {"run_no": run.run_no})
        if connection.execute(f"{MISPLACED} AND run_no = ?", [run.run_no]).fetchone():
            raise AssertionError("the rows of a day are not those that the payment file pays on it")


def _of_day(day: Dates, totals: Totals) -> tuple[int, int]:
    of_day = [debit for debit in totals.debits if debit.processing_date == day.processing_date]
    return sum(debit.payments for debit in of_day), sum(debit.pence for debit in of_day)


def describe_file(context: TenantContext, connection: duckdb.DuckDBPyConnection, run_id: str) -> tuple[Any, Totals]:
    """What the run's payment file is to say and to add up to, from the ledger: to hold any copy against."""
    run = runs.run_row(connection, run_id)
    kept = entry_of(connection, run_id, Instruct)
    dates = [Dates.kept(day) for day in days_of(connection, run_id)]
    totals = Totals(kept.payments, kept.pence, kept.content_digest, kept.file_sha256, kept.balanced)
    agreement = context.agreement.model_copy(update={"bank_profile": _profile(context, kept)})
    return rail_of(agreement).describe(agreement, run, dates, kept.serial), totals


def _profile(context: TenantContext, kept: Instruct) -> BankProfile:
    """The bank's wishes by which the run's file was written; a later siller may write otherwise by default.

    A file from before they were kept has HDR1's owner left blank.
    """
    if kept.bank_profile is None:
        return context.agreement.bank_profile.model_copy(update={"header_owner": "blank"})
    return BankProfile.model_validate_json(kept.bank_profile)


def staged_file(context: TenantContext, run_id: str) -> Path:
    """Where the payment file stands before release; its name is also that in the outbox."""
    return context.paths.staging(run_id) / f"{PayRun.of(run_id).file_stem}{rail_of(context.agreement).SUFFIX}"


def write_staged(
    context: TenantContext,
    run: RunRow,
    dates: Sequence[Dates],
    file: Any,
    seen: Seen = seen_by_nobody,
    source: Source | None = None,
) -> Totals:
    """Write the payment file to staging from the ledger; it has its name once it is whole.

    Args:
        context: the tenant's.
        run: the run's row.
        dates: the days of its file.
        file: what describes the file.
        seen: is shown the payments as the ledger has them, beside them as they are written.
        source: where they are to be read, by whoever has asked the ledger already.
    """
    staged = staged_file(context, run.run_id)
    make_folder(staged.parent)
    part = staged.with_name(f".{staged.name}.part")
    part.unlink(missing_ok=True)  # an interrupted start left it
    payments = payments_in_batches(context, run, dates=dates, source=source)
    totals = rail_of(context.agreement).write(part, file, payments, seen)
    move_into_place(part, staged)
    return totals


def _serial(
    connection: duckdb.DuckDBPyConnection, sharing: Sharing, run: RunRow, dates: Sequence[Dates], now: datetime
) -> int:
    """The run's submission serial, taken now if it has none."""
    kept = connection.execute("SELECT serial FROM submission_serial WHERE run_no = ?", [run.run_no]).fetchone()
    if kept:
        return int(kept[0])
    serial = sharing.take(connection, run.run_id, dates[0].processing_date, now)
    insert(connection, SubmissionSerialRow(sharing.counter.service_user_number, serial, run.run_no))
    return serial


def _refuse_file_number(
    connection: duckdb.DuckDBPyConnection, service_user_number: str, serial: int, dates: Sequence[Dates]
) -> None:
    """No two files of a service user for one day have the same file number: banks take the second for the first."""
    other = connection.execute(
        "SELECT serial, processing_date FROM payment_file JOIN file_day USING (run_no) "
        "WHERE service_user_number = ? AND processing_date IN (SELECT unnest(?)) "
        f"AND serial <> ? AND serial % {MOST_FILE_NUMBERS} = ? % {MOST_FILE_NUMBERS}",
        [service_user_number, [day.processing_date for day in dates], serial, serial],
    ).fetchone()
    if other:
        raise NoGo(
            f"The submission {other[0]} of {service_user_number} for {other[1].isoformat()} has the file "
            "number that this one would have, so the bank would refuse it. Pay on another day."
        )


def _check_validated(run_id: str, written: Instruct, validated: Validate) -> None:
    """The file against what the journal says was validated: the ledger's rows made it, and do not vouch for it."""
    if (written.all_payments, written.all_pence) != (validated.payable, validated.pence):
        raise NoGo(
            f"The payments of {run_id} in the ledger are not those that were validated: their number or sum is "
            "another. Nothing was kept; find out what changed them (siller verify) before anything is released."
        )
