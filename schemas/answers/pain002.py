"""The payment status report, ISO 20022 pain.002 in any version: what the bank took from a pain.001.

``OrgnlGrpInfAndSts`` names the message answered (``OrgnlMsgId``), its count and sum, and says what became of
the whole (``GrpSts``; some banks say it as ``PmtInfSts`` alone). ``TxInfAndSts`` speaks of one payment:
``OrgnlEndToEndId``, ``TxSts``, the reason and, in ``OrgnlTxRef``, its amount. ``PART`` is normal and means:
look at the payments. Several reports come for one message, each saying how the whole stands by then.
*Accepted* is not *paid*: of the codes only ``ACCC`` says that a payee has the money, and a bank hardly ever
knows that.
"""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date

from lxml import etree

from schemas.answers.bank_file import BankFile, Kind, Message, answers_frame
from schemas.answers.documents import elements
from schemas.answers.fields import count_of, pence_of, required_date, sort_code_of
from schemas.answers.practice import PRACTICE
from schemas.answers.xml_text import text_at
from schemas.no_go import NoGo

REJECTED = "RJCT"
ACCEPTED = frozenset(
    ("ACCC", "ACCP", "ACFC", "ACFW", "ACIS", "ACPD", "ACSC", "ACSP", "ACTC", "ACWC", "ACWP", "PART", "PATC")
)
"""Codes under which the payments that are not rejected or undecided have been taken."""

_MESSAGE_ID = re.compile("([0-9]{6})-([0-9]{6})")


def read_pain002(data: bytes, name: str) -> BankFile:
    """Read one payment status report.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, names no message, lacks the totals that a status needs, or contradicts itself.
    """
    report = _Report(name)
    for element in elements(data, name, "GrpHdr", "OrgnlGrpInfAndSts", "PmtInfSts", "TxInfAndSts"):
        report.take(etree.QName(element).localname, element)
    return report.file()


class _Report:
    """Gathers the parts of one report in the order in which they stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made_on: date | None = None
        self._practice = False
        self._answered: str | None = None
        self._statuses: list[str] = []
        self._whole: tuple[int, int] | None = None
        self._items: list[Mapping[str, object]] = []
        self._undecided: Counter[str] = Counter()

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "GrpHdr":
                self._made_on = required_date(text_at(element, "CreDtTm"), f"The header of {self._name}")
                self._practice = (text_at(element, "MsgId") or "").startswith(PRACTICE)
            case "OrgnlGrpInfAndSts":
                self._take_group(element)
            case "PmtInfSts":
                self._statuses.append((element.text or "").strip())
            case _:
                self._take_payment(element, f"Payment {len(self._items) + 1} of {self._name}")

    def _take_group(self, group: etree._Element) -> None:
        where = f"The original group of {self._name}"
        self._answered = text_at(group, "OrgnlMsgId")
        said, total = text_at(group, "OrgnlNbOfTxs"), text_at(group, "OrgnlCtrlSum")
        if said and total:
            self._whole = count_of(said, where), pence_of(total, where)
        if status := text_at(group, "GrpSts"):
            self._statuses.append(status)

    def _take_payment(self, payment: etree._Element, where: str) -> None:
        status = text_at(payment, "TxSts")
        amount = text_at(payment, "OrgnlTxRef/Amt/InstdAmt")
        if status == REJECTED:
            self._items.append(
                {
                    "kind": str(Kind.REJECTED),
                    "code": text_at(payment, "StsRsnInf/Rsn/Cd") or text_at(payment, "StsRsnInf/Rsn/Prtry"),
                    "description": text_at(payment, "StsRsnInf/AddtlInf"),
                    "reference": text_at(payment, "OrgnlEndToEndId"),
                    "sort_code": sort_code_of(text_at(payment, "OrgnlTxRef/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId")),
                    "account_number": text_at(payment, "OrgnlTxRef/CdtrAcct/Id/Othr/Id"),
                    "payments": 1,
                    "amount_pence": pence_of(amount, where),
                }
            )
        elif status not in ACCEPTED:
            self._undecided.update(payments=1, pence=pence_of(amount, where))

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
        status = self._statuses[0] if self._statuses else None
        if status != REJECTED and status not in ACCEPTED:
            return []
        if self._whole is None:
            raise NoGo(f"{self._name} does not say how many payments it answers, and their sum. Ask the bank for them.")
        payments, pence = self._whole
        rejected = payments, pence
        if status != REJECTED:
            rejected = len(self._items), sum(int(str(item["amount_pence"])) for item in self._items)
        accepted = (
            payments - rejected[0] - self._undecided["payments"],
            pence - rejected[1] - self._undecided["pence"],
        )
        if min(accepted) < 0:
            raise NoGo(f"{self._name} rejects more payments than it answers. Ask the bank for it again.")
        return [
            {"kind": str(kind), "payments": count, "amount_pence": total}
            for kind, (count, total) in ((Kind.ACCEPTED_TOTAL, accepted), (Kind.REJECTED_TOTAL, rejected))
        ]
