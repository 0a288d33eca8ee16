"""Read a payment file back: the parse-back that stands between a written file and anybody's approval."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import payment
from schemas.rails.bacs_standard_18.envelope import BATCH, LABELS_BEFORE, Envelope, read_envelope
from schemas.rails.bacs_standard_18.payment_file import PaymentFile
from schemas.rails.content import ContentDigest
from schemas.rails.totals import Totals


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
        yield block, payment.parse(block, envelope.file.line_end, known, LABELS_BEFORE + start + 1)
