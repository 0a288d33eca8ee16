"""The records before and after the rows, and what they say of the rows."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from schemas.extract_files.form import FileKind, Form, Place, Record
from schemas.extract_files.unpacking import Faulty

_LONGEST = 4096
"""How many bytes a record can have."""


@dataclass(frozen=True)
class Stated:
    """What a record says.

    Attributes:
        called: which record says so.
        rows: how many there are; None if it says nothing of that.
        pounds: what they add up to; None if it says nothing of that.
    """

    called: str
    rows: int | None
    pounds: Decimal | None


def without_records(chunks: Iterator[bytes], form: Form, stated: list[Stated]) -> Iterator[bytes]:
    """Yield a text without its header and trailer records, and put down what these say.

    Raises:
        Faulty: a record that the contract agrees is not there, or its figures cannot be read.
    """
    if form.header_record:
        line, chunks = _first_line(chunks)
        stated.append(_stated("header record", "first", line, form.header_record, form))
    if not form.trailer_record:
        yield from chunks
        return
    held = b""
    for chunk in chunks:
        held += chunk
        yield held[:-_LONGEST]
        held = held[-_LONGEST:]
    rows, line = _last_line(held)
    stated.append(_stated("trailer record", "last", line, form.trailer_record, form))
    yield rows


def _first_line(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) > _LONGEST:
            break
    line, *rest = head[: _LONGEST + 1].splitlines(keepends=True) or [b""]
    after = head[len(line) :]
    if not rest and len(line) > _LONGEST:
        line = b""

    def going_on() -> Iterator[bytes]:
        yield after
        yield from chunks

    return line.removeprefix(BOM_UTF8), going_on()


def _last_line(held: bytes) -> tuple[bytes, bytes]:
    end = len(held.rstrip(b"\r\n"))
    begin = max(held.rfind(b"\n", 0, end), held.rfind(b"\r", 0, end)) + 1
    return held[:begin], held[begin:end]


def _stated(called: str, which: str, line: bytes, record: Record, form: Form) -> Stated:
    text = line.decode(errors="replace").rstrip("\r\n")
    if not text.startswith(record.begins):
        raise Faulty(
            f"has no {called}: its {which} line does not begin with {record.begins}, as agreed. The file may be cut "
            "off; send it again, whole."
        )
    count, total = _figure(text, record.count, form), _figure(text, record.total, form)
    try:
        rows = None if count is None else int(_digits(count))
        if total is None:
            return Stated(called, rows, None)
        if record.in_pence:
            return Stated(called, rows, Decimal(_digits(total)) / 100)
        pounds, _, pence = total.partition(".")
        return Stated(called, rows, Decimal(f"{_digits(pounds)}.{_digits(pence, 2)}"))
    except ValueError:
        form_of_total = "whole pence" if record.in_pence else "pounds with a point and two decimals"
        raise Faulty(
            f"has a {called} whose figures cannot be read: the number of rows is digits alone, the total "
            f"{form_of_total}. Correct it and send the file again."
        ) from None


def _figure(line: str, place: Place | None, form: Form) -> str | None:
    if place is None:
        return None
    if form.kind is FileKind.FIXED_WIDTH and place.width:
        return line[place.first - 1 : place.first - 1 + place.width].strip(" ")
    fields: Sequence[str] = line.split(form.delimiter)
    return fields[place.first - 1].strip('" ') if place.first <= len(fields) else ""


def _digits(text: str, exactly: int | None = None) -> str:
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or (exactly and len(text) != exactly):
        raise ValueError
    return text
