"""The report: right figures, nothing personal, nothing from outside, readable by everybody."""

import csv
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from lxml import etree, html

from schemas.pay_run import Mode
from schemas.reconciliation.figures import FollowUp, Outcome, Unexplained
from tasks.publish.pages import HERE
from tasks.reconcile import wording
from tasks.reconcile.picture import NARROW, WIDE, picture
from tasks.reconcile.report import LISTED, report_page, write_report
from tasks.reconcile.tables import buckets_csv, follow_up_csv, markdown

PICTURES = {"wide": "data:,", "narrow": "data:,"}


@pytest.fixture
def tree(reconciliation, about):
    return html.fromstring(report_page(reconciliation, about, PICTURES))


def text(node) -> str:
    return " ".join(node.text_content().split())


def test_the_headline_is_one_sentence_of_three_figures(tree):
    headline = re.sub(r" ,", ",", text(tree.find(".//h1")))
    assert headline == "£10,647,415.60 paid, £4,000.00 came back, £0.00 unexplained"


def test_the_table_adds_up_to_the_extract(tree):
    table = tree.xpath("//h2[@id='buckets']/following-sibling::table")[0]
    rows = [[text(cell) for cell in row] for row in table.xpath("./tbody/tr")]
    pounds = sum(Decimal(row[2].replace("£", "").replace(",", "")) for row in rows)
    assert pounds == Decimal("10708609.22")
    assert sum(int(row[1].replace(",", "")) for row in rows) == 5269
    assert [text(cell) for cell in table.xpath("./tfoot/tr[2]/*")] == ["Unexplained", "0", "£0.00"]


def test_what_to_do_names_payments_by_id_and_line_alone(tree):
    notes = [text(note) for note in tree.xpath("//div[contains(@class, 'note')]")]
    assert notes[0].startswith("Account closed: 1 payment returned, code B Stop this payee's next payment.")
    assert "ilf-2026-11-rehearsal-1/3984 (line 3,986 of the extract)" in notes[0]
    assert notes[2].startswith("40 rows refused before payment")


def test_run_hash_and_moment_stand_on_the_page(tree, about):
    facts = {text(fact[0]): text(fact[1]) for fact in tree.xpath("//dl/div")}
    assert facts["Run"] == "ilf-2026-11-rehearsal-1"
    assert facts["As at"] == "30 November 2026, 09:12 GMT"
    assert facts["Payment file's SHA-256"] == about.file_sha256
    assert facts["Final after"] == "Wednesday 2 December 2026"
    assert [link.get("href") for link in tree.xpath("//dl//a")] == ["approval.html"]


def test_a_rehearsal_says_so_and_a_live_run_does_not(reconciliation, about):
    assert "No money has moved" in report_page(reconciliation, about, PICTURES)
    assert "No money has moved" not in report_page(reconciliation, replace(about, mode=Mode.LIVE), PICTURES)


def test_the_page_asks_for_nothing_from_outside(reconciliation, about, tmp_path):
    page = write_report(tmp_path, reconciliation, about).page.read_text(encoding="utf-8")
    addresses = html.fromstring(page).xpath("//@src | //@srcset | //link/@href | //script")
    assert addresses
    assert all(str(address).startswith("data:") for address in addresses)
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_is_built_for_assistive_technology(tree):
    assert tree.get("lang") == "en-GB"
    assert tree.xpath("count(//h1)") == 1
    assert tree.xpath("count(//main[@id='main'])") == 1
    assert tree.xpath("//body/a[1]/@href") == ["#main"]
    assert all(table.find("caption") is not None for table in tree.iter("table"))
    assert all(head.get("scope") for head in tree.iter("th"))
    assert "credited £10,647,415.60 (5,227 rows)" in tree.xpath("//img/@alt")[0]
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_text_has_the_contrast_that_wcag_aa_asks_for():
    sheet = (HERE / "siller.css").read_text(encoding="utf-8")
    colour = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", sheet))
    pairs = [(colour[name], "#ffffff") for name in ("blue", "text", "text-secondary", "positive", "negative")]
    pairs += [(colour["text-secondary"], colour["background-secondary"]), (colour["text"], colour["focus"])]
    pairs += [(colour["text"], colour["background-tertiary"]), (colour["blue-darker"], colour["blue-light"])]
    pairs += [found[::-1] for found in re.findall(r"background: (#[0-9a-f]{6}); color: (#[0-9a-f]{6})", sheet)]
    assert len(pairs) == 12
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("shape", [WIDE, NARROW])
def test_the_picture_is_text_and_shapes_with_the_right_figures(reconciliation, shape):
    drawn = etree.fromstring(picture(reconciliation, shape).encode())
    words = [node.text for node in drawn.iter("{*}text")]
    assert "Credited £10,647,415.60, 5,227 rows" in words
    assert "Returned £4,000.00, 2 rows" in words
    assert "Refused £57,193.62, 40 rows" in words
    assert "The other £61,193.62, magnified" in words
    assert not list(drawn.iter("{*}image", "{*}script"))


