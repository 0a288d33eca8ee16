"""Read a payment file back: the parse-back that stands between a written file and anybody's approval."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import payment
from schemas.rails.bacs_standard_18.envelope import LABELS_BEFORE, Envelope, read_envelope
from schemas.rails.bacs_standard_18.layout import PaymentFileError, Value
from schemas.rails.bacs_standard_18.payment_file import LineEnd, PaymentFile, Totals
from schemas.rails.content import ContentDigest

#: Payments read at a time: 25 MB of file.
BATCH = 250_000


def read(path: Path) -> tuple[PaymentFile, Totals]:
    """Everything that a file written by ``write`` says of itself and adds up to.

    Each character of the file is accounted for: it belongs to a field that is returned, digested or compared
    with another, or it must be what the field tables say. Memory is bounded.

    Raises:
        PaymentFileError: naming the line, the column and the rule that is broken.
    """
    sha256, digest, pence = hashlib.sha256(), ContentDigest(), 0
    with path.open("rb") as handle:
        envelope = read_envelope(handle)
        sha256.update(envelope.head)
        for block, payments in _blocks(handle, envelope, BATCH):
            sha256.update(block)
            digest.update(payments)
            pence += int(payments["amount_pence"].sum())
        sha256.update(envelope.tail)
    envelope.check_totals(pence)
    return envelope.file, Totals(envelope.payments, pence, digest.hexdigest(), sha256.hexdigest())


def read_payments(path: Path, batch: int = BATCH) -> Iterator[pl.DataFrame]:
    """The payments of a file in its order, a batch at a time.

    Yields:
        Frames with the columns of ``schemas.rails.content.CONTENT``.

    Raises:
        PaymentFileError: naming the line, the column and the rule that is broken.
    """
    with path.open("rb") as handle:
        for _, payments in _blocks(handle, read_envelope(handle), batch):
            yield payments


def check(path: Path, file: PaymentFile, totals: Totals) -> None:
    """The parse-back: the file at the path is the one that was meant, to the penny and in its order.

    Args:
        path: the file as it lies on the disk.
        file: what it is to say of itself.
        totals: what ``write`` answered, or what was approved.

    Raises:
        PaymentFileError: the file is broken.
        NoGo: it is whole, but not the one that was meant.
    """
    found_file, found_totals = read(path)
    differing = [
        field.name.replace("_", " ")
        for meant, found in ((file, found_file), (totals, found_totals))
        for field in fields(meant)
        if getattr(meant, field.name) != getattr(found, field.name)
    ]
    if differing:
        raise NoGo(
            f"The payment file {path.name} is not the one that was meant. "
            f"What differs: {', '.join(differing)}. Release nothing; find out who or what changed it."
        )


def _blocks(handle: BinaryIO, envelope: Envelope, batch: int) -> Iterator[tuple[bytes, pl.DataFrame]]:
    """The file's payments, as bytes and as a frame."""
    handle.seek(len(envelope.head))
    known = payment.known(envelope.file)
    for start in range(0, envelope.payments, batch):
        block = handle.read(min(batch, envelope.payments - start) * envelope.record_width)
        yield block, _payments(block, envelope.file.line_end, known, LABELS_BEFORE + start + 1)


def _payments(block: bytes, line_end: LineEnd, known: Mapping[str, Value], first_line: int) -> pl.DataFrame:
    width = payment.LAYOUT.length + len(line_end.value)
    records = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(block) // width, [None, pa.py_buffer(block)])
    # Bytes that are no text at all become null, and null is no record.
    lines = pl.DataFrame({"line": pl.Series(records).cast(pl.String, strict=False)})
    fits = lines.select(payment.is_record(pl.col("line"), line_end, known))["line"]
    if not fits.all():
        at = int((~fits).arg_true()[0])
        raise _fault(block[at * width : (at + 1) * width], line_end, known, first_line + at)
    payments = lines.select(payment.parse(pl.col("line")))
    possible = payments.select(payment.check_amount_pence())["amount_pence"]
    if not possible.all():
        at = int((~possible).arg_true()[0])
        raise PaymentFileError(first_line + at, 36, "amount_pence is more than nothing and at most £20,000,000")
    return payments


def _fault(line: bytes, line_end: LineEnd, known: Mapping[str, Value], number: int) -> PaymentFileError:
    """What is wrong with a line that is no payment."""
    # Each byte becomes one character, so that the column in the error is the file's.
    record = line.removesuffix(line_end.value.encode("ascii")).decode("latin-1")
    try:
        payment.LAYOUT.parse(record, number, known)
    except PaymentFileError as fault:
        return fault
    return PaymentFileError(number, payment.LAYOUT.length + 1, "the line end is missing or another")
