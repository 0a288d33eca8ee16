"""A status report says what the bank took, and never more than that."""

from datetime import date

import pytest

from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo

REJECTED = """<TxInfAndSts><StsId>1</StsId><OrgnlEndToEndId>000007-00000000042</OrgnlEndToEndId><TxSts>RJCT</TxSts>
<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>closed</AddtlInf></StsRsnInf><OrgnlTxRef><Amt><InstdAmt Ccy="GBP">1321.5
</InstdAmt></Amt><CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>202959</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>
<CdtrAcct><Id><Othr><Id>63748472</Id></Othr></Id></CdtrAcct></OrgnlTxRef></TxInfAndSts>"""
PENDING = """<TxInfAndSts><OrgnlEndToEndId>000007-00000000043</OrgnlEndToEndId><TxSts>PDNG</TxSts><OrgnlTxRef><Amt>
<InstdAmt Ccy="GBP">0.01</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>"""


def report(status="ACTC", payments="", version="10", totals=True, message="123456-000007", msg_id="B1"):
    group = f"<OrgnlMsgId>{message}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
    if totals:
        group += "<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>4321.51</OrgnlCtrlSum>"
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}"><CstmrPmtStsRpt><GrpHdr>
<MsgId>{msg_id}</MsgId><CreDtTm>2026-08-24T08:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>{group}
<GrpSts>{status}</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>1</OrgnlPmtInfId>{payments}
</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>""".encode()


def totals_of(data):
    answers = read_bank_file(data, "report.xml").answers
    return {kind: (count, pence) for kind, count, pence in answers.select("kind", "payments", "amount_pence").rows()}


@pytest.mark.parametrize("status", ["ACCP", "ACTC", "ACSP", "ACSC", "ACWC"])
@pytest.mark.parametrize("version", ["03", "10", "12"])
def test_a_message_that_was_taken_whole(status, version):
    data = report(status, version=version)
    assert totals_of(data) == {"accepted_total": (3, 432151), "rejected_total": (0, 0)}
    read = read_bank_file(data, "report.xml")
    assert (read.service_user_number, read.serial, read.reported_on) == ("123456", "000007", date(2026, 8, 24))
    assert not read.practice


def test_a_part_that_was_rejected_is_named_and_counted():
    read = read_bank_file(report("PART", REJECTED), "report.xml")
    assert read.answers.select(
        "kind", "code", "reference", "sort_code", "account_number", "payments", "amount_pence"
    ).rows() == [
        ("accepted_total", None, None, None, None, 2, 300001),
        ("rejected_total", None, None, None, None, 1, 132150),
        ("rejected", "AC04", "000007-00000000042", "202959", "63748472", 1, 132150),
    ]


def test_what_is_not_decided_is_neither_taken_nor_rejected():
    assert totals_of(report("PART", REJECTED + PENDING))["accepted_total"] == (1, 300000)
    for status in ("PDNG", "RCVD", "XXXX"):
        assert totals_of(report(status)) == {}


def test_a_message_that_was_rejected_whole():
    assert totals_of(report("RJCT")) == {"accepted_total": (0, 0), "rejected_total": (3, 432151)}


def test_a_block_is_all_of_a_message_of_ours():
    block = "<OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>4321.51</OrgnlCtrlSum><PmtInfSts>{}</PmtInfSts>"
    assert totals_of(report("ACCP", block.format("RJCT")))["rejected_total"] == (3, 432151)
    silent = report("ACCP", block.format("ACCP"), totals=False).replace(b"<GrpSts>ACCP</GrpSts>", b"")
    assert totals_of(silent) == {"accepted_total": (3, 432151), "rejected_total": (0, 0)}


def test_why_a_message_was_rejected_whole():
    reason = "<StsRsnInf><Rsn><Cd>DUPL</Cd></Rsn></StsRsnInf>"
    of_all = report("RJCT").replace(b"</GrpSts>", f"</GrpSts>{reason}".encode())
    of_block = report("RJCT", f"<PmtInfSts>RJCT</PmtInfSts>{reason}")
    for data in (of_all, of_block):
        assert read_bank_file(data, "report.xml").answers["code"].to_list() == [None, "DUPL"]


def test_what_is_left_out_stays_open():
    left_out = REJECTED.replace('<Amt><InstdAmt Ccy="GBP">1321.5\n</InstdAmt></Amt>', "")
    assert totals_of(report("PART", left_out)) == dict.fromkeys(("accepted_total", "rejected_total"), (None, None)) | {
        "rejected": (1, None)
    }
    assert totals_of(report("RJCT", totals=False)) == {"accepted_total": (0, 0), "rejected_total": (None, None)}
    between = left_out.replace("<CdtrAgt>", '<IntrBkSttlmAmt Ccy="GBP">1321.50</IntrBkSttlmAmt><CdtrAgt>')
    assert totals_of(report("PART", between))["rejected_total"] == (1, 132150)


def test_a_message_of_another_system_is_nobodys_here():
    assert read_bank_file(report(message="OLD-SYSTEM-1"), "report.xml").serial is None


def test_the_practice_bank_is_known():
    assert read_bank_file(report(msg_id="PRACTICE-1"), "report.xml").practice


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (report("RJCT", REJECTED.replace("RJCT", "ACSC")), "rejects all payments and accepts some"),
        (report("RJCT", "<PmtInfSts>ACCP</PmtInfSts>"), "rejects all payments and accepts some"),
        (report("PART", REJECTED * 4), "rejects more payments"),
        (report("PART", REJECTED.replace("1321.5\n", "x")), "not pounds and pence"),
        (report().replace(b"OrgnlMsgId", b"Other"), "the message it answers"),
        (report()[:300], "not whole"),
    ],
)
def test_a_report_that_cannot_be_relied_on_is_refused(data, says):
    with pytest.raises(NoGo, match=says):
        read_bank_file(data, "report.xml")
