"""The practice bank's advice of credits that could not be applied."""

from datetime import date

from lxml import etree

from tasks.practice_bank.document import add, bacs_document, pounds, render
from tasks.practice_bank.form import Form
from tasks.practice_bank.received import Debit, Received
from tasks.practice_bank.taken import Coded

DESCRIPTIONS = {
    "0": "INVALID DETAILS",
    "2": "BENEFICIARY DECEASED",
    "3": "ACCOUNT TRANSFERRED",
    "5": "NO ACCOUNT",
    "B": "ACCOUNT CLOSED",
    "C": "REQUESTED BY REMITTER",
}


def arucs(received: Received, returned: Coded, day: date, form: Form) -> bytes:
    """Say on a day which credits come back and why, with the hyphens in sort codes that this advice often has."""
    root, advice = bacs_document("ARUCS")
    add(
        advice,
        "Header",
        reportType="REFT1028",
        adviceNumber="001",
        currentProcessingDate=day.isoformat(),
    )
    payer = received.debits[0].payer
    add(advice, "AddresseeInformation", name=payer)
    add(advice, "ServiceLicenseInformation", userName=payer, userNumber=received.service_user_number)
    records = add(add(advice, "Advice"), "OriginatingAccountRecords")
    debited = {debit.account: debit for debit in received.debits}
    for account, debit in debited.items():
        of_account = [(item, code) for item, code in returned if received.debits[item.debit].account == account]
        if of_account:
            _record(records, received, debit, of_account, form)
    return render(root, form)


def _record(records: etree._Element, received: Received, debit: Debit, returned: Coded, form: Form) -> None:
    """What comes back to one paying account."""
    record = add(records, "OriginatingAccountRecord")
    add(
        record,
        "OriginatingAccount",
        name=debit.payer,
        number=form.number(debit.account_number),
        sortCode=_hyphened(debit.sort_code),
        type="0",
        bankName="PRACTICE BANK",
        branchName="PRACTICE",
    )
    for item, code in returned:
        day = received.debits[item.debit].processing_date or received.processing_date
        credit = add(
            record,
            "ReturnedCreditItem",
            ref=item.reference,
            transCode="99",
            returnCode=code,
            returnDescription=DESCRIPTIONS.get(code, "SEE YOUR BANK"),
            originalProcessingDate=day.isoformat(),
            valueOf=pounds(item.pence),
            currency="GBP",
        )
        add(
            credit,
            "ReceiverAccount",
            number=form.number(item.account_number),
            name=item.payee,
            sortCode=_hyphened(item.sort_code),
            bankName="PRACTICE BANK",
            branchName="PRACTICE",
        )
    total = sum(item.pence for item, _ in returned)
    add(record, "Totals", numberOf=str(len(returned)), valueOf=pounds(total), currency="GBP")


def _hyphened(sort_code: str) -> str:
    return f"{sort_code[:2]}-{sort_code[2:4]}-{sort_code[4:]}"
