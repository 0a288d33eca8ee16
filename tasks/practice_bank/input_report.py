"""The practice bank's input report: what was accepted, and which payments were rejected."""

from collections.abc import Sequence

from lxml import etree

from tasks.practice_bank.document import add, bacs_document, pounds, written
from tasks.practice_bank.received import Item, Received

REJECT_CODES = {"0": "1114", "2": "1167", "3": "1166", "5": "1100", "B": "1160"}
"""The numbers that Faster Payments gives in the place of the letters of an ARUCS advice."""


def input_report(received: Received, rejected: Sequence[tuple[Item, str]] = ()) -> bytes:
    """Accept the file on its processing day, but for the payments that are rejected with a code each."""
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
    user_file = add(add(submission, "UserFile", fileLevelMessage=""), "InputUserFile")
    add(
        user_file,
        "UserFileInformation",
        userNumber=received.service_user_number,
        userName=received.payer,
        userFileNumber=received.file_number,
        sequenceNumber="0001",
        fileCurrency="GBP",
        uhl1WorkCode="1 DAILY  ",
        uhl1ProcessingDate=day,
    )
    section = add(user_file, "DaySection", daySectionLevelErrorMessage="")
    _movements(add(section, "DaySectionRecord", recordDate=day, processingDate=day), received)
    _movements(add(section, "Totals"), received)
    _errors(user_file, received, rejected)
    summary = add(user_file, "InputReportSummary")
    account = add(
        add(summary, "AccountTotals"),
        "AccountTotal",
        number=received.account_number,
        sortCode=received.sort_code,
        type="Individual",
    )
    rejected_pence = sum(item.pence for item, _ in rejected)
    credits = (received.payments, received.pence, len(rejected), rejected_pence)
    one_debit = (1, received.pence, 0, 0)
    for entry, worth in (
        ("CreditEntry", credits),
        ("DebitContraEntry", (0, 0, 0, 0)),
        ("CreditContraEntry", one_debit),
    ):
        _records(add(account, entry), "TotalsRecords", worth)
    agreement = add(summary, "AgreementOfFileTotals")
    for entry, worth in (("CreditEntry", credits), ("DebitEntry", one_debit)):
        agreed = add(agreement, entry)
        _records(agreed, "UserTrailerTotals", worth)
        add(agreed, "AdjustmentRecords", **_worth(0, 0))
    return written(root)


def _movements(parent: etree._Element, received: Received) -> None:
    for kind, payments, contras in (("Credit", received.payments, 0), ("Debit", 1, 1)):
        movement = add(parent, kind, **_worth(payments, received.pence))
        add(movement, "Contra", **_worth(contras, received.pence if contras else 0))


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
        add(entry, "OriginatingAccount", number=received.account_number, sortCode=received.sort_code)
        add(entry, "DestinationAccount", number=item.account_number, sortCode=item.sort_code)
    add(errors, "TotalNumberOfErrors", amendedRecords="0", returnedRecords="0", rejectedRecords=str(len(rejected)))


def _worth(number: int, pence: int) -> dict[str, str]:
    return {"numberOf": str(number), "currency": "GBP", "valueOf": pounds(pence)}
