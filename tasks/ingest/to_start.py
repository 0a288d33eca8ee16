"""Which extracts have arrived in a body's landing folder, and which of them a run is to be started for.

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

    What pays beside it, such as arrears, says nothing of whether everybody of the period can be paid. What a bucket has
    is not looked for: a look there costs a request for every object.
    """
    found: dict[Period, tuple[str, ...]] = {}
    landing = context.paths.landing(context.tenant)
    for path in sorted(landing.glob("*.manifest.json")):
        if path.name.startswith("."):
            continue
        with suppress(NoGo):  # the run that takes it in says what is wrong with it
            content = read(path, Incoming.DOCUMENT)
            manifest = Manifest.parsed(content, path.name, context.tenant)
            if manifest.kind.is_paid_on_the_pay_day and (landing / manifest.extract).exists():
                others = found.get(manifest.pay_period, ())
                found[manifest.pay_period] = (*others, hashlib.sha256(content).hexdigest())
    return found


def list_to_start(context: TenantContext, begun: Collection[Period], now: datetime) -> Iterator[ToStart]:
    """The periods whose extract is here and was due a while ago, and of which no run has begun.

    Once the time to approve is over nothing is started by itself any more: the body agrees another day first.

    Args:
        context: the tenant's.
        begun: the periods of which there is a run that pays everybody, whatever became of it.
        now: the time that counts.
    """
    arrived = find_arrived(context)
    if not arrived.keys() - set(begun):
        return
    for dates in list_planned(context.calendar, now.astimezone(LONDON).date()):
        is_time = dates.extract_due + TO_BE_STARTED <= now < dates.approve_by
        if is_time and dates.period in arrived and dates.period not in begun:
            yield ToStart(dates.period, f"{context.tenant} {dates.period} {' '.join(arrived[dates.period])}")
