"""The practice bank's status reports, ISO 20022 pain.002.001.10."""

from collections.abc import Sequence

from lxml import etree

from tasks.practice_bank.document import NOTICE, add, institution, pounds, render
from tasks.practice_bank.received import Item, Received
from tasks.practice_bank.statement import REASONS

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"


def received_report(received: Received) -> bytes:
    """The first report: the message is whole and will be looked at."""
    return render(_report(received, "1", "ACTC")[0])


def decided_report(received: Received, rejected: Sequence[tuple[Item, str]]) -> bytes:
    """The second report: what is being settled, and which payments are not."""
    root, report = _report(received, "2", "PART" if rejected else "ACSP")
    if rejected:
        block = add(report, "OrgnlPmtInfAndSts")
        add(block, "OrgnlPmtInfId", _message_id(received))
        for number, (item, code) in enumerate(rejected, start=1):
            _rejected(add(block, "TxInfAndSts"), number, item, REASONS.get(code, "MS03"))
    return render(root)


def _report(received: Received, number: str, status: str) -> tuple[etree._Element, etree._Element]:
    root = etree.fromstring(f'<Document xmlns="{NAMESPACE}"/>')
    root.append(etree.Comment(NOTICE))
    report = add(root, "CstmrPmtStsRpt")
    header = add(report, "GrpHdr")
    add(header, "MsgId", f"PRACTICE-{received.service_user_number}-{received.serial}-{number}")
    add(header, "CreDtTm", f"{received.processing_date}T0{number}:00:00")
    group = add(report, "OrgnlGrpInfAndSts")
    add(group, "OrgnlMsgId", _message_id(received))
    add(group, "OrgnlMsgNmId", "pain.001.001.09")
    add(group, "OrgnlNbOfTxs", str(received.payments))
    add(group, "OrgnlCtrlSum", pounds(received.pence))
    add(group, "GrpSts", status)
    return root, report


def _message_id(received: Received) -> str:
    return f"{received.service_user_number}-{received.serial}"


def _rejected(payment: etree._Element, number: int, item: Item, reason: str) -> None:
    add(payment, "StsId", str(number))
    add(payment, "OrgnlEndToEndId", item.reference)
    add(payment, "TxSts", "RJCT")
    add(add(add(payment, "StsRsnInf"), "Rsn"), "Cd", reason)
    original = add(payment, "OrgnlTxRef")
    add(add(original, "Amt"), "InstdAmt", pounds(item.pence), Ccy="GBP")
    institution(add(original, "CdtrAgt"), item.sort_code)
    add(add(add(add(original, "CdtrAcct"), "Id"), "Othr"), "Id", item.account_number)
