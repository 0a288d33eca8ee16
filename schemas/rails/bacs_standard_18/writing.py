"""Write a payment file: labels, a batch of payments at a time, the contra and the trailer."""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.payment_file import PaymentFile
from schemas.rails.content import ContentDigest
from schemas.rails.totals import Totals

_LABELS_BEFORE = (vol1, hdr1, hdr2, uhl1)


def write(path: Path, file: PaymentFile, batches: Iterable[pl.DataFrame]) -> Totals:
    """Write the payments, in the order in which they come, to a new file.

    Memory is bounded by the batch. Nothing is left at the path if the file cannot be finished. The bytes are
    handed to the operating system; forcing them to disk is for the one who releases the file.

    Args:
        path: where the file is to be; nothing may be there yet.
        file: what the file says of itself.
        batches: frames with the columns ``sort_code``, ``account_number``, ``amount_pence``, ``roll_number``,
            ``payment_reference`` and ``payee_name``, as the ledger has them; other columns are ignored.

    Returns:
        What was meant: counted and digested from the fields before they were rendered, beside the SHA-256
        of the bytes that were written.

    Raises:
        NoGo: something is at the path, a payment cannot be written, there is none, or the sum or count is
            more than the file can say. The sentence names the payment's place and the field, no value.
    """
    try:
        handle = path.open("xb")
    except FileExistsError:
        raise NoGo(f"{path.name} is there already. A payment file is never written over.") from None
    try:
        with handle:
            return _write(handle, file, batches)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write(handle: BinaryIO, file: PaymentFile, batches: Iterable[pl.DataFrame]) -> Totals:
    sha256, digest = hashlib.sha256(), ContentDigest()
    payments = pence = 0

    def put(data: bytes | memoryview) -> None:
        sha256.update(data)
        handle.write(data)

    put(_lines(file, *(label.render(file) for label in _LABELS_BEFORE)))
    for batch in batches:
        # Streamed, because that works on a column's rows on all cores.
        meant = batch.lazy().select(payment.content()).collect(engine="streaming")
        put(_rendered(meant, file, payments))
        digest.update(meant)
        payments += meant.height
        pence += int(meant["amount_pence"].sum())
    _refuse_totals(payments, pence)
    put(_lines(file, contra.render(file, pence), eof1.render(file), eof2.render(file)))
    put(_lines(file, utl1.render(payments, pence)))
    return Totals(payments, pence, digest.hexdigest(), sha256.hexdigest())


def _lines(file: PaymentFile, *records: str) -> bytes:
    return "".join(record + file.line_end.value for record in records).encode("ascii")


def _rendered(meant: pl.DataFrame, file: PaymentFile, before: int) -> bytes | memoryview:
    """The payments' lines, after each field has been found to be what it must be."""
    # Rendered and checked side by side, on all cores.
    rendered = meant.select(
        payment.record(file), *(check().fill_null(False).alias(name) for name, check in payment.CHECKS.items())
    )
    for name, check in payment.CHECKS.items():
        if not rendered[name].all():
            place = before + int((~rendered[name]).arg_true()[0])
            raise NoGo(
                f"Payment {place + 1} of the file cannot be written: its {name} breaks the rule {check.__name__}. "
                "Such a row is to be refused before a file is made."
            )
    # Arrow's older text layout holds the lines' bytes side by side, ready to be written.
    data = rendered["record"].to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return b"" if data is None else memoryview(data)


def _refuse_totals(payments: int, pence: int) -> None:
    if not payments:
        raise NoGo("There is nothing to pay: a payment file without payments is not made.")
    if payments > utl1.LARGEST_COUNT or pence > contra.LARGEST_AMOUNT_PENCE:
        raise NoGo(
            "One Bacs file holds at most 9,999,999 payments and £999,999,999.99. "
            "This run has more and must be split into several files."
        )
