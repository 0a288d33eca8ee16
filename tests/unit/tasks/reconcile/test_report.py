"""The report: right figures, nothing personal, nothing from outside, readable by everybody."""

import csv
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from lxml import etree, html

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Bucket, FollowUp, Loud, Outcome, PaidSince, Unexplained
from tasks.publish.pages import HERE
from tasks.reconcile import wording
from tasks.reconcile.items import as_csv, items
from tasks.reconcile.picture import NARROW, WIDE, picture
from tasks.reconcile.report import LISTED, Matter, report_page, write_report
from tasks.reconcile.tables import buckets_csv, markdown

PICTURES = {"wide": "data:,", "narrow": "data:,"}


@pytest.fixture
def tree(reconciliation, about):
    return html.fromstring(report_page(reconciliation, about, PICTURES))


def text(node) -> str:
    return " ".join(node.text_content().split())


def test_the_headline_is_one_sentence_that_hides_nobody(tree, reconciliation):
    headline = "5,227 of 5,269 payments asked for were paid; 2 came back (£4,000.00); 40 still wait; £0.00 unexplained"
    assert re.sub(r" ;", ";", text(tree.find(".//h1"))) == headline
    assert wording.sentence(reconciliation) == headline
    assert tree.find(".//title").text.startswith(headline)
    assert wording.lead(reconciliation).startswith("£10,647,415.60 was credited on Monday 30 November 2026.")


@pytest.mark.parametrize(
    ("outcome", "rows", "begins"),
    [
        (Outcome.DISPUTED, 5229, "5,229 disputed (£10,651,415.60); 0 of 5,269 payments asked for were paid"),
        (Outcome.UNDECIDED, 1, "1 undecided by the bank (£2,000.00); "),
        (Outcome.ANSWER_SET_ASIDE, 2, "2 in doubt, as an answer was set aside (£4,000.00); "),
    ],
)
def test_what_is_not_settled_stands_in_the_first_words(reconciliation, outcome, rows, begins):
    amount = Decimal("10651415.60") if rows == 5229 else Decimal(2000) * rows
    kept = [bucket for bucket in reconciliation.buckets if bucket.name in (Outcome.HELD, Outcome.REFUSED)]
    odd = replace(reconciliation, buckets=(Bucket(outcome, rows, amount), *kept))
    assert wording.sentence(odd).startswith(begins)


@pytest.mark.parametrize(
    ("loud", "begins"),
    [
        (Loud(paid_twice=(1, Decimal("10651415.60"))), "1 debit perhaps paid twice (£10,651,415.60); 5,227 of 5,269 "),
        (Loud(misfits=(2, Decimal(30))), "2 answers that fit no payment (£30.00); 5,227 of 5,269 "),
        (Loud(files_set_aside=1), "1 file of the bank set aside; 5,227 of 5,269 "),
    ],
)
def test_what_people_must_look_into_stands_in_the_first_words(reconciliation, about, loud, begins):
    odd = replace(reconciliation, loud=loud)
    assert wording.sentence(odd).startswith(begins)
    assert markdown(odd, "").startswith(f"# **{begins[0]}** ")


def test_a_run_can_be_closed_once_nobody_has_anything_to_settle(reconciliation, about):
    matter = Matter("1 payment waits.", "By 12:00.", "siller exceptions ilf")
    paid = tuple(
        Bucket(each.name, 0, Decimal(0)) if each.name in (Outcome.HELD, Outcome.REFUSED) else each
        for each in reconciliation.buckets
    )
    said = tuple(replace(bucket, not_proven=2) for bucket in paid)

    def says_so(about=about, buckets=paid, day=3, **changes):
        as_at = datetime(2026, 12, day, 9, tzinfo=LONDON)
        later = replace(reconciliation, follow_ups=(), buckets=buckets, as_at=as_at, **changes)
        return "The run can be closed." in report_page(later, about, PICTURES)

    assert says_so()
    assert not says_so(day=2)
    assert not says_so(loud=Loud(files_set_aside=1))
    assert not says_so(loud=Loud(paid_twice=(1, Decimal(10))))
    assert not says_so(buckets=said)
    assert not says_so(buckets=(*paid, Bucket(Outcome.UNDER_ENQUIRY, 1, Decimal(10))))
    assert not says_so(replace(about, matters=(matter,)))


