"""A channel: how a bank, a bureau or a shared-services centre wants a delimited or fixed-width file, as data.

``data_contracts/channels/NAME.yaml`` says it, and ``rail: NAME`` in an agreement asks for it. siller has no code of any
channel's own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from schemas.bank_messages.bank_file import Message
from schemas.documents import check_answered, parse_yaml, sentences
from schemas.rails.channel import cells
from schemas.rails.channel.column import Column, Part
from schemas.rails.iso_20022.initiation import LARGEST_ITEM_PENCE, Service
from schemas.rails.terms import Terms
from schemas.rails.text import TEXT_LENGTH, Carried
from schemas.safe_to_open import would_be_reckoned

SIGNS = " .&/-"
"""The signs that Bacs and Faster Payments carry beside letters and digits."""

_LINE_ENDS = {"CRLF": b"\r\n", "LF": b"\n"}
_BOM = b"\xef\xbb\xbf"

NAME = r"^[a-z][a-z0-9_]{0,39}$"
"""How a channel may be called: its file's name without ``.yaml``."""


class Limits(Part):
    """What the channel takes, where that is less than the service takes.

    Attributes:
        largest_item_pence: the most that one payment may be.
        largest_file_pence: the most that one file may pay.
        most_payments: the most payments in one file.
    """

    largest_item_pence: Annotated[int, Field(ge=1)] | None = None
    largest_file_pence: Annotated[int, Field(ge=1, le=10**15)] = 10**15
    most_payments: Annotated[int, Field(ge=1, le=10**9)] = 10**9


