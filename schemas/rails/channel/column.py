"""A column of a channel file, and what may be said of it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.rails.channel import cells
from schemas.rails.channel.cells import CellForm, FieldName
from schemas.rails.text import TEXT_LENGTH

Padding = Literal["none", "spaces_after", "spaces_before", "zeros_before"]

PRINTABLE = r"^[ -~]*$"


class Part(BaseModel):
    """What stands in a channel file: a key that siller does not know is refused by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(Part):
    """One cell of a line.

    Attributes:
        name: what the bank calls it.
        cell: the column of a spreadsheet that it stands in, such as ``AE``; the cells before it that nobody names
            are empty. Either every column says so or none.
        field: what siller writes there; see the list in docs/channels.md.
        constant: the same characters in every line; may be empty. Either this or ``field``.
        width: the most characters that it takes; with a padding, always that many.
        padding: what fills it up to its width.
        cut: for a name or a reference: whether what is longer loses its end, or refuses the file. A roll number is
            never cut: half of it is somebody else's.
        form: how an amount or a day is written.
        between: what stands between the pairs of a sort code, or between sort code and number of an account.
    """

    name: Annotated[str, Field(min_length=1, max_length=60)]
    cell: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")] | None = None
    field: FieldName | None = None
    constant: Annotated[str, Field(pattern=PRINTABLE, max_length=60)] | None = None
    width: Annotated[int, Field(ge=1, le=60)] | None = None
    padding: Padding = "none"
    cut: Literal["end", "never"] = "never"
    form: CellForm | None = None
    between: Literal["", "-", " ", "/"] = ""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.field is None) is (self.constant is None):
            raise ValueError(f"{self.name}: say either what siller writes there (field) or a constant")
        if self.padding != "none" and self.width is None:
            raise ValueError(f"{self.name}: padding needs a width to fill up to")
        if self.padding == "zeros_before" and self.field not in cells.MONEY | cells.NUMBERS:
            raise ValueError(
                f"{self.name}: padding with zeros is for amounts and numbers alone: elsewhere they change it"
            )
        return self

    @model_validator(mode="after")
    def _fits_its_field(self) -> Self:
        money, day = self.field in cells.MONEY, self.field in cells.DAYS
        forms = ("pounds", "pence")
        if (money and self.form not in forms) or (day and (self.form is None or self.form in forms)):
            raise ValueError(f"{self.name}: form says how it is written: pounds or pence, or a day such as dd/mm/yyyy")
        if self.form and not (money or day):
            raise ValueError(f"{self.name}: form is for amounts and days alone")
        if self.between and self.field not in cells.SORT_CODES | cells.ACCOUNTS:
            raise ValueError(f"{self.name}: between is for sort codes and whole accounts alone")
        is_text = self.field in cells.TEXTS | cells.NAMES
        if is_text and (self.width is None or self.width > TEXT_LENGTH):
            raise ValueError(f"{self.name}: width is 1 to {TEXT_LENGTH}: no payee's bank is told more characters")
        if self.cut == "end" and (not is_text or self.field == "roll_number"):
            raise ValueError(
                f"{self.name}: cut is for names and references alone: what else is cut says something else"
            )
        if self.exactly and self.width is not None and self.width < self.exactly:
            raise ValueError(f"{self.name}: width is less than the {self.exactly} characters that it always has")
        return self

    @property
    def exactly(self) -> int:
        """How many characters it always has before it is filled up; 0 where that differs."""
        if self.constant is not None:
            return len(self.constant)
        if self.field in cells.SORT_CODES:
            return 6 + 2 * len(self.between)
        if self.field in cells.ACCOUNTS:
            return 14 + len(self.between)
        if self.field in cells.DAYS:
            return len(self.form or "")
        return cells.CODES.get(self.field or "", 0)

    @property
    def is_fixed(self) -> bool:
        """Whether it has as many characters in every line: those of its width, where it says one."""
        if self.padding != "none":
            return True
        return self.width == self.exactly or (self.width is None and (self.exactly > 0 or self.constant == ""))

    @property
    def of_payment(self) -> bool:
        """Whether it differs from payment to payment."""
        return self.field in cells.OF_PAYMENT

    @property
    def largest_pence(self) -> int | None:
        """The most that an amount in it can be; None where nothing bounds it."""
        if self.width is None:
            return None
        return 10**self.width - 1 if self.form == "pence" else int("9" * max(0, self.width - 3) + "99")

    def padded(self, text: str) -> str:
        """A text filled up to the column's width.

        Raises:
            ValueError: it is longer. The message has no value in it.
        """
        if self.width is not None and len(text) > self.width:
            raise ValueError(f"{self.name} takes {self.width} characters")
        match self.padding:
            case "spaces_after":
                return text.ljust(self.width or 0)
            case "spaces_before":
                return text.rjust(self.width or 0)
            case "zeros_before":
                return text.rjust(self.width or 0, "0")
            case _:
                return text

    @property
    def place(self) -> int:
        """The place of its spreadsheet column, A being 1; 0 where it names none."""
        place = 0
        for letter in self.cell or "":
            place = 26 * place + ord(letter) - ord("A") + 1
        return place
