"""The practice bank's input report: everything accepted."""

from lxml import etree

from tasks.practice_bank.document import add, bacs_document, pounds, written
from tasks.practice_bank.received import Received


def input_report(received: Received) -> bytes:
    """Accept the whole file, on its processing day."""
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
    summary = add(user_file, "InputReportSummary")
    account = add(
        add(summary, "AccountTotals"),
        "AccountTotal",
        number=received.account_number,
        sortCode=received.sort_code,
        type="Individual",
    )
    for entry, payments in (
        ("CreditEntry", received.payments),
        ("DebitContraEntry", 0),
        ("CreditContraEntry", 1),
    ):
        _records(add(account, entry), ("AcceptedRecords", "TotalsRecords"), received, payments)
    agreement = add(summary, "AgreementOfFileTotals")
    for entry, payments in (("CreditEntry", received.payments), ("DebitEntry", 1)):
        _records(add(agreement, entry), ("AcceptedRecords", "UserTrailerTotals"), received, payments)
    return written(root)


def _movements(parent: etree._Element, received: Received) -> None:
    for kind, payments, contras in (("Credit", received.payments, 0), ("Debit", 1, 1)):
        movement = add(parent, kind, **_worth(payments, received.pence))
        add(movement, "Contra", **_worth(contras, received.pence if contras else 0))


def _records(entry: etree._Element, full: tuple[str, str], received: Received, payments: int) -> None:
    """Accepted records and totals hold everything, rejected ones and adjustments nothing."""
    worth = _worth(payments, received.pence if payments else 0)
    add(entry, full[0], **worth)
    add(entry, "RejectedRecords", **_worth(0, 0))
    add(entry, full[1], **worth)
    if full[1] == "UserTrailerTotals":
        add(entry, "AdjustmentRecords", **_worth(0, 0))


def _worth(number: int, pence: int) -> dict[str, str]:
    return {"numberOf": str(number), "currency": "GBP", "valueOf": pounds(pence)}
