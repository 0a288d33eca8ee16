"""The bank's statement, ISO 20022 camt.053 in any version from .02.

A Bacs file stands on it as **one debit** (its contra), and every payment that came back as a credit of
its own. Read of an entry (``Ntry``): ``Amt``, ``CdtDbtInd``, ``Sts``, ``BookgDt`` and, for credits, each
``NtryDtls/TxDtls``: ``Refs/EndToEndId``, its amount, the payee's account
(``RltdPties/CdtrAcct/Id/Othr/Id``), sort code (``RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId``) and
``RtrInf/Rsn``. Account numbers are text in ISO 20022 and are taken as they stand.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lxml import etree

from schemas.answers.bank_file import BankFile, Kind, Message, answers_frame
from schemas.answers.documents import elements
from schemas.answers.fields import date_of, pence_of, required_date, sort_code_of
from schemas.answers.practice import PRACTICE
from schemas.answers.xml_text import text_at
from schemas.no_go import NoGo

_SIGNS = {"CRDT": 1, "DBIT": -1}


def read_camt053(data: bytes, name: str) -> BankFile:
    """Read one statement.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, not in pounds, has entries that are not booked, or its entries do not lead
            from its opening to its closing balance.
    """
    made_on: date | None = None
    practice = False
    balances: dict[str, int] = {}
    moved = 0
    rows: list[Mapping[str, object]] = []
    entries = 0
    statements = 0
    for element in elements(data, name, "GrpHdr", "Bal", "Ntry", "Stmt"):
        match etree.QName(element).localname:
            case "GrpHdr":
                made_on = required_date(text_at(element, "CreDtTm"), f"The header of {name}")
                practice = (text_at(element, "MsgId") or "").startswith(PRACTICE)
            case "Bal":
                where = f"A balance of {name}"
                balances[text_at(element, "Tp/CdOrPrtry/Cd") or ""] = _signed_pence(element, where)
            case "Ntry":
                entries += 1
                moved += _signed_pence(element, f"Entry {entries} of {name}")
                rows.extend(_answers(element, f"Entry {entries} of {name}"))
            case _:
                statements += 1
    if made_on is None or statements != 1:
        raise NoGo(f"{name} holds {statements} statements under its header; siller reads one account at a time.")
    if {"OPBD", "CLBD"} <= balances.keys() and balances["OPBD"] + moved != balances["CLBD"]:
        raise NoGo(
            f"The {entries} entries of {name} do not lead from its opening to its closing balance, "
            "so entries are missing. Ask the bank for the whole statement."
        )
    return BankFile(
        message=Message.CAMT053,
        service_user_number=None,
        serial=None,
        reported_on=made_on,
        practice=practice,
        answers=answers_frame(Message.CAMT053, rows),
    )


class _Booked(NamedTuple):
    sign: int
    pence: int
    day: date


def _answers(entry: etree._Element, where: str) -> Iterator[Mapping[str, object]]:
    booked = _booked(entry, where)
    common = {"bank_date": booked.day}
    details = entry.findall("{*}NtryDtls/{*}TxDtls")
    if booked.sign < 0 or not details:
        kind = Kind.STATEMENT_DEBIT if booked.sign < 0 else Kind.STATEMENT_CREDIT
        said = text_at(entry, "NtryDtls/Btch/NbOfTxs")
        yield {
            **common,
            "kind": str(kind),
            "reference": text_at(entry, "NtryRef"),
            "payments": int(said) if said and said.isdigit() else None,
            "amount_pence": booked.pence,
        }
        return
    amounts = [_detail_pence(detail, booked.pence if len(details) == 1 else None, where) for detail in details]
    if sum(amounts) != booked.pence:
        raise NoGo(f"{where} is not the sum of its {len(details)} payments. Ask the bank for the statement again.")
    for detail, pence in zip(details, amounts, strict=True):
        yield {
            **common,
            "kind": str(Kind.STATEMENT_CREDIT),
            "code": text_at(detail, "RtrInf/Rsn/Cd") or text_at(detail, "RtrInf/Rsn/Prtry"),
            "description": text_at(detail, "RtrInf/AddtlInf"),
            "reference": text_at(detail, "Refs/EndToEndId"),
            "sort_code": sort_code_of(text_at(detail, "RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")),
            "account_number": text_at(detail, "RltdPties/CdtrAcct/Id/Othr/Id"),
            "payments": 1,
            "amount_pence": pence,
        }


def _booked(entry: etree._Element, where: str) -> _Booked:
    status = text_at(entry, "Sts/Cd") or text_at(entry, "Sts")
    if status != "BOOK":
        raise NoGo(
            f"{where} is not booked yet, so the money may still not move. "
            "Ask the bank for the statement at the end of the day."
        )
    signed = _signed_pence(entry, where)
    booking_day = date_of(text_at(entry, "BookgDt/Dt")) or date_of(text_at(entry, "BookgDt/DtTm"))
    if booking_day is None:
        raise NoGo(f"{where} has no booking date. Ask the bank for the statement again.")
    return _Booked(1 if signed >= 0 else -1, abs(signed), booking_day)


def _detail_pence(detail: etree._Element, alone: int | None, where: str) -> int:
    found = detail.find("{*}Amt")
    if found is None:
        found = detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    if found is None and alone is not None:
        return alone
    return _pence(found, where)


def _signed_pence(element: etree._Element, where: str) -> int:
    sign = _SIGNS.get(text_at(element, "CdtDbtInd") or "")
    if sign is None:
        raise NoGo(f"{where} does not say whether it is a credit or a debit. Ask the bank for the statement again.")
    return sign * _pence(element.find("{*}Amt"), where)


def _pence(amount: etree._Element | None, where: str) -> int:
    if amount is not None and amount.get("Ccy") != "GBP":
        raise NoGo(f"{where} is not in pounds sterling. Ask the bank for the statement of the sterling account.")
    return pence_of(None if amount is None else (amount.text or "").strip(), where)
