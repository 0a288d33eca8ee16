"""What is told in Prefect of where the runs stand: in the log, as an artifact and as an event.

Each change is told once. What has been told stands in ``SILLER_HOME/watch/told.json``, written after it has been told:
should siller die in between, it is told again rather than never. What goes to a body's own people is the agreement's to
say (:mod:`tasks.notices`); :mod:`flows.service.dispatcher` does both, by one look.
"""

import hashlib
import json
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.events import Event, RelatedResource, Resource

from flows.service.plan_artifacts import show_plans
from flows.service.standing import Picture
from schemas.pay_run import as_key
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency
from tasks.settings import Settings
from tasks.storage.atomic_write import write_atomic
from tasks.tenant_context import list_without_agreement


def tell(home: Path, seen: Picture) -> list[str]:
    """Tell what has changed since the last time.

    That a run is at work is no news, nor is what was over before siller began to tell.

    Args:
        home: ``SILLER_HOME`` of the processes that work.
        seen: where everything stands.

    Returns:
        what was told, a sentence each.
    """
    settings, before = Settings(home=home), _told(home)
    # What cannot be asked now stands where it stood: it is told when it can be asked again.
    told = {} if not (seen.unasked or seen.refused or seen.busy) else dict(before)
    said = []
    sentences = (seen.unasked, *seen.refused, *seen.set_aside, *seen.called_off, *list_without_agreement(settings))
    for refusal in filter(None, sentences):
        if refusal not in before:
            said.append(refusal)
        told[refusal] = ""
    if not seen.unasked:
        with get_client(sync_client=True) as client:
            news = []
            for standing in seen.standings:
                words = hashlib.sha256(str(standing).encode()).hexdigest()
                was = before.get(standing.key)
                is_news = standing.urgency is not Urgency.OVER or was is not None
                if words != was and is_news and standing.stand is not Stand.RUNS:
                    _tell(client, standing)
                    said.append(str(standing))
                    news.append(standing)
                told[standing.key] = words
                _keep(home, before | told)
            show_plans(client, settings, seen.standings, news)
    _keep(home, told)
    return said


def _tell(client: SyncPrefectClient, standing: Standing) -> None:
    """Leave an artifact and an event. The event is posted, and not put into a queue: what fails is told again."""
    flow_run = UUID(standing.flow_run_id) if standing.flow_run_id else None
    name = standing.stand.name.lower().replace("_", "-")
    artifact = {"key": as_key("standing", standing.key, standing.kind), "type": "markdown", "data": str(standing)}
    client.create_artifact(ArtifactCreate.model_validate({**artifact, "flow_run_id": flow_run}))
    about = {
        "prefect.resource.id": f"siller.run.{as_key(standing.subject)}",
        "prefect.resource.name": standing.subject,
        "siller.tenant": standing.tenant,
        "siller.mode": standing.mode.value,
        "siller.kind": standing.kind,
        "siller.urgency": standing.urgency.name.lower(),
        "siller.about": standing.about,
        "siller.role": standing.role.value if standing.role else "",
    }
    by = {"prefect.resource.id": f"prefect.flow-run.{flow_run}", "prefect.resource.role": "flow-run"}
    event = Event(
        event=f"siller.standing.{name}",
        resource=Resource(about),
        related=[RelatedResource(by)] if flow_run else [],
        payload={
            "said": str(standing),
            "until": standing.until.isoformat() if standing.until else None,
            "command": standing.command or None,
        },
    )
    client.request("POST", "/events", json=[event.model_dump(mode="json")])


def _told(home: Path) -> dict[str, str]:
    """What has been told; nothing if that cannot be read: it is told again."""
    try:
        found = json.loads(_file(home).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _keep(home: Path, told: dict[str, str]) -> None:
    if told == _told(home):
        return
    write_atomic(_file(home), json.dumps(told, indent=2).encode())


def _file(home: Path) -> Path:
    return home / "watch" / "told.json"