def test_what_only_a_message_says_is_said_first(reconciliation):
    buckets = tuple(
        replace(bucket, not_proven=2) if bucket.name is Outcome.RETURNED else bucket
        for bucket in reconciliation.buckets
    )
    said = wording.sentence(replace(reconciliation, buckets=buckets))
    assert said.startswith("2 not proven: only a message says so; 5,227 of 5,269 payments")


def test_every_payment_asked_for_is_in_one_figure_of_the_headline(reconciliation):
    buckets = tuple(Bucket(name, rows, Decimal(rows)) for rows, name in enumerate(Outcome, start=1))
    asked = sum(bucket.rows for bucket in buckets)
    said = wording.sentence(
        replace(reconciliation, buckets=buckets, extract=replace(reconciliation.extract, rows=asked))
    )
    corrected = next(bucket.rows for bucket in buckets if bucket.name is Outcome.CORRECTED)
    paid, of = map(int, re.search(r"(\d+) of (\d+) payments", said).groups())
    others = [int(part.split()[0]) for part in said.split("; ") if " of " not in part and "£0" not in part]
    assert of == asked - corrected
    assert paid + sum(others) == of


def test_rows_that_a_later_run_paid_wait_no_more(reconciliation):
    since = PaidSince(Outcome.REFUSED, "ilf-2026-11-rehearsal-2", True, 38, Decimal(1))
    on_its_way = replace(since, is_paid=False, rows=1)
    said = wording.sentence(replace(reconciliation, paid_since=(since, on_its_way)))
    assert "2 came back (£4,000.00); 2 still wait; 38 paid since by a later run (38 that waited); £0.00" in said


def test_the_five_ways_leave_the_same(tree, reconciliation):
    table = tree.xpath("//h2[@id='ways']/following-sibling::table")[0]
    rows = [[text(cell) for cell in row] for row in table.xpath("./tbody/tr")]
    assert [row[0].split(" £")[0] for row in rows] == ["Extract", "Ledger", "Payment file", "Input report", "Statement"]
    assert all("£0.00 apart" in row[0] for row in rows)
    assert {row[2].removesuffix(" 5,227 payments") for row in rows} == {"£10,647,415.60"}
    assert rows[0][1] == "£10,708,609.22 5,269 payments"
    assert "less 40 refused, £57,193.62" in rows[0][0]


def test_what_has_not_come_is_no_guess(reconciliation, about):
    quiet = replace(reconciliation, ways=tuple(replace(each, says=None) for each in reconciliation.ways[3:]))
    page = html.fromstring(report_page(quiet, about, PICTURES))
    table = page.xpath("//h2[@id='ways']/following-sibling::table")[0]
    assert [text(row) for row in table.xpath("./tbody/tr")] == [
        "Input report Not come yet –nothing –nothing",
        "Statement Not come yet –nothing –nothing",
    ]


def test_the_last_period_and_the_days_ahead_stand_on_the_page(tree):
    table = tree.xpath("//h2[@id='compared']/following-sibling::table")[0]
    assert [[text(cell) for cell in row] for row in table.xpath("./tbody/tr")][1:] == [
        ["Paid", "£10,647,415.60 5,227 payments", "£10,578,696.00 5,216 payments"],
        ["Came back", "£4,000.00 2 payments", "£2,000.00 1 payment"],
        ["Refused or held before payment", "40", "0"],
    ]
    ahead = tree.xpath("//h2[@id='ahead']/following-sibling::dl[1]/div")
    assert [[text(cell) for cell in step] for step in ahead] == [
        ["Monday 30 November 2026", "Payees have their money"],
        ["Wednesday 2 December 2026", "The last day on which a payment comes back"],
        ["Wednesday 16 December 2026, 17:00", "The extract for December 2026 is due"],
    ]


