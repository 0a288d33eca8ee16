"""Read a message back: the parse-back that stands between a written file and anybody's approval.

Source: the schema's order of elements; that a bank rejects a whole message whose count or sum is wrong: public guides.
"""

import hashlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.content import CONTENT, ContentDigest
from schemas.rails.iso_20022 import transaction
from schemas.rails.iso_20022.initiation import FOOT, HEAD, Initiation, head
from schemas.rails.totals import Totals

#: Lines before the first payment.
LINES_BEFORE = 4

#: Bytes read at a time: some 100,000 payments.
BLOCK = 64_000_000

_LONGEST_HEAD = 4_096


def check(path: Path, file: Initiation, totals: Totals) -> None:
    """The parse-back: the file at the path is the one that was meant, to the penny and in its order.

    Each character is accounted for: it belongs to a slot that is digested or compared with another, or it
    must be what the tables say. Memory is bounded. That the file is good XML for others too is held by tests,
    with the published schema and with independent readers.

    Raises:
        PaymentFileError: the file is broken.
        NoGo: it is whole, but not the one that was meant.
    """
    with path.open("rb") as handle:
        opening = _opening(handle)
        found = _totals(handle, file)
    differing = [name for name in vars(totals) if getattr(totals, name) != getattr(found, name)]
    if opening != head(file, found.payments, found.pence):
        differing.append("header")
    if differing:
        raise NoGo(
            f"The payment file {path.name} is not the one that was meant. What differs: "
            f"{', '.join(differing).replace('_', ' ')}. Release nothing; find out who or what changed it."
        )


def _totals(handle: BufferedReader, file: Initiation) -> Totals:
    """What the payments add up to, from where the handle stands; each is checked on the way."""
    digest, payments, pence, last = ContentDigest(transaction.DIGESTED), 0, 0, ""
    for batch in _batches(handle):
        last = _follows(batch["end_to_end_id"], file, last, LINES_BEFORE + payments + 1)
        digest.update(batch)
        payments += batch.height
        pence += int(batch["amount_pence"].sum())
    handle.seek(0)
    return Totals(payments, pence, digest.hexdigest(), hashlib.file_digest(handle, "sha256").hexdigest())


def read_payments(path: Path) -> Iterator[pl.DataFrame]:
    """The payments of a file in its order, a batch at a time.

    Yields:
        Frames with the columns of ``schemas.rails.content.CONTENT``.

    Raises:
        PaymentFileError: naming the line and the rule that is broken.
    """
    with path.open("rb") as handle:
        _opening(handle)
        for batch in _batches(handle):
            yield batch.select(*CONTENT)


def _opening(handle: BufferedReader) -> bytes:
    """What stands before the first payment, and the handle at that payment.

    Raises:
        PaymentFileError: siller opens no message so.
    """
    lines = b"".join(handle.readline(_LONGEST_HEAD) for _ in range(LINES_BEFORE))
    if HEAD.parse(lines.decode("ascii", errors="replace").rstrip(" \n")) is None:
        raise PaymentFileError(1, 1, "this is not the opening of a pain.001.001.09 message that siller writes")
    return lines


def _batches(handle: BufferedReader) -> Iterator[pl.DataFrame]:
    """The payments, from where the handle stands to the end of the file."""
    number, left = LINES_BEFORE + 1, b""
    while block := handle.read(BLOCK):
        block = left + block
        cut = block.rfind(b"\n", 0, -len(FOOT)) + 1
        if cut:
            payments = transaction.parse(block[:cut], number)
            number += payments.height
            yield payments
        left = block[cut:]
    if left != FOOT:
        raise PaymentFileError(number, 1, "the message does not end as it must")


def _follows(numbers: pl.Series, file: Initiation, last: str, line: int) -> str:
    """Hold that the end-to-end identifiers are of this file and rise, so that none stands twice."""
    before = numbers.shift(1, fill_value=last)
    wrong = ~numbers.str.starts_with(f"{file.serial:06d}-") | (numbers <= before)
    if wrong.any():
        raise PaymentFileError(
            line + int(wrong.arg_true()[0]), 1, "EndToEndId is of another file, or not after the one before it"
        )
    return str(numbers[-1])
