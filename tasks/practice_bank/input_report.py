"""The practice bank's input report: what was accepted, and which payments were rejected or amended."""

from collections.abc import Mapping, Sequence

from lxml import etree

from tasks.practice_bank.document import add, bacs_document, pounds, render
from tasks.practice_bank.form import Form
from tasks.practice_bank.received import Item, Received
from tasks.practice_bank.taken import Taken

FASTER_PAYMENTS_CODES = {"0": "1114", "2": "1167", "3": "1166", "5": "1100", "B": "1160", "C": "1160"}
"""The numbers that Faster Payments gives in the place of the letters of an ARUCS advice."""

BACS_CODES = dict.fromkeys(FASTER_PAYMENTS_CODES, "Y")
"""Bacs does not know payees' accounts; what it rejects is a credit that the sort code does not take."""

AMENDED = "E"
"""Destination sort code not valid: Bacs puts another in its place and pays."""

_NO_DATE = "^^-^^-^^"
_DAY_REFUSED = "DAY SECTION REJECTED"
_DUPLICATE = "FILE REJECTED - DUPLICATE OF A FILE ALREADY ACCEPTED"
_REFUSALS = {"DUPL": _DUPLICATE, "AM05": _DUPLICATE, "NARR": "FILE REJECTED"}
_TIMES = ("06:30:00", "11:00:00")


def input_report(received: Received, taken: Taken, codes: Mapping[str, str], form: Form, number: int = 1) -> bytes:
    """Say of each file of a submission what became of it.

    Args:
        received: the submission.
        taken: what was decided.
        codes: the rail's codes in the place of the letters by which payments were drawn.
        form: how it is written.
        number: which report of the day it is.
    """
    day = received.processing_date.isoformat()
    root, report = bacs_document("InputReport")
    header = add(report, "Header", reportType="REFT2013", reportNumber=str(number))
    add(header, "ProducedOn", date=day, time=_TIMES[number - 1])
    add(header, "ProcessingDate", date=day)
    submission = add(report, "Submission")
    add(
        submission,
        "SubmissionInformation",
        submissionReferenceNumber=f"{received.processing_date:%Y%m%d}{number:02d}S{received.serial}",
        media="BACSTEL-IP",
        volumeSerialNumber=received.serial,
    )
    for sequence, file_number in enumerate(dict.fromkeys(debit.file_number for debit in received.debits), start=1):
        own = [at for at, debit in enumerate(received.debits) if debit.file_number == file_number]
        refusal = _REFUSALS[taken.reason] if taken.refused.issuperset(own) else ""
        user_file = add(add(submission, "UserFile", fileLevelMessage=refusal), "InputUserFile")
        _information(user_file, received, own[0], sequence, form)
        _day_sections(user_file, received, taken, own, is_of_all=bool(refusal))
        _errors(user_file, received, taken, own, codes, refusal, form)
        _summary(user_file, received, taken, own, form)
    return render(root, form)


def _information(user_file: etree._Element, received: Received, first: int, sequence: int, form: Form) -> None:
    day, debit = received.processing_date.isoformat(), received.debits[first]
    add(
        user_file,
        "UserFileInformation",
        userNumber=received.service_user_number,
        userName=debit.payer,
        userFileNumber=debit.file_number,
        sequenceNumber=f"{sequence:04d}",
        fileCurrency="GBP",
        uhl1WorkCode="4 MULTI  " if debit.processing_date else "1 DAILY  ",
        uhl1ProcessingDate=_NO_DATE if form.filler else day,
    )


def _day_sections(
    user_file: etree._Element, received: Received, taken: Taken, own: Sequence[int], is_of_all: bool
) -> None:
    """What was sent for each processing day, and whether all of it was rejected while others were not."""
    for processed in dict.fromkeys(received.debits[at].processing_date for at in own):
        of_day = [at for at in own if received.debits[at].processing_date == processed]
        debits = [received.debits[at] for at in of_day]
        moved = sum(each.payments for each in debits), len(debits), sum(each.pence for each in debits)
        said = "" if is_of_all or not taken.refused.issuperset(of_day) else _DAY_REFUSED
        day = (processed or received.processing_date).isoformat()
        section = add(user_file, "DaySection", daySectionLevelErrorMessage=said)
        _movements(add(section, "DaySectionRecord", recordDate=day, processingDate=day), *moved)
        _movements(add(section, "Totals"), *moved)


