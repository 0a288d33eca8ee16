"""The files of a run: its payment file, that of its vouchers, or both; each is staged and checked on its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from schemas.vouchers import voucher_file
from tasks.instruct.stage import describe_file, staged_file, write_staged
from tasks.instruct.vouchers import describe_vouchers, staged_vouchers, write_staged_vouchers
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.rails import Dates, rail_of
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class RunFile:
    """One file of a run.

    Attributes:
        staged: where it stands before its release, under its final name.
        sha256: of the file that was instructed.
        write: writes it to staging again, from the ledger.
        check: reads what stands there back and holds it against the ledger.
    """

    staged: Path
    sha256: str
    write: Callable[[], object]
    check: Callable[[], None]


def list_files(
    context: TenantContext,
    connection: duckdb.DuckDBPyConnection,
    run: RunRow,
    instructed: Instruct,
    days: Sequence[FileDayRow],
) -> list[RunFile]:
    """The files of a run that has been instructed, the payment file first.

    Args:
        context: the tenant's.
        connection: the tenant's ledger; it may be closed before a file is written or checked.
        run: the run's row.
        instructed: what was instructed.
        days: of its payment file.
    """
    found = []
    if instructed.file_name:
        rail, staged = rail_of(context.agreement), staged_file(context, run.run_id)
        file, totals = describe_file(context, connection, run.run_id)
        write = partial(write_staged, context, run, [Dates.kept(day) for day in days], file)
        found.append(RunFile(staged, totals.sha256, write, partial(rail.check, staged, file, totals)))
    if described := describe_vouchers(context, connection, run, instructed):
        vouchers, of_vouchers = described
        place = staged_vouchers(context, run.run_id, vouchers.channel)
        write_anew = partial(write_staged_vouchers, context, run, vouchers, place)
        check = partial(voucher_file.check, place, vouchers, of_vouchers)
        found.append(RunFile(place, of_vouchers.sha256, write_anew, check))
    return found
