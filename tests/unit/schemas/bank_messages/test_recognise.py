"""A file in the bank's inbox is what it says inside, and nothing in it can reach out or blow up."""

import pytest

from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.recognise import read_bank_file, recognise
from schemas.no_go import NoGo

BOMB = b"""<?xml version="1.0"?><!DOCTYPE BACSDocument [<!ENTITY a "0123456789">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<BACSDocument><Data><ARUCS>&d;</ARUCS></Data></BACSDocument>"""
ARUCS = "<BACSDocument><Data><ARUCS/></Data></BACSDocument>"
MESSAGING = b"""<BACSDocument><Data><MessagingAdvices><MessagingHeader advice-type="%s"/><MessagingAdvice
record-type="%s"/></MessagingAdvices></Data></BACSDocument>"""
STATEMENT = b'<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><n:BkToCstmrStmt/></n:Document>'


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<BACSDocument><Data><InputReport/></Data></BACSDocument>", Message.INPUT_REPORT),
        (b"\xef\xbb\xbf<BACSDocument><!-- x --><Data><ARUCS/></Data></BACSDocument>", Message.ARUCS),
        (f'<?xml version="1.0" encoding="UTF-16"?>{ARUCS}'.encode("utf-16"), Message.ARUCS),
        (f'\r\n <?xml version="1.0" encoding="UTF-8"?>{ARUCS}'.encode(), Message.ARUCS),
        (f'\ufeff\n<?xml version="1.0" encoding="UTF-16"?>{ARUCS}'.encode("utf-16-le"), Message.ARUCS),
        (f'\ufeff\n<?xml version="1.0" encoding="UTF-8"?>{ARUCS}'.encode(), Message.ARUCS),
        (STATEMENT, Message.CAMT053),
        (STATEMENT.replace(b"053.001.02", b"053.001.99"), Message.CAMT053),
        (b"<Document><BkToCstmrAcctRpt/></Document>", Message.CAMT052),
        (b"<Document><BkToCstmrDbtCdtNtfctn/></Document>", Message.CAMT054),
        (b"<Document xmlns='urn:bank'><CstmrPmtStsRpt/></Document>", Message.PAIN002),
        (b"<BACSDocument><Data><WithdrawalReport/></Data></BACSDocument>", Message.WITHDRAWAL_REPORT),
        (b"<BACSDocument><Data><ArrivalReport/></Data></BACSDocument>", Message.ARRIVAL_REPORT),
        (b"<BACSDocument><Data><ARUDD/></Data></BACSDocument>", Message.ARUDD),
        (MESSAGING % (b"ADDACS", b"W"), Message.AWACS),
        (MESSAGING % (b"ADDACS", b"A"), Message.ADDACS),
        (MESSAGING % (b"AUDDIS", b"R"), Message.AUDDIS),
        (MESSAGING % (b"AWACS", b""), Message.AWACS),
    ],
    ids=range(18),
)
def test_messages_are_known_by_how_they_open(data, message):
    assert recognise(data, "anything.bin") is message


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not XML"),
        (b"ILF Ref,Recipient Name\n", "not XML"),
        (b"<html><body/></html>", "opens with 'html'"),
        (b"<BACSDocument><Data><Other/></Data></BACSDocument>", "a Bacs Other, which siller does not read"),
        (b"PK\x03\x04 statement.xml", "a ZIP archive"),
        (b":20:S1\r\n:25:10799988837491\r\n:34F:GBP0,00\r\n:13D:2611301200+0000\r\n", "an MT942 interim report"),
        (b"{1:F01X}{4:\r\n:20:S1\r\n:60F:C261130GBP20000,00\r\n-}", "an MT940 statement"),
        (b"<BACSDocument><Data><MessagingAdvices/></Data></BACSDocument>", "MessagingAdvices"),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.007.001.03"><CstmrPmtRvsl/></Document>',
            "Document",
        ),
    ],
)
def test_anything_else_is_refused_with_what_was_expected(data, found):
    with pytest.raises(NoGo) as refused:
        recognise(data, "delivered.xml")
    assert str(refused.value).startswith("delivered.xml is")
    assert found in str(refused.value)
    assert "ARUCS" in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig", "iso-8859-1"])
def test_signs_of_several_bytes_may_stand_anywhere(encoding):
    items = "".join(f'<ReturnedCreditItem ref="{"é" * (number % 7)}A" valueOf="0.01"/>' for number in range(5_000))
    header = '<Header currentProcessingDate="2026-12-01"/>'
    body = f"<BACSDocument><Data><ARUCS>{header}{items}</ARUCS></Data></BACSDocument>"
    declared = encoding.removesuffix("-sig")
    found = read_bank_file(f'<?xml version="1.0" encoding="{declared}"?>{body}'.encode(encoding), "arucs.xml")
    assert found.answers["reference"].to_list() == ["é" * (number % 7) + "A" for number in range(5_000)]


def test_a_document_type_is_refused_before_its_entities_mean_anything(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("kept inside")
    outward = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><BACSDocument><Data>&x;</Data></BACSDocument>'
    for document in (BOMB, outward.encode()):
        with pytest.raises(NoGo, match="document type") as refused:
            read_bank_file(document, "odd.xml")
        assert "kept inside" not in str(refused.value)


def test_a_document_cut_short_is_recognised_and_then_refused_by_its_reader():
    cut = b'<BACSDocument><Data><ARUCS><Header currentProcessingDate="2026-12-01"/><Adv'
    with pytest.raises(NoGo, match="not whole"):
        read_bank_file(cut, "cut.xml")