def _movements(parent: etree._Element, payments: int, contras: int, pence: int) -> None:
    for kind, records, balancing in (("Credit", payments, 0), ("Debit", contras, contras)):
        movement = add(parent, kind, **_worth(records, pence))
        add(movement, "Contra", **_worth(balancing, pence if balancing else 0))


def _errors(
    user_file: etree._Element,
    received: Received,
    taken: Taken,
    own: Sequence[int],
    codes: Mapping[str, str],
    refusal: str,
    form: Form,
) -> None:
    rejected = [(item, codes[code]) for item, code in taken.rejected if item.debit in own]
    amended = [(item, AMENDED) for item, _ in taken.amended if item.debit in own]
    if not (rejected or amended or refusal):
        return
    errors = add(user_file, "Errors")
    if refusal:
        _error(errors, "REJECTED", refusal, form)
    for kind, items in (("REJECTED", rejected), ("AMENDED", amended)):
        for item, code in items:
            _item(_error(errors, kind, f"RECORD {kind}", form), received, item, code, form)
    lost = sum(taken.lost(received, at)[0] for at in own)
    counts = {"amendedRecords": len(amended), "returnedRecords": 0, "rejectedRecords": lost}
    add(errors, "TotalNumberOfErrors", **{name: str(count) for name, count in counts.items()})


def _error(errors: etree._Element, kind: str, text: str, form: Form) -> etree._Element:
    on_error, on_message = ({}, {"type": kind}) if form.type_on_message else ({"type": kind}, {})
    error = add(errors, "Error", **on_error)
    add(add(error, "ErrorMessage", **on_message), "MessageLine", text)
    return error


def _item(error: etree._Element, received: Received, item: Item, code: str, form: Form) -> None:
    """The payment that an error is of; it stands before the error's message."""
    debit = received.debits[item.debit]
    entry = add(
        error,
        "ErrorItem",
        errorCode=code,
        errorItemType="CREDIT",
        reference=item.reference,
        transactionCode="99",
        currency="GBP",
        valueOf=pounds(item.pence),
    )
    for role, one in (("OriginatingAccount", debit), ("DestinationAccount", item)):
        add(entry, role, number=form.number(one.account_number), sortCode=form.sort_code(one.sort_code))
    error.insert(0, entry)


def _summary(user_file: etree._Element, received: Received, taken: Taken, own: Sequence[int], form: Form) -> None:
    """What was accepted and what was rejected, by account and in all."""
    summary = add(user_file, "InputReportSummary")
    accounts = add(summary, "AccountTotals")
    debits = [received.debits[at] for at in own]
    lost = [taken.lost(received, at) for at in own]
    for at, debit, (payments, pence) in zip(own, debits, lost, strict=True):
        refused = at in taken.refused
        number, sort_code = form.number(debit.account_number), form.sort_code(debit.sort_code)
        account = add(accounts, "AccountTotal", number=number, sortCode=sort_code, type="Individual")
        for entry, worth in (
            ("CreditEntry", (debit.payments, debit.pence, payments, pence)),
            ("DebitContraEntry", (0, 0, 0, 0)),
            ("CreditContraEntry", (1, debit.pence, int(refused), debit.pence if refused else 0)),
        ):
            _records(add(account, entry), "TotalsRecords", worth)
    total = sum(debit.pence for debit in debits)
    lost_payments, lost_pence = sum(payments for payments, _ in lost), sum(pence for _, pence in lost)
    gone = [debit.pence for at, debit in zip(own, debits, strict=True) if at in taken.refused]
    agreement = add(summary, "AgreementOfFileTotals")
    for entry, worth in (
        ("CreditEntry", (sum(debit.payments for debit in debits), total, lost_payments, lost_pence)),
        ("DebitEntry", (len(debits), total, len(gone), sum(gone))),
    ):
        agreed = add(agreement, entry)
        _records(agreed, "UserTrailerTotals", worth)
        add(agreed, "AdjustmentRecords", **_worth(0, 0))


def _records(entry: etree._Element, total: str, worth: tuple[int, int, int, int]) -> None:
    """What was accepted, what was rejected, and both together: records and pence of all, then of the rejected."""
    records, pence, rejected, rejected_pence = worth
    add(entry, "AcceptedRecords", **_worth(records - rejected, pence - rejected_pence))
    add(entry, "RejectedRecords", **_worth(rejected, rejected_pence))
    add(entry, total, **_worth(records, pence))


def _worth(number: int, pence: int) -> dict[str, str]:
    return {"numberOf": str(number), "currency": "GBP", "valueOf": pounds(pence)}
