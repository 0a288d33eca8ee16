"""A line of a channel's file: rendered and parsed a whole column at a time, by the same table.

Source: the channel file, and nothing that siller knows beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.rails.bacs_standard_18 import payment as bacs
from schemas.rails.bacs_standard_18.layout import PaymentFileError
from schemas.rails.channel import cells, payment
from schemas.rails.channel.channel import Channel
from schemas.rails.channel.column import Column
from schemas.rails.channel.upload import Upload
from schemas.rails.files import bytes_of, side_by_side
from schemas.safe_to_open import as_before, made_safe


@dataclass(frozen=True)
class PaymentLine:
    """The line of a payment: fixed text, and cells that differ from payment to payment.

    Attributes:
        file: whose line; what every payment of it says alike is fixed text.
    """

    file: Upload

    @cached_property
    def parts(self) -> tuple[str | Column, ...]:
        """Fixed text and cells in turn."""
        channel = self.file.channel
        mark = '"' if channel.quoting == "always" else ""
        parts: list[str | Column] = [""]
        for column, before in _placed(channel, channel.columns):
            fixed = "" if column.of_payment else self.file.says(column)
            parts[-1] = f"{parts[-1]}{before}{mark}{fixed}"
            parts += [column, ""] if column.of_payment else []
            parts[-1] = f"{parts[-1]}{mark}"
        return tuple(parts)

    @property
    def end(self) -> str:
        """What ends it."""
        return self.file.channel.ends_lines_with.decode()

    @property
    def cells(self) -> tuple[Column, ...]:
        """The cells that differ, in order."""
        return tuple(part for part in self.parts if isinstance(part, Column))

    @cached_property
    def pattern(self) -> str:
        """A regular expression for one whole line with one group a cell; what stands in it is escaped."""
        channel = self.file.channel
        return "".join(re.escape(part) if isinstance(part, str) else f"({_slot(part, channel)})" for part in self.parts)

    def render(self, payments: pl.DataFrame) -> memoryview:
        """One line a payment with its line end, from the columns of ``payment.DIGESTED``."""
        channel = self.file.channel
        written = payments.select(_written(column, channel).alias(str(at)) for at, column in enumerate(self.cells))
        columns = iter(written.get_columns())
        # A scalar from a column of one, because to make one of a text makes pyarrow import pandas, for a second.
        parts = [
            side_by_side(pl.Series([part]))[0] if isinstance(part, str) else side_by_side(next(columns))
            for part in (*self.parts, self.end, "")
        ]
        # The last part is what stands between the others: nothing.
        return bytes_of(pc.binary_join_element_wise(*parts))

    def parse(self, block: bytes, first_line: int) -> pl.DataFrame:
        """The payments that whole lines say, in their order.

        Args:
            block: lines, each with its line end.
            first_line: the line of the first one, for the error.

        Returns:
            The columns of ``payment.DIGESTED``.

        Raises:
            PaymentFileError: a line is no such payment.
        """
        channel = self.file.channel
        # Bytes that are no ASCII are no text to polars either; what stands for them fits no cell.
        characters = block if block.isascii() else block.translate(bacs.NO_ASCII_AS_QUESTION_MARK)
        ends = np.flatnonzero(np.frombuffer(characters, dtype=np.uint8) == ord("\n")) + 1
        starts = np.concatenate(([0], ends)).astype(np.int64)
        lines = pa.LargeStringArray.from_buffers(len(ends), pa.py_buffer(starts), pa.py_buffer(characters))
        names = [column.field or "" for column in self.cells]
        found = pl.col("line").str.extract_groups(f"^{self.pattern}{self.end}$").struct.rename_fields(names)
        # Streamed, because that works on a column's rows on all cores.
        payments = (
            pl.LazyFrame({"line": pl.Series(lines)})
            .select(found)
            .unnest("line")
            .select(_read(channel, self.cells))
            .collect(engine="streaming")
        )
        for name, check in payment.checks(channel, channel.largest_item_pence).items():
            broken = ~payments.select(check.fill_null(False).alias(name))[name]
            if broken.any():
                at = int(broken.arg_true()[0])
                says = f"{name} is not as {channel.title} has it, or this is no payment"
                raise PaymentFileError(first_line + at, 1, says)
        return payments


def single_line(file: Upload, columns: Sequence[Column], payments: int = 0, pence: int = 0) -> bytes:
    """A header or trailer with its line end; nothing where the channel has none.

    Raises:
        NoGo: a number does not fit into its cell.
    """
    if not columns:
        return b""
    mark = '"' if file.channel.quoting == "always" else ""
    text = "".join(
        f"{before}{mark}{file.says(column, payments, pence)}{mark}" for column, before in _placed(file.channel, columns)
    )
    return text.encode("ascii") + file.channel.ends_lines_with


def _slot(column: Column, channel: Channel) -> str:
    """A payment's cell in its line: one that is filled up with spaces is known by its width, and then looked into."""
    return f".{{{column.width}}}" if _has_spaces(column) else pattern_of(column, channel)


