"""The practice bank's input report: what was accepted, and which payments were rejected."""

from collections.abc import Sequence

from lxml import etree

from tasks.practice_bank.document import add, bacs_document, pounds, render
from tasks.practice_bank.received import Debit, Item, Received

REJECT_CODES = {"0": "1114", "2": "1167", "3": "1166", "5": "1100", "B": "1160"}
"""The numbers that Faster Payments gives in the place of the letters of an ARUCS advice."""


def input_report(received: Received, rejected: Sequence[tuple[Item, str]] = ()) -> bytes:
    """Accept each file on its processing day, but for the payments that are rejected with a code each."""
    day = received.processing_date.isoformat()
    root, report = bacs_document("InputReport")
    header = add(report, "Header", reportType="REFT2013", reportNumber="1")
    add(header, "ProducedOn", date=day, time="06:30:00")
    add(header, "ProcessingDate", date=day)
    submission = add(report, "Submission")
    add(
        submission,
        "SubmissionInformation",
        submissionReferenceNumber=f"{received.processing_date:%Y%m%d}01S{received.serial}",
        media="BACSTEL-IP",
        volumeSerialNumber=received.serial,
    )
    files = add(submission, "UserFile", fileLevelMessage="")
    for sequence, file_number in enumerate(dict.fromkeys(debit.file_number for debit in received.debits), start=1):
        own = {at: debit for at, debit in enumerate(received.debits) if debit.file_number == file_number}
        lost = [(item, code) for item, code in rejected if item.debit in own]
        _user_file(add(files, "InputUserFile"), received, sequence, list(own.values()), lost)
    return render(root)


def _user_file(
    user_file: etree._Element,
    received: Received,
    sequence: int,
    debits: Sequence[Debit],
    rejected: Sequence[tuple[Item, str]],
) -> None:
    """What became of one file of the submission."""
    day, payer = received.processing_date.isoformat(), debits[0].payer
    payments, pence = sum(debit.payments for debit in debits), sum(debit.pence for debit in debits)
    add(
        user_file,
        "UserFileInformation",
        userNumber=received.service_user_number,
        userName=payer,
        userFileNumber=debits[0].file_number,
        sequenceNumber=f"{sequence:04d}",
        fileCurrency="GBP",
        uhl1WorkCode="1 DAILY  ",
        uhl1ProcessingDate=day,
    )
    section = add(user_file, "DaySection", daySectionLevelErrorMessage="")
    moved = (payments, len(debits), pence)
    _movements(add(section, "DaySectionRecord", recordDate=day, processingDate=day), *moved)
    _movements(add(section, "Totals"), *moved)
    _errors(user_file, received, rejected)
    summary = add(user_file, "InputReportSummary")
    accounts = add(summary, "AccountTotals")
    for debit in debits:
        lost = [item.pence for item, _ in rejected if received.debits[item.debit] is debit]
        account = add(
            accounts, "AccountTotal", number=debit.account_number, sortCode=debit.sort_code, type="Individual"
        )
        for entry, worth in (
            ("CreditEntry", (debit.payments, debit.pence, len(lost), sum(lost))),
            ("DebitContraEntry", (0, 0, 0, 0)),
            ("CreditContraEntry", (1, debit.pence, 0, 0)),
        ):
            _records(add(account, entry), "TotalsRecords", worth)
    agreement = add(summary, "AgreementOfFileTotals")
    credits = (payments, pence, len(rejected), sum(item.pence for item, _ in rejected))
    for entry, worth in (("CreditEntry", credits), ("DebitEntry", (len(debits), pence, 0, 0))):
        agreed = add(agreement, entry)
        _records(agreed, "UserTrailerTotals", worth)
        add(agreed, "AdjustmentRecords", **_worth(0, 0))


def _movements(parent: etree._Element, payments: int, contras: int, pence: int) -> None:
    for kind, records, balancing in (("Credit", payments, 0), ("Debit", contras, contras)):
        movement = add(parent, kind, **_worth(records, pence))
        add(movement, "Contra", **_worth(balancing, pence if balancing else 0))


def _records(entry: etree._Element, total: str, worth: tuple[int, int, int, int]) -> None:
    """What was accepted, what was rejected, and both together: records and pence of all, then of the rejected."""
    records, pence, rejected, rejected_pence = worth
    add(entry, "AcceptedRecords", **_worth(records - rejected, pence - rejected_pence))
    add(entry, "RejectedRecords", **_worth(rejected, rejected_pence))
    add(entry, total, **_worth(records, pence))


def _errors(user_file: etree._Element, received: Received, rejected: Sequence[tuple[Item, str]]) -> None:
    if not rejected:
        return
    errors = add(user_file, "Errors")
    for item, code in rejected:
        debit = received.debits[item.debit]
        error = add(errors, "Error", type="REJECTED")
        entry = add(
            error,
            "ErrorItem",
            errorCode=REJECT_CODES.get(code, "1100"),
            errorItemType="CREDIT",
            reference=item.reference,
            transactionCode="99",
            currency="GBP",
            valueOf=pounds(item.pence),
        )
        add(entry, "OriginatingAccount", number=debit.account_number, sortCode=debit.sort_code)
        add(entry, "DestinationAccount", number=item.account_number, sortCode=item.sort_code)
    add(errors, "TotalNumberOfErrors", amendedRecords="0", returnedRecords="0", rejectedRecords=str(len(rejected)))


def _worth(number: int, pence: int) -> dict[str, str]:
    return {"numberOf": str(number), "currency": "GBP", "valueOf": pounds(pence)}
