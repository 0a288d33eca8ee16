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

COUNTED = "<NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>"


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
        ("accepted_total", "PART", "1", None, None, 2, 300001),
        ("rejected_total", None, "1", None, None, 1, 132150),
        ("rejected", "AC04", "000007-00000000042", "202959", "63748472", 1, 132150),
    ]


def test_what_is_not_decided_is_neither_taken_nor_rejected():
    assert totals_of(report("PART", REJECTED + PENDING))["accepted_total"] == (1, 300000)
    for status in ("PDNG", "RCVD", "XXXX"):
        answers = read_bank_file(report(status), "report.xml").answers
        assert answers.select("kind", "code", "payments", "amount_pence").rows() == [
            ("pending_total", status, 3, 432151)
        ]


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
    assert totals_of(report("PART", left_out)) == {
        "accepted_total": (2, None),
        "rejected_total": (1, None),
        "rejected": (1, None),
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
        (report("PART", REJECTED * 4), "rejects more payments"),
        (report("PART", REJECTED.replace("1321.5\n", "x")), "not pounds and pence"),
        (report("PART", REJECTED.replace("1321.5\n", "9" * 10_000)), "Payment 1 of report.xml"),
        (report().replace(b">3<", ">²<".encode()), "The totals of report.xml are no numbers"),
        (report("PART", REJECTED).replace(b"<GrpSts>", COUNTED.encode() + b"<GrpSts>"), "counts 2 payments as RJCT"),
    ],
    ids=range(5),
)
def test_a_report_that_cannot_be_relied_on_is_read_and_says_why(data, says):
    found = read_bank_file(data, "report.xml")
    assert found.message_id == "B1"
    assert says in " ".join(found.faults)


def test_sums_beyond_any_money_are_told():
    most = REJECTED.replace("1321.5\n", "9999999999999.99")
    found = read_bank_file(report("PART", most * 10_000), "report.xml")
    assert found.answers.height == 10_000
    assert "rejects more payments than it answers" in found.faults[0]


def test_what_is_said_of_the_smaller_counts():
    paid = REJECTED.replace("RJCT", "ACSC")
    assert totals_of(report("RJCT", paid)) == {
        "accepted_total": (1, 132150),
        "rejected_total": (2, 300001),
        "settled": (1, 132150),
    }
    assert totals_of(report("RJCT", "<PmtInfSts>ACCP</PmtInfSts>"))["accepted_total"] == (3, 432151)


def test_what_the_bank_cancelled_is_neither_taken_nor_rejected():
    cancelled = REJECTED.replace("RJCT", "CANC").replace("AC04", "CUST")
    assert totals_of(report("CANC")) == {"cancelled_total": (3, 432151)}
    answers = read_bank_file(report("ACSP", cancelled), "report.xml").answers
    assert answers.select("kind", "code", "payments").rows() == [
        ("accepted_total", "ACSP", 2),
        ("rejected_total", None, 0),
        ("cancelled_total", None, 1),
        ("cancelled", "CUST", 1),
    ]


def test_of_several_blocks_each_counts_by_itself():
    block = "<OrgnlPmtInfId>{}</OrgnlPmtInfId><OrgnlNbOfTxs>1</OrgnlNbOfTxs><PmtInfSts>{}</PmtInfSts>"
    blocks = "</OrgnlPmtInfAndSts><OrgnlPmtInfAndSts>".join(block.format(*of) for of in (("A", "RJCT"), ("B", "ACSP")))
    answers = read_bank_file(
        report("PART").replace(b"<OrgnlPmtInfId>1</OrgnlPmtInfId>", blocks.encode()), "r.xml"
    ).answers
    assert answers.select("kind", "reference", "payments").rows() == [
        ("accepted_total", "A", 0),
        ("rejected_total", "A", 1),
        ("accepted_total", "B", 1),
        ("rejected_total", "B", 0),
    ]


def test_a_payment_is_found_by_its_own_reference_and_its_reason_kept():
    bare = """<TxInfAndSts><OrgnlInstrId>I42</OrgnlInstrId><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId>
<TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>MS03</Cd></Rsn></StsRsnInf><StsRsnInf><Rsn><Cd>DUPL</Cd></Rsn></StsRsnInf></TxInfAndSts>"""
    found = read_bank_file(report("PART", bare).replace(b"OrgnlMsgId", b"Other"), "report.xml").answers
    assert found.filter(kind="rejected").select("reference", "code").row(0) == ("I42", "DUPL")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (report().replace(b"OrgnlMsgId", b"Other"), "the message it answers"),
        (report()[:300], "not whole"),
    ],
    ids=range(2),
)
def test_what_is_no_whole_report_cannot_be_read(data, says):
    with pytest.raises(NoGo, match=says):
        read_bank_file(data, "report.xml")
