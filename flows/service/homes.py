"""The homes that work at one Prefect server: which of them live, and which of them works on a flow run.

Each home has a name. A flow run says by a label which home's process works on it. Homes that share a store vouch for
their runs too: while any process of a home lives, it beats in a work pool of Prefect's as a worker does. So a run that
is slow, or stopped alone, is never taken by another home; that of a home of which nothing new is heard any more is.
Watches beat apart, at each of their looks: one that hangs in what it does leads no longer, while its home's runs live.

Import this only after :func:`flows.service.environment.prepare`: it imports Prefect.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import FlowRun, Worker
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.logging import get_logger

from tasks.error_boundary import kind_and_place
from tasks.storage.home_name import name_of

T = TypeVar("T")

POOL = "siller-homes"
"""Its workers are the homes; nothing is ever submitted to it."""
WATCHES = "siller-watches"
"""Its workers are the watches of these homes, by the same names; nothing is ever submitted to it."""
LABEL = "siller.home"
_SAID = {
    POOL: "The homes that share siller's store, and which of them live. Nothing is submitted here.",
    WATCHES: "The watches of the homes that share siller's store; the first by name acts. Nothing is submitted here.",
}
BEATS_EVERY_SECONDS = 15
SILENT_LOOKS = 7
"""So many looks in a row, 20 s apart, must find nothing new of a home before it is taken for gone."""


def holder_of(run: FlowRun) -> str:
    """The home whose process began last to work on a flow run; empty where none has, or it was taken from it."""
    return str(run.labels.get(LABEL) or "")


def claim(client: SyncPrefectClient, flow_run_id: UUID, name: str) -> None:
    """Say that a home works on a flow run; an empty name: that none does any more."""
    client.update_flow_run_labels(flow_run_id, {LABEL: name})


def online(client: SyncPrefectClient) -> set[str]:
    """The homes that Prefect says it has heard of lately."""
    return {worker.name for worker in _workers(client, POOL) if worker.status == "ONLINE"}


def _workers(client: SyncPrefectClient, pool: str) -> list[Worker]:
    """Every one that ever beat in a pool; none where no home shares a store."""
    return _unless_missing(lambda: client.read_workers_for_work_pool(pool)) or []


def start_beating(home: Path, ended: threading.Event) -> None:
    """Vouch for a home's runs, in a thread of this process, until told to end or the process ends."""
    threading.Thread(target=_beat, args=(name_of(home), ended), daemon=True).start()


def _beat(name: str, ended: threading.Event) -> None:
    logger = get_logger("homes")
    while True:
        try:
            with get_client(sync_client=True) as client:
                beat(client, name)
        except Exception as error:  # noqa: BLE001  # whatever it is, the next beat may be heard
            logger.warning("This home could not say that it lives (%s); it tries again.", kind_and_place(error))
        if ended.wait(BEATS_EVERY_SECONDS):
            return


def beat(client: SyncPrefectClient, name: str, pool: str = POOL) -> None:
    """Let Prefect hear of a home, or of its watch, once; the first one makes the work pool."""

    def heard() -> bool:
        client.send_worker_heartbeat(pool, name, BEATS_EVERY_SECONDS)
        return True

    if _unless_missing(heard) is None:
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(WorkPoolCreate(name=pool, type="process", description=_SAID[pool]))
        heard()


def _unless_missing(ask: Callable[[], T]) -> T | None:
    """What is answered; None where Prefect knows no such work pool."""
    try:
        return ask()
    except ObjectNotFound:
        return None
    except httpx.HTTPStatusError as error:
        if error.response.status_code == HTTPStatus.NOT_FOUND:
            return None
        raise


class Neighbours:
    """What the watch of a home that shares a store knows of the others, by its own looks alone.

    No clock is asked: a beat is another one if it says another time. A server that was away has heard of nobody
    meanwhile, so a look that fails lets all counts begin anew.

    Args:
        home: ``SILLER_HOME``.
        finds_store: whether this machine finds the store now: who does not leads no other.
    """

    def __init__(self, home: Path, finds_store: Callable[[], bool] = lambda: True) -> None:
        self._own, self._finds_store = name_of(home), finds_store
        self._silent: dict[str, dict[str, int]] = {}
        self._heard: dict[str, dict[str, datetime | None]] = {}

    def look(self, client: SyncPrefectClient) -> None:
        """Let this home's watch be heard of, if it finds the store, and see of whom else there is anything new."""
        before, silent = self._heard, self._silent
        self._heard, self._silent = {}, {}
        if self._finds_store():
            beat(client, self._own, WATCHES)
        for pool in (POOL, WATCHES):
            was, so_far = before.get(pool, {}), silent.get(pool, {})
            heard = {worker.name: worker.last_heartbeat_time for worker in _workers(client, pool)}
            unchanged = {name for name, last in heard.items() if was.get(name) == last}
            self._silent[pool] = {name: so_far.get(name, 0) + 1 if name in unchanged else 0 for name in heard}
            self._heard[pool] = heard

    @property
    def leads(self) -> bool:
        """Whether this home is the one that acts where one is enough: the first by name whose watch is not gone.

        Where no watch finds the store, somebody has to tell people that: the first of the homes that live.
        """
        heard = self._list_heard(WATCHES) or self._list_heard(POOL)
        return min(heard, default="") == self._own

    def is_gone(self, name: str) -> bool:
        """Whether a home that once beat has been silent for so long that its runs are taken over."""
        return self._is_silent(name, POOL)

    def _list_heard(self, pool: str) -> list[str]:
        return [name for name in self._silent.get(pool, {}) if not self._is_silent(name, pool)]

    def _is_silent(self, name: str, pool: str) -> bool:
        return self._silent.get(pool, {}).get(name, 0) >= SILENT_LOOKS
