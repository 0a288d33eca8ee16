"""The practice bank reads pain.001 by itself, and answers Faster Payments with rejects instead of an ARUCS advice."""

from datetime import date
from pathlib import Path

import pytest

from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo
from tasks.practice_bank.bank import Rail, answer
from tests.golden.test_bacs_standard_18_worked_example import EXPECTED

REFUSED = Path(__file__).parents[3] / "golden" / "refused_files"
ENTRY_DAY = date(2026, 8, 24)
PAYMENT = """<CdtTrfTxInf><PmtId><EndToEndId>000007-0000000000{0}</EndToEndId></PmtId><Amt>
<InstdAmt Ccy="GBP">{1}</InstdAmt></Amt>
<CdtrAgt><FinInstnId><ClrSysMmbId><MmbId>089999</MmbId></ClrSysMmbId></FinInstnId></CdtrAgt>
<Cdtr><Nm>A</Nm></Cdtr>
<CdtrAcct><Id><Othr><Id>6637495{0}</Id></Othr></Id></CdtrAcct></CdtTrfTxInf>"""
MESSAGE = f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn><GrpHdr>
<MsgId>123456-000007</MsgId><NbOfTxs>3</NbOfTxs><CtrlSum>6.5</CtrlSum></GrpHdr><PmtInf><NbOfTxs>3</NbOfTxs>
<CtrlSum>6.50</CtrlSum><ReqdExctnDt><Dt>2026-08-24</Dt></ReqdExctnDt><Dbtr><Nm>ILF</Nm><Id><OrgId><Othr><Id>123456</Id>
</Othr></OrgId></Id></Dbtr><DbtrAcct><Id><Othr><Id>88837491</Id></Othr></Id></DbtrAcct><DbtrAgt><FinInstnId><ClrSysMmbId>
<MmbId>107999</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt>{"".join(PAYMENT.format(n, f"{n}.50") for n in (0, 1, 4))}
</PmtInf></CstmrCdtTrfInitn></Document>"""


def answers(path, tmp_path, rail):
    files = answer(path, tmp_path / "inbox", ENTRY_DAY, rail=rail)
    return [read_bank_file(file.read_bytes(), file.name) for file in files]


def sums(bank_file, *columns):
    return bank_file.answers.select(*columns).rows()


def test_a_message_is_answered_in_two_reports_and_a_statement(tmp_path):
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE)
    first, second, statement = answers(path, tmp_path, Rail.PAIN001)
    assert [file.message for file in (first, second, statement)] == [Message.PAIN002, Message.PAIN002, Message.CAMT053]
    assert (first.serial, first.service_user_number, first.practice) == ("000007", "123456", True)
    assert sums(first, "kind", "payments", "amount_pence") == [("accepted_total", 3, 650), ("rejected_total", 0, 0)]
    (taken, rejected, item) = sums(second, "payments", "amount_pence")
    assert (taken[0] + rejected[0], taken[1] + rejected[1]) == (3, 650)
    assert rejected == item
    assert sums(second, "code")[-1] == ("AC01",)
    debit, credit = sums(statement, "kind", "amount_pence", "code")
    assert debit == ("statement_debit", taken[1], None)
    assert credit[0::2] == ("statement_credit", "AC04")


def test_faster_payments_finds_wrong_details_at_once(tmp_path):
    path = tmp_path / "payments.txt"
    path.write_bytes("".join(line + "\r\n" for line in EXPECTED).encode())
    report, statement = answers(path, tmp_path, Rail.FASTER_PAYMENTS)
    assert sums(report, "kind", "payments", "amount_pence", "code") == [
        ("accepted_total", 1, 300000, None),
        ("rejected_total", 1, 132150, None),
        ("rejected", 1, 132150, "1114"),
    ]
    assert sums(statement, "kind", "amount_pence") == [("statement_debit", 300000), ("statement_credit", 300000)]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("count-differs.xml", "do not agree"),
        ("control-sum-differs.xml", "do not agree"),
        ("end-to-end-id-twice.xml", "stands twice"),
        ("cut-short.xml", "not whole"),
    ],
)
def test_a_message_that_does_not_agree_with_itself_is_refused(tmp_path, name, says):
    with pytest.raises(NoGo, match=says):
        answer(REFUSED / name, tmp_path, ENTRY_DAY, rail=Rail.PAIN001)


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("<Id>123456</Id>", "<Id>../../12</Id>", "service user number or serial"),
        ("<Id>88837491</Id>", "<Id>8883749١</Id>", "paying account"),
        ("<NbOfTxs>3</NbOfTxs>", "<NbOfTxs>³</NbOfTxs>", "do not agree"),
        ("<Dt>2026-08-24</Dt>", "<Dt>tomorrow</Dt>", "cannot be read"),
        ('<InstdAmt Ccy="GBP">1.50', '<InstdAmt Ccy="GBP">one', "cannot be read"),
    ],
    ids=["number", "account", "count", "date", "amount"],
)
def test_what_would_be_no_name_day_or_sum_is_refused(tmp_path, was, now, says):
    path = tmp_path / "message.xml"
    assert was in MESSAGE
    path.write_text(MESSAGE.replace(was, now), encoding="utf-8")
    with pytest.raises(NoGo, match=says):
        answer(path, tmp_path / "inbox", ENTRY_DAY, rail=Rail.PAIN001)
    assert not (tmp_path / "inbox").exists()
