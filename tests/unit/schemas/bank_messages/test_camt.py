"""What banks put on statements beside the plain debit and credit, in forms of several of them."""

from datetime import date

import pytest

from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.recognise import read_bank_file

ACCOUNT = """<Acct><Id><Othr><Id>88837491</Id></Othr></Id><Ccy>GBP</Ccy><Svcr><FinInstnId><ClrSysMmbId>
<MmbId>107999</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct>"""
BODIES = {
    "053": ("BkToCstmrStmt", "Stmt"),
    "052": ("BkToCstmrAcctRpt", "Rpt"),
    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def document(*accounts: str, of: str = "053", version: str = "08", header: str = "") -> bytes:
    body, account = BODIES[of]
    held = "".join(f"<{account}>{each}</{account}>" for each in accounts)
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{of}.001.{version}"><{body}><GrpHdr>
<MsgId>M1</MsgId><CreDtTm>2026-12-01T20:00:00Z</CreDtTm>{header}</GrpHdr>{held}</{body}></Document>""".encode()


def statement(*entries: str, head: str = "<Id>S1</Id>", opening: str = "", closing: str = "") -> str:
    return head + ACCOUNT + opening + closing + "".join(entries)


def entry(amount: str, side: str = "CRDT", more: str = "", details: str = "", status: str = "<Cd>BOOK</Cd>") -> str:
    held = f"<NtryDtls>{details}</NtryDtls>" if details else ""
    return f"""<Ntry><NtryRef>N1</NtryRef><Amt Ccy="GBP">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>{status}</Sts>
<BookgDt><Dt>2026-12-01</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>{more}{held}</Ntry>"""


def detail(reference: str, amount: str | None = None, more: str = "") -> str:
    said = "" if amount is None else f'<Amt Ccy="GBP">{amount}</Amt>'
    return f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>{said}{more}</TxDtls>"


def balance(kind: str, pounds: str, on: str, side: str = "CRDT") -> str:
    return f"""<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="GBP">{pounds}</Amt>
<CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"""


def read(*entries: str, **how: str):
    return read_bank_file(document(statement(*entries), **how), "statement.xml")


def said(found, *columns: str):
    return found.answers.select("kind", *columns).rows()


def test_one_debit_a_payment_names_each_payment():
    found = read(*(entry("10.00", "DBIT", details=detail(f"000001-{n}", "10.00")) for n in range(3)))
    assert said(found, "reference", "payments", "amount_pence") == [
        ("statement_debit", f"000001-{n}", 1, 1000) for n in range(3)
    ]


def test_a_batch_debit_names_its_file():
    batch = "<Btch><MsgId>123456-000001</MsgId><PmtInfId>P1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>"
    more = "<AddtlNtryInf>BACS 000001</AddtlNtryInf>"
    found = read(entry("30.00", "DBIT", more, batch + detail("A", "10.00") + detail("B", "20.00")))
    assert said(found, "reference", "serial", "entry_reference", "description", "payments", "amount_pence") == [
        ("statement_debit", "P1", "123456-000001", "B1", "BACS 000001", 2, 3000)
    ]


def test_what_the_bank_took_of_a_credit_is_a_debit_of_its_own():
    charged = '<Chrgs><Rcrd><Amt Ccy="GBP">0.50</Amt></Rcrd></Chrgs>'
    found = read(entry("9.50", more=charged, details=detail("A", "10.00")))
    assert said(found, "reference", "amount_pence") == [("statement_credit", "A", 1000), ("statement_debit", None, 50)]
    debited = read(entry("10.50", "DBIT", charged, detail("A", "10.00")))
    assert said(debited, "amount_pence") == [("statement_debit", 1000), ("statement_debit", 50)]
    assert found.faults == debited.faults == ()


def test_a_detail_of_nothing_says_no_amount():
    assert said(read(entry("10.00", details=detail("A", "0.00"))), "reference", "amount_pence") == [
        ("statement_credit", "A", 1000)
    ]
    both = read(entry("10.00", details=detail("A", "10.00") + detail("B", "0.00")))
    assert said(both, "reference", "amount_pence") == [("statement_credit", "A", 1000)]
    assert both.faults == ()


def test_where_the_details_leave_amounts_out_the_entry_counts():
    found = read(entry("10.00", details=detail("A") + detail("B", "4.00")))
    assert said(found, "reference", "payments", "amount_pence") == [("statement_credit", "N1", 2, 1000)]


@pytest.mark.parametrize("status", ["<Cd>PDNG</Cd>", "<Cd>INFO</Cd>", "PDNG"], ids=range(3))
def test_what_is_not_booked_is_left_out_with_its_payments(status):
    found = read(entry("10.00", details=detail("A", "10.00"), status=status), entry("1.00"))
    assert said(found, "amount_pence") == [("statement_credit", 100)]
    assert found.statements[0].entries == 1


def test_a_payment_that_names_itself_by_its_instruction():
    found = read(entry("10.00", details=detail("NOTPROVIDED</EndToEndId><InstrId>I1</InstrId><EndToEndId>X", "10.00")))
    assert said(found, "reference") == [("statement_credit", "I1")]


def test_which_days_and_balances_a_statement_has():
    head = """<Id>S1</Id><ElctrncSeqNb>42</ElctrncSeqNb><FrToDt><FrDtTm>2026-12-01T00:00:00</FrDtTm>
<ToDtTm>2026-12-02T23:59:59</ToDtTm></FrToDt><CpyDplctInd>DUPL</CpyDplctInd>"""
    opening, closing = balance("PRCD", "5.00", "2026-11-30", "DBIT"), balance("CLBD", "5.00", "2026-12-02")
    of = document(statement(entry("10.00"), head=head, opening=opening, closing=closing))
    [found] = read_bank_file(of, "statement.xml").statements
    assert (found.account, found.identification, found.sequence) == ("10799988837491", "S1", "42")
    assert (found.first_day, found.last_day) == (date(2026, 12, 1), date(2026, 12, 2))
    assert (found.opening_pence, found.closing_pence, found.entries, found.is_copy) == (-500, 500, 1, True)


def test_a_balance_of_the_day_before_counts_for_the_day_after():
    opening, closing = balance("PRCD", "5.00", "2026-11-30"), balance("CLBD", "15.00", "2026-12-01")
    found = read_bank_file(document(statement(entry("10.00"), opening=opening, closing=closing)), "statement.xml")
    assert (found.statements[0].first_day, found.faults) == (date(2026, 12, 1), ())


def test_pages_in_one_document_are_one_statement():
    page = "<Id>S1</Id><StmtPgntn><PgNb>{}</PgNb><LastPgInd>{}</LastPgInd></StmtPgntn>"
    first = statement(entry("10.00"), head=page.format(1, "false"), opening=balance("OPBD", "0.00", "2026-12-01"))
    last = statement(entry("5.00"), head=page.format(2, "true"), closing=balance("CLBD", "15.00", "2026-12-01"))
    whole = read_bank_file(document(first, last), "statement.xml")
    assert [(each.entries, each.pages_missing) for each in whole.statements] == [(2, False)]
    assert whole.answers["statement"].to_list() == [1, 1]
    assert whole.faults == ()
    for part in (first, last):
        assert "one page of several" in read_bank_file(document(part), "statement.xml").faults[0]


@pytest.mark.parametrize("number", ["2", "²", "9" * 10_000], ids=range(3))
def test_a_page_of_a_message_in_the_oldest_version(number):
    pages = f"<MsgPgntn><PgNb>{number}</PgNb><LastPgInd>true</LastPgInd></MsgPgntn>"
    found = read(entry("10.00", status="BOOK"), version="02", header=pages)
    assert "statement.xml is one page of several" in found.faults[0]


@pytest.mark.parametrize(
    ("summary", "says"),
    [
        ("<NbOfNtries>1</NbOfNtries><Sum>10.00</Sum>", ""),
        ("<NbOfNtries>2</NbOfNtries>", "is not that of its entries"),
        ("<NbOfNtries>1</NbOfNtries><Sum>10.01</Sum>", "is not that of its entries"),
        ("<NbOfNtries>²</NbOfNtries>", "is no numbers"),
    ],
    ids=range(4),
)
def test_what_a_statement_says_of_its_entries(summary, says):
    head = f"<Id>S1</Id><TxsSummry><TtlCdtNtries>{summary}</TtlCdtNtries></TxsSummry>"
    found = read_bank_file(document(statement(entry("10.00"), head=head)), "statement.xml")
    assert says in " ".join(found.faults)
    assert bool(says) is bool(found.faults)


@pytest.mark.parametrize(("of", "message"), [("052", Message.CAMT052), ("054", Message.CAMT054)], ids=["052", "054"])
@pytest.mark.parametrize("version", ["02", "08", "13"])
def test_a_notice_informs(of, message, version):
    found = read(entry("10.00", "DBIT"), entry("4.00", details=detail("A", "4.00")), of=of, version=version)
    assert found.message is message
    assert said(found, "amount_pence", "statement") == [("informed_debit", 1000, 1), ("informed_credit", 400, 1)]


def test_sums_beyond_any_money_are_told():
    most = detail("A", "9999999999999.99") * 10_000
    found = read(entry("10.00", details=most))
    assert said(found, "amount_pence") == [("statement_credit", 1000)]
    assert "Entry 1 of statement.xml is not the sum of its 10000 payments" in found.faults[0]


def test_every_moment_has_its_zone():
    made = read().made_at
    assert made is not None
    assert made.isoformat() == "2026-12-01T20:00:00+00:00"
