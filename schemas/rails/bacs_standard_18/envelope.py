"""What stands before and after a file's payments, read before the payments are."""

import re
from dataclasses import dataclass
from typing import BinaryIO

from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.layout import PaymentFileError, day_of
from schemas.rails.bacs_standard_18.payment_file import LineEnd, PayingAccount, PaymentFile

#: Lines before the first payment, and labels after the contra.
LABELS_BEFORE = 4
LABELS_AFTER = 3

_PRINTABLE = re.compile(rb"[ -~]*")

#: Payments read at a time: 25 MB of file.
BATCH = 250_000


@dataclass(frozen=True)
class Envelope:
    """A file's labels and contra.

    Attributes:
        file: what they say of the file.
        payments: how many payments the file's size leaves room for.
        head: the bytes before the first payment.
        tail: the bytes after the last one.
    """

    file: PaymentFile
    payments: int
    head: bytes
    tail: bytes

    @property
    def record_width(self) -> int:
        """The bytes of one payment, with its line end."""
        return payment.LAYOUT.length + len(self.file.line_end.value)

    @property
    def line_after(self) -> int:
        """The line of the contra, counted from 1."""
        return LABELS_BEFORE + self.payments + 1

    def check_totals(self, pence: int) -> None:
        """Compare contra and trailer with what the payments add up to.

        Raises:
            PaymentFileError: one of them says something else.
        """
        balance, first, second, user = _after(self.tail, self.file.line_end, self.line_after)
        contra.parse(balance, self.line_after, contra.values(self.file, pence))
        eof1.parse(first, self.line_after + 1, self.file)
        eof2.parse(second, self.line_after + 2, self.file)
        utl1.parse(user, self.line_after + 3, self.payments, pence)


def read_envelope(handle: BinaryIO) -> Envelope:
    """Read a file's labels and contra; the payments are left for later.

    Raises:
        PaymentFileError: they are not what they must be, or do not agree with each other.
    """
    line_end = _line_end(handle)
    label, record = 80 + len(line_end.value), payment.LAYOUT.length + len(line_end.value)
    size = handle.seek(0, 2)
    payments, left = divmod(size - (LABELS_BEFORE + LABELS_AFTER) * label - record, record)
    handle.seek(0)
    head = handle.read(LABELS_BEFORE * label)
    before = _cut(head, [label] * LABELS_BEFORE, line_end, 1)
    if payments < 1:
        raise PaymentFileError(LABELS_BEFORE + 1, 1, "the file ends before a payment, a contra and a trailer")
    if left:
        raise _misfit(handle, line_end, len(head))
    handle.seek(len(head) + payments * record)
    tail = handle.read()
    after = _after(tail, line_end, LABELS_BEFORE + payments + 1)
    return Envelope(_described(before, after[0], line_end, LABELS_BEFORE + payments + 1), payments, head, tail)


def _line_end(handle: BinaryIO) -> LineEnd:
    handle.seek(0)
    first = handle.read(82)
    for line_end in LineEnd:
        if first[80 : 80 + len(line_end.value)] == line_end.value.encode("ascii"):
            return line_end
    raise PaymentFileError(1, 81, "a payment file begins with a label of 80 characters and a line end")


def _misfit(handle: BinaryIO, line_end: LineEnd, start: int) -> PaymentFileError:
    """Which line is to blame if the file's size is no whole number of records."""
    width, number = payment.LAYOUT.length + len(line_end.value), LABELS_BEFORE + 1
    handle.seek(start)
    try:
        while block := handle.read(BATCH * width):
            payment.parse(block[: len(block) // width * width], line_end, {}, number)
            number += len(block) // width
    except PaymentFileError as fault:
        handle.seek(start + (fault.line - LABELS_BEFORE - 1) * width)
        balance = handle.read(width)
        try:
            contra.parse(balance[: -len(line_end.value)].decode("latin-1"), fault.line)
            _after(balance + handle.read(2 * width * LABELS_AFTER), line_end, fault.line)
        except PaymentFileError as after:
            return fault if after.line == fault.line else after
    return PaymentFileError(number, 1, "the file ends before a contra and a trailer")


def _after(tail: bytes, line_end: LineEnd, number: int) -> tuple[str, ...]:
    end = len(line_end.value)
    return _cut(tail, [payment.LAYOUT.length + end] + [80 + end] * LABELS_AFTER, line_end, number)


def _cut(data: bytes, widths: list[int], line_end: LineEnd, number: int) -> tuple[str, ...]:
    """Cut what was read into lines of the widths that they must have, and take their line ends off."""
    end, lines, start = line_end.value.encode("ascii"), [], 0
    for offset, width in enumerate(widths):
        line, start = data[start : start + width], start + width
        if len(line) != width or not line.endswith(end) or not _PRINTABLE.fullmatch(line[: -len(end)]):
            says = f"the line is {width - len(end)} permitted characters and a line end"
            raise PaymentFileError(number + offset, 1, says)
        lines.append(line[: -len(end)].decode("ascii"))
    if start != len(data):
        raise PaymentFileError(number + len(widths), 1, "the file goes on after its last label")
    return tuple(lines)


def _described(before: tuple[str, ...], balance: str, line_end: LineEnd, contra_line: int) -> PaymentFile:
    volume, header = vol1.parse(before[0], 1), hdr1.parse(before[1], 2)
    blocks, user = hdr2.parse(before[2], 3), uhl1.parse(before[3], 4)
    paid = contra.parse(balance, contra_line)
    try:
        file = PaymentFile(
            serial=int(volume["serial"]),
            service_user_number=volume["service_user_number"],
            service_user_name=paid["service_user_name"],
            file_number=int(user["file_number"]),
            creation_date=day_of(header["creation_date"], 2, 42),
            processing_date=day_of(user["processing_date"], 4, 5),
            paying_account=PayingAccount(paid["sort_code"], paid["account_number"], paid["paying_account_name"]),
            line_end=line_end,
            block_length=blocks["block_length"],
        )
    except PaymentFileError:
        raise
    except NoGo as refused:
        raise PaymentFileError(1, 1, f"its labels and contra describe no file that may be made ({refused})") from None
    hdr1.LAYOUT.parse(before[1], 2, hdr1.values(file))
    return file