class Channel(Part):
    """How a channel's file is written, and what becomes of it.

    Attributes:
        title: what the bank calls this file.
        source: who says that it looks like this, and whether the bank was asked.
        service: how the money goes on from there, and so on which days and up to what sum.
        taken_by: who is sent the file.
        identified_by: how whoever takes it tells one submission from another: by the file's name, or by the ``serial``
            that stands in it.
        answered_by: the report in which they say what they took, which names the file by its serial; ``nothing``
            where only the statement shows it.
        opened_by: ``machines`` read it to the sign; where ``people`` open it in a spreadsheet, a text that a
            spreadsheet would take for a formula has an apostrophe before it.
        shape: ``delimited``, or ``fixed_width``: every column has a width, and nothing stands between.
        delimiter: what stands between two cells.
        quoting: whether every cell stands in quotation marks.
        line_end: what ends a line, the last one too.
        encoding: ``utf-8-sig`` has the three bytes before the first line by which a spreadsheet knows UTF-8.
        file_name: ``{run}`` and what follows: every payment file of siller's is called after its run.
        signs: those of `` .&/-`` that names and references may have; letters and digits always may.
        instead: how each of the others is written.
        limits: what it takes at most.
        header: the cells of the first line; none without them.
        columns: the cells of a payment, in order.
        trailer: the cells of the last line; none without them.
    """

    title: Annotated[str, Field(min_length=1, max_length=100)]
    source: Annotated[str, Field(min_length=1)]
    service: Literal["Bacs", "Faster Payments"]
    taken_by: Annotated[str, Field(min_length=1, max_length=60)]
    identified_by: Literal["file_name", "serial"]
    answered_by: Literal["nothing", "input_report"]
    opened_by: Literal["machines", "people"]
    shape: Literal["delimited", "fixed_width"]
    delimiter: Annotated[str, Field(pattern=r"^([^A-Za-z0-9\"' \r\n]|\t)$", max_length=1)] | None = None
    quoting: Literal["never", "always"] = "never"
    line_end: Literal["CRLF", "LF"]
    encoding: Literal["ascii", "utf-8", "utf-8-sig"]
    file_name: Annotated[str, Field(pattern=r"^\{run\}(\.[a-z0-9_-]{1,20}){1,3}$")]
    signs: Annotated[str, Field(pattern=r"^[ .&/-]*$")] = SIGNS
    instead: dict[str, Annotated[str, Field(pattern=r"^[A-Z0-9 .&/-]{0,5}$")]] = Field(default_factory=dict)
    limits: Limits = Field(default_factory=Limits)
    header: tuple[Column, ...] = ()
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    trailer: tuple[Column, ...] = ()

    @classmethod
    def parsed(cls, content: bytes, name: str) -> "Channel":
        """Read a channel file's bytes; its name is that of the file, for messages.

        Raises:
            NoGo: it is no YAML, or does not fit; the message names every key.
        """
        said = parse_yaml(content, name)
        check_answered(said, name)
        return cls._validated(said, name)

    @classmethod
    def kept(cls, text: str) -> "Channel":
        """The same, of what :attr:`as_kept` gave."""
        return cls._validated(json.loads(text), "the kept channel")

    @classmethod
    def _validated(cls, said: Any, name: str) -> "Channel":
        try:
            return cls.model_validate(said)
        except ValidationError as error:
            raise sentences(name, error) from None

    @property
    def as_kept(self) -> str:
        """Everything that it says, as JSON: a run is answered by the channel that it was written by."""
        return self.model_dump_json(exclude_defaults=True)

    @property
    def sha256(self) -> str:
        """A hash of everything that it says, comments apart."""
        return hashlib.sha256(self.as_kept.encode()).hexdigest()

    @model_validator(mode="after")
    def _signs_are_written(self) -> Self:
        missing = set(SIGNS) - set(self.signs)
        if set(self.instead) != missing:
            raise ValueError("instead: says of each sign that signs leaves out, and of no other, how it is written")
        if any(set(written) & missing for written in self.instead.values()):
            raise ValueError("instead: a sign is written by permitted ones alone")
        return self

    @model_validator(mode="after")
    def _columns_stand_once(self) -> Self:
        for part, line in self._lines():
            names = [column.name for column in line]
            fields = [column.field for column in line if column.of_payment]
            if twice := _twice(names) or _twice(fields):
                raise ValueError(f"{part}: {twice} stands twice")
            if part != "columns" and fields:
                raise ValueError(f"{part}: {fields[0]} differs from payment to payment, and this is one line")
        if totals := cells.OF_TOTALS & self.fields:
            raise ValueError(f"columns: {min(totals)} is known at the end alone: it is for a header or a trailer")
        if any(column.field in cells.OF_TOTALS and column.padding == "none" for column in self.header):
            raise ValueError("header: what is known at the end alone needs a width and a padding here")
        return self

    @model_validator(mode="after")
    def _says_who_is_paid_what(self) -> Self:
        if "amount" not in self.fields:
            raise ValueError("columns: there is no amount")
        both = {"sort_code", "account_number"} & self.fields
        if ("account" in self.fields) is bool(both) or len(both) == 1:
            raise ValueError("columns: need either account, or sort_code and account_number")
        if "payee_name" not in self.fields:
            raise ValueError("columns: there is no payee_name")
        if self.column_of("amount").padding == "spaces_after":
            raise ValueError("columns: amount: an amount is filled up before it")
        largest = self.column_of("amount").largest_pence
        if largest is not None and largest < self.largest_item_pence:
            raise ValueError(
                f"columns: amount: width holds {largest:,} pence at most, and one payment may be "
                f"{self.largest_item_pence:,}: widen it, or say a lower limits.largest_item_pence"
            )
        return self

    @model_validator(mode="after")
    def _shape_holds(self) -> Self:
        every = [column for _, line in self._lines() for column in line]
        if self.shape == "fixed_width":
            if self.delimiter is not None or self.quoting != "never" or any(column.cell for column in every):
                raise ValueError("shape: in a file of fixed width nothing stands between its columns")
            if loose := next((column for column in every if not column.is_fixed), None):
                raise ValueError(
                    f"columns: {loose.name} needs a padding up to its width: the file is of fixed width, and what "
                    "follows would stand elsewhere"
                )
            return self
        if self.delimiter is None:
            raise ValueError("delimiter: is missing")
        for part, line in self._lines():
            places = [column.place for column in line]
            if any(places) and (not all(places) or places != sorted(set(places))):
                raise ValueError(f"{part}: cell: every column says its own, and they rise")
        if self.quoting == "never" and self.delimiter in "".join(_characters(self, every)):
            raise ValueError("delimiter: it is among the characters that a cell may hold")
        if self.quoting == "always" and '"' in "".join(column.constant or "" for column in every):
            raise ValueError("columns: constant: a quotation mark cannot stand in a cell that is in quotation marks")
        return self

    @model_validator(mode="after")
    def _opened_safely(self) -> Self:
        if self.opened_by == "machines":
            return self
        every = [column for _, line in self._lines() for column in line]
        if self.shape == "fixed_width" or any(c.padding != "none" for c in every if c.field in _NAMED):
            raise ValueError("opened_by: what people open in a spreadsheet is delimited, and its texts are not padded")
        if any(would_be_reckoned(column.constant or "") for column in every):
            raise ValueError("columns: constant: a spreadsheet would take it for a formula")
        return self

    @model_validator(mode="after")
    def _identified(self) -> Self:
        has_serial = any(column.field == "serial" for _, line in self._lines() for column in line)
        if self.identified_by == "serial" and not has_serial:
            raise ValueError("identified_by: no column, header or trailer has the serial")
        if self.answered_by == "input_report" and self.identified_by != "serial":
            raise ValueError("answered_by: a report names a file by its serial: identified_by must be serial")
        return self

    def _lines(self) -> Iterator[tuple[str, tuple[Column, ...]]]:
        yield "header", self.header
        yield "columns", self.columns
        yield "trailer", self.trailer

    @property
    def fields(self) -> frozenset[str]:
        """What stands in the lines of its payments."""
        return frozenset(column.field for column in self.columns if column.field)

    def column_of(self, field: str) -> Column:
        """The column of a payment that has this field."""
        return next(column for column in self.columns if column.field == field)

    @property
    def largest_item_pence(self) -> int:
        """The most that one payment may be, by the service and by the channel."""
        most = LARGEST_ITEM_PENCE[Service(self.service)]
        return min(most, self.limits.largest_item_pence or most)

    @property
    def suffix(self) -> str:
        """How its files' names end."""
        return self.file_name.removeprefix("{run}")

    @property
    def ends_lines_with(self) -> bytes:
        """The bytes after each line."""
        return _LINE_ENDS[self.line_end]

    @property
    def begins_with(self) -> bytes:
        """The bytes before the first line."""
        return _BOM if self.encoding == "utf-8-sig" else b""

    def carried(self, field: str) -> Carried:
        """How names and references are written in the column that has this field; as Bacs does where none has."""
        width = self.column_of(field).width if field in self.fields else None
        return Carried(width or TEXT_LENGTH, tuple(sorted(self.instead.items())))

    def terms(self, name: str) -> Terms:
        """How people are told of it.

        Args:
            name: of the channel.
        """
        return Terms(
            name=f"{self.service} ({name})",
            service=self.service,
            taken_by=self.taken_by,
            answered_by=None if self.answered_by == "nothing" else Message(self.answered_by),
            in_one_day=self.service != Service.BACS.value,
        )


_NAMED = cells.TEXTS | cells.NAMES


def _twice(names: Iterable[str | None]) -> str | None:
    seen: set[str | None] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _characters(channel: Channel, columns: Iterable[Column]) -> Iterator[str]:
    """Every sign, beside letters and digits, that a cell of these may hold."""
    for column in columns:
        yield column.constant or ""
        yield column.between
        if column.field in _NAMED:
            yield channel.signs
        if column.field in cells.DAYS:
            yield column.form or ""
        if column.form == "pounds":
            yield "."
        if column.padding.startswith("spaces"):
            yield " "
