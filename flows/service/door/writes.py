"""The three things that a person does through the door: answer a form, start a run, cancel one.

Each is put to Prefect anew. Of what was sent the door takes only what it has looked at, and it says who did it: in the
input beside the form's answer, in a tag of the run, in the message of its state; and in the body's ledger.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flows.service.door.asked import KEEP_LESSONS, PAY_RUN, SETTLE_EXCEPTIONS, Asked, Body, mode_of
from flows.service.door.form_input import plain, plain_schema
from flows.service.door.inside import Found
from flows.service.door.reads import keyset_of, part
from flows.service.door.refusal import Refused, Reply
from schemas.agreement import Role
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period

STARTED_BY = "by:"
"""What begins the tag of a flow run that somebody has started through the door."""
ENDED = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
PARAMETERS = {
    "pay-run": ("tenant", "period", "mode", "today"),
    "bank-answers": ("tenant", "mode", "today"),
    "settle-exceptions": ("tenant", "mode", "today"),
    "keep-lessons": ("tenant", "mode", "today"),
}
"""What a run may be told, by its flow."""

_SETTLING = (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER)
"""Who may be one of the two; which of them may be which is judged with the answer."""

_ANSWERING: dict[str, tuple[Role, ...]] = {
    PAY_RUN: (Role.APPROVER, Role.DECISION_OWNER),
    SETTLE_EXCEPTIONS: _SETTLING,
    KEEP_LESSONS: tuple(Role),
}
"""Who may answer a form, by what its run is; what each of them may say is likewise judged with the answer."""

_STARTING = {SETTLE_EXCEPTIONS: _SETTLING, KEEP_LESSONS: tuple(Role)}
"""Who may start a run; any other is an operator's."""

_NOTHING_MORE = {PAY_RUN: "released", SETTLE_EXCEPTIONS: "settled", KEEP_LESSONS: "kept"}
"""What a run does with an answer that counts."""

_WITHOUT_PROCESS = ("Resuming", "Suspended")


async def answer(asked: Asked) -> Reply:
    """Rebuilt, for who decides, or may settle: plain text for the fields of the form, and beside it who came.

    One answer to a run at a time: else whoever was too late would be taken for the one who was heard.
    """
    flow_run_id = asked.parts["id"]
    async with asked.prefect.turn(flow_run_id):
        run = await asked.seen(flow_run_id)
        mode = mode_of(run["parameters"])
        body = await Body.of_run(run, asked.prefect)
        # Nobody else's answer ever counts; but five wrong ones end the run.
        name = body.acted_on_by(asked.caller, mode, body.of_its_kind(_ANSWERING, ()), "To answer a form")
        keyset = keyset_of(run)
        if not keyset:
            raise Refused("This run shows no form, or not any more. Load the page again.")
        schema = await _schema(asked, keyset["schema"])
        typed = plain(asked.body.get("run_input") or {}, schema.get("properties", {}))
        base = keyset["response"].removesuffix("-response")
        beside = f"/flow_runs/{flow_run_id}/input"
        # What stands there is of an answer that met a server which then died.
        await asked.prefect.ask("DELETE", f"{beside}/{base}-door")
        kept = await asked.prefect.ask("POST", beside, {"key": f"{base}-door", "value": json.dumps({"person": name})})
        if not kept.is_good:
            raise Refused("The server has no time. Nothing was answered: try again.", HTTPStatus.SERVICE_UNAVAILABLE)
        reply = await asked.handed_on({"run_input": {field: text for field, text in typed.items() if text is not None}})
        if not _taken(reply):
            await asked.prefect.ask("DELETE", f"{beside}/{base}-door")
    if _taken(reply):
        said = f"answered the form {base} of the flow run {flow_run_id}"
        asked.record.keep(body.tenant, mode, flow_run_id, name, said)
    return reply


async def _schema(asked: Asked, key: str) -> Found:
    reply = await asked.prefect.ask("GET", f"/flow_runs/{asked.parts['id']}/input/{key}")
    schema = reply.json() if reply.is_good else None
    if not isinstance(schema, dict):
        raise Refused("This run shows no form yet. Load the page again in a moment.")
    return schema


def _taken(reply: Reply) -> bool:
    """Whether Prefect changed the state: the code of its reply is a good one either way."""
    said = reply.json() if reply.is_good else None
    return isinstance(said, dict) and said.get("status") == "ACCEPT"