def _has_spaces(column: Column) -> bool:
    return column.padding in ("spaces_after", "spaces_before")


def pattern_of(column: Column, channel: Channel) -> str:
    """A regular expression, without groups, for what a payment's cell may hold."""
    width = column.width
    match column.field:
        case "sort_code":
            return _filled(column, column.between.join(["[0-9]{2}"] * 3))
        case "account_number":
            return _filled(column, "[0-9]{8}")
        case "account":
            return _filled(column, f"[0-9]{{6}}{column.between}[0-9]{{8}}")
        case "amount":
            pence = r"\.[0-9]{2}" if column.form == "pounds" else ""
            if column.padding == "zeros_before":
                return f"[0-9]{{{(width or 0) - (3 if pence else 0)}}}{pence}"
            return _filled(column, f"(?:0|[1-9][0-9]{{0,14}}){pence}")
        case _:
            return _text(column, channel)


def _text(column: Column, channel: Channel) -> str:
    """Beginning with no space; a roll number may be missing."""
    first = "A-Z0-9" + re.escape(channel.signs.replace(" ", ""))
    rest = f"[{first}{' ' if ' ' in channel.signs else ''}]{{0,{(column.width or 1) - 1}}}"
    text = f"[{first}]{rest}"
    if channel.opened_by == "people":
        text = f"(?:'-{rest}|[{first.replace(re.escape('-'), '')}]{rest})"
    return _filled(column, f"(?:{text})?" if column.field == "roll_number" else text)


def _filled(column: Column, pattern: str) -> str:
    """The pattern with what fills it up; how much that is, its width says."""
    match column.padding:
        case "spaces_after":
            return f"{pattern} *"
        case "spaces_before":
            return f" *{pattern}"
        case _:
            return pattern


def _placed(channel: Channel, columns: Sequence[Column]) -> Iterator[tuple[Column, str]]:
    """Each column, and what stands between it and the one before: the delimiter, and cells that nobody names."""
    delimiter, mark = channel.delimiter or "", '""' if channel.quoting == "always" else ""
    at = 0
    for number, column in enumerate(columns, start=1):
        place = column.place or number
        empty = f"{mark}{delimiter}" * (place - at - 1)
        yield column, f"{delimiter if at else ''}{empty}"
        at = place


def _written(column: Column, channel: Channel) -> pl.Expr:
    """A payment's cell, filled up, from the columns of ``payment.DIGESTED``."""
    match column.field:
        case "sort_code" if column.between:
            pairs = [pl.col("sort_code").str.slice(at, 2) for at in (0, 2, 4)]
            text = pl.concat_str(pairs, separator=column.between)
        case "account":
            text = pl.concat_str("sort_code", "account_number", separator=column.between)
        case "amount" if column.form == "pounds":
            pounds, pence = pl.col("amount_pence") // 100, pl.col("amount_pence") % 100
            text = pl.concat_str(pounds, pl.lit("."), pence.cast(pl.String).str.pad_start(2, "0"))
        case "amount":
            text = pl.col("amount_pence").cast(pl.String)
        case field if field in cells.TEXTS and channel.opened_by == "people":
            text = made_safe(pl.col(str(field)))
        case field:
            text = pl.col(str(field))
    match column.padding:
        case "spaces_after":
            return text.str.pad_end(column.width or 0)
        case "spaces_before":
            return text.str.pad_start(column.width or 0)
        case "zeros_before":
            return text.str.pad_start(column.width or 0, "0")
        case _:
            return text


def _read(channel: Channel, columns: Sequence[Column]) -> list[pl.Expr]:
    """The columns of ``payment.DIGESTED`` from the texts of a payment's cells; null where a line was none."""
    any_cell = pl.col(columns[0].field or "")
    absent = pl.when(any_cell.is_not_null()).then(pl.lit(""))
    found: dict[str, pl.Expr] = {"reference": absent, "roll_number": absent}
    for column in columns:
        text = pl.col(column.field or "")
        if _has_spaces(column):
            text = pl.when(text.str.contains(f"^{pattern_of(column, channel)}$")).then(text.str.strip_chars(" "))
        match column.field:
            case "sort_code":
                found["sort_code"] = text.str.replace_all(column.between, "", literal=True) if column.between else text
            case "account":
                found["sort_code"], found["account_number"] = text.str.head(6), text.str.tail(8)
            case "amount":
                digits = text.str.replace(".", "", literal=True) if column.form == "pounds" else text
                found["amount_pence"] = digits.cast(pl.Int64, strict=False)
            case field if field in cells.TEXTS and channel.opened_by == "people":
                found[str(field)] = as_before(text)
            case field:
                found[str(field)] = text
    return [found[name].alias(name) for name in payment.DIGESTED]
