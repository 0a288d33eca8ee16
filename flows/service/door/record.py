"""Who did what through the door, written into the body's own ledger.

A thread does it, one act after another: a ledger that is at work makes nobody wait at the page, and stops no
cancelling. Where an act cannot be written the server's log says so; Prefect's own database still has the name (the
state's message, the tag ``by:NAME``, the input ``…-door``).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import BoundedSemaphore

from prefect.logging import get_logger

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import AtTheDoor
from tasks.ledger.journal import OF_NO_RUN
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

MOST_WAITING = 100
PATIENCE_SECONDS = 30.0


class Record:
    """Keeps acts, in the order in which they come.

    Args:
        settings: of this machine.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._thread = ThreadPoolExecutor(1, "acts at the door")
        self._room = BoundedSemaphore(MOST_WAITING)

    def keep(self, tenant: str, mode: Mode, flow_run_id: str, name: str, said: str) -> None:
        """Have it written that somebody did something to a flow run; return at once."""
        if not self._room.acquire(blocking=False):
            get_logger("door").error(
                "Not in the ledger of %s, for %d acts wait already: %s.", tenant, MOST_WAITING, said
            )
            return
        self._thread.submit(self._keep, TenantContext(tenant, mode, self._settings), flow_run_id, name, said)

    def _keep(self, context: TenantContext, flow_run_id: str, name: str, said: str) -> None:
        try:
            with replace(context.ledger, patience=PATIENCE_SECONDS).transaction() as connection:
                run_id = runs.run_of_flow(connection, flow_run_id)
                run = (runs.run_row(connection, run_id).run_no, run_id) if run_id else (0, OF_NO_RUN)
                audit_log.keep(connection, AtTheDoor(name, said), clock(context.mode, None), run)
        except NoGo as no_go:
            _not_written(context.tenant, name, said, str(no_go))
        except Exception as error:  # noqa: BLE001  # the next act is written all the same
            _not_written(context.tenant, name, said, kind_and_place(error))
        finally:
            self._room.release()


def _not_written(tenant: str, name: str, said: str, why: str) -> None:
    get_logger("door").error("Not in the ledger of %s: %s %s. %s", tenant, name, said, why)
