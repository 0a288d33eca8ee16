"""How far each run has come, in words."""

import hashlib
from datetime import date
from pathlib import Path

import pytest

from tasks.instruct.stage import instruct
from tasks.ledger.overview import RunOverview, overview
from tasks.office import Office
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.validate.stage import validate
from tests.month import APPROVER, NOVEMBER, ROWS, ROWS_PENCE, approve, assess, assessed, deliver, ingest, office

ENTRY_DAY = date(2026, 11, 30)


@pytest.fixture
def ilf(tmp_path: Path) -> Office:
    of = office(tmp_path)
    deliver(of)
    return of


def runs(of: Office) -> list[RunOverview]:
    with of.ledger.opened() as connection:
        return overview(connection)


def state(of: Office) -> str:
    return runs(of)[-1].state


def test_a_run_from_stage_to_stage(ilf: Office) -> None:
    run_id = ingest(ilf)
    assert runs(ilf) == [RunOverview(run_id, "ingested", None, None, None, 0)]
    validate(ilf, run_id, NOVEMBER)
    assert state(ilf) == "validated"
    instruct(ilf, run_id, NOVEMBER)
    assert runs(ilf) == [RunOverview(run_id, "being assessed", 3, ROWS_PENCE, ENTRY_DAY, 0)]
    assess(ilf, run_id)
    assert state(ilf) == "waits for approval"
    approve(ilf, run_id)
    assert state(ilf) == "approved, not released yet"
    release(ilf, run_id, NOVEMBER)
    assert state(ilf) == "released"
    publish(ilf, run_id, NOVEMBER)
    assert state(ilf) == "released and published"


def test_a_release_that_was_begun(ilf: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = assessed(ilf)
    approve(ilf, run_id)
    monkeypatch.setattr("tasks.release.stage.put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release(ilf, run_id, NOVEMBER)
    assert state(ilf) == "release begun: start the run again to finish it"


def test_a_rejection_with_its_reason(ilf: Office) -> None:
    approve(ilf, assessed(ilf), decision="reject", reason="the total is not ours [see mail]")
    assert state(ilf) == f"rejected by {APPROVER}: the total is not ours [see mail]"


def test_a_gate_that_stopped_it(ilf: Office) -> None:
    assessed(ilf, verdict="no-go")
    assert state(ilf) == "stopped by a gate"


def test_a_run_whose_place_another_has_taken(ilf: Office) -> None:
    assessed(ilf)
    first = hashlib.sha256((ilf.places.landing("ilf") / "ilf.csv").read_bytes()).hexdigest()
    deliver(ilf, ROWS[:2], replaces=first)
    ingest(ilf, flow="flow-2")
    assert [run.state for run in runs(ilf)] == ["replaced by ilf-2026-11-rehearsal-2", "ingested"]


def test_no_run_at_all(tmp_path: Path) -> None:
    of = office(tmp_path)
    with of.ledger.opened(create=True):
        pass
    assert runs(of) == []
