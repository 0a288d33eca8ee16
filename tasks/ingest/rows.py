"""An extract's rows become sealed parts and are judged, in one reading, while nobody waits for the ledger.

It lists the parts afterwards, or never.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.made import with_pay_day
from schemas.extract_files.wanted import Seen
from schemas.manifest import Kind
from schemas.money import pence
from tasks.account_table.shelf import in_use
from tasks.in_threads import in_threads
from tasks.ingest.integrity import Found, check_declared
from tasks.ingest.landing import Landed
from tasks.ingest.opening import joined_run
from tasks.ingest.reading import read_sent
from tasks.ledger import sql_rules
from tasks.ledger.parts import listing, sealing, sweeping
from tasks.ledger.parts.listing import Key
from tasks.ledger.parts.sealing import PART_ROWS, Sealed
from tasks.tenant_context import TenantContext
from tasks.validate.judgement import Judgement, check_pay_days, check_paying_accounts, input_hash
from tasks.validate.means import check_vouchers


@dataclass(frozen=True)
class Begun:
    """What the ledger gives an extract that is taken in.

    Attributes:
        key: that its parts are sealed with.
        first_row: the number of its first row: a correction's come after those of the run that it joins.
    """

    key: Key
    first_row: int


@dataclass(frozen=True)
class TakenIn:
    """An extract whose rows stand in parts that no run has yet.

    Attributes:
        found: what it holds.
        parts: in the order of its rows.
        judgement: what the rules say of them.
        judged_by: over all that decided about them.
        key: that they are sealed with.
        first_row: the number of its first row.
        dropped: the columns of siller's own that it came with.
        given_back_by: what its rows say of the run that gave them back.
        broken: which rows have line breaks in ignored cells: ``row_number``, ``breaks``.
    """

    found: Found
    parts: Sequence[Sealed]
    judgement: Judgement
    judged_by: str
    key: Key
    first_row: int
    dropped: Sequence[str]
    given_back_by: Set[str]
    broken: Sequence[pl.DataFrame]


def begin(connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed) -> Begun:
    """Clear away what killed starts left, and give the extract its key and first number, in an open transaction."""
    manifest = arrived.manifest
    sweeping.sweep(connection, context.paths, context.tenant)
    joined = joined_run(connection, manifest) if manifest.kind is Kind.CORRECTION else None
    key = listing.key_of(connection, manifest.pay_period, manifest.kind.payment_kind)
    return Begun(key, joined.declared_rows if joined else 0)


def take_in(context: TenantContext, arrived: Landed, begun: Begun, now: datetime) -> TakenIn:
    """Read an extract once: judge its rows, and write them as parts, some of them at a time in each thread.

    Raises:
        NoGo: rows or total differ from the manifest, the extract cannot be read, or agreement and contract do not fit.
    """
    # With Pandera comes pandas: more than a second that a resume, which takes nothing in, need not wait for.
    from tasks.validate.judging import Judge

    check_paying_accounts(context)
    check_vouchers(context)
    check_pay_days(context)
    sql_rules.try_rules(context.contract, context.settings)
    manifest, folder = arrived.manifest, context.paths.parts(context.tenant)
    table = in_use(context.settings, now.date()).table
    due = context.due(manifest.pay_date, manifest.pay_period)
    judge = Judge(context.contract, table, due, context.agreement, context.voucher_channel)

    def taken(frame: pl.DataFrame) -> _Taken:
        frame = with_pay_day(frame, context.contract, manifest.pay_date)
        numbered = frame.with_columns(pl.col("row_number") + begun.first_row)
        return _Taken(Found.of(frame), Judgement.of([judge(numbered)]), seal(numbered, folder, begun.key))

    frames = read_sent(context, arrived.extract, arrived.sha256, PART_ROWS, seen := Seen())
    found, judgement, parts = Found(), Judgement.of([]), list[Sealed]()
    for each in in_threads(taken, frames, context.settings.threads):
        found += each.found
        judgement += each.judgement
        parts.append(each.part)
    check_declared(manifest, found)
    judged_by = input_hash(context, arrived.sha256, due, table.sha256)
    moved = [rows.with_columns(pl.col("row_number") + begun.first_row) for rows in seen.broken]
    return TakenIn(
        found, parts, judgement, judged_by, begun.key, begun.first_row, seen.added, seen.given_back_by, moved
    )


@dataclass(frozen=True)
class _Taken:
    """What came of some of the rows."""

    found: Found
    judgement: Judgement
    part: Sealed


def seal(rows: pl.DataFrame, folder: Path, key: Key) -> Sealed:
    """Write rows, text as sent, as a part."""
    return sealing.seal(rows.with_columns(pence=pence("amount")), folder, key.secret)
