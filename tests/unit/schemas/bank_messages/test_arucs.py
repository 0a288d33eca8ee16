"""ARUCS: credits that come back, with whatever code the bank gives."""

from datetime import date

import pytest

from schemas.bank_messages.arucs import read_arucs
from schemas.no_go import NoGo

ITEM = """<ReturnedCreditItem ref="{ref}" transCode="99" returnCode="{code}" returnDescription="{words}"
  originalProcessingDate="2026-11-27" valueOf="{value}" currency="GBP">
  <{account} number="{number}" name="SOMEBODY" sortCode="{sort}"/></ReturnedCreditItem>"""


def item(
    ref="ILF 2611 100003",
    code="B",
    words="ACCOUNT CLOSED",
    value="1900.00",
    account="ReceiverAccount",
    number="5346707",
    sort="87-40-77",
) -> str:
    return ITEM.format(ref=ref, code=code, words=words, value=value, account=account, number=number, sort=sort)


def advice(*items: str, number: str | None = None, value: str = "1900.00") -> bytes:
    return f"""<BACSDocument><Data><ARUCS>
<Header reportType="REFT1028" adviceNumber="001" currentProcessingDate="2026-12-01"/>
<AddresseeInformation name="ILF"/><ServiceLicenseInformation userName="ILF" userNumber="123456"/>
<Advice><OriginatingAccountRecords><OriginatingAccountRecord>
<OriginatingAccount name="ILF PAYMENTS" number="88837491" sortCode="10-79-99"/>{"".join(items)}
<Totals numberOf="{number or len(items)}" valueOf="{value}" currency="GBP"/>
</OriginatingAccountRecord></OriginatingAccountRecords></Advice>
</ARUCS></Data><SignatureMethod>Vanilla</SignatureMethod><Signature/></BACSDocument>""".encode()


def test_a_returned_credit_is_read_with_hyphens_and_lost_zeros_mended():
    found = read_arucs(advice(item()), "arucs.xml")
    assert (found.service_user_number, found.reported_on) == ("123456", date(2026, 12, 1))
    assert found.answers.row(0, named=True) == {
        "item": 1,
        "message": "arucs",
        "kind": "returned",
        "code": "B",
        "description": "ACCOUNT CLOSED",
        "reference": "ILF 2611 100003",
        "sort_code": "874077",
        "account_number": "05346707",
        "payments": 1,
        "amount_pence": 190000,
        "bank_date": date(2026, 12, 1),
        "original_processing_date": date(2026, 11, 27),
        "own_account": "10799988837491",
        "statement": None,
        "entry_reference": None,
        "serial": None,
    }


def test_an_unknown_code_and_the_other_name_of_the_account_are_kept():
    found = read_arucs(advice(item(code="1012", words="NEW", account="PayerAccount")), "arucs.xml").answers
    assert found.select("code", "description", "account_number").row(0) == ("1012", "NEW", "05346707")


def test_an_account_that_is_no_number_stays_as_the_bank_wrote_it():
    accounts = [item(number="ABC"), item(number="123456789")]
    found = read_arucs(advice(*accounts, value="3800.00"), "arucs.xml").answers
    assert found["account_number"].to_list() == ["ABC", "123456789"]


def test_pounds_are_exact_where_a_float_would_lose_a_penny():
    found = read_arucs(advice(item(value="1.15"), item(value="8.2"), value="9.35"), "arucs.xml").answers
    assert found["amount_pence"].to_list() == [115, 820]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (advice(item(), number="2"), "say 2 returned payments and 1 are listed"),
        (advice(item(), value="1900.01"), "not the sum"),
        (advice(item(value="1e3"), value="1000.00"), "Item 1 of arucs.xml"),
        (advice(item(value="²"), value="1900.00"), "Item 1 of arucs.xml has an amount that is not pounds and pence"),
        (advice(item(), number="²"), "Total 1 of arucs.xml has a number of records"),
        (advice(item(), number="9" * 10_000), "Total 1 of arucs.xml has a number of records"),
        (advice(item(), value="٣"), "Total 1 of arucs.xml has an amount"),
    ],
    ids=range(7),
)
def test_an_advice_that_contradicts_itself_is_read_and_says_why_it_must_not_count(document, says):
    found = read_arucs(document, "arucs.xml")
    assert found.answers["reference"].to_list() == ["ILF 2611 100003"]
    assert says in " ".join(found.faults)


def test_sums_beyond_any_money_are_told():
    found = read_arucs(advice(*[item(value="9999999999999.99")] * 10_000, number="10000", value="0.00"), "arucs.xml")
    assert found.answers.height == 10_000
    assert "not the sum of the payments" in found.faults[0]


def test_an_advice_without_its_day_cannot_be_read():
    with pytest.raises(NoGo, match="has no date"):
        read_arucs(advice(item()).replace(b'currentProcessingDate="2026-12-01"', b""), "arucs.xml")
