"""The practice bank's own reading of a channel's file, by the channel file that its bank has agreed to."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path

from schemas.rails.channel import Channel
from schemas.rails.channel.column import Column
from tasks.practice_bank.received import Debit, Item, Received, refuse

Line = dict[str, str]
"""What one line says, by the fields of its columns."""


@dataclass(frozen=True)
class Portal:
    """Where a channel's file is handed over, and what is known there of whoever does: the file may say none of it.

    Attributes:
        channel: what the portal takes.
        service_user_number: whose files these are.
        sort_code: of the account that pays for them.
        account_number: of the same account.
        payer: its name.
    """

    channel: Channel
    service_user_number: str
    sort_code: str
    account_number: str
    payer: str

    @property
    def reports(self) -> bool:
        """Whether it says by a report what it took."""
        return self.channel.answered_by != "nothing"

    def receive(self, path: Path, processing_date: date) -> Received:
        """Read and check a file the way a portal would: every line has its cells, and totals agree where there are any.

        Raises:
            NoGo: it is no such file, or its totals differ.
        """
        try:
            return self._received(path, processing_date)
        except (ValueError, KeyError, csv.Error):
            raise refuse(path, f"it cannot be read as a {self.channel.title}") from None

    def _received(self, path: Path, processing_date: date) -> Received:
        payments = pence = 0
        serial = "".join(filter(str.isalnum, path.name.partition(".")[0]))
        told: Line = {}
        for line in self._lines(path):
            told |= line
            serial = line.get("serial", serial)
            if "amount" in line:
                payments, pence = payments + 1, pence + self._pence(line, "amount")
        if not payments:
            raise refuse(path, "it pays nobody")
        if int(told.get("payments", payments)) != payments or self._told_pence(told, pence) != pence:
            raise refuse(path, "its totals do not agree with its payments")
        debit = Debit("000", self.sort_code, self.account_number, self.payer, payments, pence)
        return Received(path, serial, self.service_user_number, processing_date, (debit,), self._items)

    def _told_pence(self, told: Line, pence: int) -> int:
        return self._pence(told, "total") if "total" in told else pence

    def _items(self, path: Path, paths: Sequence[int]) -> list[Item]:
        wanted = set(paths)
        payments = (line for line in self._lines(path) if "amount" in line)
        return [self._item(line) for place, line in enumerate(payments) if place in wanted]

    def _item(self, line: Line) -> Item:
        account = line.get("account", line.get("sort_code", "") + line.get("account_number", ""))
        digits = "".join(filter(str.isdigit, account))
        reference = line.get("reference") or line.get("roll_number", "")
        return Item(digits[:6], digits[6:], self._pence(line, "amount"), reference, line["payee_name"])

    def _pence(self, line: Line, field: str) -> int:
        """An amount as it stands there; a point in it has two digits behind it."""
        pounds, point, pence = line[field].partition(".")
        every = (*self.channel.header, *self.channel.columns, *self.channel.trailer)
        in_pounds = next(column.form == "pounds" for column in every if column.field == field)
        if in_pounds is not bool(point) or (point and len(pence) != 2):
            raise ValueError("no such amount")
        return int(pounds + pence)

    def _lines(self, path: Path) -> Iterator[Line]:
        """Every line in turn: the header's, each payment's, the trailer's; the last one is known by being last."""
        columns = self.channel.header or self.channel.columns
        before: list[str] | None = None
        for cells in self._cells(path):
            if before is not None:
                yield _named(columns, before, self.channel)
                columns = self.channel.columns
            before = cells
        if before is not None:
            yield _named(self.channel.trailer or columns, before, self.channel)

    def _cells(self, path: Path) -> Iterator[list[str]]:
        channel = self.channel
        with path.open(encoding="utf-8-sig", newline="") as file:
            if channel.delimiter:
                if channel.quoting == "always":
                    yield from csv.reader(file, delimiter=channel.delimiter, strict=True)
                else:
                    yield from csv.reader(file, delimiter=channel.delimiter, quoting=csv.QUOTE_NONE, strict=True)
                return
            for text in file:
                yield [text.rstrip("\r\n")]


def _named(columns: Sequence[Column], cells: list[str], channel: Channel) -> Line:
    """The cells of a line by their fields, without what fills them up.

    Raises:
        ValueError: the line has other cells.
    """
    if channel.delimiter is None:
        ends = list(accumulate(column.width or column.exactly for column in columns))
        if len(cells[0]) != ends[-1]:
            raise ValueError("another length")
        cells = [cells[0][start:end] for start, end in zip([0, *ends], ends, strict=False)]
    paths = [column.place or number for number, column in enumerate(columns, start=1)]
    if len(cells) != paths[-1]:
        raise ValueError("other cells")
    found: Line = {}
    for column, place in zip(columns, paths, strict=True):
        text = cells[place - 1].strip(" ")
        if column.constant is not None and text != column.constant.strip(" "):
            raise ValueError("another constant")
        if column.field:
            found[column.field] = text
    return found
