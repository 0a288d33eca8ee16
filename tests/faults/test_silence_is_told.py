"""What has not come and what was perhaps paid twice is told once, by the watch's own step, at a real Prefect server."""

import shutil
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from flows.service import dispatcher
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests import bank_messages as bank
from tests.month import NOVEMBER, approve, assessed, deliver
from tests.published_table import published_table
from tests.unit.flows.service.test_silence import RUN, at, office, says, sent

pytestmark = [pytest.mark.e2e, pytest.mark.long]
"""Every day what is due, and who is told, is asked without a server: tests/unit/tasks/notices, flows/service."""

FLOW = "00000000-0000-4000-8000-000000000000"
Tell = Callable[[datetime], list[str]]


@pytest.fixture
def live(tmp_path: Path) -> TenantContext:
    """November, released by a flow run that Prefect has forgotten since."""
    published_table(tmp_path / "table")
    of = office(tmp_path)
    deliver(of)
    run_id = assessed(of, flow=FLOW)
    approve(of, run_id, flow=FLOW)
    release(of, run_id, NOVEMBER)
    return of


@pytest.fixture
def tell(faults, live: TenantContext, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """One look of the watch at an hour, at the server that it speaks to."""
    monkeypatch.setenv("PREFECT_API_URL", faults.server.api_url)

    def at_that_hour(now: datetime) -> list[str]:
        monkeypatch.setattr(dispatcher, "clock", lambda mode, today: now)
        with faults.server.spoken_to():
            return dispatcher.dispatch(live.settings.home)

    return at_that_hour


def events(faults, name: str) -> list[dict[str, object]]:
    """What the server has kept of them; it writes events down in batches, some seconds later."""
    from prefect.client.orchestration import get_client

    asked = {"filter": {"event": {"name": [f"siller.standing.{name}"]}}, "limit": 50}
    end = time.monotonic() + 60
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        while not (found := client.request("POST", "/events/filter", json=asked).json()["events"]):
            assert time.monotonic() < end
            time.sleep(0.5)
    return found


def test_a_file_that_is_perhaps_not_sent_is_told_to_its_sender_once(faults, tell: Tell) -> None:
    assert len(tell(at(11, 26, 20))) == 1  # released, not submitted
    (told,) = tell(at(11, 26, 22))
    assert told.startswith(f"{RUN} (month): perhaps not sent, for sender. It had to be submitted by 22:00")
    assert "Do not send it any more" in told
    assert tell(at(11, 26, 22, 1)) == tell(at(11, 27, 9)) == []
    (event,) = events(faults, "perhaps-not-sent")
    assert event["resource"]["siller.role"] == "sender"


def test_what_was_perhaps_paid_twice_is_told_within_a_look_and_not_every_minute(
    faults, live: TenantContext, tell: Tell
) -> None:
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(11, 27, 9), bank.input_report())
    tell(at(11, 30, 8))
    says(live, at(11, 30, 9), bank.statement([bank.debit(), bank.debit()]))
    (told,) = [said for said in tell(at(11, 30, 9, 1)) if "perhaps paid twice" in said]
    assert "for operator until 30 Nov 2026 15:00" in told
    assert [tell(at(11, 30, 9, minute)) for minute in (2, 3, 4, 30)] == [[]] * 4
    assert len(events(faults, "paid-twice")) == 1
    # Its time is over: it is the decision owner's now, and that is told once more.
    (late,) = tell(at(11, 30, 15))
    assert "perhaps paid twice, for decision owner" in late
    assert tell(at(11, 30, 15, 1)) == []
    # What was forgotten is told again rather than never.
    shutil.rmtree(live.settings.home / "watch")
    assert any("perhaps paid twice" in said for said in tell(at(11, 30, 15, 2)))


def test_an_extract_that_came_late_is_started_once_however_often_it_is_looked(
    faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client

    monkeypatch.setenv("PREFECT_API_URL", faults.server.api_url)
    of = office(tmp_path)
    deliver(of)  # November's extract was due on Friday the 20th at 17:00
    started = []
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        for hour in (9, 10, 11):
            monkeypatch.setattr(dispatcher, "clock", lambda mode, today, hour=hour: at(11, 23, hour))
            started.append([said for said in dispatcher.dispatch(of.settings.home) if "it is started" in said])
        runs = [run for run in client.read_flow_runs() if (run.idempotency_key or "").startswith("ilf 2026-11 ")]
        assert [(run.parameters["tenant"], run.parameters["period"]) for run in runs] == [("ilf", "2026-11")]
        client.delete_flow_run(runs[0].id)
    assert [len(said) for said in started] == [1, 0, 0]
