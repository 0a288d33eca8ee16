"""What the ledger says of each run; where it stands is the rule's to say."""

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from schemas.manifest import Kind
from schemas.standing.records import Recorded
from schemas.standing.tables import Stand
from tasks.instruct.stage import instruct
from tasks.ledger.overview import overview
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import (
    APPROVER,
    NOVEMBER,
    ROWS,
    ROWS_PENCE,
    UPLOADER,
    approve,
    assess,
    assessed,
    context,
    deliver,
    ingest,
)

RUN = "ilf-2026-11-rehearsal-1"
ENTRY_DAY = date(2026, 11, 30)


@pytest.fixture(scope="module")
def waiting_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run of three payments that waits for its approver."""
    home = tmp_path_factory.mktemp("waiting")
    deliver(context(home))
    assert assessed(context(home)) == RUN
    return home


@pytest.fixture
def waiting(waiting_home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(waiting_home, tmp_path / "home"))


def runs(of: TenantContext) -> list[Recorded]:
    with of.ledger.opened() as connection:
        return overview(connection)


def test_a_run_from_stage_to_stage(tmp_path: Path) -> None:
    ilf = context(tmp_path)
    deliver(ilf)
    run_id = ingest(ilf)
    begun = Recorded(run_id, Kind.FULL, date(2026, 11, 20), UPLOADER, "ingest", ("flow-1",))
    assert runs(ilf) == [begun]
    validate(ilf, run_id, NOVEMBER)
    assert runs(ilf)[0].stage == "validate"
    instruct(ilf, run_id, NOVEMBER)
    (written,) = runs(ilf)
    assert (written.stage, written.payments, written.pence) == ("instruct", 3, ROWS_PENCE)
    assert (written.processing_date, written.entry_date) == (date(2026, 11, 27), ENTRY_DAY)
    assess(ilf, run_id)
    assert (runs(ilf)[0].stage, runs(ilf)[0].has_left) == ("assess", False)
    approve(ilf, run_id)
    assert runs(ilf)[0].stage == "approve"
    release(ilf, run_id, NOVEMBER)
    assert (runs(ilf)[0].stage, runs(ilf)[0].has_left) == ("release", True)
    publish(ilf, run_id, NOVEMBER)
    assert runs(ilf)[0].stage == "publish"


def test_a_release_that_was_begun(waiting: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(waiting, RUN)
    monkeypatch.setattr("tasks.release.outbox.Outbox.put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        release(waiting, RUN, NOVEMBER)
    assert (runs(waiting)[0].stage, runs(waiting)[0].has_left) == ("release_pending", True)


def test_a_rejection_with_its_reason(waiting: TenantContext) -> None:
    approve(waiting, RUN, decision="reject", reason="the total is not ours [see mail]")
    (run,) = runs(waiting)
    assert (run.ended, run.is_over) == (Stand.REJECTED, True)
    assert run.end == f"rejected by {APPROVER}: the total is not ours [see mail]"


def test_a_gate_that_stopped_it(waiting: TenantContext) -> None:
    with waiting.ledger.opened() as connection:
        connection.execute("UPDATE out_gate SET verdict = 'no-go'")
    (run,) = runs(waiting)
    assert (run.end, run.is_over) == ("stopped by the gate refused_share", True)


def test_a_run_whose_place_another_has_taken(waiting: TenantContext) -> None:
    first = hashlib.sha256((waiting.paths.landing("ilf") / "ilf.csv").read_bytes()).hexdigest()
    deliver(waiting, ROWS[:2], replaces=first)
    ingest(waiting, flow="flow-2")
    assert [(run.end, run.stage) for run in runs(waiting)] == [
        ("replaced by ilf-2026-11-rehearsal-2", "assess"),
        ("", "ingest"),
    ]


def test_a_run_that_a_later_period_has_overtaken(waiting: TenantContext) -> None:
    with waiting.ledger.opened() as connection:
        connection.execute(
            "UPDATE run SET period = '2026-10', run_id = 'ilf-2026-10-rehearsal-1', pay_date = '2026-11-20'"
        )
        connection.execute("UPDATE journal SET run_id = 'ilf-2026-10-rehearsal-1' WHERE run_id <> ''")
    deliver(waiting, ROWS[:2])
    second = assessed(waiting, flow="flow-2")
    assert [run.is_overtaken for run in runs(waiting)] == [False, False]
    with waiting.ledger.opened() as connection:
        connection.execute(
            f"UPDATE journal SET stage = 'release_pending' WHERE run_id = '{second}' AND stage = 'assess'"
        )
    assert [run.is_overtaken for run in runs(waiting)] == [False, False]  # it can still be paid on its day
    with waiting.ledger.opened() as connection:
        connection.execute("UPDATE run SET pay_date = '2026-11-19' WHERE period = '2026-10'")
    assert [run.is_overtaken for run in runs(waiting)] == [True, False]


def test_no_run_at_all(tmp_path: Path) -> None:
    of = context(tmp_path)
    with of.ledger.opened(create=True):
        pass
    assert runs(of) == []
