"""The watch against a real Prefect server: what it starts again, what it leaves alone, when it tells a person."""

from datetime import timedelta
from uuid import UUID

import pytest

from flows.service import liveness
from flows.service.liveness import Begun
from tests.month import context

pytestmark = pytest.mark.e2e

ASKED = {"tenant": "ilf", "period": "2026-11", "mode": "rehearsal", "today": "2026-11-20"}


@pytest.fixture
def look(faults, tmp_path, monkeypatch):
    """The watch, which need not wait for a process that loads: there is none."""
    from flows.service import watch
    from schemas.standing import seen

    monkeypatch.setattr(seen, "STARTING", timedelta(0))
    monkeypatch.setattr(seen, "FORM_STORED", timedelta(0))
    context(tmp_path).paths.landing("ilf").mkdir(parents=True)
    with faults.server.spoken_to():
        yield lambda: watch.look(tmp_path)


@pytest.fixture
def client(faults):
    from prefect.client.orchestration import get_client

    with faults.server.spoken_to(), get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def run(faults, client) -> UUID:
    """A flow run that Prefect takes to be at work, and that has no process."""
    from prefect.states import Running

    with faults.server.connected() as server:
        run = server.submit("pay-run/ilf", ASKED)
    client.set_flow_run_state(run, Running(), force=True)
    yield run
    client.delete_flow_run(run)


def states(client, run: UUID) -> list[str]:
    return [str(state.name) for state in client.read_flow_run_states(run)]


def test_a_run_is_started_again_twice_and_at_its_third_death_a_person_is_told(look, client, run, tmp_path):
    from prefect.states import Running

    for time in ("1 of 3", "2 of 3"):
        (said,) = look()
        assert time in said
        assert client.read_flow_run(run).state_name == "AwaitingRetry"
        assert look() == []
        client.set_flow_run_state(run, Running(), force=True)
    (said,) = look()
    assert "died 3 times" in said
    assert [each.given_up for each in liveness.list_given_up(tmp_path).values()] == [said]
    assert client.read_flow_run(run).state_name == "Given up"
    assert look() == []
    assert states(client, run).count("AwaitingRetry") == 2


def test_runs_on_every_page_are_looked_after(faults, look, client, run, monkeypatch):
    from prefect.states import Running

    from flows.service import flow_runs

    with faults.server.connected() as server:
        others = [server.submit("pay-run/ilf", ASKED) for _ in range(2)]
        for other in others:
            client.set_flow_run_state(other, Running(), force=True)
        monkeypatch.setattr(flow_runs, "PAGE", 1)
        assert len(look()) == 3
    assert {client.read_flow_run(each).state_name for each in (run, *others)} == {"AwaitingRetry"}
    for other in others:
        client.delete_flow_run(other)


def test_a_run_that_prefect_says_has_crashed_is_started_again_and_one_that_was_decided_is_not(look, client, run):
    from prefect.states import Cancelled, Completed, Crashed

    from flows.outcome import no_go
    from schemas.no_go import NoGo

    for decided in (no_go(NoGo("The total is short.")), Completed(), Cancelled(message="by a person")):
        client.set_flow_run_state(run, decided, force=True)
        assert look() == []
    client.set_flow_run_state(run, Crashed(message="Flow run process exited with code -9"), force=True)
    assert len(look()) == 1
    assert client.read_flow_run(run).state_name == "AwaitingRetry"


def test_a_run_that_prefect_cancelled_by_itself_goes_on(look, client, run):
    from prefect.states import Cancelled

    lost = "Deployment concurrency slot lost during provisioning - no slots available to continue execution"
    for said in ("Runner is shutting down.", lost):
        client.set_flow_run_state(run, Cancelled(message=said), force=True)
        assert len(look()) == 1
        assert client.read_flow_run(run).state_name == "AwaitingRetry"


def test_a_run_that_a_person_cancelled_stays_so_whatever_a_runner_that_is_stopped_writes_over_it(look, client, run):
    """Prefect's runner cancels all that it has when it is stopped, also what somebody has just had cancelled."""
    from prefect.states import AwaitingRetry, Cancelled, Cancelling, Running

    client.set_flow_run_state(run, Cancelling(), force=True)
    client.set_flow_run_state(run, Cancelled(message="Runner is shutting down."), force=True)
    assert look() == []
    assert client.read_flow_run(run).state_name == "Cancelled"
    # Once somebody has started it again, a runner that is stopped is no decision of theirs.
    for state in (AwaitingRetry(), Running(), Cancelled(message="Runner is shutting down.")):
        client.set_flow_run_state(run, state, force=True)
    assert len(look()) == 1
    assert client.read_flow_run(run).state_name == "AwaitingRetry"


