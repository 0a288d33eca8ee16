"""The pay run as it will be: the deployments of ``prefect.yaml`` on a real server, the samples, a person's browser.

The months are one story; ``conftest.py`` lets it happen, and here it is looked at.
"""

import csv
import hashlib
import json
import re
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html

from tests.e2e.browser import browsing
from tests.e2e.payday import Left, Payday, facts, run_id_of
from tests.e2e.stack import PROJECT
from tests.e2e.standard_18 import read

pytestmark = pytest.mark.e2e

OCTOBER = run_id_of("2026-10")
NOVEMBER = run_id_of("2026-11")


def pence(pounds: str) -> int:
    return int(Decimal(pounds.replace("£", "").replace(",", "")) * 100)


def pack_in(form: str) -> str:
    """What an approver decides on, without what stands above it."""
    return form[form.index("## ") :]


def files_of(left: Left, run_id: str) -> dict[str, str]:
    return {name: sha256 for name, sha256 in left.outbox.items() if run_id in name}


# October: answers that do not count, and a siller that is killed while it waits


def test_an_answer_that_does_not_count_brings_the_form_back_with_its_cause(october):
    first, code, uploader = october.forms
    assert "not accepted" not in first
    assert "one-time code is not this person's" in code
    assert "nobody approves what they submitted" in uploader
    # What is decided on is the same each time, word for word.
    assert all(form.endswith(pack_in(first)) for form in october.forms)
    assert "(4 of 5 answers left.)" in code
    assert "(A matter of form, which costs nothing: 4 of 5 answers left.)" in uploader


def test_the_audit_tells_of_each_that_did_not_count(payday, october, tmp_path):
    """They went straight to Prefect's API: no page was asked."""
    assert payday.command("audit", OCTOBER, "--json", str(tmp_path / "story")).returncode == 0
    told = [step["what"] for step in json.loads((tmp_path / "story").read_text())["steps"]]
    refused = [what for what in told if "approve, which does not count: " in what]
    assert len(refused) == 2
    for cause in ("one-time code is not", "nobody approves what"):
        assert sum(cause in what for what in refused) == 1


def test_nothing_leaves_before_somebodys_answer_counts(october):
    assert october.left_while_waiting.outbox == {}


def test_a_run_that_waited_through_a_power_cut_pays_once_and_what_was_shown(payday, october):
    assert october.approved.ending == "done", october.approved
    name = f"{OCTOBER}.REHEARSAL.bacs18.txt"
    of_october = sorted(path.name for path in payday.outbox.iterdir() if OCTOBER in path.name)
    assert of_october == [name, f"{name}.manifest.json"]
    sha256 = hashlib.sha256((payday.outbox / name).read_bytes()).hexdigest()
    assert sha256 in october.forms[0]
    manifest = json.loads((payday.outbox / f"{name}.manifest.json").read_text())
    assert manifest["sha256"] == manifest["approval"]["file_sha256"] == sha256
    assert manifest["approval"]["approver"] == "first.approver@ilf.example"
    assert not list(payday.context.paths.staging(OCTOBER).iterdir())


def test_every_answer_was_judged_once_though_the_run_began_four_times(payday, october):
    with payday.context.ledger.opened() as connection:
        verdicts = connection.execute(
            "SELECT verdict FROM approval JOIN run USING (run_no) WHERE run_id = ? ORDER BY answered_at", [OCTOBER]
        ).fetchall()
        stages = connection.execute(
            "SELECT stage, count(*) FROM journal WHERE run_id = ? GROUP BY stage", [OCTOBER]
        ).fetchall()
    assert [verdict for (verdict,) in verdicts] == ["refused", "refused", "approved"]
    assert {count for _, count in stages} == {1}


def test_octobers_file_pays_every_row(payday, october):
    found = read(payday.outbox / f"{OCTOBER}.REHEARSAL.bacs18.txt")
    assert len(found.credits) == facts("2026-10")["rows"] == 5200
    assert found.pence == found.contra_pence == pence(facts("2026-10")["total_as_written"]) == 10_580_696_00


