"""Read a file of a channel, by its channel file, whoever wrote it."""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from schemas.bank_days import BankDays
from schemas.inspection.alike import Alike
from schemas.inspection.channel_cells import rules, split, values
from schemas.inspection.findings import PAYMENTS, Findings, Inspection, Keep, as_shown, mask
from schemas.inspection.totals import PAYMENT, STERLING, Totals
from schemas.money import pounds
from schemas.rails.channel import Channel
from schemas.rails.channel import cells as known
from schemas.rails.channel.column import Column
from schemas.rails.iso_20022 import Service

#: Bytes read at a time, some 200,000 payments.
BLOCK = 16_000_000

_UNREADABLE = bytes(range(0x80)) + b"?" * 0x80
_BOM = b"\xef\xbb\xbf"
_PAID_ON = ("entry_date", "processing_date")
_PAYER = ("paying_sort_code", "paying_account_number", "paying_account")


def untold_by(channel: Channel) -> frozenset[str]:
    """What of a payment, by the columns of ``findings.PAYMENTS``, its files have no place for."""
    has = {"day": {*_PAID_ON}, "reference": {"reference", "roll_number"}}
    return frozenset(name for name, fields in has.items() if not fields & channel.fields)


def has_roll_numbers_alone(channel: Channel) -> bool:
    """Whether its files have a place for roll numbers and none for references."""
    return "roll_number" in channel.fields and "reference" not in channel.fields


def read_channel(handle: BinaryIO, channel: Channel, keep: Keep) -> Inspection:
    """Read a file to its end, whatever is wrong with it.

    Args:
        handle: the file.
        channel: how it is to look.
        keep: takes its payments.
    """
    walk = _Walk(channel, keep)
    for block in _blocks(handle):
        walk.take(block)
    return walk.finished()


def _blocks(handle: BinaryIO) -> Iterator[bytes]:
    """The file in blocks of whole lines; the last one may lack its line end."""
    left = b""
    while data := handle.read(BLOCK):
        data = left + data
        cut = data.rfind(b"\n") + 1
        if cut:
            yield data[:cut]
        left = data[cut:]
    if left:
        yield left