def test_a_row_that_was_paid_since_names_what_paid_it(tree):
    notes = [text(note) for note in tree.xpath("//div[contains(@class, 'note positive')]")]
    assert len(notes) == 1
    assert "ilf-2026-11-rehearsal-1/7 (line 9): ilf-2026-11-rehearsal-2/0" in notes[0]


def test_the_items_are_the_same_as_csv_and_as_parquet(reconciliation, about, tmp_path):
    written = write_report(tmp_path, reconciliation, about)
    with written.follow_up.open(encoding="utf-8", newline="") as file:
        told = list(csv.DictReader(file))
    found = pl.read_parquet(written.items)
    assert [(row["payment"], int(row["line"]), row["outcome"], row["paid_since_by"]) for row in told] == found.select(
        "payment", "line", "outcome", "paid_since_by"
    ).rows()
    assert found["line"].to_list() == [3986, 4788, 9]
    assert found["paid_since_by"].to_list() == ["", "", "ilf-2026-11-rehearsal-2/0"]


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
    assert "ilf-2026-11-rehearsal-1/3984 (line 3,986 of the body's file)" in notes[0]
    assert notes[2].startswith("40 rows refused before payment")


def test_run_hash_and_moment_stand_on_the_page(tree, about):
    facts = {text(fact[0]): text(fact[1]) for fact in tree.xpath("//dl/div")}
    assert facts["Run"] == "ilf-2026-11-rehearsal-1"
    assert facts["As at"] == "30 November 2026, 09:12 GMT"
    assert facts["Payment file's SHA-256"] == about.file_sha256
    assert facts["Final after"] == "Wednesday 2 December 2026"
    hrefs = [link.get("href") for link in tree.xpath("//dl//a")]
    assert hrefs == ["to-follow-up.csv", "to-follow-up.parquet", "approval.html"]


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
    rows = list(csv.reader(StringIO(buckets_csv(reconciliation).decode())))
    assert rows[0] == ["where", "rows", "pounds"]
    assert ["credited", "5227", "10647415.60"] in rows
    assert rows[-2:] == [["extract", "5269", "10708609.22"], ["unexplained", "0", "0.00"]]


def test_words_of_a_bank_cannot_become_a_formula_or_markup(reconciliation, about):
    step = FollowUp(Outcome.RETURNED, "arucs", "Z", '=HYPERLINK("x")<b>', "Ask the bank.", (7,))
    odd = replace(reconciliation, follow_ups=(step,))
    assert b"'=HYPERLINK" in as_csv(items(odd, about.left_out, about.lines, about.since))
    assert "&lt;b&gt;" in report_page(odd, about, PICTURES)


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_csv(reconciliation, about):
    step = FollowUp(Outcome.RETURNED, "arucs", "B", "Account closed", "Stop.", tuple(range(LISTED + 7)))
    many = replace(reconciliation, follow_ups=(step,))
    page = html.fromstring(report_page(many, about, PICTURES))
    assert len(page.xpath("//div[contains(@class, 'warning')]//li")) == LISTED
    assert "And 7 more, all in to-follow-up.csv." in text(page)
    assert items(many, about.left_out, about.lines, about.since).height == LISTED + 8


def test_what_is_unexplained_comes_first_and_loud(reconciliation, about):
    lost = Unexplained("Returned payments that match no payment of this run", 1, Decimal("12.34"))
    page = html.fromstring(report_page(replace(reconciliation, unexplained=(lost,)), about, PICTURES))
    assert "£12.34 unexplained" in text(page.find(".//h1"))
    sections = page.xpath("//h2/@id")
    assert sections.index("settle") < sections.index("picture")
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
    asked = replace(later, buckets=(*later.buckets, Bucket(Outcome.UNDER_ENQUIRY, 1, Decimal(10))))
    assert wording.lead(asked).endswith("but not everything is settled.")
    assert "Nothing has been released" in wording.lead(replace(reconciliation, sent=None))
