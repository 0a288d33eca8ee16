"""The shape that Bacs advices share: by originating account, payment by payment.

Document: ``BACSDocument/Data/NAME`` with ``Header`` (``adviceNumber``, ``currentProcessingDate``),
``ServiceLicenseInformation`` (``userNumber``; in some files in each record), and ``OriginatingAccountRecord`` with
``OriginatingAccount``, any number of items (``ref``, ``transCode``, ``returnCode``, ``returnDescription``,
``originalProcessingDate``, ``valueOf``), each with a ``ReceiverAccount`` (in some files ``PayerAccount``), then
``Totals`` (``numberOf``, ``valueOf``).
"""

from collections.abc import Iterator
from datetime import date

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Kind, Message
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import (
    attribute,
    bacs_account,
    bacs_own_account_of,
    count,
    day,
    pence,
    required_date,
    sort_code,
    total,
)
from schemas.bank_messages.gathering import AMOUNT, NUMBER, Rows, as_answers, unread
from schemas.bank_messages.practice import PRACTICE
from schemas.no_go import NoGo

_PARTS = ("Header", "ServiceLicenseInformation", "OriginatingAccount", "Totals", "OriginatingAccountRecord")


def read_advice(data: bytes, name: str, message: Message, kind: Kind, *items: str) -> BankFile:
    """Read one advice; codes are kept as the bank wrote them, known or not.

    Args:
        data: the document.
        name: its file name, for messages.
        message: which advice it is.
        kind: what each item says.
        items: what an item is called.

    Raises:
        NoGo: it is broken, or has no header.
    """
    advice = _Advice(name, items)
    for element in elements(data, name, *_PARTS, *items, "SignatureMethod"):
        advice.take(local_name(element), element)
    return advice.file(message, kind)


class _Advice:
    """Gathers one advice in the order in which its parts stand in the document."""

    def __init__(self, name: str, items: tuple[str, ...]) -> None:
        self._name, self._called = name, items
        self._advised_on: date | None = None
        self._number: str | None = None
        self._users: set[str] = set()
        self._practice = False
        self._own: str | None = None
        self._record = 1
        self._items = Rows(
            record=pl.Int64,
            own_account=pl.String,
            code=pl.String,
            description=pl.String,
            reference=pl.String,
            processed=pl.String,
            value=pl.String,
            payee_sort=pl.String,
            payee_number=pl.String,
        )
        self._totals = Rows(record=pl.Int64, number=pl.String, value=pl.String)

    def take(self, part: str, element: etree._Element) -> None:
        if part in self._called:
            self._take_item(element)
            return
        match part:
            case "Header":
                self._advised_on = required_date(
                    attribute(element, "currentProcessingDate"), f"The header of {self._name}"
                )
                self._number = attribute(element, "adviceNumber")
            case "ServiceLicenseInformation":
                self._users.update(filter(None, [attribute(element, "userNumber")]))
            case "OriginatingAccount":
                self._own = bacs_own_account_of(element)
            case "Totals":
                self._totals.add(self._record, attribute(element, "numberOf"), attribute(element, "valueOf"))
            case "OriginatingAccountRecord":
                self._record, self._own = self._record + 1, None
            case _:
                self._practice = element.text == PRACTICE

    def _take_item(self, item: etree._Element) -> None:
        account = next(iter(item), None)
        self._items.add(
            self._record,
            self._own,
            item.get("returnCode"),
            item.get("returnDescription"),
            item.get("ref"),
            item.get("originalProcessingDate"),
            item.get("valueOf"),
            None if account is None else account.get("sortCode"),
            None if account is None else account.get("number"),
        )

    def file(self, message: Message, kind: Kind) -> BankFile:
        if self._advised_on is None:
            raise NoGo(f"{self._name} is an advice without its header. Fetch it from the bank again.")
        items = self._items.frame().with_columns(
            amount_pence=pence("value"),
            original_processing_date=day("processed"),
            sort_code=sort_code("payee_sort"),
            account_number=bacs_account("payee_number"),
            kind=pl.lit(str(kind)),
            payments=pl.lit(1, pl.Int64),
            bank_date=pl.lit(self._advised_on),
        )
        return BankFile(
            message=message,
            service_user_number=next(iter(self._users), None) if len(self._users) == 1 else None,
            serial=None,
            reported_on=self._advised_on,
            practice=self._practice,
            message_id=self._number,
            answers=as_answers(message, items),
            faults=tuple(self._faults(items)),
        )

    def _faults(self, items: pl.DataFrame) -> Iterator[str]:
        if len(self._users) > 1:
            yield (
                f"{self._name} speaks of payments of {len(self._users)} service users at once. "
                "Ask the bank for this service user's alone."
            )
        yield from unread(items, "value", "amount_pence", f"Item {{}} of {self._name}", AMOUNT)
        said = self._totals.frame().with_columns(pl.col("number", "value").fill_null(""))
        said = said.with_columns(payments=count("number"), sum=pence("value"))
        for column, read, value in (("number", "payments", NUMBER), ("value", "sum", AMOUNT)):
            yield from unread(said, column, read, f"Total {{}} of {self._name}", value)
        # A record may total each currency alone, so that its totals are added up.
        declared = said.group_by("record").agg(total("payments", "sum"))
        listed = items.group_by("record").agg(found=pl.len(), pence=total("amount_pence"))
        both = declared.join(listed, on="record", how="left").with_columns(pl.col("found", "pence").fill_null(0))
        wrong = both.filter(pl.col("payments") != pl.col("found"))
        if wrong.height:
            said_and_found = wrong.select(total("payments", "found")).row(0)
            numbers = "{:,} returned payments and {:,} are listed".format(*said_and_found)
            yield f"The totals of {self._name} say {numbers}. Ask the bank for it again."
        elif both.filter(pl.col("sum") != pl.col("pence")).height:
            yield f"The totals of {self._name} are not the sum of the payments listed. Ask the bank for it again."
