"""The payment status report, ISO 20022 pain.002 in any version: what the bank took from a pain.001.

``OrgnlGrpInfAndSts`` names the message answered (``OrgnlMsgId``), its count and sum, and says what became of
the whole (``GrpSts``). A message of siller's has one block of payments, so that what is said of the block
(``OrgnlPmtInfAndSts``: ``PmtInfSts``, and in some banks' reports the totals) is said of all. ``TxInfAndSts`` speaks of
one payment: ``OrgnlEndToEndId``, ``TxSts``, the reason and, in ``OrgnlTxRef``, its amount. ``PART`` is normal and
means: look at the payments. Several reports come for one message, each saying how the whole stands by then. Totals
and amounts may be left out, since who sent the message knows them: they stay null and are filled in from it.
*Accepted* is not *paid*: of the codes only ``ACCC`` says that a payee has the money, and a bank hardly ever
knows that.
"""

import re
from collections.abc import Mapping
from datetime import date

from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Kind, Message, answers_frame
from schemas.bank_messages.documents import elements
from schemas.bank_messages.fields import count_of, own_account_of, pence_of, required_date, sort_code_of
from schemas.bank_messages.practice import PRACTICE
from schemas.bank_messages.xml_text import first_text_at, text_at
from schemas.no_go import NoGo

REJECTED = "RJCT"
ACCEPTED = frozenset(
    ("ACCC", "ACCP", "ACFC", "ACFW", "ACIS", "ACPD", "ACSC", "ACSP", "ACTC", "ACWC", "ACWP", "PART", "PATC")
)
"""Codes under which the payments that are not rejected or undecided have been taken."""

SETTLED = frozenset(("ACCC", "ACSC"))
"""Codes under which a payment's money has moved: the same payment cannot have been rejected. A total keeps them."""

_PARTS = ("GrpHdr", "OrgnlGrpInfAndSts", "PmtInfSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
_REASON = ("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry")
_AMOUNTS = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt")
_SORT_CODE = "FinInstnId/ClrSysMmbId/MmbId"
_MESSAGE_ID = re.compile("([0-9]{6})-([0-9]{6})")


def read_pain002(data: bytes, name: str) -> BankFile:
    """Read one payment status report.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, names no message, or contradicts itself.
    """
    report = _Report(name)
    for element in elements(data, name, *_PARTS):
        report.take(etree.QName(element).localname, element)
    return report.file()


class _Report:
    """Gathers the parts of one report in the order in which they stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made_on: date | None = None
        self._practice = False
        self._answered: str | None = None
        self._of_all: str | None = None
        self._of_blocks: list[str] = []
        self._reason: str | None = None
        self._whole: tuple[int, int] | None = None
        self._items: list[Mapping[str, object]] = []
        self._took_one = False

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "GrpHdr":
                self._made_on = required_date(text_at(element, "CreDtTm"), f"The header of {self._name}")
                self._practice = (text_at(element, "MsgId") or "").startswith(PRACTICE)
            case "OrgnlGrpInfAndSts":
                self._answered = text_at(element, "OrgnlMsgId")
                self._of_all = text_at(element, "GrpSts")
                self._take_whole(element, f"The original group of {self._name}")
            case "PmtInfSts":
                self._of_blocks.append((element.text or "").strip())
                block = element.getparent()
                if block is not None:
                    self._take_whole(block, f"The payment block of {self._name}")
            case "OrgnlPmtInfAndSts":
                self._reason = self._reason or first_text_at(element, *_REASON)
            case _:
                self._take_payment(element, f"Payment {len(self._items) + 1} of {self._name}")

    def _take_whole(self, whole: etree._Element, where: str) -> None:
        said, total = text_at(whole, "OrgnlNbOfTxs"), text_at(whole, "OrgnlCtrlSum")
        if said and total and self._whole is None:
            self._whole = count_of(said, where), pence_of(total, where)
        self._reason = self._reason or first_text_at(whole, *_REASON)

    def _take_payment(self, payment: etree._Element, where: str) -> None:
        status = text_at(payment, "TxSts")
        self._took_one = self._took_one or status in ACCEPTED
        if status in ACCEPTED - SETTLED:
            return
        kind = Kind.REJECTED if status == REJECTED else Kind.SETTLED if status in SETTLED else Kind.PENDING
        amount = first_text_at(payment, *_AMOUNTS)
        payer = sort_code_of(text_at(payment, f"OrgnlTxRef/DbtrAgt/{_SORT_CODE}"))
        self._items.append(
            {
                "kind": str(kind),
                "code": first_text_at(payment, *_REASON),
                "description": text_at(payment, "StsRsnInf/AddtlInf"),
                "reference": text_at(payment, "OrgnlEndToEndId"),
                "sort_code": sort_code_of(text_at(payment, f"OrgnlTxRef/CdtrAgt/{_SORT_CODE}")),
                "account_number": text_at(payment, "OrgnlTxRef/CdtrAcct/Id/Othr/Id"),
                "payments": 1,
                "amount_pence": None if amount is None else pence_of(amount, where),
                "own_account": own_account_of(payer, text_at(payment, "OrgnlTxRef/DbtrAcct/Id/Othr/Id")),
            }
        )

    def file(self) -> BankFile:
        if self._made_on is None or self._answered is None:
            raise NoGo(f"{self._name} is a status report without its header or the message it answers. Fetch it again.")
        named = _MESSAGE_ID.fullmatch(self._answered)
        rows = [{**row, "bank_date": self._made_on} for row in (*self._totals(), *self._items)]
        return BankFile(
            message=Message.PAIN002,
            service_user_number=named[1] if named else None,
            serial=named[2] if named else None,
            reported_on=self._made_on,
            practice=self._practice,
            answers=answers_frame(Message.PAIN002, rows),
        )

    def _totals(self) -> list[Mapping[str, object]]:
        """What was taken and what was rejected; nothing as long as the bank has not decided."""
        if REJECTED in (self._of_all, *self._of_blocks):
            if self._took_one or ACCEPTED.intersection(self._of_blocks):
                raise NoGo(f"{self._name} rejects all payments and accepts some. Ask the bank which of them it took.")
            nothing = _total(Kind.ACCEPTED_TOTAL, (0, 0))
            return [nothing, _total(Kind.REJECTED_TOTAL, self._whole, self._reason)]
        status = self._of_all or next(iter(self._of_blocks), None)
        if status not in ACCEPTED:
            return []
        settled = status if status in SETTLED else None
        rejected, pending = self._sum(Kind.REJECTED), self._sum(Kind.PENDING)
        if self._whole is None or rejected is None or pending is None:
            return [_total(Kind.ACCEPTED_TOTAL, None, settled), _total(Kind.REJECTED_TOTAL, None)]
        payments, pence = self._whole
        accepted = payments - rejected[0] - pending[0], pence - rejected[1] - pending[1]
        if min(accepted) < 0:
            raise NoGo(f"{self._name} rejects more payments than it answers. Ask the bank for it again.")
        return [_total(Kind.ACCEPTED_TOTAL, accepted, settled), _total(Kind.REJECTED_TOTAL, rejected)]

    def _sum(self, kind: Kind) -> tuple[int, int] | None:
        """How many payments are so, and their pence; null if the report does not say that."""
        pence = [item["amount_pence"] for item in self._items if item["kind"] == kind]
        return None if None in pence else (len(pence), sum(int(str(each)) for each in pence))


def _total(kind: Kind, said: tuple[int, int] | None, code: str | None = None) -> Mapping[str, object]:
    payments, pence = said or (None, None)
    return {"kind": str(kind), "payments": payments, "amount_pence": pence, "code": code}
