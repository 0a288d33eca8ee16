"""However a form goes: `siller status` says it and ends with 1, the watch tells it, and its command works."""

import fcntl
import os
import shlex
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import pytest

from flows import cli
from flows.service import liveness
from tests.faults.asking import asked
from tests.faults.small_month import RUN
from tests.faults.trial import Trial

pytestmark = pytest.mark.e2e

WAY_BACK = "siller run ilf --period 2026-11 --rehearsal --today 2026-11-20"


@pytest.fixture(autouse=True)
def environment_as_before() -> Iterator[None]:
    """Whoever asks prepares this process for the home that is asked."""
    with patch.dict(os.environ):
        yield


@pytest.fixture(scope="module")
def trial(faults) -> Trial:
    """A month that waits for approval, after each test too: what follows is one story, and its end is the last test."""
    trial = Trial(faults, "its-form-goes")
    assert not trial.once()
    return trial


@pytest.fixture
def siller(faults, trial, monkeypatch, capsys) -> Callable[[str], tuple[int, str]]:
    """A command, given as a person gives it; returns its exit code and what it said."""
    monkeypatch.setenv("SILLER_HOME", str(trial.home))
    monkeypatch.setenv("PREFECT_API_URL", faults.server.api_url)

    def run(command: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", shlex.split(command))
        with faults.server.spoken_to():
            try:
                cli.main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        captured = capsys.readouterr()
        return code, " ".join((captured.out + captured.err).split())

    return run


def test_a_server_that_does_not_answer_is_said_and_no_form_is_claimed(trial, siller, monkeypatch):
    from prefect.settings import PREFECT_API_URL, temporary_settings

    from tests.faults.server import PrefectServer

    nowhere = "http://127.0.0.1:9/api"
    monkeypatch.setenv("PREFECT_API_URL", nowhere)
    monkeypatch.setattr(PrefectServer, "spoken_to", lambda _: temporary_settings({PREFECT_API_URL: nowhere}))
    code, said = siller("siller status")
    assert (code, "Prefect was not asked" in said, "not known without Prefect" in said) == (1, True, True), said
    assert "waits for approval" not in said


def test_a_form_of_which_a_part_is_missing_is_not_taken_for_open(faults, trial):
    from prefect.client.orchestration import get_client

    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        now = asked(trial.context, "ended", "", True)
        assert (now.stands[0], now.false, now.unsaid) == ("waits for approval", frozenset(), frozenset())
        keys = client.read_flow_run(trial.flow_run).state.state_details.run_input_keyset
        client.create_flow_run_input(trial.flow_run, f"{keys['schema']}x", "{}")  # planted beside it
        client.delete_flow_run_input(trial.flow_run, keys["schema"])
        now = asked(trial.context, "ended", "", True)
        assert (now.stands[0], now.false) == ("died, is started again", frozenset())
    assert not trial.once()


def test_a_process_that_lives_and_does_nothing_is_told(faults, monkeypatch):
    """Something else holds what it needs: its own lock is held, its journal does not grow, nothing ends."""
    from flows.service import dispatcher
    from schemas import at_work

    trial = Trial(faults, "hangs")
    turn = trial.context.paths.turn("ilf")
    turn.parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setenv("PREFECT_API_URL", faults.server.api_url)
    with turn.open("w") as held, faults.server.spoken_to():
        fcntl.flock(held, fcntl.LOCK_EX)
        worker = threading.Thread(target=trial.once)
        worker.start()
        end = time.monotonic() + 60
        while not any(liveness.lives(trial.home, each) for each in liveness.list_known(trial.home)):
            assert time.monotonic() < end
            time.sleep(0.1)
        assert not [said for said in dispatcher.dispatch(trial.home) if "does nothing" in said]
        monkeypatch.setitem(at_work.AT_WORK, at_work.BEFORE_THE_LEDGER, ("it begins", timedelta(0)))
        (told,) = [said for said in dispatcher.dispatch(trial.home) if "does nothing" in said]
    worker.join()
    assert told.startswith(
        "ilf 2026-11 rehearsal: does nothing, for operator. Its process lives, and nothing has moved"
    )


def runs_out(client, run: UUID) -> None:
    """Its time is over, and Prefect's own service finds that out."""
    from prefect.states import Suspended

    state = client.read_flow_run(run).state
    over = Suspended(pause_expiration_time=datetime.now(UTC) + timedelta(seconds=1), pause_key="approval-1-1")
    over.state_details.run_input_keyset = state.state_details.run_input_keyset
    client.set_flow_run_state(run, over, force=True)
    time.sleep(1.1)


def is_cancelled(client, run: UUID) -> None:
    """As the page's button does it."""
    from prefect.states import Cancelling

    client.set_flow_run_state(run, Cancelling())


def is_deleted(client, run: UUID) -> None:
    client.delete_flow_run(run)


def is_forced(client, run: UUID) -> None:
    from prefect.states import Completed

    client.set_flow_run_state(run, Completed(), force=True)


ENDS = [
    (runs_out, "not approved in time", "ran out"),
    (is_cancelled, "no form is open", "cancelled"),
    (is_forced, "no form is open", "by force"),
    (is_deleted, "no form is open", "deleted"),
]


@pytest.mark.parametrize("ends_of_forms", [ENDS[:2], pytest.param(ENDS, marks=pytest.mark.long)], ids=["two", "all"])
def test_whatever_ends_a_form_is_said_and_told_and_its_command_pays_everybody_once(
    faults, quiet, trial, siller, ends_of_forms
):
    from prefect.client.orchestration import get_client

    from flows.service import dispatcher

    with faults.server.spoken_to():
        (waits,) = [said for said in dispatcher.dispatch(trial.home) if said.startswith(RUN)]
        assert "waits for approval, for approver until" in waits
        assert not [said for said in dispatcher.dispatch(trial.home) if said.startswith(RUN)]
    for ends, stand, why in ends_of_forms:
        code, said = siller("siller status")
        assert f"{RUN}, month: waits for approval until" in said
        assert f"/runs/flow-run/{trial.flow_run}" in said
        with faults.server.spoken_to(), get_client(sync_client=True) as client:
            ends(client, trial.flow_run)
            (told,) = [said for said in dispatcher.dispatch(trial.home) if said.startswith(RUN)]
            assert f"{RUN} (month): {stand}, for operator" in told
            assert why in told
            assert artifacts(client, f"standing-{RUN}-month")[-1] == told
            assert is_an_event(client, told)
        code, said = siller("siller status")
        assert (code, f"{RUN}, month: {stand}" in said, why in said) == (1, True, True), said
        assert WAY_BACK in said
        if ends is is_deleted:  # which the watch would submit again by itself
            for left in liveness.list_known(trial.home):
                with liveness.take_over(trial.home, left) as its:
                    its.forget()
        started_again(faults, trial, siller)
    trial.finish()
    assert trial.came(quiet.file).is_right
    code, said = siller("siller status")
    assert f"{RUN}, month: rehearsed" in said
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        released = artifacts(client, f"released-{RUN}-month")[-1]
        assert "| Payments | 319 |" in released
        assert f"`{RUN}.REHEARSAL.bacs18.txt`" in released
        run = client.read_flow_run(trial.flow_run)
        assert run.name == "ilf 2026-11 month rehearsal"
        assert {"kind:month", "period:2026-11", "tenant:ilf", f"run:{RUN}"} <= set(run.tags)


def started_again(faults, trial: Trial, siller) -> None:
    """Give the very command that the status shows, with somebody who starts what it submits."""
    before = trial.flow_run
    worker = threading.Thread(target=as_a_worker, args=(faults, trial))
    worker.start()
    code, said = siller(WAY_BACK)
    worker.join()
    assert (code, "waits for approval" in said) == (0, True), said
    assert trial.flow_run != before


def as_a_worker(faults, trial: Trial) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
    from prefect.client.schemas.objects import StateType

    due = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])))
    end = time.monotonic() + 60
    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        while not (found := client.read_flow_runs(flow_run_filter=due)):
            assert time.monotonic() < end
            time.sleep(0.2)
    trial.flow_run = found[0].id
    trial.once()


def artifacts(client, key: str) -> list[str]:
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

    found = client.read_artifacts(artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])))
    return [str(each.data) for each in sorted(found, key=lambda each: each.created)]


def is_an_event(client, told: str) -> bool:
    """Whether an event of siller's says it; the server takes some seconds to store one."""
    asked_for = {"filter": {"event": {"prefix": ["siller.standing."]}}, "limit": 50}
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = client.request("POST", "/events/filter", json=asked_for).json()["events"]
        if told in [each["payload"]["said"] for each in found]:
            return True
        time.sleep(0.2)
    return False
