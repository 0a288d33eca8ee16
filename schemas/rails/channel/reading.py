"""Read a channel's file back: the parse-back that stands between a written file and anybody's approval."""

import hashlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.channel import payment
from schemas.rails.channel.line import PaymentLine, single_line
from schemas.rails.channel.upload import Upload
from schemas.rails.content import ContentDigest
from schemas.rails.totals import Totals

#: Bytes read at a time: some 200,000 payments.
BLOCK = 16_000_000


def check(path: Path, file: Upload, totals: Totals) -> None:
    """The parse-back: the file at the path is the one that was meant, to the penny and in its order.

    Each cell is read by the channel and belongs to a field that is digested, or must be what the file says in every
    line. Header and trailer must be those of what was read. Memory is bounded.

    Raises:
        PaymentFileError: the file is broken.
        NoGo: it is whole, but not the one that was meant.
    """
    digest, payments, pence = ContentDigest(payment.DIGESTED), 0, 0
    with path.open("rb") as handle:
        scan = Scan(handle, file)
        for batch in scan.payments():
            digest.update(batch)
            payments += batch.height
            pence += int(batch["amount_pence"].sum())
        handle.seek(0)
        found = Totals(payments, pence, digest.hexdigest(), hashlib.file_digest(handle, "sha256").hexdigest())
    differing = [name for name in vars(totals) if getattr(totals, name) != getattr(found, name)]
    channel = file.channel
    for part, columns, stands in (
        ("header", channel.header, scan.header),
        ("trailer", channel.trailer, scan.trailer),
    ):
        if stands != single_line(file, columns, payments, pence):
            differing.append(part)
    if differing:
        raise NoGo(
            f"The payment file {path.name} is not the one that was meant. What differs: "
            f"{', '.join(differing).replace('_', ' ')}. Release nothing; find out who or what changed it."
        )


class Scan:
    """One pass over a file: its payments come out in blocks, what stands around them is kept.

    Attributes:
        header: its first line, where the channel has a header; else nothing.
        trailer: its last line, where the channel has a trailer, once all payments have come out; else nothing.
    """

    def __init__(self, handle: BufferedReader, file: Upload) -> None:
        self._handle, self._file, self._line = handle, file, PaymentLine(file)
        self.trailer = b""
        opening = file.channel.begins_with
        if handle.read(len(opening)) != opening:
            raise PaymentFileError(1, 1, f"the file is not {file.channel.encoding}")
        self.header = handle.readline(BLOCK) if file.channel.header else b""

    def payments(self) -> Iterator[pl.DataFrame]:
        """The payments in their order, in the columns of ``payment.DIGESTED``."""
        channel = self._file.channel
        end, number = channel.ends_lines_with, 2 if channel.header else 1
        left = b""
        while block := self._handle.read(BLOCK):
            block = left + block
            # The last line stays: it may be the trailer.
            at = block.rfind(end, 0, len(block) - 1)
            cut = at + len(end) if at >= 0 else 0
            left = block[cut:]
            if cut:
                batch = self._line.parse(block[:cut], number)
                number += batch.height
                yield batch
        if channel.trailer:
            self.trailer = left
        elif not left.endswith(end):
            raise PaymentFileError(number, 1, "the last line does not end as it must")
        else:
            yield self._line.parse(left, number)
