"""What Prefect keeps of a form: each thing under a key of its own, and read by that very key.

Prefect finds inputs by the beginning of their key, and takes any input that somebody stores for a flow run. So what
begins like a form's answer is not its answer, and what stands there before the form was shown is nobody's.
"""

import contextlib
import json
from collections.abc import Collection
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun, FlowRunInput

RESPONSE, DESCRIPTION, DOOR = "response", "description", "door"

_PAGE = 200


def base_of(key: str) -> str:
    """What the keys of all that Prefect keeps of a form begin with, given the key that it was suspended under."""
    return f"suspended-{key}"


def read_input(client: SyncPrefectClient, flow_run_id: UUID, key: str, what: str) -> FlowRunInput | None:
    """Read what a form has under one key, with the time at which the server stored it; None if there is nothing.

    Args:
        client: of the server.
        flow_run_id: whose form.
        key: which form.
        what: ``RESPONSE``, its answer; ``DESCRIPTION``, what stands above it; ``DOOR``, who came through the door with
            the answer.
    """
    exact = f"{base_of(key)}-{what}"
    return next((each for each in _beginning_with(client, flow_run_id, exact) if each.key == exact), None)


def came_through(client: SyncPrefectClient, flow_run_id: UUID, key: str) -> str:
    """By whose password a form's answer came through the server's door; empty where the server has no door."""
    stored = read_input(client, flow_run_id, key, DOOR)
    with contextlib.suppress(ValueError):
        said = json.loads(stored.value) if stored else None
        if isinstance(said, dict) and isinstance(said.get("person"), str):
            return str(said["person"])
    return ""


def take_away_planted(client: SyncPrefectClient, flow_run_id: UUID, key: str) -> None:
    """Take away whatever stands under a form that has not been shown yet.

    An answer there would be the first one to be read, with a time before the form's; and the server could store no
    other, so that every approver would be turned away.
    """
    for each in _beginning_with(client, flow_run_id, f"{base_of(key)}-"):
        _take_away(client, flow_run_id, each.key)


def take_away_planted_answer(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Take away an answer that stands under the form of a run that still waits; whether there was one.

    Prefect stores an answer and wakes the run in one transaction, so it cannot be somebody's answer. As long as it
    stands there nobody else's is taken, so nothing can come between looking and taking away.
    """
    key = _waits_under(run)
    if (
        not key
        or read_input(client, run.id, key, RESPONSE) is None
        or _waits_under(client.read_flow_run(run.id)) != key
    ):
        return False
    _take_away(client, run.id, f"{base_of(key)}-{RESPONSE}")
    return True


def _waits_under(run: FlowRun) -> str | None:
    return run.state.state_details.pause_key if run.state and run.state.is_paused() else None


def _take_away(client: SyncPrefectClient, flow_run_id: UUID, exact: str) -> None:
    try:
        client.delete_flow_run_input(flow_run_id, exact)
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:  # whoever planted it may take it away too
            raise


def _beginning_with(client: SyncPrefectClient, flow_run_id: UUID, prefix: str) -> Collection[FlowRunInput]:
    """All inputs of a flow run whose key begins so, however many somebody has planted."""
    found: dict[str, FlowRunInput] = {}
    while page := client.filter_flow_run_input(flow_run_id, prefix, _PAGE, set(found)):
        found |= {each.key: each for each in page}
    return found.values()
