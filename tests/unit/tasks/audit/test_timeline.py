"""An audit tells who did what when, in a person's words, and says when it cannot be relied upon."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.audit.timeline import Audit, audit
from tasks.audit.wording import sentence
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Backup, Stopped
from tasks.stage_run import stops_told
from tasks.tenant_context import TenantContext
from tests.month import APPROVER, NOVEMBER, UPLOADER, context

RUN = "ilf-2026-11-rehearsal-1"
DAY = date(2026, 12, 4)


@pytest.fixture(scope="module")
def ilf(finished_home: Path) -> TenantContext:
    return context(finished_home)


@pytest.fixture(scope="module")
def told(ilf: TenantContext) -> Iterator[Audit]:
    yield audit(ilf, RUN, DAY)


def said(told: Audit, part: str) -> list[tuple[str, str]]:
    return [(step.who, f"{step.at:%Y-%m-%d %H:%M}") for step in told.steps if part in step.what]


def test_who_did_what_when(told: Audit) -> None:
    assert said(told, "took in the extract: 4 rows, £8,913.20;") == [(UPLOADER, "2026-11-20 09:30")]
    assert said(told, "judged every row: 3 payable (£5,931.60), 1 refused, 0 held") == [("siller", "2026-11-20 09:30")]
    # Each answer of these tests comes half a minute after the one before, whichever test that was in.
    refused, approved = "approve, which does not count: The control total is not", "approve, which counts. Reason"
    assert [who for who, _ in said(told, refused)] == [APPROVER]
    assert [who for who, _ in said(told, approved)] == [APPROVER]
    assert len(said(told, "released ")) == 1
    assert len(said(told, "took in the bank's arucs: 2 answers, 2 of them of a payment")) == 1
    assert [step.at for step in told.steps] == sorted(step.at for step in told.steps)


def test_every_entry_of_the_run_is_told(ilf: TenantContext, told: Audit) -> None:
    with ilf.ledger.opened() as connection:
        entries = connection.execute("SELECT entry, entry_hash FROM journal WHERE run_id <> ''").fetchall()
    assert len(entries) > 10
    assert set(entries) <= {(step.entry, step.entry_hash) for step in told.steps}


def test_where_every_row_stands(told: Audit) -> None:
    assert {stands.state: stands.rows for stands in told.stands} == {"refused": 1, "returned": 2, "credited": 1}
    assert sum(stands.pence or 0 for stands in told.stands) == 593160


def test_the_same_for_a_machine(told: Audit) -> None:
    read = json.loads(told.as_json())
    assert read["run_id"] == RUN
    assert len(read["steps"]) == len(told.steps)
    assert datetime.fromisoformat(read["steps"][0]["at"]).astimezone(LONDON) == told.steps[0].at


def test_nothing_of_a_payee_is_in_it(told: Audit) -> None:
    for secret in ("Royal", "ILF100", "66374958"):
        assert secret not in told.as_json()


def test_a_story_that_was_changed_says_so(finished_home: Path, tmp_path: Path) -> None:
    of = context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
    assert audit(of, RUN, DAY).doubt is None
    with of.ledger.opened() as connection:
        connection.execute("UPDATE approval SET reason = 'another' WHERE verdict = 'approved'")
    doubt = audit(of, RUN, DAY).doubt
    assert doubt is not None
    assert "What the stage approval 2 wrote has changed since" in doubt


def test_what_stopped_a_run_and_what_was_done_to_the_ledger_are_told(finished_home: Path, tmp_path: Path) -> None:
    of = context(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))
    with pytest.raises(NoGo), stops_told(of, "release", NOVEMBER, RUN):
        raise NoGo("The file is another.")
    with of.ledger.transaction() as connection:
        audit_log.keep(connection, Backup("operator@siller.example", "It opens for age1x."), NOVEMBER)
        audit_log.keep(connection, Stopped(audit_log.SILLER, "of this run, later"), NOVEMBER, (1, RUN))
    told = audit(of, RUN, DAY)
    # Of a rehearsal, whose days are given, in the journal's order: time stands still rather than run backwards.
    assert said(told, "stopped. release: The file is another.") == [("siller", "2026-12-03 09:30")]
    assert said(told, "made a backup. It opens for age1x.") == [("operator@siller.example", "2026-12-03 09:30")]


def test_an_event_without_a_sentence_of_its_own_is_told_by_its_figures() -> None:
    assert sentence("submitted 3", {"by": "a", "reference": "X1", "payments": 5229}) == (
        "submitted 3: reference X1, payments 5,229"
    )
    assert sentence("settled 1", {}) == "settled 1"


def test_by_whose_password_an_answer_came_is_told_where_it_is_not_the_approvers_own() -> None:
    judged = {"approver": APPROVER, "verdict": "refused"}
    assert sentence("approval 1", {**judged, "came_through": "siller"}) == (
        f"judged the answer of {APPROVER} (who came in as siller): refused"
    )
    for own in ({}, {"came_through": ""}, {"came_through": APPROVER}):
        assert sentence("approval 1", {**judged, **own}) == f"judged the answer of {APPROVER}: refused"


def test_there_is_no_such_run(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="There is no run ilf-2026-12-rehearsal-1"):
        audit(ilf, "ilf-2026-12-rehearsal-1", DAY)
