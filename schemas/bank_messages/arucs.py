"""ARUCS, the advice of unapplied credits: payments that could not be credited and come back, day 3 to day 5.

Document: ``BACSDocument/Data/ARUCS`` with ``Header`` (``adviceNumber``, ``currentProcessingDate``),
``ServiceLicenseInformation`` (``userNumber``), and ``OriginatingAccountRecord`` with any number of
``ReturnedCreditItem`` (``ref``, ``transCode``, ``returnCode``, ``returnDescription``,
``originalProcessingDate``, ``valueOf``), each with a ``ReceiverAccount`` (in some files
``PayerAccount``), then ``Totals``.
"""

from collections.abc import Mapping
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

_PARTS = (
    "Header",
    "ServiceLicenseInformation",
    "OriginatingAccount",
    "ReturnedCreditItem",
    "Totals",
    "SignatureMethod",
)


def read_arucs(data: bytes, name: str) -> BankFile:
    """Read one advice; codes are kept as the bank wrote them, known or not.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, or its totals are not those of its items.
    """
    advised_on: date | None = None
    user: str | None = None
    practice = False
    own_account: str | None = None
    items: list[Mapping[str, object]] = []
    unsummed: list[Mapping[str, object]] = []
    for element in elements(data, name, *_PARTS):
        match etree.QName(element).localname:
            case "Header":
                advised_on = required_date(attribute(element, "currentProcessingDate"), f"The header of {name}")
            case "ServiceLicenseInformation":
                user = attribute(element, "userNumber")
            case "OriginatingAccount":
                own_account = bacs_own_account_of(element)
            case "ReturnedCreditItem":
                read = _item(element, f"Item {len(items) + 1} of {name}", advised_on)
                item = {**read, "own_account": own_account}
                items.append(item)
                unsummed.append(item)
            case "Totals":
                _check_totals(element, unsummed, name)
                unsummed = []
            case _:
                practice = element.text == PRACTICE
    if advised_on is None:
        raise NoGo(f"{name} is an advice without its header. Fetch it from the bank again.")
    return BankFile(
        message=Message.ARUCS,
        service_user_number=user,
        serial=None,
        reported_on=advised_on,
        practice=practice,
        answers=answers_frame(Message.ARUCS, items),
    )


def _item(element: etree._Element, where: str, advised_on: date | None) -> Mapping[str, object]:
    account = element.find("{*}ReceiverAccount")
    if account is None:
        account = element.find("{*}PayerAccount")
    return {
        "kind": str(Kind.RETURNED),
        "code": attribute(element, "returnCode"),
        "description": attribute(element, "returnDescription"),
        "reference": attribute(element, "ref"),
        "sort_code": sort_code_of(None if account is None else attribute(account, "sortCode")),
        "account_number": bacs_account_of(None if account is None else attribute(account, "number")),
        "payments": 1,
        "amount_pence": pence_of(attribute(element, "valueOf"), where),
        "bank_date": advised_on,
        "original_processing_date": date_of(attribute(element, "originalProcessingDate")),
    }


def _check_totals(totals: etree._Element, items: list[Mapping[str, object]], name: str) -> None:
    where = f"The totals of {name}"
    said = count_of(attribute(totals, "numberOf"), where), pence_of(attribute(totals, "valueOf"), where)
    found = len(items), sum(int(str(item["amount_pence"])) for item in items)
    if said[0] != found[0]:
        raise NoGo(f"{where} say {said[0]} returned payments and {found[0]} are listed. Ask the bank for it again.")
    if said[1] != found[1]:
        raise NoGo(f"{where} are not the sum of the {found[0]} payments listed. Ask the bank for it again.")
