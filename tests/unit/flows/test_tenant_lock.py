"""Before a flow run touches anything: its tenant is agreed with, and it is what it was begun as."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows import tenant_lock
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.audit.timeline import audit, of_no_run
from tasks.ingest.stage import open_run
from tasks.ledger import runs
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, context, deliver, ingest

FLOW_RUN = "0198c5b6-0000-7000-8000-000000000001"
BEGUN = {"tenant": "ilf", "period": "2026-11", "mode": "rehearsal", "today": None}

Begin = Callable[..., None]


@pytest.fixture
def begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Begin:
    """Begin a flow run as Prefect would hand it its parameters, each time as a process of its own.

    The locks are a process's, and are tested with the watch; so is what Prefect is told of who works on it.
    """
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(tenant_lock.liveness, "hold", lambda *_: None)
    monkeypatch.setattr(tenant_lock, "_claim", lambda *_: None)
    monkeypatch.setattr(
        tenant_lock,
        "wait_for_turn",
        lambda paths, tenant, _: paths.ledger(tenant).parent.mkdir(parents=True, exist_ok=True),
    )

    def begun(**parameters: object) -> None:
        given = {**BEGUN, **parameters}
        run = SimpleNamespace(id=FLOW_RUN, flow_name="pay-run", parameters=given)
        monkeypatch.setattr(tenant_lock, "flow_run", run)
        tenant_lock.begin(str(given["tenant"]), Mode(given["mode"]))

    return begun


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path / "home")


@pytest.mark.parametrize("tenant", ["../../x", "nobody", "", "ilf/../../x", "."])
def test_nothing_is_made_for_a_tenant_that_nobody_agreed_on(begin: Begin, tmp_path: Path, tenant: str) -> None:
    with pytest.raises(NoGo, match="There is no tenant"):
        begin(tenant=tenant)
    assert not list(tmp_path.rglob("*"))


def test_a_flow_run_that_is_what_it_was_goes_on(begin: Begin) -> None:
    begin()
    begin()


CHANGES: list[dict[str, object]] = [
    {"tenant": "nobody"},
    {"period": "2026-10"},
    {"period": None},
    {"mode": "live"},
    {"today": "2026-12-31"},
    {"tenant": "../../x", "mode": "live"},
    {"also": "this"},
]


@pytest.mark.parametrize("changed", CHANGES, ids=str)
def test_a_changed_parameter_moves_nothing_and_is_told(
    begin: Begin, ilf: TenantContext, tmp_path: Path, changed: dict[str, object]
) -> None:
    begin()
    deliver(ilf)
    run_id = ingest(ilf, flow=FLOW_RUN)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(NoGo, match="Somebody changed in Prefect what this flow run is for") as said:
        begin(**changed)
    for name in changed:
        assert f"{name} from {BEGUN.get(name)} to {changed[name]}" in str(said.value)
    assert str(said.value).endswith("siller run ilf --period 2026-11 --rehearsal")
    assert sorted(tmp_path.rglob("*")) == before
    [step] = [step for step in audit(ilf, run_id, NOVEMBER.date()).steps if "stopped" in step.what]
    assert "Somebody changed in Prefect" in step.what
    begin()


def test_before_a_run_was_opened_it_is_told_under_the_body(begin: Begin, ilf: TenantContext) -> None:
    begin()
    with ilf.ledger.opened(create=True):
        pass
    with pytest.raises(NoGo, match="Somebody changed in Prefect"):
        begin(mode="live")
    assert any("Somebody changed in Prefect" in step.what for step in of_no_run(ilf))


def test_where_the_note_is_gone_the_ledger_still_knows_the_period(ilf: TenantContext) -> None:
    deliver(ilf)
    run_id = ingest(ilf, flow=FLOW_RUN)
    assert open_run(ilf, None, FLOW_RUN, NOVEMBER)[0].run_id == run_id, "as the schedule starts it"
    with pytest.raises(NoGo, match=f"works on {run_id}, and its parameters now name the period 2026-10"):
        open_run(ilf, "2026-10", FLOW_RUN, NOVEMBER)
    with ilf.ledger.opened() as connection:
        assert [str(run.period) for run in runs.runs_of_period(connection, Period.parsed("2026-11"))] == ["2026-11"]
        assert not runs.runs_of_period(connection, Period.parsed("2026-10"))
