"""An extract's rows become sealed parts, while nobody waits for the ledger; it lists them afterwards, or never."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from schemas.contract.extract import read_extract
from schemas.manifest import Kind
from schemas.money import pence
from tasks.ingest.integrity import Found, check_declared
from tasks.ingest.landing import Landed
from tasks.ingest.opening import joined_run
from tasks.ledger.parts import listing, sealing, sweeping
from tasks.ledger.parts.listing import Key
from tasks.ledger.parts.sealing import PART_ROWS, Sealed
from tasks.tenant_context import TenantContext


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
        key: that they are sealed with.
        first_row: the number of its first row.
    """

    found: Found
    parts: Sequence[Sealed]
    key: Key
    first_row: int


def begin(connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed) -> Begun:
    """Clear away what killed starts left, and give the extract its key and first number, in an open transaction."""
    manifest = arrived.manifest
    sweeping.sweep(connection, context.paths, context.tenant)
    joined = joined_run(connection, manifest) if manifest.kind is Kind.CORRECTION else None
    key = listing.key_of(connection, manifest.pay_period, manifest.kind.payment_kind)
    return Begun(key, joined.declared_rows if joined else 0)


def take_in(context: TenantContext, arrived: Landed, begun: Begun) -> TakenIn:
    """Read an extract and write its rows as parts.

    Raises:
        NoGo: rows or total differ from the manifest, or the extract cannot be read.
    """
    found, folder = Found(), context.paths.parts(context.tenant)
    parts: list[Sealed] = []
    for batch in read_extract(arrived.extract, context.contract, arrived.sha256):
        found = found.with_batch(batch)
        numbered = batch.with_columns(pl.col("row_number") + begun.first_row)
        parts += sealed(numbered, folder, begun.key)
    check_declared(arrived.manifest, found)
    return TakenIn(found, parts, begun.key, begun.first_row)


def sealed(rows: pl.DataFrame, folder: Path, key: Key) -> Iterator[Sealed]:
    """Write rows, text as sent, as parts."""
    typed = rows.with_columns(pence=pence("amount"))
    for first in range(0, typed.height, PART_ROWS):
        yield sealing.seal(typed[first : first + PART_ROWS], folder, key.secret)
