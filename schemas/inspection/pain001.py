"""Read a pain.001 message of anybody's, in any version from .03, however it is laid out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import BinaryIO

import polars as pl
from lxml import etree

from schemas.bank_days import BankDays
from schemas.bank_messages.documents import stream
from schemas.bank_messages.fields import date_of
from schemas.bank_messages.xml_text import text_at
from schemas.inspection.alike import Alike
from schemas.inspection.findings import PAYMENTS, Findings, Inspection, Keep, as_shown, mask
from schemas.inspection.totals import PAYMENT, Totals
from schemas.inspection.transfers import LEAVES, UK_IBAN, complete, rules
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import Scheme
from schemas.rails.iso_20022.initiation import SERVICE_LEVELS, Service

#: Payments that are held against the rules at a time.
BATCH = 50_000

_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.001\.001\.([0-9]{2})")
_DATE_IN_CHOICE = "08"
_ON_BANK_DAYS = (Service.BACS, Service.CHAPS)
_HEADER = ("MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "PmtInfId", "PmtMtd", "PmtTpInf", "ReqdExctnDt", "DbtrAgt")
_PARTS = (*_HEADER, "DbtrAcct", "CdtTrfTxInf", "PmtInf", "CstmrCdtTrfInitn")


def read_pain001(handle: BinaryIO, name: str, scheme: Scheme | None, keep: Keep) -> Inspection:
    """Read a message to its end, or to where its XML breaks.

    The payments come one element at a time, because XML of unknown layout has no lines to cut it at; what
    they are held against works on whole columns.

    Args:
        handle: the file.
        name: its file name, for messages.
        scheme: whose calendar and limits count where two services share the service level.
        keep: takes its payments.

    Raises:
        NoGo: it is another message, or declares a document type.
    """
    message = _Message(name, scheme, keep)
    try:
        for element in stream(handle, name, *_PARTS):
            message.take(element)
    except etree.XMLSyntaxError as error:
        message.broken(error.lineno or 0)
    return message.finished()


class _Message:
    """Gathers a message in the order in which its parts end."""

    def __init__(self, name: str, scheme: Scheme | None, keep: Keep) -> None:
        self._name, self._scheme, self._keep = name, scheme, keep
        self._findings, self._days = Findings(), BankDays()
        self._version: str | None = None
        self._header: dict[str, str | None] = {}
        self._block: dict[str, str | None] = {}
        self._rows: list[tuple[str | None, ...]] = []
        self._payments = self._pence = self._block_payments = self._block_pence = self._blocks = 0
        self._hashes: list[pl.Series] = []
        self._totals, self._alike = Totals(), Alike()
        self._facts: list[tuple[str, str]] = []
        self._whole = False

    def take(self, element: etree._Element) -> None:
        """Take in one part."""
        name = etree.QName(element)
        if self._version is None:
            self._check_version(name.namespace or "")
        match name.localname:
            case "CdtTrfTxInf":
                texts: dict[str, str] = {}
                _gather(element, "", texts)
                self._rows.append(tuple(_first(texts, paths) for paths in LEAVES.values()))
                if len(self._rows) == BATCH:
                    self._judge()
            case "PmtInf":
                self._judge()
                self._end_block()
            case "CstmrCdtTrfInitn":
                self._whole = True
            case part:
                into = self._header if _parent(element) == "GrpHdr" else self._block
                into.update(_said(part, element))

    def broken(self, line: int) -> None:
        """The XML breaks off or is wrong."""
        self._judge()
        self._findings.add(f"line {line}", "the XML breaks off or is wrong here; nothing after it was read")

    def finished(self) -> Inspection:
        """What was found."""
        if self._version is None:
            raise NoGo(f"{self._name} is no pain.001 message: nothing of one was found in it.")
        if self._whole:
            self._end_message()
        facts = (("Message", self._header.get("MsgId") or "none"), *self._facts)
        name = f"ISO 20022 pain.001.001.{self._version}"
        return Inspection(name, as_shown(facts), self._totals.listed(), self._findings.listed())

    def _check_version(self, namespace: str) -> None:
        found = _NAMESPACE.fullmatch(namespace)
        if found is None:
            raise NoGo(f"{self._name} is XML, but no pain.001 message.")
        self._version = found[1]
        if self._version != "09":
            self._findings.add("Document", "the version is not .09, which British banks take now", refused=False)

    def _judge(self) -> None:
        """Hold the payments that wait against the rules."""
        if not self._rows:
            return
        read = pl.DataFrame(self._rows, schema=dict.fromkeys(LEAVES, pl.String), orient="row")
        self._rows = []
        day = date_of(self._block.get("ReqdExctnDt"))
        first = self._payments + 1
        payments = complete(read).with_columns(
            place=pl.int_range(first, first + read.height, dtype=pl.Int64), day=pl.lit(day, pl.Date)
        )
        self._findings.apply(payments, rules(self._service(), *self._payer()), pl.format("payment {}", "place"))
        self._hashes.append(payments["end_to_end_id"].drop_nulls().hash())
        self._totals.add(PAYMENT, payments)
        self._alike.take(payments.select(*PAYMENTS), PAYMENT)
        pence = int(payments["amount_pence"].cast(pl.Int128).sum())
        self._payments, self._pence = self._payments + read.height, self._pence + pence
        self._block_payments, self._block_pence = self._block_payments + read.height, self._block_pence + pence
        self._keep(payments.select(*PAYMENTS))

    def _payer(self) -> tuple[str | None, str | None]:
        """Sort code and number of the block's paying account, as far as they can be told."""
        account = self._block.get("DbtrAcct")
        british = re.fullmatch(UK_IBAN, account or "")
        return (british[1], british[2]) if british else (self._block.get("DbtrAgt"), account)

    def _service(self) -> Service | None:
        level = self._block.get("PmtTpInf")
        able = [service for service, levels in SERVICE_LEVELS.items() if level in levels]
        told = [service for service in able if self._scheme and service.value == self._scheme.value]
        return able[0] if len(able) == 1 else next(iter(told), None)

    def _end_block(self) -> None:
        self._blocks += 1
        where = f"PmtInf {self._blocks}"
        self._check_sums(where, self._block, self._block_payments, self._block_pence, needed=False)
        for part, says in (("PmtInfId", "the block has no PmtInfId"), ("DbtrAcct", "the paying account is missing")):
            if not self._block.get(part):
                self._findings.add(f"{where}, {part}", says)
        if self._block.get("PmtMtd") != "TRF":
            self._findings.add(f"{where}, PmtMtd", "the payment method is not TRF")
        if not re.fullmatch("[0-9]{6}", self._block.get("DbtrAgt") or ""):
            says = "the paying bank is not named by a GBDSC sort code of six digits"
            self._findings.add(f"{where}, DbtrAgt", says, refused=False)
        level = self._block.get("PmtTpInf")
        if level not in {code for levels in SERVICE_LEVELS.values() for code in levels}:
            says = "the service level is none that British banks give: the bank chooses how to pay"
            self._findings.add(f"{where}, PmtTpInf/SvcLvl", says, refused=False)
        self._check_day(where)
        self._facts += self._block_facts(where)
        self._block, self._block_payments, self._block_pence = {}, 0, 0

    def _check_day(self, where: str) -> None:
        place = f"{where}, ReqdExctnDt"
        if self._block.get("ReqdExctnDt form") == ("Dt" if (self._version or "") < _DATE_IN_CHOICE else ""):
            form = "a plain date" if (self._version or "") < _DATE_IN_CHOICE else "a date inside Dt or DtTm"
            self._findings.add(place, f"in this version the execution date is {form}")
        day = date_of(self._block.get("ReqdExctnDt"))
        if day is None:
            self._findings.add(place, "the execution date is no day")
        elif self._service() in _ON_BANK_DAYS and day.year in self._days.years and not self._days.is_bank_day(day):
            self._findings.add(place, "the execution date is a weekend or an English bank holiday")
        made = date_of(self._header.get("CreDtTm"))
        if day and made and day < made:
            self._findings.add(place, "the execution date is before the message was made")

    def _end_message(self) -> None:
        if not self._payments:
            self._findings.add("Document", "the message has no payment")
        self._check_sums("GrpHdr", self._header, self._payments, self._pence, needed=True)
        message = self._header.get("MsgId") or ""
        if not 1 <= len(message) <= 35:
            self._findings.add("GrpHdr, MsgId", "MsgId has 1 to 35 characters")
        if date_of(self._header.get("CreDtTm")) is None:
            self._findings.add("GrpHdr, CreDtTm", "CreDtTm is no date and time")
        self._alike.tell(self._findings, "payment")
        if self._hashes:
            ids = pl.concat(self._hashes)
            if ids.n_unique() < len(ids):
                says = f"{len(ids) - ids.n_unique():,} EndToEndIds stand more than once: banks know duplicates by them"
                self._findings.add("PmtId/EndToEndId", says)

    def _check_sums(self, where: str, said: Mapping[str, str | None], payments: int, pence: int, needed: bool) -> None:
        count, total = said.get("NbOfTxs"), said.get("CtrlSum")
        if (count is None and needed) or (count is not None and count.lstrip("0") != str(payments)):
            self._findings.add(f"{where}, NbOfTxs", "NbOfTxs is not the number of payments")
        if total is None and needed:
            self._findings.add(f"{where}, CtrlSum", "there is no CtrlSum, which banks compare", refused=False)
        elif total is not None and _pence(total) != pence:
            self._findings.add(f"{where}, CtrlSum", "CtrlSum is not the sum of the payments")

    def _block_facts(self, where: str) -> Iterator[tuple[str, str]]:
        day: date | None = date_of(self._block.get("ReqdExctnDt"))
        yield f"{where}: execution date", "none" if day is None else f"{day:%A %-d %B %Y}"
        yield f"{where}: service level", self._block.get("PmtTpInf") or "none"
        if account := self._block.get("DbtrAcct"):
            yield f"{where}: paying account", f"{self._block.get('DbtrAgt') or ''} {mask(account)}".strip()


