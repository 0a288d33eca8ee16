"""The practice bank's statements of a paying account, ISO 20022 camt.053.001.02 and .08."""

from lxml import etree

from tasks.practice_bank.book import Day, Entry
from tasks.practice_bank.document import add, institution, iso_document, pounds, render
from tasks.practice_bank.form import Form
from tasks.practice_bank.received import Received

_OLD = "02"
_BANK = "PRCT"
"""Stands for a bank in an IBAN; no bank has it."""


def statement(received: Received, day: Day, form: Form) -> bytes:
    """One day of one account between two balances; the file is what its debit is named by."""
    root = iso_document(f"camt.053.001.{form.statement_version}", form)
    message = add(root, "BkToCstmrStmt")
    made_at = f"{day.day}T{'21' if day.is_copy else '20'}:00:00{form.zone}"
    paged = form.numbered or day.shown is not None
    header = add(message, "GrpHdr")
    copy = "-C" if day.is_copy else ""
    add(header, "MsgId", f"PRACTICE-{received.service_user_number}-{received.serial}-{day.day:%m%d}{copy}")
    add(header, "CreDtTm", made_at)
    if paged:
        pages = add(header, "MsgPgntn")
        add(pages, "PgNb", "1")
        add(pages, "LastPgInd", "true" if day.shown is None else "false")
    stated = add(message, "Stmt")
    add(stated, "Id", f"{day.day:%Y%m%d}-{received.serial}")
    if form.numbered:
        add(stated, "ElctrncSeqNb", str(day.number))
        add(stated, "LglSeqNb", str(day.number))
    add(stated, "CreDtTm", made_at)
    if form.numbered:
        period = add(stated, "FrToDt")
        add(period, "FrDtTm", f"{day.day}T00:00:00{form.zone}")
        add(period, "ToDtTm", f"{day.day}T23:59:59{form.zone}")
    if day.is_copy:
        add(stated, "CpyDplctInd", "DUPL")
    _account(add(stated, "Acct"), day.account, form)
    _balances(stated, day, form)
    if form.summed:
        _summary(stated, day)
    for number, entry in day.stated():
        _entry(add(stated, "Ntry"), number, entry, received, day, form)
    return render(root, form)


def _account(of: etree._Element, account: tuple[str, str], form: Form) -> None:
    sort_code, number = account
    identified = add(of, "Id")
    if form.account == "iban":
        add(identified, "IBAN", iban(sort_code, number))
    else:
        add(add(identified, "Othr"), "Id", sort_code + number if form.account == "both" else number)
    add(of, "Ccy", "GBP")
    if form.account == "number":
        institution(add(of, "Svcr"), sort_code)


def iban(sort_code: str, number: str) -> str:
    """The IBAN of an account of the practice bank, by ISO 13616: letters are numbers from 10, and 97 divides."""
    rest = f"{_BANK}{sort_code}{number}"
    digits = "".join(str(int(character, 36)) for character in f"{rest}GB00")
    return f"GB{98 - int(digits) % 97:02d}{rest}"


def _balances(stated: etree._Element, day: Day, form: Form) -> None:
    _balance(stated, "PRCD" if form.previous_closing else "OPBD", day.opening_pence, day)
    if day.shown is None:
        _balance(stated, "CLBD", day.closing_pence, day)
    else:
        _balance(stated, "ITBD", day.opening_pence + sum(entry.pence for _, entry in day.stated()), day)


def _balance(parent: etree._Element, kind: str, pence: int, day: Day) -> None:
    balance = add(parent, "Bal")
    add(add(add(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    _amount(balance, pence)
    add(balance, "CdtDbtInd", _side(pence))
    on = day.previous if kind == "PRCD" else day.day
    add(add(balance, "Dt"), "Dt", on.isoformat())


def _summary(stated: etree._Element, day: Day) -> None:
    shown = [entry.pence for _, entry in day.stated()]
    summary = add(stated, "TxsSummry")
    for name, sums in (
        ("TtlNtries", shown),
        ("TtlCdtNtries", [pence for pence in shown if pence > 0]),
        ("TtlDbtNtries", [pence for pence in shown if pence < 0]),
    ):
        total = add(summary, name)
        add(total, "NbOfNtries", str(len(sums)))
        add(total, "Sum", pounds(sum(map(abs, sums))))


def _entry(entry: etree._Element, number: int, moved: Entry, received: Received, day: Day, form: Form) -> None:
    add(entry, "NtryRef", str(number))
    _amount(entry, moved.pence)
    add(entry, "CdtDbtInd", _side(moved.pence))
    if moved.is_reversal:
        add(entry, "RvslInd", "true")
    _status(entry, form)
    add(add(entry, "BookgDt"), "Dt", day.day.isoformat())
    add(add(entry, "ValDt"), "Dt", day.day.isoformat())
    add(entry, "AcctSvcrRef", f"PB{received.serial}{day.day:%y%j}{number:05d}")
    _code(add(entry, "BkTxCd"), moved, form)
    name = f"BACS {received.service_user_number} {received.serial}"
    if moved.payments and form.debit_names != "note":
        batch = add(add(entry, "NtryDtls"), "Btch")
        add(batch, "MsgId", name)
        add(batch, "NbOfTxs", str(moved.payments))
        add(batch, "TtlAmt", pounds(abs(moved.pence)), Ccy="GBP")
        add(batch, "CdtDbtInd", _side(moved.pence))
    elif moved.item:
        _details(add(add(entry, "NtryDtls"), "TxDtls"), moved, day, form)
    noted = name if moved.payments and form.debit_names != "batch" else ""
    if note := " ".join(filter(None, (moved.note, noted))):
        add(entry, "AddtlNtryInf", note)


def _status(entry: etree._Element, form: Form) -> None:
    if form.statement_version == _OLD:
        add(entry, "Sts", "BOOK")
    else:
        add(add(entry, "Sts"), "Cd", "BOOK")


def _code(code: etree._Element, moved: Entry, form: Form) -> None:
    domain, family, sub_family, own = moved.family
    if form.own_code:
        add(add(code, "Prtry"), "Cd", own)
        return
    of = add(code, "Domn")
    add(of, "Cd", domain)
    kind = add(of, "Fmly")
    add(kind, "Cd", family)
    add(kind, "SubFmlyCd", sub_family)


def _details(details: etree._Element, moved: Entry, day: Day, form: Form) -> None:
    """The one payment that an entry is of; what came back may name the paying account as its creditor."""
    item = moved.item
    if item is None:
        return
    add(add(details, "Refs"), "EndToEndId", item.reference or "NOTPROVIDED")
    if form.statement_version == _OLD:
        _amount(add(add(details, "AmtDtls"), "TxAmt"), moved.pence)
    else:
        _amount(details, moved.pence)
        add(details, "CdtDbtInd", _side(moved.pence))
    back_to_us = form.own_creditor and bool(moved.reason)
    sort_code, number = day.account if back_to_us else (item.sort_code, item.account_number)
    creditor = add(add(details, "RltdPties"), "CdtrAcct")
    add(add(add(creditor, "Id"), "Othr"), "Id", number)
    institution(add(add(details, "RltdAgts"), "CdtrAgt"), sort_code)
    if moved.reason:
        add(add(add(details, "RtrInf"), "Rsn"), "Cd", moved.reason)


def _amount(parent: etree._Element, pence: int) -> None:
    add(parent, "Amt", pounds(abs(pence)), Ccy="GBP")


def _side(pence: int) -> str:
    return "DBIT" if pence < 0 else "CRDT"
