"""How a record kind is laid out: its field table, and what every field table can do.

Source: the field rules for dates (a blank, two digits of the year, three of the day) and for numbers, which are filled
with zeros on the left; the permitted characters are those on which Experian and the public writers agree.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.compute as pc

from schemas.no_go import NoGo
from schemas.rails.files import bytes_of, side_by_side
from schemas.rails.text import PERMITTED, TEXT_LENGTH

Value = str | int | date
Characters = npt.NDArray[np.uint8]

_FIRST = PERMITTED.replace(" ", "")


class PaymentFileError(NoGo):
    """A payment file that does not say what it must.

    Attributes:
        line: the line, counted from 1.
        column: the first character concerned, counted from 1.
    """

    def __init__(self, line: int, column: int, says: str) -> None:
        super().__init__(f"The payment file is not as it must be at line {line}, column {column}: {says}.")
        self.line = line
        self.column = column


class Form(Enum):
    """What a field holds and how it is filled up."""

    CODE = "digits, every one given: a lost zero is not put back"
    NUMBER = "digits, filled with zeros on the left"
    TEXT = "permitted characters, beginning with no space, filled with spaces on the right"
    DAY = "a day as a space, two digits of the year and three of the day in it"
    CONSTANT = "always the same characters"
    CHOICE = "one of a few texts"
    NUMBER_OR_BLANK = "digits, filled with zeros on the left, or spaces"
    DAY_OR_BLANK = "a day as a space, two digits of the year and three of the day in it, or spaces"


@dataclass(frozen=True)
class Field:
    """One line of a field table.

    Attributes:
        name: what the field is called, in the field's standard terms.
        start: its first character, counted from 1, as the specification does.
        length: its number of characters.
        form: what it holds and how it is filled up.
        rule: what the specification says of it.
        constant: what it always says, for a constant; shorter is filled with spaces on the right.
        choices: what it may say, for a choice, each in full length.
    """

    name: str
    start: int
    length: int
    form: Form
    rule: str
    constant: str = ""
    choices: tuple[str, ...] = ()

    @property
    def end(self) -> int:
        """The number of the last character."""
        return self.start + self.length - 1

    def render(self, value: Value = "") -> str:
        """The field's characters.

        Raises:
            ValueError: the value is no such field's, or too long. The message has no value in it.
        """
        match self.form:
            case Form.CONSTANT:
                text = self.constant.ljust(self.length)
            case Form.DAY | Form.DAY_OR_BLANK if isinstance(value, date):
                text = value.strftime(" %y%j")
            case Form.NUMBER:
                text = str(value).zfill(self.length)
            case Form.NUMBER_OR_BLANK if value != "":
                text = str(value).zfill(self.length)
            case Form.CODE:
                text = str(value)
            case _:
                text = str(value).ljust(self.length)
        if not re.fullmatch(self.pattern, text):
            raise ValueError(f"the value of {self.name} is not {self.length} characters: {self.form.value}")
        return text

    def characters(self, values: pl.Series) -> Characters:
        """The field's characters for a whole column of values: a row of them each.

        Raises:
            ValueError: a value does not fit.
        """
        texts = side_by_side(values.cast(pl.String))
        match self.form:
            case Form.NUMBER:
                texts = pc.ascii_lpad(texts, self.length, "0")
            case Form.TEXT:
                texts = pc.ascii_rpad(texts, self.length)
        return np.frombuffer(bytes_of(texts), np.uint8).reshape(len(values), self.length)

    @property
    def pattern(self) -> str:
        """A regular expression for the field's characters in a file."""
        match self.form:
            case Form.CONSTANT:
                return re.escape(self.constant.ljust(self.length))
            case Form.DAY:
                return " [0-9]{5}"
            case Form.DAY_OR_BLANK:
                return " (?:[0-9]{5}|     )"
            case Form.NUMBER_OR_BLANK:
                return f"(?:[0-9]{{{self.length}}}| {{{self.length}}})"
            case Form.CHOICE:
                return f"(?:{'|'.join(map(re.escape, self.choices))})"
            case Form.CODE | Form.NUMBER:
                return f"[0-9]{{{self.length}}}"
            case Form.TEXT:
                return f"[{_FIRST}][{PERMITTED}]{{{self.length - 1}}}"

    @property
    def expected(self) -> str:
        """What a reader expects here, for a sentence."""
        if self.form is Form.CONSTANT:
            says = f'"{self.constant}"' if self.constant.strip() else "spaces"
        elif self.form is Form.CHOICE:
            says = " or ".join(f'"{choice}"' if choice.strip() else "spaces" for choice in self.choices)
        else:
            says = self.form.value
        return f"{self.name} is {self.length} characters, {says}"


def constant(name: str, start: int, text: str, rule: str) -> Field:
    """A field that always says the same."""
    return Field(name, start, len(text), Form.CONSTANT, rule, text)