def _said(part: str, element: etree._Element) -> dict[str, str | None]:
    """What one part of a header says."""
    match part:
        case "PmtTpInf":
            return {part: text_at(element, "SvcLvl/Cd")}
        case "DbtrAgt":
            return {part: text_at(element, "FinInstnId/ClrSysMmbId/MmbId")}
        case "DbtrAcct":
            return {part: text_at(element, "Id/Othr/Id") or text_at(element, "Id/IBAN")}
        case "ReqdExctnDt":
            inside = text_at(element, "Dt") or text_at(element, "DtTm")
            return {part: inside or (element.text or "").strip(), "ReqdExctnDt form": "Dt" if inside else ""}
        case _:
            return {part: (element.text or "").strip() or None}


def _gather(element: etree._Element, path: str, texts: dict[str, str]) -> None:
    """Every text below an element under its path of local names; of several with one path the first."""
    for child in element:
        if not isinstance(child.tag, str):  # a comment
            continue
        at = path + child.tag.rpartition("}")[2]
        if len(child):
            _gather(child, f"{at}/", texts)
        elif text := (child.text or "").strip():
            texts.setdefault(at, text)
            if currency := child.get("Ccy"):
                texts.setdefault(f"{at}@Ccy", str(currency))


def _first(texts: Mapping[str, str], paths: Iterable[str]) -> str | None:
    return next((texts[path] for path in paths if path in texts), None)


def _parent(element: etree._Element) -> str:
    parent = element.getparent()
    return "" if parent is None else etree.QName(parent).localname


def _pence(pounds: str) -> int | None:
    found = re.fullmatch(r"([0-9]{1,16})(?:\.([0-9]{1,2})0*)?", pounds)
    return None if found is None else int(found[1] + (found[2] or "").ljust(2, "0"))
