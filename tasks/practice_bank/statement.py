"""The practice bank's statements of the paying accounts, ISO 20022 camt.053.001.08."""

from collections.abc import Iterator, Sequence
from datetime import date

from lxml import etree

from tasks.practice_bank.document import NOTICE, add, institution, pounds, render
from tasks.practice_bank.received import Item, Received

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
REASONS = {"0": "AC01", "2": "MD07", "3": "AC03", "5": "AC01", "B": "AC04", "C": "FOCR"}
_FLOAT_PENCE = 100_000_00


def statements(
    received: Received, rejected: Sequence[tuple[Item, str]], returned: Sequence[tuple[Item, str]], entry_date: date
) -> Iterator[bytes]:
    """A statement for each paying account: a debit for each contra, and a credit for each payment that came back."""
    for account in dict.fromkeys(debit.account for debit in received.debits):
        own = [at for at, debit in enumerate(received.debits) if debit.account == account]
        lost = {at: [item.pence for item, _ in rejected if item.debit == at] for at in own}
        whole = {at: (received.debits[at].payments, received.debits[at].pence) for at in own}
        debits = [(whole[at][0] - len(lost[at]), whole[at][1] - sum(lost[at])) for at in own]
        back = [(item, code) for item, code in returned if item.debit in own]
        yield _statement(received, account, debits, back, entry_date)


def _statement(
    received: Received,
    account: tuple[str, str],
    debits: Sequence[tuple[int, int]],
    returned: Sequence[tuple[Item, str]],
    entry_date: date,
) -> bytes:
    """One account's day between two balances; a debit is payments and pence."""
    sort_code, account_number = account
    root = etree.fromstring(f'<Document xmlns="{NAMESPACE}"/>')
    root.append(etree.Comment(NOTICE))
    message = add(root, "BkToCstmrStmt")
    header = add(message, "GrpHdr")
    add(header, "MsgId", f"PRACTICE-{received.service_user_number}-{received.serial}")
    add(header, "CreDtTm", f"{entry_date}T20:00:00")
    stated = add(message, "Stmt")
    add(stated, "Id", f"{entry_date:%Y%m%d}-{received.serial}")
    add(stated, "CreDtTm", f"{entry_date}T20:00:00")
    of = add(stated, "Acct")
    add(add(add(of, "Id"), "Othr"), "Id", account_number)
    add(of, "Ccy", "GBP")
    institution(add(of, "Svcr"), sort_code)
    back = sum(item.pence for item, _ in returned)
    paid = sum(pence for _, pence in debits)
    _balance(stated, "OPBD", paid + _FLOAT_PENCE, entry_date)
    _balance(stated, "CLBD", back + _FLOAT_PENCE, entry_date)
    for number, (payments, pence) in enumerate(debits, start=1):
        _debit(stated, number, received, payments, pence, entry_date)
    for number, (item, code) in enumerate(returned, start=len(debits) + 1):
        _credit(stated, number, item, code, entry_date)
    return render(root)


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


def _debit(parent: etree._Element, number: int, received: Received, payments: int, pence: int, day: date) -> None:
    batch = add(_entry(parent, number, pence, "DBIT", "ICDT", day), "Btch")
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
