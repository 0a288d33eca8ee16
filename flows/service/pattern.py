"""The deployments of every body: what ``prefect.yaml`` declares once, filled in from each agreement.

``siller up`` serves the result, and ``siller deployments`` writes it for ``prefect deploy --all``. Import this only
after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import yaml
from prefect.utilities.templating import apply_values

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.sanitise import in_markdown, sanitise
from tasks.settings import Settings
from tasks.tenant_context import TenantContext, tenants

FOR_EACH_BODY = "{{ tenant }}"
"""The name of a deployment that every body has."""
LINEAGE = "kind:lineage"
"""The tag of the deployment that is left out where no store of lineage is named."""
DEFAULT_QUEUE = "default"
"""The work queue that every work pool of Prefect's has."""
_QUEUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_BUILD_STEP = "source."
"""What a build step finds out is filled in later: when the deployments are registered."""


@dataclass(frozen=True)
class Declared:
    """A ``prefect.yaml`` for all bodies of this machine.

    Attributes:
        plan: what stands in it; the placeholders of Prefect's own steps are still to be filled in.
        bodies: the tenants that have deployments.
        known: the tenants with an agreement, whether it can be read or not.
        said: a sentence for each body that has none, and for each whose schedule ends early.
    """

    plan: dict[str, Any]
    bodies: tuple[str, ...]
    known: tuple[str, ...]
    said: tuple[str, ...]


def declare(pattern: Path, settings: Settings, now: datetime) -> Declared:
    """Fill the pattern in for each body whose agreement and contract can be read; the others make it none the worse.

    Args:
        pattern: the ``prefect.yaml`` of the project.
        settings: of this machine; the bodies are those of its contracts.
        now: the time that counts: what was due before has no schedule.

    Raises:
        NoGo: a work queue is called as none can be.
    """
    plan = yaml.safe_load(pattern.read_text())
    known = tenants(settings)
    bodies, entries = list[str](), list[dict[str, Any]]()
    _check_queues(settings)
    said = [
        f"SILLER_WORK_QUEUES names {sanitise(tenant)}, which has no agreement here."
        for tenant in sorted(settings.work_queues.keys() - known)
    ]
    for tenant in known:
        context = TenantContext(tenant, Mode.LIVE, settings)
        try:
            _ = context.contract
            due, without = _schedules(context, now)
            body = in_markdown(context.agreement.name)
        except NoGo as no_go:
            said.append(f"{tenant} is not served, and its schedules stand as they were: {no_go}")
            continue
        bodies.append(tenant)
        queue = settings.work_queues.get(tenant, DEFAULT_QUEUE)
        values = {"tenant": tenant, "body": body, "extract_due": due, "work_queue": queue}
        entries += [apply_values(entry, values, skip_prefixes=[_BUILD_STEP]) for entry in _of_each_body(plan)]
        said += [f"{tenant}: no run is scheduled for {period}: {no_go}" for period, no_go in without[:1]]
    others = [
        apply_values(entry, {"work_queue": DEFAULT_QUEUE}, skip_prefixes=[_BUILD_STEP])
        for entry in plan["deployments"]
        if entry["name"] != FOR_EACH_BODY and (LINEAGE not in entry["tags"] or settings.lineage_url)
    ]
    plan.pop("definitions", None)  # they stand in each deployment by now
    return Declared(plan | {"deployments": [*entries, *others]}, tuple(bodies), tuple(known), tuple(said))


def _check_queues(settings: Settings) -> None:
    for tenant, queue in settings.work_queues.items():
        if not _QUEUE.fullmatch(queue):
            raise NoGo(
                f"SILLER_WORK_QUEUES has {sanitise(queue)!r} for {sanitise(tenant)}, which is no name of a work queue: "
                "letters, digits, - and _ make one."
            )


def _of_each_body(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (entry for entry in plan["deployments"] if entry["name"] == FOR_EACH_BODY)


def _schedules(context: TenantContext, now: datetime) -> tuple[list[dict[str, Any]], list[tuple[Period, NoGo]]]:
    """A schedule for each period to come, to the end of next year, and the periods of which nobody can tell the day.

    The last period of the year before may be due after New Year: it may go on past it, or have a later day agreed.

    Each has its period by name: a run that begins late, or is begun again, is still for that one.
    """
    due, without = [], []
    periods = context.agreement.periods
    for period in chain.from_iterable(map(periods.of_year, (now.year - 1, now.year, now.year + 1))):
        try:
            moment = context.calendar.of_period(period).extract_due.astimezone(LONDON)
        except NoGo as no_go:
            if period.last >= now.date():
                without.append((period, no_go))
        else:
            if moment > now:
                due.append(_once(period, moment))
    return due, without


def _once(period: Period, moment: datetime) -> dict[str, Any]:
    return {
        "slug": str(period),
        "rrule": f"DTSTART:{moment:%Y%m%dT%H%M%S}\nRRULE:FREQ=DAILY;COUNT=1",
        "timezone": LONDON.key,
        "parameters": {"period": str(period)},
    }
