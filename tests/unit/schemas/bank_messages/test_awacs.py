"""An advice of a wrong account says that the payee was paid, and which details to change."""

import pytest

from schemas.bank_messages.bank_file import Message
from schemas.bank_messages.recognise import read_bank_file
from tests.unit.schemas.bank_messages.test_arucs import advice, item

MESSAGING = """<BACSDocument><Data><MessagingAdvices><MessagingHeader document-number="0" advice-type="{type}"
user-number="{user}" envelope-sequence-number="00000002" report-generation-date="2026-12-01" report-type="7009"/>
<AddresseeInformation name=" "/>{advices}<MessagingError/></MessagingAdvices></Data>
<SignatureMethod>Vanilla</SignatureMethod></BACSDocument>"""
MOVED = """<MessagingAdvice user-number="123456" record-type="W" effective-date="2026-12-01" reference="ILF 2611 100003"
payer-name="A PAYEE" payer-account-number="5346707" payer-sort-code="87-40-77" reason-code="3" aosn="00000001"
payer-new-sort-code="20-29-59" payer-new-account-number="63748472" orig-sort-code="107999" transaction-code="99"
orig-account-number="88837491" original-proc-date="2026-11-27" vol-serial-number="000001" amount-of-payment="1900"/>"""


def messaging(*advices: str, type: str = "AWACS", user: str = "123456") -> bytes:
    return MESSAGING.format(type=type, user=user, advices="".join(advices)).encode()


def test_the_shape_of_messaging_advices():
    found = read_bank_file(messaging(MOVED), "awacs.xml")
    assert (found.message, found.service_user_number, found.message_id) == (Message.AWACS, "123456", "00000002")
    assert found.faults == ()
    row = found.answers.row(0, named=True)
    assert (row["kind"], row["code"], row["reference"], row["serial"]) == ("advised", "3", "ILF 2611 100003", "000001")
    assert (row["sort_code"], row["account_number"], row["own_account"]) == ("874077", "05346707", "10799988837491")
    assert row["description"] == "202959 63748472"
    assert str(row["original_processing_date"]) == "2026-11-27"
    assert row["amount_pence"] is None  # a whole number that may be pounds or pence


def test_a_service_user_number_that_lost_its_zeros():
    assert read_bank_file(messaging(MOVED, user="12345"), "awacs.xml").service_user_number == "012345"


def test_an_advice_on_a_direct_debit_among_them_is_told():
    found = read_bank_file(messaging(MOVED, MOVED.replace('"W"', '"A"')), "awacs.xml")
    assert found.answers.height == 1
    assert "1 of the 2 advices in awacs.xml are of direct debits" in found.faults[0]


def test_the_shape_of_the_other_advices():
    document = advice(item(code="0")).replace(b"ARUCS", b"AWACS")
    found = read_bank_file(document, "awacs.xml")
    assert found.message is Message.AWACS
    assert found.answers.select("kind", "code", "amount_pence").row(0) == ("advised", "0", 190000)


@pytest.mark.parametrize(
    ("document", "called"),
    [
        (messaging(MOVED.replace('"W"', '"A"'), type="ADDACS"), "ADDACS"),
        (messaging(MOVED.replace('"W"', '"N"'), type="AUDDIS"), "AUDDIS"),
        (advice(item()).replace(b"ARUCS", b"ARUDD").replace(b"ReturnedCredit", b"ReturnedDebit"), "ARUDD"),
    ],
    ids=["addacs", "auddis", "arudd"],
)
def test_what_speaks_of_direct_debits_is_named_as_that(document, called):
    found = read_bank_file(document, "advice.xml")
    assert found.message == called.lower()
    assert found.answers.height == 0
    assert f"advice.xml is a Bacs {called} advice: it speaks of direct debits" in found.faults[0]