def test_the_same_reconciliation_is_drawn_the_same_way(reconciliation):
    assert picture(reconciliation, WIDE) == picture(reconciliation, WIDE)


def test_a_bucket_that_sums_to_less_than_nothing_is_labelled_without_a_bar(reconciliation):
    buckets = tuple(
        replace(bucket, pounds=Decimal("-412.00")) if bucket.name is Outcome.REFUSED else bucket
        for bucket in reconciliation.buckets
    )
    assert "Refused −£412.00, 40 rows" in picture(replace(reconciliation, buckets=buckets), WIDE)


def test_the_csv_has_plain_numbers(reconciliation):
    rows = list(csv.reader(StringIO(buckets_csv(reconciliation))))
    assert rows[0] == ["where", "rows", "pounds"]
    assert ["credited", "5227", "10647415.60"] in rows
    assert rows[-2:] == [["extract", "5269", "10708609.22"], ["unexplained", "0", "0.00"]]


def test_words_of_a_bank_cannot_become_a_formula_or_markup(reconciliation, about):
    step = FollowUp(Outcome.RETURNED, "arucs", "Z", '=HYPERLINK("x")<b>', "Ask the bank.", (7,))
    odd = replace(reconciliation, follow_ups=(step,))
    assert "'=HYPERLINK" in follow_up_csv(odd)
    assert "&lt;b&gt;" in report_page(odd, about, PICTURES)


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_csv(reconciliation, about):
    step = FollowUp(Outcome.RETURNED, "arucs", "B", "Account closed", "Stop.", tuple(range(LISTED + 7)))
    many = replace(reconciliation, follow_ups=(step,))
    page = html.fromstring(report_page(many, about, PICTURES))
    assert len(page.xpath("//li")) == LISTED
    assert "And 7 more, all in to-follow-up.csv." in text(page)
    assert len(follow_up_csv(many).splitlines()) == LISTED + 8


def test_what_is_unexplained_comes_first_and_loud(reconciliation, about):
    lost = Unexplained("Returned payments that match no payment of this run", 1, Decimal("12.34"))
    page = html.fromstring(report_page(replace(reconciliation, unexplained=(lost,)), about, PICTURES))
    assert "£12.34 unexplained" in text(page.find(".//h1"))
    assert text(page.xpath("//div[contains(@class, 'note')]")[0]).startswith("Explain what does not fit")


def test_the_artifact_names_no_payment(reconciliation):
    shown = markdown(reconciliation, "reports/reconciliation.html")
    assert "| Credited | 5,227 | £10,647,415.60 |" in shown
    assert "Account closed: 1 payment returned" in shown
    assert "3984" not in shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "£0.00"),
        ("1234567.8", "£1,234,567.80"),
        ("330.005", "£330.005"),
        ("-412", "−£412.00"),
        ("100", "£100.00"),
    ],
)
def test_pounds_are_never_rounded(amount, shown):
    assert wording.pounds(Decimal(amount)) == shown


def test_the_lead_says_whether_more_can_come_back(reconciliation):
    assert "may still come back until Wednesday 2 December 2026" in wording.lead(reconciliation)
    later = replace(reconciliation, as_at=datetime(2026, 12, 3, 9, tzinfo=ZoneInfo("Europe/London")))
    assert wording.lead(later).endswith("these figures are final.")
    assert "Nothing has been released" in wording.lead(replace(reconciliation, sent=None))
