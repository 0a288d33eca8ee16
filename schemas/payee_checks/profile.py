"""How a bank takes requests to check payees and how it answers them: a file of data, read from YAML.

The layouts that banks use are not public, so siller knows none: a profile is written from what the body's own bank has
sent it.
"""

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.documents import parse_model
from schemas.incoming import Incoming, read
from schemas.payee_checks.finding import ANSWERS, Finding
from schemas.safe_to_open import would_be_reckoned

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Details = Literal["payee_name", "sort_code", "account_number", "roll_number"]
PROFILES = "payee_check_profiles"
"""The folder of all profiles, beside the bodies' own."""
DETAILS: tuple[Details, ...] = ("payee_name", "sort_code", "account_number", "roll_number")
"""What a match is about."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RequestColumn(_Part):
    """A column of the request: what siller knows, or a word that is the same in every row.

    Attributes:
        column: the bank's name of it.
        holds: what stands in it: the row's reference, or one of the details.
        says: what stands in it in every row, in the place of that.
    """

    column: Words
    holds: Literal["reference", "payee_name", "sort_code", "account_number", "roll_number"] | None = None
    says: Words | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.holds is None) is (self.says is None):
            raise ValueError(f"{self.column}: give one of holds and says")
        return self


class AnswerColumn(_Part):
    """A column of the answers.

    Attributes:
        column: the bank's name of it.
        holds: what stands in it; details are held against what was asked. Without it the column is not read.
    """

    column: Words
    holds: (
        Literal["reference", "payee_name", "sort_code", "account_number", "roll_number", "code", "bank_name", "day"]
        | None
    ) = None


class PayeeCheckProfile(_Part):
    """How one bank takes requests and answers them, as CSV with a line of names.

    Attributes:
        name: of the profile, also that of its file.
        about: whose it is, and where it is from.
        is_practice: whether it is invented: nothing live is asked or answered by it.
        delimiter: the sign between cells.
        request: the columns of a request, in their order.
        answer: the columns of its answers.
        day_form: how a day is written there: DD/MM/YYYY or YYYY-MM-DD.
        codes: what each code of the bank's means. One that is not here is kept, and left to people.
        match_binds_days: for how many days a match counts, from the day on which the bank gave it; so does a call.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    about: Words
    is_practice: bool = False
    delimiter: Literal[",", ";", "\t", "|"] = ","
    request: Annotated[tuple[RequestColumn, ...], Field(min_length=1)]
    answer: Annotated[tuple[AnswerColumn, ...], Field(min_length=1)]
    day_form: Literal["DD/MM/YYYY", "YYYY-MM-DD"] = "DD/MM/YYYY"
    codes: Annotated[dict[Words, Finding], Field(min_length=1)]
    match_binds_days: Annotated[int, Field(ge=1, le=400)]

    @classmethod
    def load(cls, path: Path) -> "PayeeCheckProfile":
        """Read a profile; see ``parsed``."""
        return cls.parsed(read(path, Incoming.DOCUMENT), path.name)

    @classmethod
    def parsed(cls, content: bytes, file: str) -> "PayeeCheckProfile":
        """Read a profile.

        Args:
            content: the file's bytes.
            file: its name, for messages.

        Raises:
            NoGo: it is no YAML, or does not fit; the message names every key.
        """
        return _load(file, content)

    def meaning(self, code: str) -> Finding:
        """What a code of the bank's means; one that the profile does not have is left to people."""
        return self.codes.get(code, Finding.UNKNOWN_CODE)

    @model_validator(mode="after")
    def _asks_enough(self) -> Self:
        for part, columns, needed in (
            ("request", self.request, ("reference", "payee_name", "sort_code", "account_number")),
            ("answer", self.answer, ("reference", "code")),
        ):
            held = [each.holds for each in columns if each.holds]
            if missing := [name for name in needed if name not in held]:
                raise ValueError(f"{part}: no column holds {', '.join(missing)}")
            for what, names in (("holds", held), ("column", [each.column for each in columns])):
                if twice := [name for name, times in Counter(names).items() if times > 1]:
                    raise ValueError(f"{part}: {what} {', '.join(twice)} stands twice")
            if reckoned := [each.column for each in columns if would_be_reckoned(each.column)]:
                raise ValueError(f"{part}: a spreadsheet takes the column {reckoned[0]} for a formula")
        return self

    @model_validator(mode="after")
    def _codes_are_answers(self) -> Self:
        if wrong := [code for code, meaning in self.codes.items() if meaning not in ANSWERS]:
            raise ValueError(f"codes: {', '.join(wrong)} can mean one of: {', '.join(sorted(ANSWERS))}")
        if Finding.MATCH not in self.codes.values():
            raise ValueError("codes: none means match, so nobody could ever be paid")
        return self


@lru_cache(maxsize=16)
def _load(file: str, content: bytes) -> PayeeCheckProfile:
    """Read a profile's bytes: once a process."""
    return parse_model(PayeeCheckProfile, content, file)
