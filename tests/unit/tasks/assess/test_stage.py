"""A run whose gates nobody judged: nothing is kept of it, and the next start goes on where it stands."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo, NotJudged
from schemas.pay_run import Mode
from tasks.assess import judging
from tasks.assess.stage import assess, gates_folder
from tasks.instruct.stage import instruct
from tasks.ledger import runs
from tasks.settings import Settings
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
    context: TenantContext, run_id: str, tmp_path: Path
) -> None:
    loaded(context.settings.home, run_id, tmp_path / "first")
    (gates_folder(context, run_id) / "acts").write_text("SIGKILL " * 9)
    with pytest.raises(NotJudged, match=f"The gates of {run_id} have not been judged"):
        assess(context, run_id, NOVEMBER)
    assert "assess" not in stages_done(context, run_id)
    (gates_folder(context, run_id) / "acts").write_text("")
    judging.start_unless_warm(context.settings.home, run_id)
    assert assess(context, run_id, NOVEMBER).figures.verdict == "refer"
    assert "assess" in stages_done(context, run_id)


@pytest.mark.parametrize(
    ("stage", "key"),
    [(validate, "accounts: {with_zeros_before: [7]}"), (instruct, "# The block length is another one today.")],
    ids=["validate", "instruct"],
)
def test_an_agreement_that_stood_for_one_stage_alone_is_no_go(tmp_path: Path, stage: Any, key: str) -> None:
    """Whoever can write the file puts another one there for a moment; the one that is back was adopted."""
    contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    adopted = agreement.read_text()

    def looked_at() -> TenantContext:
        return TenantContext(
            "ilf", Mode.REHEARSAL, Settings(home=tmp_path / "home", modulus_table=None, contracts=contracts)
        )

    deliver(looked_at())
    run_id = ingest(looked_at())
    for each in (validate, instruct):
        agreement.write_text(f"{adopted}{key}\n" if each is stage else adopted)
        each(looked_at(), run_id, NOVEMBER)
    agreement.write_text(adopted)
    with pytest.raises(NoGo, match=rf"The stage {stage.__name__} of {run_id} was done with other input"):
        assess(looked_at(), run_id, NOVEMBER)


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
