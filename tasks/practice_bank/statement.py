"""The practice bank's statement of the paying account, ISO 20022 camt.053.001.08."""

from collections.abc import Sequence
from datetime import date

from lxml import etree

from tasks.practice_bank.document import NOTICE, add, institution, pounds, written
from tasks.practice_bank.received import Item, Received

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
REASONS = {"0": "AC01", "2": "MD07", "3": "AC03", "5": "AC01", "B": "AC04", "C": "FOCR"}
_FLOAT_PENCE = 100_000_00


def statement(
    received: Received, rejected: Sequence[tuple[Item, str]], returned: Sequence[tuple[Item, str]], entry_date: date
) -> bytes:
    """One debit for what was not rejected, one credit for each payment that came back, between two balances."""
    root = etree.fromstring(f'<Document xmlns="{NAMESPACE}"/>')
    root.append(etree.Comment(NOTICE))
    message = add(root, "BkToCstmrStmt")
    header = add(message, "GrpHdr")
    add(header, "MsgId", f"PRACTICE-{received.service_user_number}-{received.serial}")
    add(header, "CreDtTm", f"{entry_date}T20:00:00")
    stated = add(message, "Stmt")
    add(stated, "Id", f"{entry_date:%Y%m%d}-{received.serial}")
    add(stated, "CreDtTm", f"{entry_date}T20:00:00")
    account = add(stated, "Acct")
    add(add(add(account, "Id"), "Othr"), "Id", received.account_number)
    add(account, "Ccy", "GBP")
    institution(add(account, "Svcr"), received.sort_code)
    back = sum(item.pence for item, _ in returned)
    paid = received.pence - sum(item.pence for item, _ in rejected)
    _balance(stated, "OPBD", paid + _FLOAT_PENCE, entry_date)
    _balance(stated, "CLBD", back + _FLOAT_PENCE, entry_date)
    _debit(stated, received, received.payments - len(rejected), paid, entry_date)
    for number, (item, code) in enumerate(returned, start=2):
        _credit(stated, number, item, code, entry_date)
    return written(root)


def _balance(parent: etree._Element, kind: str, pence: int, day: date) -> None:
    balance = add(parent, "Bal")
    add(add(add(balance, "Tp"), "CdOrPrtry"), "Cd", kind)
    add(balance, "Amt", pounds(pence), Ccy="GBP")
    add(balance, "CdtDbtInd", "CRDT")
    add(add(balance, "Dt"), "Dt", day.isoformat())


def _entry(parent: etree._Element, number: int, pence: int, side: str, family: str, day: date) -> etree._Element:
    entry = add(parent, "Ntry")
    add(entry, "NtryRef", str(number))
    add(entry, "Amt", pounds(pence), Ccy="GBP")
    add(entry, "CdtDbtInd", side)
    add(add(entry, "Sts"), "Cd", "BOOK")
    add(add(entry, "BookgDt"), "Dt", day.isoformat())
    add(add(entry, "ValDt"), "Dt", day.isoformat())
    domain = add(add(entry, "BkTxCd"), "Domn")
    add(domain, "Cd", "PMNT")
    kind = add(domain, "Fmly")
    add(kind, "Cd", family)
    add(kind, "SubFmlyCd", "DMCT" if side == "DBIT" else "RRTN")
    return add(entry, "NtryDtls")


def _debit(parent: etree._Element, received: Received, payments: int, pence: int, day: date) -> None:
    batch = add(_entry(parent, 1, pence, "DBIT", "ICDT", day), "Btch")
    add(batch, "MsgId", f"BACS {received.service_user_number} {received.serial}")
    add(batch, "NbOfTxs", str(payments))
    add(batch, "TtlAmt", pounds(pence), Ccy="GBP")
    add(batch, "CdtDbtInd", "DBIT")


def _credit(parent: etree._Element, number: int, item: Item, code: str, day: date) -> None:
    details = add(_entry(parent, number, item.pence, "CRDT", "RCDT", day), "TxDtls")
    add(add(details, "Refs"), "EndToEndId", item.reference or "NOTPROVIDED")
    add(details, "Amt", pounds(item.pence), Ccy="GBP")
    add(details, "CdtDbtInd", "CRDT")
    payee = add(add(details, "RltdPties"), "CdtrAcct")
    add(add(add(payee, "Id"), "Othr"), "Id", item.account_number)
    institution(add(add(details, "RltdAgts"), "CdtrAgt"), item.sort_code)
    add(add(add(details, "RtrInf"), "Rsn"), "Cd", REASONS.get(code, "MS03"))
