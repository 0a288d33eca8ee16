"""The practice bank's status reports, ISO 20022 pain.002 in several versions."""

from lxml import etree

from tasks.practice_bank.document import add, institution, iso_document, pounds, render
from tasks.practice_bank.form import Form
from tasks.practice_bank.received import Item, Received
from tasks.practice_bank.taken import REASONS, Taken


def received_report(received: Received, form: Form) -> bytes:
    """The first report: the message is whole and will be looked at."""
    return render(_report(received, "1", "ACTC", form)[0], form)


def decided_report(received: Received, taken: Taken, form: Form) -> bytes:
    """The second report: what is being settled, and which payments are not, or not as they were sent."""
    status = "PART" if taken.rejected else "ACWC" if taken.amended else "ACCP" if taken.refused else "ACSP"
    root, report = _report(received, "2", status, form)
    if status == "ACSP":
        return render(root, form)
    block = add(report, "OrgnlPmtInfAndSts")
    add(block, "OrgnlPmtInfId", _message_id(received))
    if taken.refused:
        _totals(block, received, form)
        add(block, "PmtInfSts", "RJCT")
        _reason(block, taken.reason)
    for number, (item, code) in enumerate((*taken.rejected, *taken.amended), start=1):
        status = "RJCT" if (item, code) in taken.rejected else "ACWC"
        _payment(add(block, "TxInfAndSts"), number, item, status, REASONS[code], form)
    return render(root, form)


def refusing_report(received: Received, reason: str, form: Form) -> bytes:
    """A third report, which takes all of it back."""
    root, report = _report(received, "3", "RJCT", form)
    group = report[-1]
    _reason(group, reason)
    return render(root, form)


def _report(received: Received, number: str, status: str, form: Form) -> tuple[etree._Element, etree._Element]:
    root = iso_document(f"pain.002.001.{form.status_version}", form)
    report = add(root, "CstmrPmtStsRpt")
    header = add(report, "GrpHdr")
    add(header, "MsgId", f"PRACTICE-{received.service_user_number}-{received.serial}-{number}")
    add(header, "CreDtTm", f"{received.processing_date}T0{number}:00:00{form.zone}")
    group = add(report, "OrgnlGrpInfAndSts")
    add(group, "OrgnlMsgId", _message_id(received))
    add(group, "OrgnlMsgNmId", "pain.001.001.09")
    _totals(group, received, form)
    add(group, "GrpSts", status)
    return root, report


def _totals(parent: etree._Element, received: Received, form: Form) -> None:
    if form.status_totals:
        add(parent, "OrgnlNbOfTxs", str(received.payments))
        add(parent, "OrgnlCtrlSum", pounds(received.pence))


def _message_id(received: Received) -> str:
    return f"{received.service_user_number}-{received.serial}"


def _reason(parent: etree._Element, reason: str) -> None:
    add(add(add(parent, "StsRsnInf"), "Rsn"), "Cd", reason)


def _payment(payment: etree._Element, number: int, item: Item, status: str, reason: str, form: Form) -> None:
    add(payment, "StsId", str(number))
    add(payment, "OrgnlEndToEndId", item.reference)
    add(payment, "TxSts", status)
    _reason(payment, reason)
    if not form.status_amounts:
        return
    original = add(payment, "OrgnlTxRef")
    add(add(original, "Amt"), "InstdAmt", pounds(item.pence), Ccy="GBP")
    institution(add(original, "CdtrAgt"), item.sort_code)
    add(add(add(add(original, "CdtrAcct"), "Id"), "Othr"), "Id", item.account_number)
