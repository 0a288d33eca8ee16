"""The payment status report, ISO 20022 pain.002 in any version: what the bank took from a pain.001.

``OrgnlGrpInfAndSts`` names the message answered (``OrgnlMsgId``), its count and sum, and says what became of
the whole (``GrpSts``). ``OrgnlPmtInfAndSts`` speaks of a block of payments (``PmtInfSts``; in some banks' reports the
totals stand there), ``TxInfAndSts`` of one payment: ``OrgnlEndToEndId``, ``TxSts``, the reason and, in ``OrgnlTxRef``,
its amount. What is said of the smaller counts: of a block before the whole, of a payment before both. ``PART`` is
normal and means: look at the payments. Several reports come for one message, each saying how the whole stands by then.
Totals and amounts may be left out, since who sent the message knows them: they stay null and are filled in from it.
*Accepted* is not *paid*: of the codes only ``ACCC`` says that a payee has the money, and a bank hardly ever
knows that; ``ACSC`` speaks of the paying account.
"""

import re
from datetime import date, datetime

import polars as pl
from lxml import etree

from schemas.bank_messages.bank_file import BankFile, Message
from schemas.bank_messages.codes import BANK_HAS_IT
from schemas.bank_messages.documents import elements, local_name
from schemas.bank_messages.fields import (
    account_parts,
    given,
    moment_of,
    pence,
    required_date,
)
from schemas.bank_messages.gathering import AMOUNT, LeafRows, as_answers, unread
from schemas.bank_messages.practice import PRACTICE
from schemas.bank_messages.status_totals import ITEM_KINDS, UNDECIDED, Level, count_totals
from schemas.bank_messages.status_totals import SETTLED as SETTLED
from schemas.bank_messages.xml_text import text_at
from schemas.no_go import NoGo

