"""Read a submission back: the parse-back that stands between a written file and anybody's approval.

Source: the field tables of the records, and nothing that the writer knows beside them.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.envelope import Found, FoundFile, Line, describe, hold
from schemas.rails.bacs_standard_18.layout import Layout, PaymentFileError, Value, day_of
from schemas.rails.bacs_standard_18.payment_file import PaymentFile
from schemas.rails.bacs_standard_18.profile import LineEnd
from schemas.rails.content import ContentDigest
from schemas.rails.totals import Totals

#: Payments read at a time: 25 MB of file.
BATCH = 250_000

_PRINTABLE = re.compile(r"[ -~]*")


def read(path: Path) -> tuple[PaymentFile, Totals]:
    """Everything that a file written by ``write`` says of itself and adds up to.

    Each character of the file is accounted for: it belongs to a field that is returned, digested or compared
    with another, or it must be what the field tables say. Memory is bounded.

    Raises:
        PaymentFileError: naming the line, the column and the rule that is broken.
    """
    with path.open("rb") as handle:
        scan = _Scan(handle, BATCH)
        totals = _totals(scan)
    file = describe(scan.volume, scan.files, scan.line_end)
    hold(scan.volume, scan.files, file)
    return file, totals


def read_payments(path: Path, batch: int = BATCH) -> Iterator[pl.DataFrame]:
    """The payments of a file in its order, a batch at a time.

    Yields:
        Frames with the columns of ``schemas.rails.content.CONTENT``.

    Raises:
        PaymentFileError: naming the line, the column and the rule that is broken.
    """
    with path.open("rb") as handle:
        for _, payments in _Scan(handle, batch).payments():
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
    with path.open("rb") as handle:
        scan = _Scan(handle, BATCH)
        found = _totals(scan)
    differing = [
        field.name.replace("_", " ")
        for field in fields(totals)
        if getattr(totals, field.name) != getattr(found, field.name)
    ]
    try:
        if scan.line_end is not LineEnd[file.profile.line_end]:
            raise PaymentFileError(1, 81, "lines end otherwise than the bank's profile says")
        hold(scan.volume, scan.files, file)
    except PaymentFileError as fault:
        raise NoGo(
            f"The payment file {path.name} is not the one that was meant. {fault} Release nothing; find out who or "
            "what changed it."
        ) from None
    if differing:
        raise NoGo(
            f"The payment file {path.name} is not the one that was meant. "
            f"What differs: {', '.join(differing)}. Release nothing; find out who or what changed it."
        )


def _totals(scan: "_Scan") -> Totals:
    digest, number, pence = ContentDigest(), 0, 0
    for section, payments in scan.payments():
        digest.begin(section)
        digest.update(payments)
        number += payments.height
        pence += int(payments["amount_pence"].sum())
    found = [section.debit(file.several_days) for file in scan.files for section in file.sections]
    return Totals(number, pence, digest.hexdigest(), scan.sha256, tuple(found) if len(found) > 1 else ())


class _Scan:
    """One pass over a submission: its payments come out in blocks, what stands around them is kept.

    Attributes:
        line_end: what its lines end with.
        volume: VOL1.
        files: its files, as far as they have been read.
    """

    def __init__(self, handle: BinaryIO, batch: int) -> None:
        self._handle, self._batch = handle, batch
        self._sha256, self._number = hashlib.sha256(), 0
        self.line_end = self._found_line_end()
        self.volume = self._label(vol1.LAYOUT)
        self.files: list[FoundFile] = []

    @property
    def sha256(self) -> str:
        """Of what has been read so far."""
        return self._sha256.hexdigest()

    def payments(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Each block of payments of one paying account and day, beside a text that names these."""
        while not self.files or self._ahead(1):
            before = self._label(hdr1.LAYOUT), self._label(hdr2.LAYOUT), self._label(uhl1.LAYOUT)
            self.files.append(FoundFile(before))
            yield from self._sections(self.files[-1])
            self.files[-1].after = self._label(eof1.LAYOUT), self._label(eof2.LAYOUT), self._label(utl1.LAYOUT)

    def _sections(self, found: FoundFile) -> Iterator[tuple[str, pl.DataFrame]]:
        several = found.several_days
        table = payment.layout(several)
        while (ahead := self._ahead(table.length))[:4] != eof1.LAYOUT.field("label").constant.encode():
            open_section = found.sections[-1] if found.sections else None
            if ahead[15:17] == b"17" and open_section and not open_section.balance:
                open_section.balance = self._taken(contra.layout(several))
                continue
            section = Found(self._seen(table))
            found.sections.append(section)
            known, name = self._common(section, found)
            for payments in self._blocks(table, known):
                section.payments += payments.height
                section.pence += int(payments["amount_pence"].sum())
                yield name, payments
        if not found.sections:
            raise PaymentFileError(self._number + 1, 1, "the file ends before a payment, a contra and a trailer")

    def _common(self, section: Found, found: FoundFile) -> tuple[dict[str, Value], str]:
        """What the payments of a section all say, and its name as the writer gives it to the digest."""
        sort_code, number, own_day = section.key(found.several_days)
        known: dict[str, Value] = {
            "originating_sort_code": sort_code,
            "originating_account_number": number,
            "service_user_name": section.first.says(payment.layout(found.several_days))["service_user_name"],
        }
        if own_day:
            known["processing_date"] = own_day
        day = own_day or day_of(found.before[2].says(uhl1.LAYOUT)["processing_date"] or "00000", 4, 5)
        return known, f"{sort_code}{number} {day.isoformat()}"

    def _blocks(self, table: Layout, known: dict[str, Value]) -> Iterator[pl.DataFrame]:
        """The payments from here to the first line that is none of this section's."""
        width = table.length + len(self.line_end.value)
        while whole := self._ahead(self._batch * width):
            records = len(whole) // width
            payments = payment.leading(whole[: records * width], table, self.line_end.value, known)
            amounts = payments["amount_pence"]
            if not amounts.is_between(1, payment.LARGEST_AMOUNT_PENCE).all():
                at = int((~amounts.is_between(1, payment.LARGEST_AMOUNT_PENCE)).arg_true()[0])
                says = "amount_pence is more than nothing and at most £20,000,000"
                raise PaymentFileError(self._number + at + 1, 36, says)
            self._take(payments.height * width, payments.height)
            if payments.height:
                yield payments
            if payments.height < records or not records:
                return

    def _label(self, table: Layout) -> Line:
        line = self._taken(table)
        line.says(table)
        return line

    def _taken(self, table: Layout) -> Line:
        line = self._seen(table)
        self._take(table.length + len(self.line_end.value), 1)
        return line

    def _seen(self, table: Layout) -> Line:
        """The next line, which must be one of this table's and is not yet taken.

        Raises:
            PaymentFileError: it is not.
        """
        end = self.line_end.value.encode()
        data = self._ahead(table.length + len(end)).translate(payment.NO_ASCII_AS_QUESTION_MARK)
        line = Line(self._number + 1, data[: table.length].decode("ascii"))
        if not _PRINTABLE.fullmatch(line.text):
            raise PaymentFileError(line.number, 1, f"the line is {table.length} permitted characters and a line end")
        line.says(table)
        if data[table.length :] != end:
            raise PaymentFileError(line.number, table.length + 1, "the line end is missing or another")
        return line

    def _ahead(self, size: int) -> bytes:
        """The next bytes, which stay to be read."""
        data = self._handle.read(size)
        self._handle.seek(-len(data), 1)
        return data

    def _take(self, size: int, lines: int) -> None:
        self._sha256.update(self._handle.read(size))
        self._number += lines

    def _found_line_end(self) -> LineEnd:
        first = self._ahead(vol1.LAYOUT.length + 2)
        for line_end in LineEnd:
            if first[vol1.LAYOUT.length :].startswith(line_end.value.encode()):
                return line_end
        raise PaymentFileError(1, 81, "a payment file begins with a label of 80 characters and a line end")
