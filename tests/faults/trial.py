"""One trial: a month that is paid by processes which are killed, and started again until it is done."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from tasks.tenant_context import TenantContext
from tests.faults.asking import Asked, asked
from tests.faults.small_month import BANK_ANSWERS, PARAMETERS, Approvers, Came, came_of, delivered
from tests.faults.steps import emptied
from tests.faults.workshop import Workshop

MOST_STARTS = 200
LONGEST_SECONDS = 300.0
"""That a process may be at work, also on a machine that does much else."""


@dataclass(frozen=True)
class Strike:
    """Who is killed while a process is at work.

    Attributes:
        after: so many seconds after the process was started.
        process: whether the process is killed.
        server: whether the Prefect server is killed; it is started again, as the system does that keeps it.
    """

    after: float
    process: bool = True
    server: bool = False


@dataclass
class Trial:
    """One month in a home of its own.

    Attributes:
        shop: server, nursery and folder.
        name: of its home.
        spared: steps at which none dies.
        deaths: of each ``SIGKILL``, the step that the process at work had come to.
        starts: how many processes worked on the month.
        seconds: how long each of them was at work that ended by itself.
        asked: where the run stood whenever it was asked, around each kill and at each end; none unless ``asks``.
        asks: whether that is asked.
        flow_run: the flow run that is to go on; none for a new one.
    """

    shop: Workshop
    name: str
    spared: frozenset[str] = frozenset()
    deaths: list[str] = field(default_factory=list)
    starts: int = 0
    seconds: list[float] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    asks: bool = False
    flow_run: UUID | None = None

    def __post_init__(self) -> None:
        self.home = self.shop.folder / self.name
        self.server, self.nursery = self.shop.server, self.shop.nursery
        self.context: TenantContext = delivered(self.home)
        self._approvers = Approvers(self.context)

    def finish(self, mortal: Collection[str] | None = ()) -> None:
        """Start processes until the month is paid.

        Args:
            mortal: steps at which a process dies if none has died there before; None for every step there is.
        """
        while not self.once(mortal):
            if self.starts > MOST_STARTS:
                raise AssertionError(f"not done after {MOST_STARTS} starts; the last deaths: {self.deaths[-3:]}")

    def once(self, mortal: Collection[str] | None = (), strike: Strike | None = None) -> bool:
        """Start one process, and wait for its end.

        Args:
            mortal: as for :meth:`finish`.
            strike: who is killed after how long, wherever the process may be by then.

        Returns:
            whether the month is paid.
        """
        self.starts += 1
        flow_run = self._due()
        worker = self._borne(flow_run, mortal)
        began = time.monotonic()
        code = self.nursery.ended(strike.after if strike else LONGEST_SECONDS)
        struck = strike is not None and code is None
        if strike and struck:
            self._ask("at work")
            code = self._struck(worker, strike)
            self._ask("killed")
        elif code == -signal.SIGKILL:
            self._ask("killed")
        else:
            self._ask("ended")
        assert code is not None, f"a process did not end within {LONGEST_SECONDS} seconds"
        if code >= 0 and not struck:
            self.seconds.append(time.monotonic() - began)
        if code == -signal.SIGKILL or (struck and strike and strike.server):
            self.deaths.append(self.last_step())
        return code != -signal.SIGKILL and self._is_paid(flow_run, struck)

    def _ask(self, when: str) -> None:
        if self.asks:
            with self.server.spoken_to():
                self.asked.append(asked(self.context, when, self.last_step(), self.server.is_running))

    def with_a_full_disk(self, step: str) -> str:
        """Start one process whose disk is full from a step on, make room, and return what the run says."""
        self.starts += 1
        flow_run = self._due()
        self._borne(flow_run, (step,), fills=True)
        self.nursery.ended(LONGEST_SECONDS)
        emptied(self.home)
        return self._said(flow_run)

    def tripping(self, commit: str | None = None) -> str:
        """Start one process, which trips over a payee's row before a commit; returns what the run says of it."""
        self.starts += 1
        flow_run = self._due()
        self._borne(flow_run, (), trips_at=commit)
        self.nursery.ended(LONGEST_SECONDS)
        said = self._said(flow_run)
        if said:
            self.deaths.append(f"tripped before the commit of {commit}")
        return said

    def taking_in_answers(self, commit: str | None = None) -> str:
        """Start one process that takes in what the bank has sent, and trips over a payee's row before a commit."""
        from prefect.client.orchestration import get_client
        from prefect.states import Pending

        with self.server.connected() as server, get_client(sync_client=True) as client:
            flow_run = server.submit("bank-answers/ilf", BANK_ANSWERS)
            client.set_flow_run_state(flow_run, Pending())
        self._borne(flow_run, (), trips_at=commit, flow="bank_answers")
        self.nursery.ended(LONGEST_SECONDS)
        return self._said(flow_run)

    def forced_on(self) -> None:
        """Start a process for a run that waits, without an answer, as whoever may call Prefect's API can."""
        from prefect.client.orchestration import get_client
        from prefect.states import Pending

        assert self.flow_run
        with self.server.spoken_to(), get_client(sync_client=True) as client:
            client.set_flow_run_state(self.flow_run, Pending(), force=True)
        self.starts += 1
        self._borne(self.flow_run, ())
        self.nursery.ended(LONGEST_SECONDS)

    def form(self) -> dict[str, str]:
        """What an approver fills in who may answer now."""
        return self._approvers.form()

    def came(self, undisturbed: bytes | None) -> Came:
        return came_of(self.context, undisturbed)

    def steps(self) -> list[str]:
        return self._steps.read_text().splitlines() if self._steps.exists() else []

    def remove(self) -> None:
        """Leave no trace of it: hundreds of homes would fill a disk."""
        shutil.rmtree(self.home)
        self._steps.unlink(missing_ok=True)

    def last_step(self) -> str:
        return (self.steps() or ["its first step"])[-1]

    def _said(self, flow_run: UUID) -> str:
        with self.server.connected() as server:
            return server.follow(flow_run, lambda _: None).message

    def _borne(
        self,
        flow_run: UUID,
        marked: Collection[str] | None,
        fills: bool = False,
        trips_at: str | None = None,
        flow: str = "pay_run",
    ) -> int:
        return self.nursery.bear(
            {
                "home": str(self.home),
                "flow": flow,
                "flow_run": str(flow_run),
                "marked": None if marked is None else list(marked),
                "fills": fills,
                "trips_at": trips_at,
                "spared": [*self.deaths, *self.spared],
                "steps": str(self._steps),
                "log": str(self.home / "worker.log"),
            }
        )

    @property
    def _steps(self) -> Path:
        return self.shop.folder / f"{self.name}.steps"

    def _struck(self, worker: int, strike: Strike) -> int | None:
        if strike.server:
            self.server.kill()
        if strike.process:
            with contextlib.suppress(ProcessLookupError):  # it may have ended for want of its server
                os.kill(worker, signal.SIGKILL)
        if strike.server:
            self._ask("without a server")
            self.server.start()
        return self.nursery.ended(LONGEST_SECONDS)

    def _due(self) -> UUID:
        """A flow run that is due and taken, by what is done outside the harness too.

        The watch starts again what died, also if it waits without a form. A form is answered. What the watch has given
        up, or what has failed for want of its server, a person starts anew.
        """
        from prefect.client.orchestration import get_client
        from prefect.states import Pending

        from flows.service import watch

        with self.server.connected() as server, get_client(sync_client=True) as client:
            watch.look(self.home)
            state = client.read_flow_run(self.flow_run).state if self.flow_run else None
            if self.flow_run is None or state is None or state.is_final():
                self.flow_run = server.submit("pay-run/ilf", PARAMETERS)
            elif state.is_paused():
                server.answer(self.flow_run, self.form())
            client.set_flow_run_state(self.flow_run, Pending())
            return self.flow_run

    def _is_paid(self, flow_run: UUID, struck: bool) -> bool:
        """Whether a process that has ended by itself has paid the month, or found it paid."""
        from prefect.client.orchestration import get_client

        with self.server.spoken_to(), get_client(sync_client=True) as client:
            state = client.read_flow_run(flow_run).state
        assert state is not None
        said = state.message or ""
        # A new start of a month that was paid to its end is told so.
        if state.is_completed() or (self.deaths and "has been paid by" in said):
            return True
        if state.is_paused() or struck:
            return False
        raise AssertionError(f"{state.name}: {said}\n{(self.home / 'worker.log').read_text()[-3000:]}")


@dataclass(frozen=True)
class Undisturbed:
    """A month that nothing happened to.

    Attributes:
        file: its payment file.
        steps: every step that it took at which it could have been killed.
        seconds: how long the longer of its processes was at work.
    """

    file: bytes
    steps: Sequence[str]
    seconds: float


def undisturbed(shop: Workshop) -> Undisturbed:
    """Pay the month without a fault."""
    trial = Trial(shop, "undisturbed")
    trial.finish()
    came = trial.came(None)
    assert came.is_right, came
    (file,) = trial.context.paths.outbox("ilf").glob("*.txt")
    return Undisturbed(file.read_bytes(), trial.steps(), max(trial.seconds))