def blank(start: int, length: int, rule: str = "blank") -> Field:
    """A field of spaces."""
    return Field(f"blank_{start}", start, length, Form.CONSTANT, rule)


def code(name: str, start: int, length: int, rule: str) -> Field:
    """A field of digits that are no number."""
    return Field(name, start, length, Form.CODE, rule)


def number(name: str, start: int, length: int, rule: str) -> Field:
    """A field that holds a number."""
    return Field(name, start, length, Form.NUMBER, rule)


def text(name: str, start: int, rule: str) -> Field:
    """A field of 18 permitted characters."""
    return Field(name, start, TEXT_LENGTH, Form.TEXT, rule)


def day(name: str, start: int, rule: str) -> Field:
    """A field that holds a day."""
    return Field(name, start, 6, Form.DAY, rule)


def day_or_blank(name: str, start: int, rule: str) -> Field:
    """A field that holds a day or nothing."""
    return Field(name, start, 6, Form.DAY_OR_BLANK, rule)


def number_or_blank(name: str, start: int, length: int, rule: str) -> Field:
    """A field that holds a number or nothing."""
    return Field(name, start, length, Form.NUMBER_OR_BLANK, rule)


def choice(name: str, start: int, choices: tuple[str, ...], rule: str) -> Field:
    """A field that says one of a few texts, which are all as long as it."""
    return Field(name, start, len(choices[0]), Form.CHOICE, rule, choices=choices)


@dataclass(frozen=True)
class Layout:
    """A record kind's field table: every character of the record belongs to exactly one field.

    Attributes:
        name: the record kind.
        length: the record's characters, without the line end.
        fields: the table, in order.
    """

    name: str
    length: int
    fields: tuple[Field, ...]

    def __post_init__(self) -> None:
        ends = [0, *(field.end for field in self.fields)]
        starts = [*(field.start for field in self.fields), self.length + 1]
        if any(start != end + 1 for end, start in zip(ends, starts, strict=True)):
            raise ValueError(f"the fields of {self.name} leave a gap, overlap or miss its length")

    def render(self, values: Mapping[str, Value]) -> str:
        """The record with these values in its fields.

        Raises:
            KeyError: a field that is no constant has no value.
            ValueError: a value does not fit.
        """
        return "".join(
            field.render() if field.form is Form.CONSTANT else field.render(values[field.name]) for field in self.fields
        )

    def parse(self, record: str, line: int, known: Mapping[str, Value] | None = None) -> dict[str, str]:
        """The values of a record's fields, without their filling spaces.

        Args:
            record: the record's characters, without the line end.
            line: its line in the file, for the error.
            known: what some fields must say.

        Raises:
            PaymentFileError: a field is not what it must be.
        """
        known = known or {}
        values = {}
        for field in self.fields:
            found = record[field.start - 1 : field.end]
            if not re.fullmatch(field.pattern, found):
                raise PaymentFileError(line, field.start, f"{self.name} needs {field.expected}")
            if field.name in known and found != field.render(known[field.name]):
                says = f"the {field.name.replace('_', ' ')} of this {self.name} is not the one it must be"
                raise PaymentFileError(line, field.start, says)
            values[field.name] = found.strip(" ")
        if len(record) != self.length:
            raise PaymentFileError(line, self.length + 1, f"{self.name} is {self.length} characters long")
        return values

    def records(self, values: pl.DataFrame, known: Mapping[str, Value], line_end: str) -> Characters:
        """A record for each row of a frame whose columns are the fields that are neither constant nor known.

        Returns:
            The records' characters with their line ends, a row each.

        Raises:
            ValueError: a value does not fit.
        """
        given = [field for field in self.fields if field.form is not Form.CONSTANT and field.name not in known]
        said_alike = "".join(
            " " * field.length if field in given else field.render(known.get(field.name, "")) for field in self.fields
        )
        records = np.tile(np.frombuffer((said_alike + line_end).encode("ascii"), np.uint8), (values.height, 1))
        for field in given:
            records[:, field.start - 1 : field.end] = field.characters(values[field.name])
        return records

    def pattern(self, known: Mapping[str, Value]) -> str:
        """A regular expression for one whole record whose known fields say what they must."""
        return "".join(
            re.escape(field.render(known[field.name])) if field.name in known else field.pattern
            for field in self.fields
        )

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)


def day_of(written: str, line: int, column: int) -> date:
    """The day that a file writes as two digits of the year and three of the day in it.

    Raises:
        PaymentFileError: the year has no such day.
    """
    year, number = 2000 + int(written[:2]), int(written[2:])
    found = date(year, 1, 1) + timedelta(days=number - 1)
    if found.year != year:
        raise PaymentFileError(line, column, "the year has no such day")
    return found
