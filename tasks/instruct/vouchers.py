"""The file of a run's vouchers, beside its payment file: what it is to say, where it stands, and what is kept of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import duckdb

from schemas.contract.contract import MEANS
from schemas.means import VOUCHERS
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from schemas.rails.totals import Totals
from schemas.vouchers import voucher_file
from schemas.vouchers.channel import VoucherChannel
from schemas.vouchers.voucher_file import VoucherFile
from tasks.instruct.payments import vouchers_in_batches
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.parts.views import columns_of
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.ledger.voucher_rows import VoucherFileRow
from tasks.rails import Dates
from tasks.storage.atomic_write import make_folder, move_into_place
from tasks.tenant_context import TenantContext

_OF_RUN = """
SELECT run_no, row_number, amount_pence AS pence FROM core_payment JOIN raw_extract_row USING (run_no, row_number)
WHERE run_no = ? AND means_of_payment IN (SELECT unnest(?))
"""


@dataclass(frozen=True)
class Written:
    """A file of vouchers in staging.

    Attributes:
        file: what it says of itself.
        totals: what it adds up to.
        name: of the file.
    """

    file: VoucherFile
    totals: Totals
    name: str

    def beside(self, figures: Instruct) -> Instruct:
        """The figures of a payment file, and beside them those of this one."""
        return replace(
            figures,
            vouchers=self.totals.payments,
            voucher_pence=self.totals.pence,
            voucher_digest=self.totals.content_digest,
            voucher_sha256=self.totals.sha256,
            voucher_file_name=self.name,
            voucher_channel=self.file.channel.as_kept,
        )


def count_vouchers(connection: duckdb.DuckDBPyConnection, run: RunRow) -> int:
    """How many payments of a run a voucher makes."""
    if MEANS not in columns_of(connection):
        return 0
    [(count,)] = connection.execute(f"SELECT count(*) FROM ({_OF_RUN})", [run.run_no, list(VOUCHERS)]).fetchall()
    return int(count)


def write_vouchers(context: TenantContext, run: RunRow, dates: Sequence[Dates]) -> Written:
    """Write a run's vouchers to staging, and read them back.

    Raises:
        NoGo: a live file may not be made, a voucher cannot be written, or the file read back is not what was meant.
    """
    agreed, channel = context.agreement.vouchers, context.voucher_channel
    assert agreed and channel
    if run.mode == Mode.LIVE:
        for said in agreed.untested(channel.is_practice):
            raise NoGo(f"{said} Nothing was written.")
    file = _describe(context, run, channel, dates)
    staged = staged_vouchers(context, run.run_id, channel)
    totals = write_staged_vouchers(context, run, file, staged)
    voucher_file.check(staged, file, totals)
    return Written(file, totals, staged.name)


def keep_vouchers(connection: duckdb.DuckDBPyConnection, run: RunRow, written: Written) -> None:
    """Keep the file, and which payments are in it."""
    connection.execute(f"INSERT INTO core_voucher BY NAME {_OF_RUN}", [run.run_no, list(VOUCHERS)])
    totals, file = written.totals, written.file
    row = VoucherFileRow(
        run_no=run.run_no,
        channel=file.channel.name,
        file_name=written.name,
        sha256=totals.sha256,
        payments=totals.payments,
        pence=totals.pence,
        expires=file.expires,
    )
    insert(connection, row)


def describe_vouchers(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow, kept: Instruct
) -> tuple[VoucherFile, Totals] | None:
    """What the run's file of vouchers is to say and to add up to, from the ledger; None where it has none."""
    if kept.voucher_channel is None:
        return None
    days = [Dates.kept(day) for day in days_of(connection, run.run_id)]
    file = _describe(context, run, VoucherChannel.kept(kept.voucher_channel), days)
    totals = Totals(kept.vouchers or 0, kept.voucher_pence or 0, str(kept.voucher_digest), str(kept.voucher_sha256))
    return file, totals


def staged_vouchers(context: TenantContext, run_id: str, channel: VoucherChannel) -> Path:
    """Where the file of vouchers stands before release; its name is also that in the outbox."""
    return context.paths.staging(run_id) / f"{PayRun.of(run_id).file_stem}{channel.suffix}"


def write_staged_vouchers(context: TenantContext, run: RunRow, file: VoucherFile, staged: Path) -> Totals:
    """Write the file to staging from the ledger; it has its name once it is whole."""
    make_folder(staged.parent)
    part = staged.with_name(f".{staged.name}.part")
    part.unlink(missing_ok=True)  # an interrupted start left it
    totals = voucher_file.write(part, file, vouchers_in_batches(context, run))
    move_into_place(part, staged)
    return totals


def _describe(context: TenantContext, run: RunRow, channel: VoucherChannel, dates: Sequence[Dates]) -> VoucherFile:
    agreed = context.agreement.vouchers
    if agreed is None:
        raise NoGo(f"{run.run_id} has vouchers, and the agreement has none any more. Nothing was done; put it back.")
    return VoucherFile(
        channel=channel,
        run_id=run.run_id,
        expires=max(day.entry_date for day in dates) + timedelta(days=agreed.expires_after_days),
        templates=agreed.letters,
        rehearsal=run.mode == Mode.REHEARSAL,
    )
