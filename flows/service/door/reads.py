"""What a person reads through the door: one thing of theirs, or lists to which the door has added whose they are.

Bodies share one Prefect server. Every flow run and deployment of ``prefect.yaml`` carries its body's tag, so a list of
runs is narrowed by Prefect's own filter, and a single thing is read only for a run that carries a tag of the caller's.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flows.service.door.asked import Asked
from flows.service.door.inside import Found
from flows.service.door.refusal import UNKNOWN, Refused, Reply

_OR = "Write one filter after the other, not one or the other: siller adds to each whose runs you may see."


async def of_nobody(asked: Asked) -> Reply:
    """Read as it stands: it says nothing of a body, or no more than that there is one."""
    return await asked.handed_on(asked.body if asked.method == "POST" else None)


async def settings(_: Asked) -> Reply:
    """Answered by the door: the one word that the pages need, and no setting."""
    return Reply.of({"PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": False})


async def by_their_runs(asked: Asked) -> Reply:
    """Narrowed to the runs of the person's body, by its tag."""
    return await asked.handed_on(_narrowed(asked, "flow_runs"))


async def by_their_deployments(asked: Asked) -> Reply:
    """Narrowed to the deployments of the person's body, by its tag."""
    narrowed = _narrowed(asked, "deployments")
    if asked.caller.tags is not None and asked.body.keys() & {"flow_runs", "task_runs"}:
        # A flow is every body's: whether it has such a run would be answered of another body's runs too.
        narrowed = {**narrowed, **_narrowed(asked, "flow_runs"), "deployments": narrowed["deployments"]}
    return await asked.handed_on(narrowed)


def _narrowed(asked: Asked, what: str) -> Mapping[str, Any]:
    if asked.caller.tags is None:
        return asked.body
    return {**asked.body, what: with_tags(part(asked.body, what), asked.caller.tags)}


def with_tags(wanted: Mapping[str, Any], tags: list[str]) -> dict[str, Any]:
    """Add to a filter of Prefect's that what it finds carries these tags.

    Raises:
        Refused: the filter is one that nothing can be added to.
    """
    asked_tags = part(wanted, "tags")
    if "or_" in (wanted.get("operator"), asked_tags.get("operator")):
        raise Refused(_OR, HTTPStatus.UNPROCESSABLE_ENTITY)
    named = asked_tags.get("all_") or []
    if not isinstance(named, list):
        raise Refused("tags: all_ is a list of them.", HTTPStatus.UNPROCESSABLE_ENTITY)
    # Nothing carries a tag of no name: whom no body names sees nothing.
    return {**wanted, "tags": {**asked_tags, "all_": [*named, *(tags or [""])]}}


async def by_their_events(asked: Asked) -> Reply:
    """Narrowed to events that name the tag of the person's body among what they relate to."""
    if asked.caller.tags is None:
        return await asked.handed_on(asked.body)
    wanted = part(asked.body, "filter")
    related = wanted.get("related") or []
    theirs = {"resources_in_roles": [[f"prefect.tag.{tag}", "tag"] for tag in asked.caller.tags or [""]]}
    narrowed = [*(related if isinstance(related, list) else [related]), theirs]
    return await asked.handed_on({**asked.body, "filter": {**wanted, "related": narrowed}})


async def of_their_logs(asked: Asked) -> Reply:
    """Read for runs of the person's body that are named one by one: Prefect's filter of logs knows no tags."""
    wanted = part(asked.body, "logs")
    if asked.caller.tags is not None:
        if wanted.get("operator") == "or_":
            raise Refused(_OR, HTTPStatus.UNPROCESSABLE_ENTITY)
        for flow_run_id in _ids(part(wanted, "flow_run_id").get("any_")) or await _runs_of(asked, wanted):
            await asked.seen(flow_run_id)
    return await asked.handed_on({**asked.body, "logs": wanted})


async def _runs_of(asked: Asked, wanted: Mapping[str, Any]) -> list[object]:
    tasks = _ids(part(wanted, "task_run_id").get("any_"))
    if not tasks:
        raise Refused("Say of which runs: logs are read a run at a time.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return [(await asked.prefect.found(f"/task_runs/{each}")).get("flow_run_id") for each in tasks]


async def for_their_runs(asked: Asked) -> Reply:
    """Read for runs of the person's body that are named one by one."""
    runs = _ids(asked.body.get("flow_run_ids"))
    if asked.caller.tags is not None:
        for flow_run_id in runs:
            await asked.seen(flow_run_id)
    return await asked.handed_on({"flow_run_ids": runs})


async def one_run(asked: Asked) -> Reply:
    """Read if the run is of the person's body."""
    (flow_run_id,) = _ids([asked.parts.get("id") or asked.query.get("flow_run_id")])
    await asked.seen(flow_run_id)
    return await asked.handed_on()


async def one_deployment(asked: Asked) -> Reply:
    """Read if the deployment is of the person's body."""
    deployment = await asked.prefect.found(asked.path)
    asked.see(deployment)
    return Reply.of(deployment)


async def one_of_a_run(asked: Asked) -> Reply:
    """Read if it belongs to a run of the person's body."""
    thing = await asked.prefect.found(asked.path)
    await _see_its_run(asked, thing)
    return Reply.of(thing)


async def states_of_a_task_run(asked: Asked) -> Reply:
    """Read if the task run belongs to a run of the person's body."""
    (task_run_id,) = _ids([asked.query.get("task_run_id")])
    await _see_its_run(asked, await asked.prefect.found(f"/task_runs/{task_run_id}"))
    return await asked.handed_on()


async def _see_its_run(asked: Asked, thing: Found) -> None:
    if asked.caller.tags is not None:
        await asked.seen(thing.get("flow_run_id"))


async def form(asked: Asked) -> Reply:
    """Read if it is the form that a run of the person's body shows, or the pack above it; never an answer.

    Raises:
        Refused: it is anything else that is kept beside the run, or the run shows no form.
    """
    run = await asked.seen(asked.parts["id"])
    if asked.parts["key"] not in [keyset_of(run).get(part) for part in ("schema", "description")]:
        raise Refused(UNKNOWN, HTTPStatus.NOT_FOUND)
    return await asked.handed_on()


def keyset_of(run: Found) -> Mapping[str, str]:
    """The names under which the form of a suspended run is kept; none where it shows none."""
    state = run.get("state") or {}
    keyset: Mapping[str, str] | None = (state.get("state_details") or {}).get("run_input_keyset")
    return keyset or {} if state.get("type") == "PAUSED" else {}


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of what was sent that is an object itself; an empty one where it is left out.

    Raises:
        Refused: it is anything else.
    """
    found = body.get(name) or {}
    if not isinstance(found, dict):
        raise Refused(f"{name}: this is no JSON object.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return found


def _ids(found: object) -> list[str]:
    if found is None:
        return []
    if not isinstance(found, Iterable) or not all(_is_id(each) for each in found):
        raise Refused("Ids are a list of them, each a UUID.", HTTPStatus.UNPROCESSABLE_ENTITY)
    return list(found)


def _is_id(each: object) -> bool:
    try:
        return isinstance(each, str) and str(UUID(each)) == each.lower()
    except ValueError:
        return False
