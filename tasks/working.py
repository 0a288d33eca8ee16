"""A stage at work: what every ``task.py`` has around it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from tasks.guard import guarded
from tasks.ledger import runs
from tasks.lineage.events import Told, emitting
from tasks.office import Office, clock
from tasks.settings import Settings


@dataclass(frozen=True)
class Work:
    """What a stage works with.

    Attributes:
        office: the tenant's.
        now: the time that counts.
        told: takes the stage's figures, for lineage.
    """

    office: Office
    now: datetime
    told: Told


@contextmanager
def working(stage: str, run_id: str, today: date | None) -> Iterator[Work]:
    """Let only sentences out, and tell lineage of the stage, unless it was done by an earlier start.

    Raises:
        NoGo: as the stage raised it.
        Fault: anything else went wrong.
    """
    with guarded(stage):
        office = Office.of_run(run_id, Settings())
        now = clock(office.mode, today)
        with office.ledger.opened() as connection:
            done = stage in runs.stages_done(connection, run_id)
        if done:
            yield Work(office, now, Told())
            return
        with emitting(office.places, run_id, stage) as told:
            yield Work(office, now, told)
