"""What came in is not decided; of what was withdrawn nobody is paid."""

from datetime import date

import pytest

from schemas.bank_messages.recognise import read_bank_file
from schemas.no_go import NoGo

DAY = """<DaySectionRecord dayRef="D1" recordDate="{day}" processingDate="{day}"><Credit numberOf="{number}"
currency="GBP" valueOf="{value}"><Contra numberOf="1" valueOf="{value}"/></Credit><Debit numberOf="0"
valueOf="0.00"/></DaySectionRecord>"""
TOTALS = """<Totals><Credit numberOf="{number}" currency="GBP" valueOf="{value}"/><Debit numberOf="0" valueOf="0.00"/>
</Totals>"""


def report(kind: str, *sections: str) -> bytes:
    return f"""<BACSDocument><Data><{kind}Report><Header reportType="REFT2008" reportNumber="1"><ProducedOn
date="2026-11-26" time="18:00:00"/><ProcessingDate date="2026-11-27"/></Header><Submission><SubmissionInformation
submissionReferenceNumber="S1" volumeSerialNumber="000001"/><UserFile><{kind}UserFile><UserFileInformation
userNumber="123456" uhl1ProcessingDate="2026-11-27"/><DaySection>{"".join(sections)}</DaySection></{kind}UserFile>
</UserFile></Submission></{kind}Report></Data></BACSDocument>""".encode()


def day(number: str = "7", value: str = "17711.60", on: str = "2026-11-27") -> str:
    return DAY.format(number=number, value=value, day=on)


@pytest.mark.parametrize(
    ("kind", "said"), [("Withdrawal", "cancelled_total"), ("Arrival", "pending_total")], ids=["withdrawal", "arrival"]
)
def test_it_speaks_of_whole_days(kind, said):
    totals = TOTALS.format(number="8", value="17712.60")
    found = read_bank_file(report(kind, day(), day("1", "1.00", "2026-11-30"), totals), "report.xml")
    assert (found.service_user_number, found.serial, found.message_id) == ("123456", "000001", "S1")
    assert found.faults == ()
    assert found.answers.select("kind", "payments", "amount_pence", "original_processing_date").rows() == [
        (said, 7, 1771160, date(2026, 11, 27)),
        (said, 1, 100, date(2026, 11, 30)),
    ]


def test_totals_alone_are_enough():
    found = read_bank_file(report("Withdrawal", TOTALS.format(number="7", value="17711.60")), "report.xml")
    assert found.answers.select("payments", "amount_pence", "serial").rows() == [(7, 1771160, "000001")]


@pytest.mark.parametrize(
    ("sections", "says"),
    [
        ((day(), TOTALS.format(number="8", value="17711.60")), "do not add up to its totals"),
        ((day("²"),), "are no numbers"),
        ((), "does not say how many payments"),
    ],
    ids=range(3),
)
def test_what_does_not_add_up_is_told(sections, says):
    assert says in read_bank_file(report("Withdrawal", *sections), "report.xml").faults[0]


def test_a_report_without_its_file_cannot_be_read():
    with pytest.raises(NoGo, match="without its header or user file"):
        read_bank_file(report("Arrival").replace(b"UserFileInformation", b"Other"), "report.xml")