class _Walk:
    """Goes through a file a block of lines at a time; the last line waits until it is known to be the last."""

    def __init__(self, channel: Channel, keep: Keep) -> None:
        self._channel, self._keep, self._findings = channel, keep, Findings()
        self._totals, self._alike, self._days = Totals(), Alike(), BankDays()
        self._line = self._payments = self._pence = 0
        self._last: pl.DataFrame | None = None
        self._alone: dict[str, set[str]] = {}
        self._single: list[tuple[Column, int, str]] = []
        self._begun = False

    def take(self, block: bytes) -> None:
        """Take in whole lines."""
        if not self._begun:
            self._begun = True
            has_bom = block.startswith(_BOM)
            if has_bom is not bool(self._channel.begins_with):
                self._findings.add("line 1, column 1", f"the file does not begin as {self._channel.encoding} does")
            block = block.removeprefix(_BOM)
        text = block.translate(_UNREADABLE).decode("ascii")
        ended = text.endswith("\n")
        lines = pl.DataFrame({"text": text.removesuffix("\n").split("\n")})
        if not ended:
            self._findings.add(f"line {self._line + lines.height}", "the last line has no line end")
        lines = lines.select(line=pl.int_range(self._line + 1, self._line + lines.height + 1), text="text")
        self._line += lines.height
        self._check_ends(lines if ended else lines.head(-1))
        lines = lines.with_columns(pl.col("text").str.strip_suffix("\r"))
        if self._last is not None:
            lines = pl.concat([self._last, lines])
        elif self._channel.header:
            self._take_single("header", self._channel.header, lines.head(1))
            lines = lines.slice(1)
        self._last = lines.tail(1)
        self._take_payments(lines.head(-1))

    def finished(self) -> Inspection:
        """What was found."""
        channel, last = self._channel, self._last
        if last is not None and not last.is_empty() and channel.trailer:
            self._take_single("trailer", channel.trailer, last)
        elif last is not None:
            self._take_payments(last)
        if not self._payments:
            self._findings.add("the file", "it has no payment")
        self._check_totals()
        self._check_alone()
        self._alike.tell(self._findings, "line")
        facts = [("Channel", channel.title), *self._facts()]
        return Inspection(channel.title, as_shown(facts), self._totals.listed(), self._findings.listed())

    def _check_ends(self, lines: pl.DataFrame) -> None:
        wanted = self._channel.line_end == "CRLF"
        wrong = lines.filter(pl.col("text").str.ends_with("\r") != wanted)
        if wrong.height:
            at = [f"line {line}" for line in wrong["line"].head(5)]
            self._findings.take(f"the line does not end with {self._channel.line_end}", True, at, wrong.height)

    def _take_payments(self, lines: pl.DataFrame) -> None:
        if lines.is_empty():
            return
        cells, faults = split(lines, self._channel, self._channel.columns)
        read = cells.with_columns(values(self._channel))
        self._findings.apply(read, [*faults, *rules(self._channel)], pl.format("line {}", "line"))
        for at, column in enumerate(self._channel.columns):
            if column.field and not column.of_payment:
                seen = self._alone.setdefault(column.field, set())
                if len(seen) < 2:
                    seen.update(read[f"cell_{at}"].drop_nulls().unique().head(2))
        payments = read.select(
            place="line",
            sort_code="sort_code",
            account_number="account_number",
            amount_pence="amount_pence",
            reference="reference",
            payee_name="payee_name",
            day=self._paid_on(read),
            currency=pl.lit(STERLING),
        ).select(*PAYMENTS)
        self._payments += payments.height
        self._pence += int(payments["amount_pence"].cast(pl.Int128).sum())
        self._totals.add(PAYMENT, payments)
        self._alike.take(payments, PAYMENT)
        self._keep(payments)

    def _paid_on(self, read: pl.DataFrame) -> pl.Series:
        """When payees have the money, by the day in each payment's line: by Bacs the bank day after the processing."""
        for at, column in enumerate(self._channel.columns):
            if column.field in _PAID_ON:
                form = known.directive(column.form or "")
                days = read[f"cell_{at}"].str.to_date(form, strict=False).alias("day")
                if column.field == "entry_date" or self._channel.service != Service.BACS.value:
                    return days
                able = (day for day in days.drop_nulls().unique() if day.year in self._days.years[:-1])
                after = {day: self._days.next(day) for day in able}
                return days.replace_strict(after, default=None, return_dtype=pl.Date)
        return pl.Series("day", [None], pl.Date).new_from_index(0, read.height)

    def _take_single(self, part: str, columns: tuple[Column, ...], line: pl.DataFrame) -> None:
        """A header or a trailer."""
        cells, faults = split(line, self._channel, columns)
        self._findings.apply(cells, faults, pl.format(f"{part}, line {{}}", "line"))
        for at, column in enumerate(columns):
            value = cells[f"cell_{at}"][0]
            if column.field and value is not None:
                self._single.append((column, line["line"][0], value))

    def _check_totals(self) -> None:
        for column, line, value in self._single:
            place = f"line {line}, {column.name}"
            if column.field == "payments" and int(value or 0) != self._payments:
                self._findings.add(place, "it is not the number of payments")
            if column.field == "total" and int(value.replace(".", "") or 0) != self._pence:
                self._findings.add(place, "it is not the sum of the payments")
        limits = self._channel.limits
        if self._payments > limits.most_payments:
            self._findings.add("the file", f"it has more than the {limits.most_payments:,} payments that are taken")
        if self._pence > limits.largest_file_pence:
            self._findings.add("the file", f"it pays more than the {pounds(limits.largest_file_pence)} that are taken")

    def _check_alone(self) -> None:
        """What is the same in every line of a file."""
        for column, _, value in self._single:
            if column.field and column.field not in known.OF_TOTALS:
                self._alone.setdefault(column.field, set()).add(value)
        for field, found in self._alone.items():
            if len(found) > 1:
                says = f"the file has more than one {field.replace('_', ' ')}: siller's have one"
                self._findings.add("the file", says, refused=False)

    def _facts(self) -> Iterator[tuple[str, str]]:
        for field, found in self._alone.items():
            if len(found) == 1:
                (value,) = found
                yield field.replace("_", " ").capitalize(), mask(value) if field in _PAYER[1:] else value
