"""The Bacs input report: what Bacs took from a submission, usually known by the morning of day 2.

Document: ``BACSDocument/Data/InputReport`` with ``Header`` (``ProducedOn``, ``ProcessingDate``),
``SubmissionInformation`` (``volumeSerialNumber``), ``UserFileInformation`` (``userNumber``,
``uhl1ProcessingDate``), ``Errors/Error`` (``type`` REJECTED, AMENDED or RETURNED) with ``ErrorItem``, and
``AgreementOfFileTotals/CreditEntry`` with the records accepted and rejected. The contra of a file of credits
stands under ``DebitEntry``, so the credit entry counts payments alone. One report answers all files of a
submission. *Accepted* is not *paid*.
"""

from collections.abc import Iterator, Mapping
from datetime import date

from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Kind, Message, answers_frame
from schemas.bank_messages.documents import elements
from schemas.bank_messages.fields import (
    attribute,
    bacs_account_of,
    bacs_own_account_of,
    count_of,
    date_of,
    pence_of,
    required_date,
    sort_code_of,
)
from schemas.bank_messages.practice import PRACTICE
from schemas.no_go import NoGo

_KINDS = {"REJECTED": Kind.REJECTED, "AMENDED": Kind.AMENDED, "RETURNED": Kind.RETURNED}
_PARTS = (
    "Header",
    "SubmissionInformation",
    "UserFileInformation",
    "Errors",
    "AgreementOfFileTotals",
    "SignatureMethod",
)


def read_input_report(data: bytes, name: str) -> BankFile:
    """Read one input report.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, answers several service users, lacks its totals, or contradicts itself.
    """
    report = _Report(name)
    for element in elements(data, name, *_PARTS):
        report.take(etree.QName(element).localname, element)
    return report.file()


class _Report:
    """Gathers the parts of one report in the order in which they stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._produced: date | None = None
        self._processing: date | None = None
        self._serial: str | None = None
        self._users: list[str | None] = []
        self._practice = False
        self._totals: list[Mapping[str, object]] = []
        self._items: list[Mapping[str, object]] = []

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "Header":
                self._produced = required_date(_date_in(element, "ProducedOn"), f"The header of {self._name}")
                self._processing = date_of(_date_in(element, "ProcessingDate"))
            case "SubmissionInformation":
                self._serial = attribute(element, "volumeSerialNumber")
            case "UserFileInformation":
                self._users.append(attribute(element, "userNumber"))
                self._processing = date_of(attribute(element, "uhl1ProcessingDate")) or self._processing
            case "Errors":
                self._items.extend(_items(element, self._name))
            case "AgreementOfFileTotals":
                self._totals.extend(_totals(element, self._name))
            case "SignatureMethod":
                self._practice = element.text == PRACTICE

    def file(self) -> BankFile:
        if self._produced is None or not self._users or not self._totals:
            raise NoGo(f"{self._name} is an input report without its header, user file or file totals. Fetch it again.")
        if len(set(self._users)) > 1:
            raise NoGo(
                f"{self._name} answers files of {len(set(self._users))} service users at once; a submission is one "
                "service user's. Ask the bank which submission this is."
            )
        rejected = sum(1 for item in self._items if item["kind"] == Kind.REJECTED)
        if rejected > sum(int(str(row["payments"])) for row in self._totals if row["kind"] == Kind.REJECTED_TOTAL):
            raise NoGo(
                f"{self._name} lists {rejected} rejected payments, more than its own total. Ask the bank for it again."
            )
        dates = {"bank_date": self._processing, "original_processing_date": self._processing}
        rows = [{**row, **dates} for row in (*self._totals, *self._items)]
        return BankFile(
            message=Message.INPUT_REPORT,
            service_user_number=self._users[0],
            serial=self._serial,
            reported_on=self._produced,
            practice=self._practice,
            answers=answers_frame(Message.INPUT_REPORT, rows),
        )


def _date_in(header: etree._Element, child: str) -> str | None:
    found = header.find(f"{{*}}{child}")
    return None if found is None else attribute(found, "date")


def _totals(agreement: etree._Element, name: str) -> Iterator[Mapping[str, object]]:
    where = f"The file totals of {name}"
    for records, kind in (("AcceptedRecords", Kind.ACCEPTED_TOTAL), ("RejectedRecords", Kind.REJECTED_TOTAL)):
        found = agreement.find(f"{{*}}CreditEntry/{{*}}{records}")
        if found is None:
            raise NoGo(f"{where} do not say how many credits were accepted and rejected. Fetch the file again.")
        yield {
            "kind": str(kind),
            "payments": count_of(attribute(found, "numberOf"), where),
            "amount_pence": pence_of(attribute(found, "valueOf"), where),
        }


def _items(errors: etree._Element, name: str) -> Iterator[Mapping[str, object]]:
    for number, error in enumerate(errors.iterfind("{*}Error"), start=1):
        where = f"Error {number} of {name}"
        kind = _KINDS.get((attribute(error, "type") or "").upper())
        if kind is None:
            raise NoGo(f"{where} is neither rejected, amended nor returned. Ask the bank what it means.")
        lines = [line.text.strip() for line in error.iterfind(".//{*}MessageLine") if line.text]
        for item in error.iterfind("{*}ErrorItem"):
            account, own = item.find("{*}DestinationAccount"), item.find("{*}OriginatingAccount")
            yield {
                "kind": str(kind),
                "code": attribute(item, "errorCode"),
                "description": " ".join(lines) or None,
                "reference": attribute(item, "reference"),
                "sort_code": sort_code_of(None if account is None else attribute(account, "sortCode")),
                "account_number": bacs_account_of(None if account is None else attribute(account, "number")),
                "payments": 1,
                "amount_pence": pence_of(attribute(item, "valueOf"), where),
                "own_account": None if own is None else bacs_own_account_of(own),
            }