async def start(asked: Asked) -> Reply:
    """Rebuilt, for an operator, or who may settle: a declared deployment, now, with checked parameters alone."""
    deployment = await asked.prefect.found(f"/deployments/{asked.parts['id']}")
    asked.see(deployment)
    body = Body.of_deployment(deployment)
    flow = (await asked.prefect.found(f"/flows/{deployment['flow_id']}"))["name"]
    if flow not in PARAMETERS or f"kind:{flow}" not in body.kinds:
        raise Refused("This is not a deployment of siller's, so nobody starts it here.")
    _nothing_else(asked.body, deployment)
    given = asked.body.get("parameters") or {}
    parameters = check_parameters(given, PARAMETERS[flow], body.tenant)
    mode = mode_of(parameters)
    roles = body.of_its_kind(_STARTING, (Role.OPERATOR,))
    name = body.acted_on_by(asked.caller, mode, roles, "To start a run")
    reply = await asked.handed_on(
        {
            "parameters": parameters,
            "tags": [f"{STARTED_BY}{name}"],
            "state": {"type": "SCHEDULED"},
            # It may be asked twice while the database is busy, and is one run.
            "idempotency_key": secrets.token_hex(16),
        }
    )
    started = reply.json() if reply.is_good else None
    if isinstance(started, dict):
        said = f"started {flow} {' '.join(str(value) for value in parameters.values() if value)}"
        asked.record.keep(body.tenant, mode, started["id"], name, f"{said}, the flow run {started['id']}")
    return reply


def _nothing_else(body: Mapping[str, Any], deployment: Found) -> None:
    """See that nothing was asked for that the door would have to leave out: who asked would not know.

    The page's form for a start sends the deployment's own tags along.

    Raises:
        Refused: there was.
    """
    later = part(part(body, "state"), "state_details").get("scheduled_time")
    policy = any(part(body, "empirical_policy").values())
    tags = [tag for tag in body.get("tags") or () if tag not in deployment["tags"]]
    more = ("job_variables", "work_queue_name", "context", "infrastructure_document_id", "parent_task_run_id")
    if later or policy or tags or any(body.get(name) for name in more):
        raise Refused(
            "A run is started now, with its own parameters and nothing else: no later time, tags, retries, queue or "
            "job variables. Nothing was started.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )


def check_parameters(given: Mapping[str, Any], names: tuple[str, ...], tenant: str) -> dict[str, str | None]:
    """Return the parameters of a run, each looked at.

    Args:
        given: what was typed, by name; what is not typed is the flow's own default.
        names: those that the flow has.
        tenant: the deployment's body.

    Raises:
        Refused: one is wrong; the message says which.
    """
    typed = plain(given, names)
    if typed.get("tenant") not in (None, tenant):
        raise Refused(f"tenant: this deployment pays {tenant}.", HTTPStatus.UNPROCESSABLE_ENTITY)
    said = {name: text for name in names if (text := typed.get(name))}
    mode = mode_of(said)
    try:
        if "period" in said:
            Period.parsed(said["period"])
        if "today" in said:
            said["today"] = date.fromisoformat(said["today"]).isoformat()
    except NoGo as no_period:
        raise Refused(str(no_period), HTTPStatus.UNPROCESSABLE_ENTITY) from None
    except ValueError:
        raise Refused("today: write a date as YYYY-MM-DD.", HTTPStatus.UNPROCESSABLE_ENTITY) from None
    if "today" in said and mode is Mode.LIVE:
        raise Refused(
            "today: a live run runs as of the real date; leave it empty, or choose rehearsal.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return {**said, "tenant": tenant, "mode": str(mode)}


async def cancel(asked: Asked) -> Reply:
    """Rebuilt, as Cancelling alone: a run with a form that has not ended, with the door's own message and no force."""
    run = await asked.seen(asked.parts["id"])
    if str(part(asked.body, "state").get("type")).upper() != "CANCELLING":
        raise Refused("The one state that people set here is Cancelling (the button Cancel). Nothing was changed.")
    body = await Body.of_run(run, asked.prefect)
    if not body.kinds & set(_NOTHING_MORE):
        raise Refused("Only a run that shows forms is cancelled here. Nothing was changed.")
    mode = mode_of(run["parameters"])
    roles = (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER)
    name = body.acted_on_by(asked.caller, mode, roles, "To cancel a run")
    if run["state_type"] in ENDED:
        raise Refused(f"This run has ended already ({run['state_name']}). Nothing was changed.")
    done = body.of_its_kind(_NOTHING_MORE, "done")
    said = f"Cancelled by {name}, on the Prefect page. Nothing more is {done} by this run."
    state = "CANCELLED" if _has_no_process(run) else "CANCELLING"
    reply = await asked.handed_on({"state": {"type": state, "message": said}, "force": False})
    if _taken(reply):
        asked.record.keep(body.tenant, mode, run["id"], name, f"cancelled the flow run {run['id']}, {run['name']}")
    return reply


def _has_no_process(run: Found) -> bool:
    """Whether there is nothing to end first. Prefect would see that too, and leave the message out."""
    waits = run["state_type"] == "SCHEDULED" and not run.get("infrastructure_pid")
    return waits or run["state_name"] in _WITHOUT_PROCESS


async def validate(asked: Asked) -> Reply:
    """Rebuilt: what is wrong with a form while it is typed; plain text, and a schema that names nothing elsewhere."""
    schema = plain_schema(asked.body.get("schema"))
    values = plain(asked.body.get("values") or {}, schema.get("properties", {}))
    return await asked.handed_on({"schema": schema, "values": values})
