"""How far each run has come, in words."""

import hashlib
import shutil
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

RUN = "ilf-2026-11-rehearsal-1"
ENTRY_DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run of three payments that waits for its approver."""
    home = tmp_path_factory.mktemp("waiting")
    deliver(office(home))
    assert assessed(office(home)) == RUN
    return home


@pytest.fixture
def waiting(waiting_home: Path, tmp_path: Path) -> Office:
    return office(shutil.copytree(waiting_home, tmp_path / "home"))


def runs(of: Office) -> list[RunOverview]:
    with of.ledger.opened() as connection:
        return overview(connection)


def state(of: Office) -> str:
    return runs(of)[-1].state


def test_a_run_from_stage_to_stage(tmp_path: Path) -> None:
    ilf = office(tmp_path)
    deliver(ilf)
    run_id = ingest(ilf)
    assert runs(ilf) == [RunOverview(run_id, "ingested", None, None, None, 0, has_left=False, is_over=False)]
    validate(ilf, run_id, NOVEMBER)
    assert state(ilf) == "validated"
    instruct(ilf, run_id, NOVEMBER)
    written = RunOverview(run_id, "being assessed", 3, ROWS_PENCE, ENTRY_DAY, 0, has_left=False, is_over=False)
    assert runs(ilf) == [written]
    assess(ilf, run_id)
    assert state(ilf) == "waits for approval"
    approve(ilf, run_id)
    assert state(ilf) == "approved, not released yet"
    release(ilf, run_id, NOVEMBER)
    assert state(ilf) == "released"
    publish(ilf, run_id, NOVEMBER)
    assert state(ilf) == "released and published"


def test_a_release_that_was_begun(waiting: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(waiting, RUN)
    monkeypatch.setattr("tasks.release.folder.Folder.put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release(waiting, RUN, NOVEMBER)
    assert state(waiting) == "release begun: start the run again to finish it"


def test_a_rejection_with_its_reason(waiting: Office) -> None:
    approve(waiting, RUN, decision="reject", reason="the total is not ours [see mail]")
    assert state(waiting) == f"rejected by {APPROVER}: the total is not ours [see mail]"


def test_a_gate_that_stopped_it(waiting: Office) -> None:
    with waiting.ledger.opened() as connection:
        connection.execute("UPDATE out_gate SET verdict = 'no-go'")
    assert state(waiting) == "stopped by a gate"


def test_a_run_whose_place_another_has_taken(waiting: Office) -> None:
    first = hashlib.sha256((waiting.places.landing("ilf") / "ilf.csv").read_bytes()).hexdigest()
    deliver(waiting, ROWS[:2], replaces=first)
    ingest(waiting, flow="flow-2")
    assert [run.state for run in runs(waiting)] == ["replaced by ilf-2026-11-rehearsal-2", "ingested"]


def test_no_run_at_all(tmp_path: Path) -> None:
    of = office(tmp_path)
    with of.ledger.opened(create=True):
        pass
    assert runs(of) == []