def test_what_the_bank_sent_leaves_nothing_unexplained(payday, october):
    assert (october.reconciled.ending, october.reconciled.message) == ("done", "")
    where = report_csv(payday, OCTOBER)
    assert where["unexplained"] == (0, 0)
    assert where["extract"] == (5200, 10_580_696_00)
    assert where["returned"][0] == 2
    assert tuple(map(sum, zip(where["credited"], where["returned"], strict=True))) == where["extract"]
    assert not list(payday.inbox.iterdir())


def test_the_same_bank_files_once_more_change_nothing(payday, october, january):
    before, where = payday.left(), report_csv(payday, OCTOBER)
    for name, document in october.bank_files.items():
        (payday.inbox / name).write_bytes(document)
    assert payday.reconcile(date(2026, 11, 5)).ending == "done"
    assert payday.left() == before
    assert report_csv(payday, OCTOBER) == where
    assert not list(payday.inbox.iterdir())


# November: a person's browser, and one sum wherever one looks


def test_november_needs_two_approvers_each_with_a_code_of_their_own(november):
    first, code, total, second, again = november.forms
    assert "one-time code is not this person's" in code
    assert "control total is not the extract's" in total
    assert "second.approver@ilf.example has approved. This sum needs two approvers" in second
    assert "has approved already, and two different ones are needed" in again
    assert all(form.endswith(pack_in(first)) for form in november.forms)
    assert "Two approvers are needed; nobody has approved yet." in first
    assert "Two approvers are needed; second.approver@ilf.example has approved." in second


def test_a_wrong_code_and_a_wrong_total_cost_an_answer_each(november):
    first, code, total, *_ = november.forms
    assert [attempts_left(form, first) for form in (code, total)] == [4, 3]


def attempts_left(form: str, pack: str) -> int:
    """How many answers are left, by what stands above the pack."""
    said = re.search(r"(\d) (?:of \d )?(?:answers?|attempts?|tries)\b[^.]*\bleft", form.removesuffix(pack))
    assert said, form.removesuffix(pack)
    return int(said[1])


def test_the_form_shows_what_is_decided_on_and_not_the_total_that_the_approver_brings(november):
    known = facts("2026-11")
    assert known["refused_rows_of_payees_paid_in_october"] == 37
    for shown in (
        "5,229 payments, £10,651,415.60",
        "30 November 2026",
        "40 of 5,269 rows",
        "152 joiners, 83 leavers, 24 payments to an account",
        "Answer by 15:00 on Thursday 26 November 2026.",
        "Your answer is judged within half a minute",
        "This is the **month's run**",
        "refer: payees who were paid last time are left out:** 120 payees (threshold: nobody)",
        "refer: more rows are refused than agreed",
        "Gates that say go:** extract, declared rows, declared total",
        "with 30 payees",
    ):
        assert shown in november.forms[0]
    assert 37 + known["leavers"] == 120
    for hidden in ("10,708,609.22", "10708609.22", "1070860922"):
        assert hidden not in november.forms[0]


def test_a_person_at_a_laptop_can_read_the_pack_above_the_form(november):
    assert november.readable


def test_the_person_in_the_browser_releases_the_file_that_was_shown(payday, november):
    assert files_of(november.left_while_waiting, NOVEMBER) == {}
    assert november.approved.ending == "done", november.approved
    name = f"{NOVEMBER}.REHEARSAL.bacs18.txt"
    files = files_of(payday.left(), NOVEMBER)
    assert sorted(files) == [name, f"{name}.manifest.json"]
    assert files[name] in november.forms[0]
    assert payday.serials()[:2] == [1, 2]
    assert read(payday.outbox / name).serial == "000002"


