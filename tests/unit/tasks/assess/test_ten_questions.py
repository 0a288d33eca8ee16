"""Somebody who has the pack alone answers ten questions right; what is right was worked out by hand from these rows."""

import hashlib
import json
import re
import shutil
from datetime import datetime
from typing import NamedTuple

import duckdb
import pyrage
import pytest

from schemas.pay_run import Mode
from tasks.assess.stage import assess, pack_of
from tasks.assess.verdicts import results, work_out
from tasks.instruct.stage import instruct
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Assess
from tasks.lessons.lessons import Theme, keep
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.storage.custody import identities
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import page_rules
from tests.month import NOVEMBER, OCTOBER, ROWS, approve, deliver, ingest
from tests.people import enrol_approvers

RUN = "ilf-2026-11-rehearsal-1"
FIRST, SECOND, THIRD = ROWS
ACCOUNT_OF_THE_THIRD = "301888,43111706"
THEN = tuple(row.replace("30/11/2026", "30/10/2026") for row in (FIRST.replace("2981.60", "1981.60"), SECOND, THIRD))
"""October: £1,981.60, £1,900.00 and £1,050.00, together £4,931.60."""
NOW = (
    FIRST,
    SECOND.replace("874077,05346707", ACCOUNT_OF_THE_THIRD),
    THIRD.replace("ILF100004", "ILF900001"),
    THIRD.replace("ILF100004", "ILF900002").replace("1050.00", "0.00"),
)
"""November: the first gets £1,000.00 more, the second is paid elsewhere, the third is gone, one is new, one refused."""

LESSON = "Nobody knew *who* sends the file."

ANSWERS = {
    "how much": ("3 payments", "£5,931.60"),
    "to whom, by group": (r"paid last time too,? 2 payees", r"new,? 1 payee\b"),
    "since when": ("since 09:30 on Friday 20 November 2026",),
    "why it is referred": (
        "more rows are refused than agreed",
        r"1 of 4 rows \(25\.00%\)",
        "total has changed by more",
    ),
    "until when": ("until 15:00 on Thursday 26 November 2026",),
    "by which rail, from which account": ("by Bacs", r"From ILF PAYMENTS, 107999 \**7491"),
    "who may approve": (
        "by first.approver@ilf.example, second.approver@ilf.example or third.approver@ilf.example",
        "finance.officer@ilf.example sent the extract",
    ),
    "what changed": (
        "£4,931.60",
        r"(2 )?joiners( 2)?",
        r"(1 )?leavers( 1)?",
        "siller holds no evidence that anybody called",
    ),
    "what is left out, and why": ("refused: Net Amount is zero", "missing from this extract"),
    "what happens next": (
        "By 22:00 on Thursday 26 November 2026:? sender@siller.example sends it",
        "30 November 2026:? Payees have their money; what cannot be paid comes back by 2 December 2026",
        "Nothing leaves, and 3 payments, £5,931.60, are late",
    ),
}


class Packs(NamedTuple):
    """One pack in its two forms, with the page's own markup, and what the journal has of it."""

    of: TenantContext
    texts: dict[str, str]
    markdown: str
    html: str
    kept: Assess


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Packs:
    home = tmp_path_factory.mktemp("home")
    contracts = shutil.copytree(Settings().contracts, home / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace("no_go: 0.", "no_go: 1."))
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, modulus_table=None, contracts=contracts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "tasks.assess.stage.await_answers",
            lambda _, asked, __: results(asked.gates, asked.figures, work_out(asked.gates, asked.figures)),
        )
        deliver(of, THEN, pay_period="2026-10", pay_date="2026-10-30")
        first = assessed(of, OCTOBER, "flow-1")
        enrol_approvers(of)
        approve(of, first, OCTOBER, control_total="4,931.60", reason="the first month")
        release(of, first, OCTOBER)
        publish(of, first, OCTOBER)
        keep(of, first, [(Theme.MOMENTUM, False, LESSON)], "auditor@ilf.example", OCTOBER)
        deliver(of, NOW)
        assert assessed(of, NOVEMBER, "flow-2") == RUN
    with of.ledger.opened() as connection:
        markdown, kept = pack_of(connection, RUN), entry_of(connection, RUN, Assess)
    html = pyrage.decrypt(of.paths.sealed("ilf", str(kept.page_sha256)).read_bytes(), identities(of.paths, "ilf"))
    (main,) = page_rules.check(html.decode()).xpath("//main")
    page = " ".join(" ".join(main.itertext()).split())
    return Packs(of, {"markdown": markdown.replace("*", ""), "page": page}, markdown, html.decode(), kept)


