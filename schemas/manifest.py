"""The manifest: what an extract says of itself."""

import json
import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from schemas.documents import parse_json, sentences
from schemas.incoming import Incoming, read
from schemas.money import exact
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.sanitise import is_plain, sanitise

_AMOUNT = re.compile(r"-?[0-9]{1,16}\.[0-9]{2,10}")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class PaymentKind(StrEnum):
    """What a payment is for. Of one kind a payee is paid once a period, by whichever extract; kinds stand beside."""

    REGULAR = "regular"
    """What everybody of the period is owed, whether by the full extract or by one that follows it."""
    ARREARS = "arrears"
    """A difference to what was paid, which is declared and stands beside it."""

    @property
    def put_right_as(self) -> "Kind":
        """The kind of extract by which a payment that did not reach its payee is made again."""
        return Kind.ARREARS if self is PaymentKind.ARREARS else Kind.SUPPLEMENTARY


class Kind(StrEnum):
    """What an extract is for; what is not declared is not paid."""

    FULL = "full"
    """Everybody of the pay period."""
    CORRECTION = "correction"
    """Joins the run before release and touches only refused or held rows."""
    SUPPLEMENTARY = "supplementary"
    """After release: only what was returned, refused, held or left out."""
    ARREARS = "arrears"
    """A declared difference to what was paid: payments of a kind of their own, beside those of the period."""

    def label(self, period: Period) -> str:
        """What people call a run of this kind: what pays everybody of the period is the month, or the week."""
        return period.rhythm.label if self is Kind.FULL else self.value

    @property
    def pays_everybody(self) -> bool:
        """Whether its run is the period's, to be compared with the one before: a correction's run has all rows."""
        return self in (Kind.FULL, Kind.CORRECTION)

    @property
    def payment_kind(self) -> PaymentKind:
        """What kind its payments are of: its run competes with those of the period whose payments are of the same."""
        return PaymentKind.ARREARS if self is Kind.ARREARS else PaymentKind.REGULAR

    @classmethod
    def of_follower(cls, name: str) -> Self:
        """What an extract without a manifest is for that follows the period's full one: its file name says it."""
        return cls.SUPPLEMENTARY if str(cls.SUPPLEMENTARY) in name.lower() else cls.ARREARS

    @property
    def is_paid_on_the_pay_day(self) -> bool:
        """Whether the agreement's pay day binds it; the others name a day of their own."""
        return self.pays_everybody


def _exact(value: object) -> Decimal:
    """Take an amount from text alone: a JSON number may have been through a float."""
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError('must be pounds in quotation marks, with a point and the pence, such as "1050.00"')
    return Decimal(value)


def _plain(text: str) -> str:
    """Take a text that can be shown as it is, on a terminal and as code in markdown: it goes into many sentences."""
    if not is_plain(text) or "`" in text:
        raise ValueError("must be at most 120 visible letters, without line breaks, tabs or backticks")
    return text


class Manifest(BaseModel):
    """What the tenant declares of one extract, in a JSON file beside it.

    Attributes:
        tenant: the tenant's short name.
        kind: what the extract is for.
        pay_period: what it pays.
        extract: the extract's file name, in the same folder.
        sha256: the SHA-256 of the extract's bytes, in small hexadecimal letters.
        rows: how many data rows it has.
        total: the exact sum in pounds of every amount in it that can be read, refused rows too.
        pay_date: the day on which the payees have the money.
        submitted_by: who sent it; they may not approve it.
        replaces: the SHA-256 of the unreleased extract in whose place this one comes.
        corrects: of a correction, the SHA-256 of the extract of the run that it joins.
        practice: siller made it itself, to try an extract out: nobody declared anything, and no live run takes it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    tenant: str
    kind: Kind
    pay_period: Period
    extract: Annotated[str, Field(pattern=r"^[^/\\]+$"), AfterValidator(_plain)]
    sha256: Sha256
    rows: Annotated[int, Field(ge=0, strict=True)]
    total: Annotated[Decimal, BeforeValidator(_exact)]
    pay_date: date
    submitted_by: Annotated[str, Field(min_length=1), AfterValidator(_plain)]
    replaces: Sha256 | None = None
    corrects: Sha256 | None = None
    practice: Annotated[bool, Field(strict=True)] = False

    @model_validator(mode="after")
    def _names_what_its_kind_needs(self) -> Self:
        if self.kind is Kind.CORRECTION and self.corrects is None:
            raise ValueError('a correction names the SHA-256 of the extract that it corrects: "corrects"')
        if self.kind is Kind.CORRECTION and self.replaces is not None:
            raise ValueError('a correction joins a run and replaces no extract: leave "replaces" out')
        if self.kind is not Kind.CORRECTION and self.corrects is not None:
            raise ValueError(f'only a correction "corrects" another extract, and this is declared as {self.kind.value}')
        return self

    @property
    def written(self) -> bytes:
        """Its file: JSON as people read it, the same to the byte each time, and the bytes that are signed."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        said |= {"pay_period": str(self.pay_period), "total": exact(self.total).replace(",", "")}
        return (json.dumps(said, indent=2) + "\n").encode()

    @classmethod
    def load(cls, path: Path, tenant: str) -> "Manifest":
        """Read the manifest of one of a tenant's extracts.

        Raises:
            NoGo: the file is missing, is no JSON, does not fit, or is another tenant's.
        """
        return cls.parsed(read(path, Incoming.DOCUMENT), path.name, tenant)

    @classmethod
    def parsed(cls, content: bytes, name: str, tenant: str) -> "Manifest":
        """Read a manifest whose bytes are at hand: what was signed is then what was read.

        Raises:
            NoGo: it is no JSON, does not fit, or is another tenant's.
        """
        try:
            manifest = cls.model_validate(parse_json(content, name))
        except ValidationError as error:
            raise sentences(name, error) from None
        if manifest.tenant != tenant:
            raise NoGo(
                f"{name} is the manifest of {sanitise(manifest.tenant)!r} and not of {tenant!r}: send {tenant}'s own."
            )
        return manifest
