"""How a provider of vouchers takes a file of them and answers for them: a file of data, read from YAML.

No provider's layout is public, so siller knows none: a channel is written from what the provider has sent the body.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.documents import parse_model
from schemas.incoming import Incoming, read
from schemas.means import LONGEST_CONTACT, VOUCHERS, Means
from schemas.safe_to_open import would_be_reckoned
from schemas.vouchers.meaning import Meaning

FOLDER = "voucher_channels"
"""The folder of all such channels, beside the bodies' own."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Plain = Annotated[str, Field(pattern=r"^[A-Za-z0-9. -]{1,40}$")]
"""What stands in a cell as it is: letters, digits, points, hyphens and spaces."""

_DAYS = {"DD/MM/YYYY": "%d/%m/%Y", "YYYY-MM-DD": "%Y-%m-%d", "DDMMYYYY": "%d%m%Y"}
_NEEDED = ("reference", "amount", "payee_name", "means", "contact", "expiry", "template")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class VoucherColumn(_Part):
    """A column of the voucher file.

    Attributes:
        column: the provider's name of it.
        holds: what stands in it.
        width: the most characters of a name, which is cut after them, or of a contact, which is never cut.
    """

    column: Words
    holds: Literal["reference", "amount", "payee_name", "means", "contact", "expiry", "template"]
    width: Annotated[int, Field(ge=1, le=LONGEST_CONTACT)] | None = None

    @model_validator(mode="after")
    def _is_wide_enough(self) -> Self:
        if (self.holds in ("payee_name", "contact")) is (self.width is None):
            raise ValueError(f"{self.column}: width is for a name and for a contact, and both need one")
        return self


class AnswerColumn(_Part):
    """A column of the answers; without ``holds`` it is not read.

    Attributes:
        column: the provider's name of it.
        holds: what stands in it. ``cashed`` is the sum of all that was cashed of the voucher so far.
    """

    column: Words
    holds: Literal["reference", "amount", "code", "cashed", "day"] | None = None


class VoucherChannel(_Part):
    """How one provider takes vouchers and answers for them, both as delimited text with a line of names.

    Attributes:
        name: of the channel, also that of its file.
        about: whose it is, and where it is from.
        is_practice: whether it is invented: nothing live is paid by it.
        taken_by: who is sent the file.
        file_name: ``{run}`` and what follows.
        delimiter: the sign between cells.
        line_end: what ends a line, the last one too.
        largest_voucher_pence: the most that one voucher may be.
        most_vouchers: the most of them in one file.
        means: what the file says of each means that the provider has.
        columns: of the voucher file, in their order.
        amount_form: how amounts are written, in answers too: ``1234.50`` or ``123450``.
        day_form: how a day is written, in answers too.
        answer: the columns of the provider's answers.
        codes: what each of its codes says of what was not cashed of a voucher.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    about: Words
    is_practice: bool = False
    taken_by: Annotated[str, Field(min_length=1, max_length=60)]
    file_name: Annotated[str, Field(pattern=r"^\{run\}(\.[a-z0-9_-]{1,20}){1,3}$")]
    delimiter: Literal[",", ";", "\t", "|"] = ","
    line_end: Literal["CRLF", "LF"] = "CRLF"
    largest_voucher_pence: Annotated[int, Field(ge=1, le=10**9)]
    most_vouchers: Annotated[int, Field(ge=1, le=10**6)]
    means: Annotated[dict[Means, Plain], Field(min_length=1)]
    columns: Annotated[tuple[VoucherColumn, ...], Field(min_length=1)]
    amount_form: Literal["pounds", "pence"]
    day_form: Literal["DD/MM/YYYY", "YYYY-MM-DD", "DDMMYYYY"]
    answer: Annotated[tuple[AnswerColumn, ...], Field(min_length=1)]
    codes: Annotated[dict[Words, Meaning], Field(min_length=1)]

    @classmethod
    def load(cls, path: Path) -> "VoucherChannel":
        """Read a channel; see ``parsed``."""
        return cls.parsed(read(path, Incoming.DOCUMENT), path.name)

    @classmethod
    def parsed(cls, content: bytes, file: str) -> "VoucherChannel":
        """Read a channel file's bytes; its name is for messages.

        Raises:
            NoGo: it is no YAML, or does not fit; the message names every key.
        """
        return _load(file, content)

    @property
    def as_kept(self) -> str:
        """Everything that it says, as JSON: a run's vouchers are answered by the channel that they were written by."""
        return self.model_dump_json(exclude_defaults=True)

    @classmethod
    def kept(cls, text: str) -> "VoucherChannel":
        """The same, of what ``as_kept`` gave."""
        return cls.model_validate_json(text)

    @property
    def suffix(self) -> str:
        """How its files' names end."""
        return self.file_name.removeprefix("{run}")

    @property
    def ends_lines_with(self) -> str:
        """What ends each line."""
        return {"CRLF": "\r\n", "LF": "\n"}[self.line_end]

    @property
    def strftime(self) -> str:
        """The form of a day as ``strftime`` has it."""
        return _DAYS[self.day_form]

    def width_of(self, holds: str) -> int:
        """The most characters of a name or of a contact."""
        return next(each.width or 0 for each in self.columns if each.holds == holds)

    @model_validator(mode="after")
    def _says_all(self) -> Self:
        answered = [each.holds for each in self.answer if each.holds]
        for part, columns, held, needed in (
            ("columns", [each.column for each in self.columns], [each.holds for each in self.columns], _NEEDED),
            (
                "answer",
                [each.column for each in self.answer],
                answered,
                ("reference", "amount", "code", "cashed", "day"),
            ),
        ):
            if missing := [name for name in needed if name not in held]:
                raise ValueError(f"{part}: no column holds {', '.join(missing)}")
            for what, names in (("holds", held), ("column", columns)):
                if twice := [str(name) for name, times in Counter(names).items() if times > 1]:
                    raise ValueError(f"{part}: {what} {', '.join(twice)} stands twice")
            if reckoned := [name for name in columns if would_be_reckoned(name)]:
                raise ValueError(f"{part}: a spreadsheet takes the column {reckoned[0]} for a formula")
        return self

    @model_validator(mode="after")
    def _means_are_vouchers(self) -> Self:
        if Means.TRANSFER in self.means:
            raise ValueError(f"means: a transfer is no voucher: name some of {', '.join(VOUCHERS)}")
        if len(set(self.means.values())) < len(self.means):
            raise ValueError("means: two of them are written alike, and nobody could tell them apart")
        return self

    @model_validator(mode="after")
    def _codes_can_end_a_voucher(self) -> Self:
        if not {Meaning.ISSUED, Meaning.EXPIRED} <= set(self.codes.values()):
            raise ValueError(
                "codes: one must mean issued and one expired: what is not cashed has to come back some day"
            )
        return self


@lru_cache(maxsize=16)
def _load(file: str, content: bytes) -> VoucherChannel:
    """Read a channel's bytes: once a process."""
    return parse_model(VoucherChannel, content, file)
