"""OpenLineage events of a stage, one JSON object a line in a file of the machine's own.

Lineage is told, never asked: whatever goes wrong with it, the payment goes on and a warning says what was lost.
The transport is made here and not looked up, because a variable or file of the environment could send events, and
the client's own defaults print them.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.no_go import NoGo
from tasks.clock import clock
from tasks.error_boundary import Fault
from tasks.ledger.catalogue.figures import Figures
from tasks.storage.paths import Paths

if TYPE_CHECKING:
    from openlineage.client.event_v2 import RunEvent


log = logging.getLogger(__name__)

_PATIENCE = 5.0  # seconds to wait for other writers of the file


@dataclass
class Told:
    """What a stage tells of its work once it is done.

    Attributes:
        figures: what it records in the journal, once it has: counts and hashes become row counts and versions of
            datasets.
    """

    figures: Figures | None = None


@contextmanager
def emitting(paths: Paths, run_id: str, stage: str) -> Iterator[Told]:
    """Emit START now, and COMPLETE, FAIL or ABORT at the end of the block.

    What the stage reads and writes stands in ``tasks/ledger/catalogue/lineage.py``. Of a failure the event carries the
    sentence of a :class:`NoGo` or a :class:`Fault`, which never hold personal data, and else only its kind.

    Args:
        paths: where the events go.
        run_id: the pay run.
        stage: the stage, by its name in the journal.

    Yields:
        what the block is to give its figures to, before it ends.
    """
    told = Told()
    _emit(paths, run_id, stage, "START", told)
    try:
        yield told
    except Exception as error:
        said = str(error) if isinstance(error, NoGo | Fault) else type(error).__name__
        _emit(paths, run_id, stage, "FAIL", told, said)
        raise
    except BaseException:
        _emit(paths, run_id, stage, "ABORT", told)
        raise
    _emit(paths, run_id, stage, "COMPLETE", told)


def tell(paths: Paths, run_id: str, stage: str, figures: Figures) -> None:
    """Emit START and COMPLETE of a stage that is done, where only then is known that it was one, and whose.

    The answer to a form may not count, and a bank's file says itself which run it is about.
    """
    with emitting(paths, run_id, stage) as told:
        told.figures = figures


def _emit(paths: Paths, run_id: str, stage: str, ending: str, told: Told, error: str | None = None) -> None:
    try:
        # Imported here: it takes a second, and not even that may stop a payment.
        from tasks.lineage.facets import event

        _append(paths.lineage(), event(run_id, stage, ending, clock(paths.mode, None), told.figures, error))
    except Exception as failure:  # noqa: BLE001  # whatever it is, a payment does not stop for it
        log.warning("Lineage: %s of %s, %s was not recorded: %s.", ending, run_id, stage, type(failure).__name__)


def _append(path: Path, event: "RunEvent") -> None:
    """Append one line, whole even when tenants run side by side: a long line is written in several pieces."""
    from openlineage.client.transport.file import FileConfig, FileTransport

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        _lock(descriptor)
        FileTransport(FileConfig(str(path), append=True)).emit(event)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
