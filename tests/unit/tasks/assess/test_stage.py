"""A run whose gates nobody judged: nothing is kept of it, and the next start goes on where it stands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.no_go import NotJudged
from tasks.assess import judging
from tasks.assess.stage import assess, gates_folder
from tasks.instruct.stage import instruct
from tasks.ledger import runs
from tasks.stage_run import stops_told
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import month
from tests.judges import loaded, told_what_to_do
from tests.month import NOVEMBER, deliver, ingest


@pytest.fixture(autouse=True)
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_what_to_do(tmp_path_factory.mktemp("beside")):
        yield


@pytest.fixture
def context(tmp_path: Path) -> TenantContext:
    return month.context(tmp_path / "home")


@pytest.fixture
def run_id(context: TenantContext) -> str:
    deliver(context)
    run_id = ingest(context)
    validate(context, run_id, NOVEMBER)
    instruct(context, run_id, NOVEMBER)
    gates_folder(context, run_id).mkdir(parents=True)
    return run_id


def stages_done(context: TenantContext, run_id: str) -> set[str]:
    with context.ledger.opened() as connection:
        return set(runs.stages_done(connection, run_id))


def test_nothing_is_kept_of_a_run_that_nobody_judged_and_it_goes_on(
    context: TenantContext, run_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(context.settings.home, run_id, tmp_path / "first")
    (gates_folder(context, run_id) / "acts").write_text("sleep " * 9)
    with monkeypatch.context() as patch:
        patch.setattr(judging, "PATIENCE_SECONDS", 1.0)
        with pytest.raises(NotJudged, match=f"The gates of {run_id} have not been judged"):
            assess(context, run_id, NOVEMBER)
    assert "assess" not in stages_done(context, run_id)
    (gates_folder(context, run_id) / "acts").write_text("")
    judging.start_unless_warm(context.settings.home, run_id)
    assert assess(context, run_id, NOVEMBER).figures.verdict == "refer"
    assert "assess" in stages_done(context, run_id)


def test_the_auditor_is_told_that_nobody_judged(
    context: TenantContext, run_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gates_folder(context, run_id) / "acts").write_text("SIGKILL " * 9)
    with pytest.raises(NotJudged), stops_told(context, "assess", NOVEMBER, run_id):
        assess(context, run_id, NOVEMBER)
    with context.ledger.opened() as connection:
        said = connection.execute("SELECT said FROM act WHERE act = 'stopped'").fetchall()
    assert len(said) == 1
    assert "decides nothing" in said[0][0]
