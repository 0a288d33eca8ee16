"""The bank's statement, ISO 20022 camt.053 in any version from .02.

A Bacs file stands on it as **one debit** (its contra), and every payment that came back as a credit of
its own. Read of a statement (``Stmt``): its account, ``Id`` and balances; of an entry (``Ntry``): ``Amt``,
``CdtDbtInd``, ``RvslInd``, ``Sts``, ``BookgDt`` and, for credits, each ``NtryDtls/TxDtls``: ``Refs/EndToEndId``, its
amount, the payee's account (``RltdPties/CdtrAcct/Id/Othr/Id``), sort code
(``RltdAgts/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId``) and ``RtrInf/Rsn``; of money that came back some banks give the
statement's own account as the creditor's, which it is. Account numbers are text in ISO 20022 and are taken as they
stand. Entries that are not booked are passed over: their money may still not move.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Kind, Message, Statement, answers_frame
from schemas.bank_messages.documents import elements
from schemas.bank_messages.fields import date_of, own_account_of, pence_of, required_date, sort_code_of
from schemas.bank_messages.practice import PRACTICE
from schemas.bank_messages.xml_text import first_text_at, text_at
from schemas.no_go import NoGo

_SIGNS = {"CRDT": 1, "DBIT": -1}
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_BOOKED = "BOOK"
_SORT_CODE = "FinInstnId/ClrSysMmbId/MmbId"


def read_camt053(data: bytes, name: str) -> BankFile:
    """Read the statements of one document, of one account or several.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, not in pounds, or the entries of a statement do not lead from its opening to its closing
            balance.
    """
    made_on: date | None = None
    practice = False
    statements: list[_Statement] = []
    reading = _Statement(name)
    for element in elements(data, name, "GrpHdr", "Acct", "Bal", "Ntry", "Stmt"):
        match etree.QName(element).localname:
            case "GrpHdr":
                made_on = required_date(text_at(element, "CreDtTm"), f"The header of {name}")
                practice = (text_at(element, "MsgId") or "").startswith(PRACTICE)
            case "Stmt":
                reading.check_balances()
                statements.append(reading)
                reading = _Statement(name)
            case part:
                reading.take(part, element)
    if made_on is None or not statements:
        raise NoGo(f"{name} holds no statement under its header. Ask the bank for it again.")
    return BankFile(
        message=Message.CAMT053,
        service_user_number=None,
        serial=None,
        reported_on=made_on,
        practice=practice,
        answers=answers_frame(Message.CAMT053, [row for statement in statements for row in statement.rows]),
        statements=tuple(statement.as_read() for statement in statements),
    )


class _Statement:
    """Gathers one statement in the order in which its parts stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.id: str | None = None
        self.account: str | None = None
        self.rows: list[Mapping[str, object]] = []
        self._entries = 0
        self._moved = 0
        self._balances: list[tuple[str, date | None, int]] = []

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "Acct":
                number = text_at(element, "Id/IBAN") or text_at(element, "Id/Othr/Id")
                self.account = own_account_of(sort_code_of(text_at(element, f"Svcr/{_SORT_CODE}")), number)
                parent = element.getparent()
                self.id = None if parent is None else text_at(parent, "Id")
            case "Bal":
                kind, day = text_at(element, "Tp/CdOrPrtry/Cd") or "", date_of(text_at(element, "Dt/Dt"))
                self._balances.append((kind, day, _signed_pence(element, f"A balance of {self._name}")))
            case _:
                self._entries += 1
                self._take_entry(element, f"Entry {self._entries} of {self._name}")

    def _take_entry(self, entry: etree._Element, where: str) -> None:
        if (text_at(entry, "Sts/Cd") or text_at(entry, "Sts")) != _BOOKED:
            return
        self._moved += _signed_pence(entry, where)
        self.rows.extend({**row, "own_account": self.account} for row in _answers(entry, where, self.account))

    def as_read(self) -> Statement:
        return Statement(self.account, self.id, None, None, None, None, None, len(self.rows), False, False)

    def check_balances(self) -> None:
        """What is booked leads from the first opening balance to the last closing one, where both are given."""
        in_order = sorted(self._balances, key=lambda balance: balance[1] or date.min)
        opening = [pence for kind, _, pence in in_order if kind in _OPENING]
        closing = [pence for kind, _, pence in in_order if kind in _CLOSING]
        if opening and closing and opening[0] + self._moved != closing[-1]:
            raise NoGo(
                f"The {self._entries} entries of {self._name} do not lead from its opening to its closing balance, "
                "so entries are missing. Ask the bank for the whole statement."
            )


class _Booked(NamedTuple):
    sign: int
    pence: int
    day: date


def _answers(entry: etree._Element, where: str, account: str | None) -> Iterator[Mapping[str, object]]:
    booked = _booked(entry, where)
    common = {"bank_date": booked.day}
    details = [] if booked.sign < 0 else entry.findall("{*}NtryDtls/{*}TxDtls")
    amounts = [_detail_pence(detail, booked.pence if len(details) == 1 else None, where) for detail in details]
    if not details or None in amounts:
        said = text_at(entry, "NtryDtls/Btch/NbOfTxs")
        yield {
            **common,
            "kind": str(_kind(entry, booked)),
            "reference": text_at(entry, "NtryRef"),
            "payments": int(said) if said and said.isdigit() else None,
            "amount_pence": booked.pence,
        }
        return
    if sum(pence or 0 for pence in amounts) != booked.pence:
        raise NoGo(f"{where} is not the sum of its {len(details)} payments. Ask the bank for the statement again.")
    for detail, pence in zip(details, amounts, strict=True):
        payee = sort_code_of(text_at(detail, f"RltdAgts/CdtrAgt/{_SORT_CODE}"))
        number = text_at(detail, "RltdPties/CdtrAcct/Id/Othr/Id")
        creditor = own_account_of(payee, number)
        is_own = creditor is not None and account is not None and account.endswith(creditor)
        yield {
            **common,
            "kind": str(_kind(entry, booked)),
            "code": first_text_at(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
            "description": text_at(detail, "RtrInf/AddtlInf"),
            "reference": text_at(detail, "Refs/EndToEndId"),
            "sort_code": None if is_own else payee,
            "account_number": None if is_own else number,
            "payments": 1,
            "amount_pence": pence,
        }


def _kind(entry: etree._Element, booked: _Booked) -> Kind:
    if booked.sign < 0:
        return Kind.STATEMENT_DEBIT
    is_reversal = text_at(entry, "RvslInd") in ("true", "1")
    return Kind.STATEMENT_REVERSAL if is_reversal else Kind.STATEMENT_CREDIT


def _booked(entry: etree._Element, where: str) -> _Booked:
    signed = _signed_pence(entry, where)
    booking_day = date_of(text_at(entry, "BookgDt/Dt")) or date_of(text_at(entry, "BookgDt/DtTm"))
    if booking_day is None:
        raise NoGo(f"{where} has no booking date. Ask the bank for the statement again.")
    return _Booked(1 if signed >= 0 else -1, abs(signed), booking_day)


def _detail_pence(detail: etree._Element, alone: int | None, where: str) -> int | None:
    """A payment's amount, or its entry's if it is ``alone`` there; null if neither is said in pounds."""
    found = detail.find("{*}Amt")
    if found is None:
        found = detail.find("{*}AmtDtls/{*}TxAmt/{*}Amt")
    if (found is None and alone is not None) or (found is not None and found.get("Ccy") != "GBP"):
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
