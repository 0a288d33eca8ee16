"""The approval against a real server: what comes back, what goes on, what survives."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from schemas.no_go import NoGo

pytestmark = pytest.mark.e2e

RIGHT = {
    "decision": "approve",
    "approver": "first.approver@ilf.example",
    "one_time_code": "123456",
    "control_total": "£10,708,609.22",
    "reason": "The refused rows are known and follow next month.",
}


def submitted(server, folder: Path, **parameters: str) -> UUID:
    return server.submit("stand-in/ilf", {"folder": str(folder), **parameters})


def ended(server, flow_run_id: UUID):
    return server.follow(flow_run_id, lambda _: None)


@pytest.fixture
def server(stack):
    from flows.service.client import connect

    with connect() as server:
        yield server


def notes(folder: Path, name: str) -> list[dict]:
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text().splitlines()]


def test_a_wrong_answer_brings_the_form_back_with_its_cause_and_a_right_one_goes_on(server, tmp_path):
    run = submitted(server, tmp_path)
    assert ended(server, run).ending == "waits"
    assert "£10,651,415.60" in server.form(run)
    assert "not accepted" not in server.form(run)

    server.answer(run, RIGHT | {"control_total": "£10,651,415.60"})
    assert ended(server, run).ending == "waits"
    assert "control total is not the extract's" in server.form(run)
    assert "(4 of 5 answers left.)" in server.form(run)
    assert "10,708,609.22" not in server.form(run)
    assert [waiting.key for waiting in server.waiting() if waiting.flow_run_id == run] == ["approval-1-2"]

    server.answer(run, RIGHT | {"approver": "finance.officer@ilf.example"})
    assert ended(server, run).ending == "waits"
    assert "nobody approves what they submitted" in server.form(run)
    assert "(A matter of form, which costs nothing: 4 of 5 answers left.)" in server.form(run)
    assert not (tmp_path / "released.txt").exists()

    server.answer(run, RIGHT)
    assert ended(server, run).ending == "done"
    assert (tmp_path / "released.txt").read_text() == "paid"
    # The flow began four times, yet every answer was judged once.
    assert len(notes(tmp_path, "starts")) == 4
    assert [note["key"] for note in notes(tmp_path, "judged")] == [
        "approval-1-1",
        "approval-1-2",
        "approval-1-3",
    ]


def test_a_form_with_a_field_missing_is_not_taken_and_the_run_waits_on(server, tmp_path):
    run = submitted(server, tmp_path)
    assert ended(server, run).ending == "waits"
    for missing in RIGHT:
        with pytest.raises(NoGo, match=missing):
            server.answer(run, {field: value for field, value in RIGHT.items() if field != missing})
    with pytest.raises(NoGo, match="approve"):
        server.answer(run, RIGHT | {"decision": "perhaps"})
    server.answer(run, RIGHT | {"decision": "reject"})
    assert ended(server, run).ending == "done"
    assert not (tmp_path / "released.txt").exists()
    with pytest.raises(NoGo, match="not paused"):
        server.answer(run, RIGHT)


def test_what_somebody_plants_beside_a_form_is_no_answer_and_keeps_nobody_from_answering(server, tmp_path):
    """Whoever may store inputs for a flow run stores what begins, or is called, like an answer."""
    from prefect.client.orchestration import get_client

    from flows.form_inputs import take_away_planted_answer

    first = "suspended-approval-1-1"
    run = submitted(server, tmp_path)
    with get_client(sync_client=True) as client:

        def plant(key: str, value: object = RIGHT) -> None:
            client.create_flow_run_input(run, key, json.dumps(value))

        # Before there is a form: its answer, what makes the page, who came through the door.
        for what in ("response", "responsex", "schema", "description", "door"):
            plant(f"{first}-{what}")
        assert ended(server, run).ending == "waits"
        assert "£10,651,415.60" in server.form(run)

        # While it waits: the server can store no other answer under the key.
        plant(f"{first}-responsex")
        plant(f"{first}-response")
        with pytest.raises(httpx.HTTPStatusError, match="409"):
            server.answer(run, RIGHT)
        assert take_away_planted_answer(client, client.read_flow_run(run))
        assert not take_away_planted_answer(client, client.read_flow_run(run))

        asked = datetime.now(UTC)
        plant(f"{first}-door", {"person": "first.approver@ilf.example"})
        plant(f"{first}-doorx", {"person": "auditor@ilf.example"})
        server.answer(run, RIGHT | {"control_total": "1.00"})
        assert ended(server, run).ending == "waits"
        assert not take_away_planted_answer(client, client.read_flow_run(run)), "an answer that was given stays"
        server.answer(run, RIGHT)
        assert ended(server, run).ending == "done"
    judged = notes(tmp_path, "judged")
    assert [(each["key"], each["came"]) for each in judged] == [
        ("approval-1-1", "first.approver@ilf.example"),
        ("approval-1-2", ""),
    ]
    assert all(datetime.fromisoformat(each["answered_at"]) >= asked for each in judged)


def test_a_no_go_ends_the_run_in_a_state_of_that_name_with_its_sentence(server, tmp_path):
    run = submitted(server, tmp_path, stopped="The declared total is £1,000.00 short.")
    rest = ended(server, run)
    assert (rest.ending, rest.message) == ("no-go", "The declared total is £1,000.00 short.")


@pytest.mark.long  # every day tests/faults/test_standing.py ends a form in each way
def test_a_run_that_somebody_cancels_or_deletes_is_told_as_that(server, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.states import Cancelled

    cancelled, deleted = submitted(server, tmp_path), submitted(server, tmp_path)
    for run in (cancelled, deleted):
        assert ended(server, run).ending == "waits"
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(cancelled, Cancelled(), force=True)
        client.delete_flow_run(deleted)
    rest = ended(server, cancelled)
    assert (rest.ending, rest.message) == ("failed", "Somebody has cancelled the run in Prefect.")
    with pytest.raises(NoGo, match="somebody has deleted it in Prefect"):
        ended(server, deleted)


@pytest.mark.long  # every day the October of tests/e2e/test_pay_run.py waits through it
def test_a_run_waits_through_the_death_of_server_and_worker_and_pays_once(stack, server, tmp_path):
    from flows.service.client import connect

    run = submitted(server, tmp_path)
    assert ended(server, run).ending == "waits"
    server.form(run)  # stored a moment after the run waits; who loses its process in between is the watch's
    stack.kill()
    stack.start()
    with connect() as again:
        assert [waiting.flow_run_id for waiting in again.waiting()] == [run]
        again.answer(run, RIGHT)
        assert ended(again, run).ending == "done"
    assert (tmp_path / "released.txt").read_text() == "paid"
    assert len(notes(tmp_path, "judged")) == 1


def test_a_stop_in_the_moment_in_which_a_run_begins_to_wait_takes_no_form_away(stack, server, tmp_path):
    """The server knows that a run waits before the run's process has left, and so may whoever stops siller."""
    from flows.service.client import connect

    run = submitted(server, tmp_path)
    while run not in [waiting.flow_run_id for waiting in server.waiting()]:
        time.sleep(0.02)
    stack.stop()
    stack.start()
    with connect() as again:
        again.answer(run, RIGHT)
        assert ended(again, run).ending == "done"
