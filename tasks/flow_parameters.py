"""What each flow run was begun with.

A flow run's parameters stand in Prefect's database, and each start of the run, a resume too, is handed what stands
there then. Whoever can write there could let a run that waits for its approval go on for another body, another period
or as a live one. So the first start notes them here, where siller's own account alone writes, and every later one is
held against the note. Homes that share a store note them there, for any of them may go on with the run.
"""

import contextlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import Stopped
from tasks.ledger.journal import OF_NO_RUN
from tasks.settings import Settings
from tasks.storage.atomic_write import open_atomic
from tasks.storage.bucket_address import shared_store
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

Parameters = Mapping[str, str | None]

_OF_ALL_BODIES = "begun-with"
"""In the place of a tenant: none is called so, as their names have no hyphen."""


def check_unchanged(settings: Settings, flow_run_id: str, parameters: Parameters, now: datetime) -> None:
    """Hold a flow run's parameters against what it was begun with; the ledger keeps it if they differ.

    Raises:
        NoGo: they do; or the store that homes share cannot be reached.
    """
    begun = _noted(settings, flow_run_id)
    if begun is None or begun == dict(parameters):
        return
    names = sorted(begun.keys() | parameters.keys())
    changed = [
        f"{sanitise(name)} from {begun.get(name)} to {sanitise(str(parameters.get(name)))}"
        for name in names
        if begun.get(name, "") != parameters.get(name, "")
    ]
    said = (
        f"Somebody changed in Prefect what this flow run is for, after it was begun: {', '.join(changed)}. Nothing was "
        f"done, and its form counts no longer. Find out who, then start the run again: {_command(begun)}"
    )
    _tell(settings, begun, flow_run_id, said, now)
    raise NoGo(said)


def note(settings: Settings, flow_run_id: str, parameters: Parameters) -> None:
    """Note what a flow run is begun with, unless it is noted: the first start's note stays.

    Raises:
        NoGo: another home has noted something else in the same moment; or the store cannot be reached.
    """
    data = (json.dumps(dict(parameters), sort_keys=True) + "\n").encode()
    if store := _shared(settings):
        store.put_if_absent(_name(flow_run_id), data)
        return
    with contextlib.suppress(FileExistsError), open_atomic(_file(settings, flow_run_id), overwrite=False) as file:
        file.write(data)


def _noted(settings: Settings, flow_run_id: str) -> dict[str, str | None] | None:
    if store := _shared(settings):
        text = store.text_of(_name(flow_run_id))
        return None if text is None else dict(json.loads(text))
    file = _file(settings, flow_run_id)
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def _shared(settings: Settings) -> Store | None:
    """Where homes note it together: in one place, for the mode is one of the things that are noted."""
    return shared_store(settings, Mode.LIVE, _OF_ALL_BODIES)


def _file(settings: Settings, flow_run_id: str) -> Path:
    return settings.home / "begun" / _name(flow_run_id)


def _name(flow_run_id: str) -> str:
    return f"{flow_run_id}.json"


def _command(begun: Parameters) -> str:
    rehearsal = " --rehearsal" if begun.get("mode") == Mode.REHEARSAL else ""
    today = f" --today {begun['today']}" if begun.get("today") else ""
    return f"siller run {begun.get('tenant')} --period {begun.get('period') or 'PERIOD'}{rehearsal}{today}"


def _tell(settings: Settings, begun: Parameters, flow_run_id: str, said: str, now: datetime) -> None:
    """Keep in the ledger of the body that the run was begun for what somebody tried with it."""
    with contextlib.suppress(NoGo):  # where there is no ledger the sentence alone has to do
        context = TenantContext(str(begun.get("tenant")), Mode(begun.get("mode") or Mode.LIVE), settings)
        with context.ledger.transaction() as connection:
            run_id = runs.run_of_flow(connection, flow_run_id)
            run = (runs.run_row(connection, run_id).run_no, run_id) if run_id else (0, OF_NO_RUN)
            audit_log.keep(connection, Stopped(audit_log.SILLER, f"begin: {said}"), now, run)
