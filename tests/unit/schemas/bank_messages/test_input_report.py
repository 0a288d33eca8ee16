"""The input report, in the shape that Bacs publishes, is read to the penny and never guessed at."""

from datetime import date, datetime

import polars as pl
import pytest

from schemas.bank_days import LONDON
from schemas.bank_messages.input_report import read_input_report
from schemas.no_go import NoGo

ERRORS = """
<Errors>
  <Error type="AMENDED">
    <ErrorItem errorCode="E" errorItemType="CREDIT" reference="ILF 2611 100003" transactionCode="99"
               currency="GBP" valueOf="1900.00">
      <OriginatingAccount number="88837491" sortCode="107999"/>
      <DestinationAccount number="5346707" sortCode="87-40-77"/>
    </ErrorItem>
    <ErrorMessage><MessageLine>DEST SORT CODE NOT VALID</MessageLine></ErrorMessage>
  </Error>
  <Error type="REJECTED">
    <ErrorItem errorCode="Y" reference="ILF 2611 100002" transactionCode="99" currency="GBP" valueOf="0.29">
      <DestinationAccount number="89620048" sortCode="308479"/>
    </ErrorItem>
  </Error>
  <TotalNumberOfErrors amendedRecords="1" returnedRecords="0" rejectedRecords="1"/>
</Errors>"""


def report(errors: str = "", accepted: str = "2", value: str = "1900.01", rejected: str = "0") -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<BACSDocument><Data><InputReport>
  <Header reportType="REFT2013" reportNumber="1">
    <ProducedOn date="2026-11-26" time="23:58:19"/><ProcessingDate date="2026-11-27"/>
  </Header>
  <Submission>
    <SubmissionInformation submissionReferenceNumber="20261126" volumeSerialNumber="000007"/>
    <UserFile><InputUserFile>
      <UserFileInformation userNumber="123456" userName="ILF PAYMENTS" uhl1ProcessingDate="2026-11-27"/>
      <DaySection><Totals><Credit numberOf="2" valueOf="1900.01"/></Totals></DaySection>
      {errors}
      <InputReportSummary><AgreementOfFileTotals>
        <CreditEntry>
          <AcceptedRecords numberOf="{accepted}" currency="GBP" valueOf="{value}"/>
          <RejectedRecords numberOf="{rejected}" currency="GBP" valueOf="0.29"/>
        </CreditEntry>
        <DebitEntry><AcceptedRecords numberOf="1" currency="GBP" valueOf="{value}"/></DebitEntry>
      </AgreementOfFileTotals></InputReportSummary>
    </InputUserFile></UserFile>
  </Submission>
</InputReport></Data><SignatureMethod>Vanilla</SignatureMethod><Signature>AAAA</Signature></BACSDocument>
""".encode()


def test_what_the_report_says_of_the_file():
    found = read_input_report(report(), "report.xml")
    assert (found.service_user_number, found.serial, found.reported_on) == (
        "123456",
        "000007",
        date(2026, 11, 26),
    )
    assert not found.practice
    accepted = found.answers.row(0, named=True)
    assert (accepted["kind"], accepted["payments"], accepted["amount_pence"]) == ("accepted_total", 2, 190001)
    assert accepted["bank_date"] == date(2026, 11, 27)


def test_items_are_kept_with_their_codes_and_their_lost_zeros():
    items = read_input_report(report(ERRORS, rejected="1"), "report.xml").answers.filter(pl.col("code").is_not_null())
    assert items.select("kind", "code", "sort_code", "account_number", "amount_pence", "reference").rows() == [
        ("amended", "E", "874077", "05346707", 190000, "ILF 2611 100003"),
        ("rejected", "Y", "308479", "89620048", 29, "ILF 2611 100002"),
    ]
    assert items["description"].to_list() == ["DEST SORT CODE NOT VALID", None]


def test_the_filler_in_place_of_a_date_is_no_date():
    filler = report().replace(b'uhl1ProcessingDate="2026-11-27"', b'uhl1ProcessingDate="^^-^^-^^"')
    assert read_input_report(filler, "report.xml").answers["bank_date"].to_list() == [date(2026, 11, 27)] * 2


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (report(value="1,900.01"), "pounds and pence"),
        (report(value="1900.015"), "pounds and pence"),
        (report(value="-1900.01"), "pounds and pence"),
        (report(value="1٩00.01"), "pounds and pence"),
        (report(value="19000000000000.01"), "pounds and pence"),
        (report(accepted="two"), "whole number"),
        (report(accepted="٣"), "whole number"),
        (report(accepted="9" * 16), "whole number of at most 15 digits"),
        (report(ERRORS, rejected="0"), "more rejected payments than its own total"),
        (
            report(ERRORS.replace('"AMENDED"', '"ALTERED"'), rejected="1"),
            "neither rejected, amended nor returned",
        ),
        (report(ERRORS.replace('rejectedRecords="1"', 'rejectedRecords="²"'), rejected="1"), "Number 3 of errors"),
        (report(ERRORS.replace('amendedRecords="1"', 'amendedRecords="2"'), rejected="1"), "counts 2 amended"),
        (report().replace(b"</UserFile>", b"</UserFile><UserFileInformation/>"), "2 service users"),
    ],
    ids=range(13),
)
def test_a_report_that_cannot_be_right_is_read_and_says_why_without_its_values(broken, says):
    found = read_input_report(broken, "report.xml")
    said = " ".join(found.faults)
    assert says in said
    assert "report.xml" in said
    assert not {"1900", "05346707", "5346707"} & set(said.replace(",", "").split())


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (report().replace(b"AgreementOfFileTotals", b"AgreementOfTotals"), "file totals"),
        (report()[:900], "not whole"),
    ],
    ids=range(2),
)
def test_what_is_no_whole_report_cannot_be_read(broken, says):
    with pytest.raises(NoGo, match=says):
        read_input_report(broken, "report.xml")


def test_what_became_of_an_item_may_be_said_with_its_message():
    moved = ERRORS.replace('<Error type="AMENDED">', "<Error>").replace(
        "<ErrorMessage>", '<ErrorMessage type="RETURNED">'
    )
    found = read_input_report(report(moved, rejected="1"), "report.xml").answers
    assert found["kind"].to_list()[2:] == ["returned", "rejected"]


def test_when_and_under_which_reference_it_was_made():
    found = read_input_report(report(), "report.xml")
    assert found.message_id == "20261126"
    assert found.made_at == datetime(2026, 11, 26, 23, 58, 19, tzinfo=LONDON)


def test_a_report_over_two_files_of_a_submission_has_the_totals_of_both():
    document = report()
    user_file = document[document.index(b"<UserFile") : document.index(b"</UserFile>") + len(b"</UserFile>")]
    once = read_input_report(document, "report.xml").answers
    twice = read_input_report(document.replace(user_file, user_file * 2), "report.xml").answers
    assert twice["amount_pence"].sum() == 2 * once["amount_pence"].sum()
    assert twice.height == 2 * once.height
