"""Which extracts have arrived in a body's landing, and which of them a run is to be started for.

A schedule of Prefect's starts each period at the moment at which its extract is due. What came later, or fell due while
nothing ran, is started by what this says.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from schemas.bank_days import LONDON
from schemas.incoming import Incoming, read
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.planned_periods import list_planned
from schemas.standing.tables import TO_BE_STARTED
from tasks.ingest.landing_bucket import list_declared
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class ToStart:
    """A period that a run is to be started for.

    Attributes:
        period: which.
        once: what the run is for: the period and what has arrived of it.
    """

    period: Period
    once: str


def find_arrived(context: TenantContext) -> dict[Period, tuple[str, ...]]:
    """The periods whose own extract has arrived with its manifest, each with the hashes of its manifests.

    What pays beside it, such as arrears, says nothing of whether everybody of the period can be paid. Where extracts
    land in a bucket the network is asked: call it while no ledger is held.

    Raises:
        NoGo: the bucket cannot be reached, or the setting names none.
    """
    found: dict[Period, tuple[str, ...]] = {}
    for manifest, sha256 in (*_in_folder(context), *list_declared(context)):
        if manifest.kind.is_paid_on_the_pay_day:
            found[manifest.pay_period] = (*found.get(manifest.pay_period, ()), sha256)
    return found


def _in_folder(context: TenantContext) -> Iterator[tuple[Manifest, str]]:
    """The manifests in a tenant's folder whose extract is there too, each with its SHA-256; none where it is unused."""
    landing = context.paths.landing(context.tenant)
    for path in sorted(landing.glob("*.manifest.json")) if context.settings.landing is None else ():
        if path.name.startswith("."):
            continue
        with suppress(NoGo):  # the run that takes it in says what is wrong with it
            content = read(path, Incoming.DOCUMENT)
            manifest = Manifest.parsed(content, path.name, context.tenant)
            if (landing / manifest.extract).exists():
                yield manifest, hashlib.sha256(content).hexdigest()


def list_to_start(context: TenantContext, begun: Collection[Period], now: datetime) -> Iterator[ToStart]:
    """The periods whose extract is here and was due a while ago, and of which no run has begun.

    Once the time to approve is over nothing is started by itself any more: the body agrees another day first.

    Args:
        context: the tenant's.
        begun: the periods of which there is a run that pays everybody, whatever became of it.
        now: the time that counts.

    Raises:
        NoGo: the bucket in which extracts land cannot be reached, or the setting names none.
    """
    due = [
        dates.period
        for dates in list_planned(context.calendar, now.astimezone(LONDON).date())
        if dates.extract_due + TO_BE_STARTED <= now < dates.approve_by and dates.period not in begun
    ]
    arrived = find_arrived(context) if due else {}
    for period in due:
        if period in arrived:
            yield ToStart(period, f"{context.tenant} {period} {' '.join(arrived[period])}")
