"""The statement: one debit for a Bacs file, credits of their own for what came back."""

from datetime import date

import pytest

from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo

DEBIT = """<Ntry><NtryRef>1</NtryRef><Amt Ccy="GBP">10651415.6</Amt><CdtDbtInd>DBIT</CdtDbtInd>
<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-30</Dt></BookgDt>
<NtryDtls><Btch><NbOfTxs>5229</NbOfTxs></Btch></NtryDtls></Ntry>"""
CREDIT = """<Ntry><Amt Ccy="GBP">2160.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><DtTm>2026-12-01T09:00:00</DtTm></BookgDt><NtryDtls>
<TxDtls><Refs><EndToEndId>ILF 2611 100003</EndToEndId></Refs><Amt Ccy="GBP">520.00</Amt>
<RltdPties><CdtrAcct><Id><Othr><Id>05346707</Id></Othr></Id></CdtrAcct></RltdPties>
<RltdAgts><CdtrAgt><FinInstnId><ClrSysMmbId><ClrSysId><Cd>GBDSC</Cd></ClrSysId><MmbId>874077</MmbId>
</ClrSysMmbId></FinInstnId></CdtrAgt></RltdAgts><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls>
<TxDtls><Refs><EndToEndId>ILF 2611 100004</EndToEndId></Refs>
<AmtDtls><TxAmt><Amt Ccy="GBP">1640.00</Amt></TxAmt></AmtDtls></TxDtls>
</NtryDtls></Ntry>"""
BALANCES = """<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">10651415.60</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">2160.00</Amt>
<CdtDbtInd>CRDT</CdtDbtInd></Bal>"""


def statement(body: str, version: str = "08") -> bytes:
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-12-01T20:00:00</CreDtTm></GrpHdr>
<Stmt><Id>S1</Id>{body}</Stmt></BkToCstmrStmt></Document>""".encode()


def test_a_debit_is_one_answer_and_each_returned_payment_another():
    found = read_bank_file(statement(BALANCES + DEBIT + CREDIT), "statement.xml")
    assert found.reported_on == date(2026, 12, 1)
    columns = ("kind", "payments", "amount_pence", "bank_date", "code", "sort_code", "account_number")
    assert found.answers.select(columns).rows() == [
        ("statement_debit", 5229, 1065141560, date(2026, 11, 30), None, None, None),
        ("statement_credit", 1, 52000, date(2026, 12, 1), "AC04", "874077", "05346707"),
        ("statement_credit", 1, 164000, date(2026, 12, 1), None, None, None),
    ]


def test_the_older_form_of_the_status_is_read():
    older = DEBIT.replace("<Sts><Cd>BOOK</Cd></Sts>", "<Sts>BOOK</Sts>")
    assert read_bank_file(statement(older, "02"), "statement.xml").answers.height == 1


def test_what_is_not_booked_is_passed_over():
    found = read_bank_file(statement(DEBIT + DEBIT.replace("BOOK", "PDNG").replace("DBIT", "CRDT")), "statement.xml")
    assert found.answers["kind"].to_list() == ["statement_debit"]


def test_each_entry_has_the_account_of_its_statement():
    own = "<Acct><Id><Othr><Id>88837491</Id></Othr></Id><Svcr><FinInstnId><ClrSysMmbId><MmbId>10-79-99</MmbId>" + (
        "</ClrSysMmbId></FinInstnId></Svcr></Acct>"
    )
    other = "<Acct><Id><IBAN>GB29 NWBK 6016 1331 9268 19</IBAN></Id></Acct>"
    found = read_bank_file(statement(f"{own}{DEBIT}</Stmt><Stmt><Id>S2</Id>{other}{DEBIT}"), "statement.xml")
    assert found.answers["own_account"].to_list() == ["10799988837491", "60161331926819"]
    assert found.accounts == {"10799988837491", "60161331926819"}
    assert [(each.account, each.identification) for each in found.statements] == [
        ("10799988837491", "S1"),
        ("60161331926819", "S2"),
    ]


def test_the_bank_that_gives_a_debit_back_says_so():
    undone = DEBIT.replace("<CdtDbtInd>DBIT</CdtDbtInd>", "<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>true</RvslInd>")
    found = read_bank_file(statement(DEBIT + undone), "statement.xml").answers
    assert found["kind"].to_list() == ["statement_debit", "statement_reversal"]


def test_a_credit_without_details_is_kept():
    plain = CREDIT[: CREDIT.index("<NtryDtls>")] + "</Ntry>"
    found = read_bank_file(statement(plain), "statement.xml").answers
    assert found.select("kind", "amount_pence", "reference").row(0) == ("statement_credit", 216000, None)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (statement(BALANCES + DEBIT), "entries are missing"),
        (statement(DEBIT.replace("DBIT", "XXXX")), "credit or a debit"),
        (statement(CREDIT.replace(">520.00", ">520.01")), "not the sum of its 2 payments"),
        (statement(DEBIT.replace("2026-11-30", "30/11/2026")), "no booking date"),
        (statement(DEBIT.replace("5229", "²")), "Entry 1 of statement.xml has a number of records"),
        (statement(DEBIT.replace("10651415.6", "9" * 10_000)), "Entry 1 of statement.xml has an amount"),
        (statement(CREDIT.replace(">520.00", ">٥٢٠")), "Payment 1 in the entries of statement.xml has an amount"),
    ],
    ids=range(7),
)
def test_a_statement_that_cannot_be_relied_on_is_read_and_says_why(document, says):
    found = read_bank_file(document, "statement.xml")
    assert len(found.statements) == 1
    assert says in " ".join(found.faults)


def test_an_entry_in_another_currency_is_left_alone():
    found = read_bank_file(statement(DEBIT.replace("GBP", "EUR")), "statement.xml")
    assert (found.answers.height, found.faults) == (0, ())


def test_a_document_without_an_account_cannot_be_read():
    with pytest.raises(NoGo, match="holds no account"):
        read_bank_file(statement("").replace(b"<Stmt>", b"<Other>").replace(b"</Stmt>", b"</Other>"), "statement.xml")