def test_novembers_payment_file_agrees_with_the_facts(payday, november):
    known = facts("2026-11")
    found = read(payday.outbox / f"{NOVEMBER}.REHEARSAL.bacs18.txt")
    assert len(found.credits) == found.utl1_credits == known["payable_rows"] == 5229
    assert found.utl1_debits == 1
    sums = {found.pence, found.contra_pence, found.utl1_credit_pence, found.utl1_debit_pence}
    assert sums == {pence(known["payable_total"])} == {10_651_415_60}
    assert found.processing_day == " 26331"  # Friday 27 November 2026


def test_the_ledger_agrees_with_the_facts(payday, november):
    known = facts("2026-11")
    with payday.context.ledger.opened() as connection:
        paid = connection.execute(
            "SELECT count(*), sum(amount_pence) FROM core_payment JOIN run USING (run_no) WHERE run_id = ?", [NOVEMBER]
        ).fetchone()
        filed = connection.execute(
            "SELECT payments, pence FROM payment_file JOIN run USING (run_no) WHERE run_id = ?", [NOVEMBER]
        ).fetchone()
        refused = connection.execute(
            "SELECT DISTINCT row_number FROM core_left_out JOIN run USING (run_no) WHERE run_id = ?", [NOVEMBER]
        ).fetchall()
    assert paid == filed == (known["payable_rows"], pence(known["payable_total"]))
    assert {row for (row,) in refused} == {int(row) for row in known["refused_rows"]}


def test_the_report_and_its_artifact_agree_with_the_facts(payday, november):
    known = facts("2026-11")
    paid = (known["payable_rows"], pence(known["payable_total"]))
    in_all = (known["rows"], pence(known["total_as_written"]))
    for where in (report_csv(payday, NOVEMBER), report_html(payday, NOVEMBER), artifact(payday, NOVEMBER)):
        assert tuple(map(sum, zip(where["credited"], where["returned"], strict=True))) == paid
        assert where["refused"] == (40, in_all[1] - paid[1])
        assert where["extract"] == in_all
    assert report_csv(payday, NOVEMBER)["unexplained"] == report_html(payday, NOVEMBER)["unexplained"] == (0, 0)


def test_the_analysts_file_agrees_with_the_facts(payday, november):
    known = facts("2026-11")
    published = payday.context.paths.published("ilf") / "analytics.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        paid = connection.execute(
            "SELECT count(amount_pence), sum(amount_pence)::BIGINT FROM payments WHERE run_id = ?", [NOVEMBER]
        ).fetchone()
        run = connection.execute(
            "SELECT extract_rows, refused_rows, payable_rows, payable_pence, file_payments, file_pence "
            "FROM runs WHERE run_id = ?",
            [NOVEMBER],
        ).fetchone()
        states = connection.execute(
            "SELECT state, count(*) FROM payments WHERE run_id = ? GROUP BY state", [NOVEMBER]
        ).fetchall()
    pays = (known["payable_rows"], pence(known["payable_total"]))
    assert paid == pays
    assert run == (known["rows"], len(known["refused_rows"]), *pays, *pays)
    assert dict(states) == {"credited": 5227, "returned": 2, "refused": 40}


def test_what_the_docs_tell_analysts_is_what_the_file_answers(payday, november):
    """Each query of the docs, with the answer that stands below it."""
    text = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
    told = re.findall(r"```sql\n(.+?)```\n\n(\|.+?\n)\n", f"{text}\n", re.DOTALL)
    assert len(told) == 5
    published = payday.context.paths.published("ilf") / "analytics.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        for sql, table in told:
            head, _, *lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
            answer = connection.execute(sql)
            assert [column for column, *_ in answer.description] == head
            assert [["" if cell is None else str(cell) for cell in row] for row in answer.fetchall()] == lines, sql


@pytest.mark.parametrize("width", [390, 1280])
def test_nobody_is_kept_from_reading_the_report(payday, november, width):
    with browsing(width) as page:
        page.goto((payday.context.paths.reports(NOVEMBER) / "reconciliation.html").as_uri())
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") == width


# December and after: what must not be paid