def test_a_run_that_prefect_cuts_off_again_and_again_is_given_up_and_told(look, client, run):
    """As where servers do not know of each other who is at work: it would be started for ever."""
    from prefect.states import Cancelled, Running

    from flows.service.watch import MOST_CUT_OFF

    lost = "Deployment concurrency slot lost during provisioning - no slots available to continue execution"
    for _ in range(MOST_CUT_OFF - 1):
        client.set_flow_run_state(run, Cancelled(message=lost), force=True)
        (said,) = look()
        assert said.endswith("It is started again.")
        client.set_flow_run_state(run, Running(), force=True)
    client.set_flow_run_state(run, Cancelled(message=lost), force=True)
    (said,) = look()
    assert f"was cut off by Prefect {MOST_CUT_OFF} times" in said
    assert client.read_flow_run(run).state_name == "Given up"
    assert look() == []


def test_a_run_whose_process_lives_is_left_alone(look, client, run, tmp_path):
    with liveness.take_over(tmp_path, str(run)):  # as its process would hold it
        assert look() == []
    assert client.read_flow_run(run).state_name == "Running"


def test_a_run_of_a_body_that_another_home_pays_is_left_alone(faults, look, client, run, tmp_path):
    from flows.service import watch

    elsewhere = tmp_path / "another-machine"
    with faults.server.spoken_to():
        assert watch.look(elsewhere) == []
    assert client.read_flow_run(run).state_name == "Running"


def test_a_cancelled_run_whose_process_is_gone_is_cancelled_to_its_end(look, client, run):
    from prefect.states import Cancelling

    client.set_flow_run_state(run, Cancelling(), force=True)
    assert len(look()) == 1
    assert client.read_flow_run(run).state_name == "Cancelled"
    assert look() == []


def test_a_run_that_waits_without_a_form_is_started_again_and_one_with_a_form_waits_on(look, client, run, tmp_path):
    from prefect.input import keyset_from_paused_state
    from prefect.states import Suspended

    with liveness.take_over(tmp_path, str(run)) as left:
        left.keep(Begun("pay-run/ilf", ASKED))
    waits = Suspended(timeout_seconds=600, pause_key="approval-1-1")
    waits.state_details.run_input_keyset = keyset_from_paused_state(waits)
    client.set_flow_run_state(run, waits, force=True)
    for part in ("schema", "description"):
        client.create_flow_run_input(run, waits.state_details.run_input_keyset[part], "{}")
    assert look() == []
    client.delete_flow_run_input(run, waits.state_details.run_input_keyset["description"])
    assert len(look()) == 1
    assert client.read_flow_run(run).state_name == "AwaitingRetry"


FORGOTTEN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def forgotten(client, tmp_path):
    """A run that its file knows and Prefect does not; yields the flow runs that have been submitted in its place."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateName

    def scheduled() -> set[UUID]:
        due = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=["Scheduled"])))
        return {each.id for each in client.read_flow_runs(flow_run_filter=due)}

    with liveness.take_over(tmp_path, FORGOTTEN) as left:
        left.keep(Begun("pay-run/ilf", ASKED))
    before = scheduled()
    yield lambda: scheduled() - before
    for new in scheduled() - before:
        client.delete_flow_run(new)


def test_what_prefect_has_forgotten_is_submitted_again_once(look, client, forgotten, tmp_path):
    assert len(look()) == 1
    assert look() == []
    (new,) = forgotten()
    assert client.read_flow_run(new).parameters["period"] == "2026-11"
    # Should Prefect forget that one too before its process has begun, its file knows it.
    assert liveness.list_known(tmp_path) == [str(new)]
    with liveness.take_over(tmp_path, str(new)) as left:
        assert left.begun == Begun("pay-run/ilf", ASKED)


def test_a_server_that_takes_no_run_leaves_what_is_forgotten_known(look, client, forgotten, tmp_path, monkeypatch):
    from flows.service.client import Server
    from schemas.no_go import NoGo

    def refuses(*_: object, **__: object) -> UUID:
        raise NoGo("The Prefect server knows no deployment pay-run/ilf.")

    with monkeypatch.context() as away:
        away.setattr(Server, "submit", refuses)
        assert look() == ["The Prefect server knows no deployment pay-run/ilf."]
        assert liveness.list_known(tmp_path) == [FORGOTTEN]
    assert len(look()) == 1
    assert len(forgotten()) == 1


def test_a_watch_that_dies_between_submitting_and_forgetting_starts_it_once(look, client, forgotten, tmp_path):
    """Submitted again for the same, Prefect returns what it made the first time."""
    from flows.service.liveness import Unattended

    class Killed(BaseException):
        """As a kill: nothing may catch it."""

    def killed(_: Unattended) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as away:
        away.setattr(Unattended, "forget", killed)
        with pytest.raises(Killed):
            look()
    assert FORGOTTEN in liveness.list_known(tmp_path)
    assert len(forgotten()) == 1
    assert len(look()) == 1
    assert len(forgotten()) == 1
    assert liveness.list_known(tmp_path) == [str(new) for new in forgotten()]


def test_strangers_files_beside_the_locks_stop_nothing(look, client, run, tmp_path):
    (tmp_path / "alive").mkdir()
    for stray in ("NOTES", ".DS_Store", ".nfs0000000004"):
        (tmp_path / "alive" / stray).write_text("no flow run")
    assert len(look()) == 1
    assert client.read_flow_run(run).state_name == "AwaitingRetry"