def assessed(of: TenantContext, now: datetime, flow: str) -> str:
    run_id = ingest(of, now, flow)
    validate(of, run_id, now)
    instruct(of, run_id, now)
    assess(of, run_id, now)
    return run_id


@pytest.mark.parametrize("form", ["markdown", "page"])
@pytest.mark.parametrize("question", ANSWERS)
def test_the_pack_alone_answers(packs: Packs, question: str, form: str) -> None:
    for answer in ANSWERS[question]:
        assert re.search(answer, packs.texts[form], re.IGNORECASE), answer


def test_single_payees_stand_on_the_page_alone(packs: Packs) -> None:
    assert "ILF100002 row 0; 1.505 times, up £1,981.60 £2,981.60" in packs.texts["page"]
    assert not [row for row in NOW for said in row.split(",")[:2] if said in packs.markdown]
    assert "1,981.60" not in packs.markdown


def test_the_lessons_of_earlier_paydays_stand_first(packs: Packs) -> None:
    title, open_lessons, lesson, *_ = packs.markdown.split("\n\n")
    assert title.startswith("## Independent Living Fund") and open_lessons.startswith("**Open lessons**")
    assert lesson == r"- 1\. momentum, ilf\-2026\-10\-rehearsal\-1\: Nobody knew \*who\* sends the file\."
    assert f"1. momentum, ilf-2026-10-rehearsal-1: {LESSON}" in packs.texts["page"]


def test_of_a_group_of_one_no_sum_is_told_nor_what_would_give_it_away(packs: Packs) -> None:
    assert "£4,881.60" not in packs.markdown + packs.html


def test_the_page_is_sealed_and_the_ledger_has_its_hash(packs: Packs) -> None:
    assert hashlib.sha256(packs.html.encode()).hexdigest() == packs.kept.page_sha256
    assert hashlib.sha256(packs.markdown.encode()).hexdigest() == packs.kept.pack_sha256


def test_gates_are_kept_as_numbers_and_their_trend_is_shown(packs: Packs) -> None:
    measured = json.loads(packs.kept.measured)
    assert measured["refused_share"] == {
        "figure": "refused_share",
        "number": 0.25,
        "refer_above": 0,
        "no_go_above": 1.05,
    }
    assert "Last 2 periods: ▁█, from 0.00% to 25.00%." in packs.markdown
    assert "Refused share 2026-10: 0.00%; 2026-11: 25.00%" in packs.texts["page"]
    assert "Pounds paid 2026-10: £4,931.60; 2026-11: £5,931.60" in packs.texts["page"]
    assert "Change in total 2026" not in packs.texts["page"], "October had nothing to compare with"


def test_each_gate_has_an_owner(packs: Packs) -> None:
    assert "(threshold: refer above 0.00%, no-go above 105.00%)" in packs.markdown
    assert "Owner: uploader, finance.officer@ilf.example." in packs.markdown
    assert packs.texts["page"].count("Who answers for it: ") == packs.markdown.count(" Owner: ")


def test_analysts_chart_a_gate_as_their_page_says(packs: Packs) -> None:
    page = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
    (query,) = re.findall(r"^    (SELECT runs\.period, number[\s\S]+?;)$", page, re.MULTILINE)
    published = packs.of.paths.published("ilf") / "analytics.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        assert [row[:3] for row in connection.execute(query).fetchall()] == [("2026-10", 0.0, 0.0)]
        compared = connection.execute("SELECT measure, number FROM gates WHERE gate = 'change_in_total'").fetchall()
    assert compared == [("months_to_compare", 0.0)]