def assert_only_the_stop_was_kept(stopped, *made_ready):
    """One more act and its journal entry, and not a row or a file else, but for one in each table ``made_ready``."""
    changed = {name for name, rows in stopped.after.tables.items() if rows != stopped.before.tables[name]}
    assert changed == {"act", "journal", *made_ready}
    assert {stopped.after.tables[name][0] - stopped.before.tables[name][0] for name in changed} == {1}
    assert stopped.after.outbox == stopped.before.outbox


def test_december_is_stopped_with_the_reason_in_plain_words(december):
    assert december.code == 1
    assert "£10,875,107.00" in december.said
    assert "£10,874,107.00" in december.said
    assert f"£{Decimal(facts('2026-12')['declared_total_is_short_by']):,.2f}" in december.said
    assert "Traceback" not in december.said
    assert_only_the_stop_was_kept(december, "row_key")  # the period's key, which has sealed nothing yet


def test_the_body_s_story_tells_what_was_stopped_before_a_run_began(payday, december, tmp_path):
    assert payday.command("audit", "ilf", "--rehearsal", "--json", str(tmp_path / "story")).returncode == 0
    told = [step["what"] for step in json.loads((tmp_path / "story").read_text())]
    assert [what for what in told if what.startswith("stopped. ingest: ") and "£10,874,107.00" in what]


def test_an_extract_that_has_been_paid_is_not_paid_again(november_again):
    assert november_again.code == 1
    assert f"ilf-2026-11.csv was sent before and has been paid by {NOVEMBER}" in november_again.said
    assert "Traceback" not in november_again.said
    assert_only_the_stop_was_kept(november_again)


def test_nothing_of_a_rejected_run_leaves(payday, january):
    assert "rejected by third.approver@ilf.example" in january.said
    assert january.after.outbox == january.before.outbox
    staged = payday.context.paths.staging(run_id_of("2027-01"))
    assert not list(staged.iterdir()), "a rejected file's names and accounts do not stay in the clear"
    # Its serial was kept before the file was written with it, and December's never was.
    assert payday.serials() == [1, 2, 3]


def test_the_command_says_how_each_run_ended_and_that_everything_holds(payday, january):
    status = payday.command("status")
    assert status.returncode == 1, "December was stopped, and somebody has to put that right"
    assert "ilf 2026-12 rehearsal: stopped" in status.stdout
    assert "rejected" in status.stdout
    assert "Prefect was not asked" not in status.stdout
    verified = payday.command("verify")
    assert (verified.returncode, verified.stdout.strip()) == (0, "ilf (rehearsal): everything holds.")


# How the sums are read: by the tests' own eyes


def report_csv(payday: Payday, run_id: str) -> dict[str, tuple[int, int]]:
    with (payday.context.paths.reports(run_id) / "reconciliation.csv").open(encoding="utf-8", newline="") as file:
        return {line["where"]: (int(line["rows"]), pence(line["pounds"])) for line in csv.DictReader(file)}


def report_html(payday: Payday, run_id: str) -> dict[str, tuple[int, int]]:
    page = html.parse(payday.context.paths.reports(run_id) / "reconciliation.html")
    [table] = [table for table in page.iter("table") if "by where they are" in table.text_content()]
    found = {}
    for line in table.iter("tr"):
        name, *figures = [cell.text_content().split() for cell in line.iter("th", "td")]
        if len(figures) == 2 and figures[0][0].replace(",", "").isdigit():
            found[name[0].lower()] = (int(figures[0][0].replace(",", "")), pence(figures[1][0]))
    return found


def artifact(payday: Payday, run_id: str) -> dict[str, tuple[int, int]]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    with payday.stack.spoken_to(), get_client(sync_client=True) as client:
        this = ArtifactFilter(key=ArtifactFilterKey(any_=[f"reconciliation-{run_id}-month"]))
        newest = max(client.read_artifacts(artifact_filter=this), key=lambda each: each.created)
    found = {}
    for line in str(newest.data).replace("*", "").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[1].replace(",", "").isdigit():
            found[cells[0].lower()] = (int(cells[1].replace(",", "")), pence(cells[2]))
    return found