_PARTS = ("GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
_SORT_CODE = "FinInstnId/ClrSysMmbId/MmbId"
_AMOUNTS = ("OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt", "OrgnlTxRef/Amt/EqvtAmt/Amt")
_ITEM = {
    "end_to_end": ("OrgnlEndToEndId",),
    "instruction": ("OrgnlInstrId",),
    "status": ("TxSts",),
    "first_reason": ("StsRsnInf/Rsn/Cd", "StsRsnInf/Rsn/Prtry"),
    "description": ("StsRsnInf/AddtlInf",),
    "payee_sort": (f"OrgnlTxRef/CdtrAgt/{_SORT_CODE}",),
    "payee_number": ("OrgnlTxRef/CdtrAcct/Id/Othr/Id", "OrgnlTxRef/CdtrAcct/Id/IBAN"),
    "own_sort": (f"OrgnlTxRef/DbtrAgt/{_SORT_CODE}",),
    "own_number": ("OrgnlTxRef/DbtrAcct/Id/Othr/Id", "OrgnlTxRef/DbtrAcct/Id/IBAN"),
    "entry_reference": ("AcctSvcrRef", "ClrSysRef"),
    **{path: (path,) for path in _AMOUNTS},
    **{f"{path}@Ccy": (f"{path}@Ccy",) for path in _AMOUNTS},
}
_MESSAGE_ID = re.compile("([0-9]{6})-([0-9]{6})")


def read_pain002(data: bytes, name: str) -> BankFile:
    """Read one payment status report.

    Args:
        data: the document.
        name: its file name, for messages.

    Raises:
        NoGo: it is broken, or without its header or what it answers.
    """
    report = _Report(name)
    for element in elements(data, name, *_PARTS):
        report.take(local_name(element), element)
    return report.file()


class _Report:
    """Gathers the parts of one report in the order in which they stand in the document."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made_on: date | None = None
        self._made_at: datetime | None = None
        self._id: str | None = None
        self._answered: str | None = None
        self._group: Level | None = None
        self._blocks: list[Level] = []
        self._items = LeafRows(_ITEM, block=pl.Int64, reason=pl.String)

    def take(self, part: str, element: etree._Element) -> None:
        match part:
            case "GrpHdr":
                made = text_at(element, "CreDtTm")
                self._made_on = required_date(made, f"The header of {self._name}")
                self._made_at = moment_of(made)
                self._id = text_at(element, "MsgId")
            case "OrgnlGrpInfAndSts":
                self._answered = text_at(element, "OrgnlMsgId")
                self._group = _level(element, "GrpSts")
            case "OrgnlPmtInfAndSts":
                self._blocks.append(_level(element, "PmtInfSts"))
            case _:
                is_reasoned_again = len(element.findall("{*}StsRsnInf")) > 1
                self._items.add(element, len(self._blocks) + 1, _reason(element) if is_reasoned_again else None)

    def file(self) -> BankFile:
        if self._made_on is None or self._group is None or not (self._answered or self._items.height):
            raise NoGo(f"{self._name} is a status report without its header or the message it answers. Fetch it again.")
        items = self._read_items(self._group)
        totals, faults = count_totals(self._name, self._group, self._blocks, items)
        named = _MESSAGE_ID.fullmatch(self._answered or "")
        of_all = {"bank_date": pl.lit(self._made_on), "serial": pl.lit(self._answered, pl.String)}
        return BankFile(
            message=Message.PAIN002,
            service_user_number=named[1] if named else None,
            serial=named[2] if named else None,
            reported_on=self._made_on,
            practice=(self._id or "").startswith(PRACTICE),
            made_at=self._made_at,
            message_id=self._id,
            answers=as_answers(Message.PAIN002, *(part.with_columns(**of_all) for part in (totals, items))),
            faults=(
                *faults,
                *unread(items, "value", "amount_pence", f"Payment {{}} of {self._name}", AMOUNT),
            ),
        )

    def _read_items(self, group: Level) -> pl.DataFrame:
        """The payments, each with what is said of it or else of its block or the whole."""
        around = pl.DataFrame(
            [(number, block.status, block.reason) for number, block in enumerate(self._blocks, start=1)],
            schema={"block": pl.Int64, "block_status": pl.String, "block_reason": pl.String},
            orient="row",
        )
        payee, own = account_parts("payee_sort", "payee_number"), account_parts("own_sort", "own_number")
        in_pounds = (pl.when(pl.col(f"{path}@Ccy") == "GBP").then(path) for path in _AMOUNTS)
        status = pl.coalesce("status", "block_status", pl.lit(group.status, pl.String))
        kind = status.replace_strict(ITEM_KINDS, default=str(UNDECIDED), return_dtype=pl.String)
        has_reason = kind.is_in(["rejected", "cancelled"])
        reason = pl.coalesce("reason", "block_reason", pl.lit(group.reason, pl.String))
        return (
            self._items.frame()
            .with_columns(
                reference=pl.coalesce(given("end_to_end"), given("instruction")),
                reason=pl.coalesce("reason", "first_reason"),
                value=pl.coalesce(*in_pounds),
            )
            .with_columns(amount_pence=pence("value"))
            .join(around, on="block", how="left", maintain_order="left")
            .with_columns(
                kind=kind.fill_null(str(UNDECIDED)),
                code=pl.when(has_reason)
                .then(reason)
                .when(kind == str(UNDECIDED))
                .then(pl.coalesce("reason", status))
                .otherwise(status),
                payments=pl.lit(1, pl.Int64),
                sort_code=payee[0],
                account_number=payee[1],
                own_account=pl.concat_str(*own, ignore_nulls=True).replace("", None),
            )
        )


def _level(element: etree._Element, status: str) -> Level:
    """What is said of the whole or of a block."""
    return Level(
        status=text_at(element, status),
        reason=_reason(element),
        payments=text_at(element, "OrgnlNbOfTxs"),
        pounds=text_at(element, "OrgnlCtrlSum"),
        named=text_at(element, "OrgnlPmtInfId"),
        counted=[
            (text_at(each, "DtldSts"), text_at(each, "DtldNbOfTxs")) for each in element.iterfind("{*}NbOfTxsPerSts")
        ],
    )


def _reason(element: etree._Element) -> str | None:
    """The first reason; of several the one that says that the bank has it already."""
    reasons = [
        text
        for each in element.iterfind("{*}StsRsnInf/{*}Rsn")
        if (text := text_at(each, "Cd") or text_at(each, "Prtry"))
    ]
    return next((each for each in reasons if each in BANK_HAS_IT), next(iter(reasons), None))
