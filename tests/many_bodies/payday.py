"""The day itself: every body's month submitted at once, answered as approvers do, released, and reconciled."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import FlowRun

from flows.service import flow_runs, homes
from flows.service.client import Server, connect
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.practice_bank.bank import answer
from tasks.reconcile.telling import tell_run
from tasks.storage.paths import Paths
from tasks.verify import problems
from tests.benchmarks.extract import PAY_DAY, PERIOD, TODAY
from tests.e2e.standard_18 import read
from tests.many_bodies.bodies import RECONCILED_ON, Body
from tests.many_bodies.machines import Machines
from tests.people import code_now

POLL_SECONDS = 1.0
AT_REST_SECONDS = 20.0
_REASON = "all: The first month with siller, compared with the body's own list by hand."
Meanwhile = Callable[[int], None]
"""Told now and then how many are done."""
Seen = Callable[[Server, FlowRun], None]
"""Shown now and then each flow run that is not done."""


@dataclass
class Leg:
    """One way of all bodies.

    Attributes:
        seconds: by the clock, from the first that was submitted to the last that was done.
        processor: processor seconds, by whose they are.
        each: seconds of each body, from its own submission to its own end.
        homes: the names of those that worked on them.
    """

    seconds: float
    processor: Mapping[str, float]
    each: Mapping[str, float]
    homes: frozenset[str]

    @property
    def high(self) -> float:
        """Within so many seconds 95 bodies in 100 were done."""
        each = list(self.each.values())
        return statistics.quantiles(each, n=20, method="inclusive")[-1] if len(each) > 1 else each[0]

    def of(self, tenants: Iterable[str]) -> "Leg":
        """The same with some of the bodies alone; processor seconds are of all of them."""
        return replace(self, each={tenant: self.each[tenant] for tenant in tenants})


@dataclass
class Payday:
    """What is done around siller on the day.

    Attributes:
        machines: on which everything runs.
        bodies: who is paid.
        patience: seconds that a leg may take.
        legs: what each took, by its name.
        at_rest_a_minute: processor seconds that everything takes in a minute in which nothing is to be done.
    """

    machines: Machines
    bodies: Sequence[Body]
    patience: float
    legs: dict[str, Leg] = field(default_factory=dict)
    at_rest_a_minute: float = 0.0

    def at_rest(self) -> None:
        """See what is used while nobody pays anything: whoever takes long by the clock is charged with that too."""
        used, begun = self.machines.processor_seconds(), time.time()
        time.sleep(AT_REST_SECONDS)
        now, took = self.machines.processor_seconds(), (time.time() - begun) / 60
        self.at_rest_a_minute = sum(now[whose] - used[whose] for whose in now) / took

    def to_the_form(self, meanwhile: Meanwhile = lambda _: None) -> dict[str, UUID]:
        """Submit every month at once, and wait until each shows its form; returns the flow runs by body."""
        asked = {"mode": "rehearsal", "today": TODAY.isoformat(), "period": PERIOD}
        return self._leg("submitted → form", "pay-run", asked, "Suspended", meanwhile)

    def released(self, runs: Mapping[str, UUID], meanwhile: Meanwhile = lambda _: None) -> None:
        """Answer every form as its approver does, and wait until each has released."""
        of = {runs[body.tenant]: body for body in self.bodies}
        answered: dict[UUID, str] = {}

        def answer_if_shown(server: Server, run: FlowRun) -> None:
            """Where a process died with an answer that it had not judged, the form is shown again."""
            key = run.state and run.state.state_details.pause_key
            if run.state and run.state.name == "Suspended" and key and answered.get(run.id) != key:
                with suppress(NoGo):  # its form is not stored yet, or it died before: a later look finds it
                    server.answer(run.id, _form(of[run.id]))
                    answered[run.id] = key

        leg = self._measured("answer → released", "Completed", meanwhile, answer_if_shown)
        with leg as (server, submitted):
            for run, body in of.items():
                submitted[body.tenant] = (run, time.time())
                answer_if_shown(server, server.client.read_flow_run(run))

    def reconciled(self, meanwhile: Meanwhile = lambda _: None) -> None:
        """Let the practice bank answer every file, as it pays all of them, and wait until each body has taken it in."""
        for body in self.bodies:
            (file,) = self.machines.payment_files(body)
            for home in self.machines.homes:  # each fetches what the bank has, and it counts once
                answer(file, Paths(home.root, Mode.REHEARSAL).bank_inbox(body.tenant), PAY_DAY, return_codes=())
        asked = {"mode": "rehearsal", "today": RECONCILED_ON.isoformat()}
        self._leg("bank's answers → reconciled", "bank-answers", asked, "Completed", meanwhile)

    def _leg(self, name: str, flow: str, asked: Mapping[str, str], until: str, meanwhile: Meanwhile) -> dict[str, UUID]:
        with self._measured(name, until, meanwhile) as (server, submitted):
            for body in self.bodies:
                at = time.time()
                submitted[body.tenant] = (server.submit(f"{flow}/{body.tenant}", asked), at)
        return {tenant: run for tenant, (run, _) in submitted.items()}

    @contextmanager
    def _measured(
        self, name: str, until: str, meanwhile: Meanwhile, seen: Seen = lambda _, __: None
    ) -> Iterator[tuple[Server, dict[str, tuple[UUID, float]]]]:
        begun, used = time.time(), self.machines.processor_seconds()
        submitted: dict[str, tuple[UUID, float]] = {}
        with self.machines.spoken_to(), connect() as server:
            yield server, submitted
            runs = {run for run, _ in submitted.values()}
            done = _until(server, runs, until, begun + self.patience, meanwhile, seen)
            worked_on_in = frozenset(homes.holder_of(run) for run in _read(server, runs))
        now = self.machines.processor_seconds()
        self.legs[name] = Leg(
            max(at.timestamp() for at in done.values()) - begun,
            {whose: now[whose] - used[whose] for whose in now},
            {tenant: done[run].timestamp() - at for tenant, (run, at) in submitted.items()},
            worked_on_in,
        )

    def wrong(self) -> list[str]:
        """What of the bodies' months is otherwise than it was to be."""
        return [said for body in self.bodies for said in _wrong_with(body, self.machines.payment_files(body))]


def _form(body: Body) -> dict[str, str]:
    """What its approver answers."""
    return {
        "decision": "approve",
        "approver": body.approver,
        "one_time_code": code_now(body.approver),
        "control_total": body.total,
        "reason": _REASON,
    }


def _until(
    server: Server, runs: set[UUID], state: str, latest: float, meanwhile: Meanwhile, seen: Seen
) -> dict[UUID, datetime]:
    """Wait until flow runs are in a state; when each came to it."""
    done: dict[UUID, datetime] = {}
    while left := runs - done.keys():
        for run in _read(server, left):
            assert run.state is not None
            if run.state.name == state:
                done[run.id] = run.state.timestamp
            elif run.state.is_final() and run.state.name != "Crashed":
                raise RuntimeError(f"{run.name} ended as {run.state.name}: {run.state.message}")
            else:
                seen(server, run)
        meanwhile(len(done))
        if time.time() > latest:
            raise RuntimeError(f"{len(left)} of {len(runs)} are not {state}: {[str(each) for each in left][:5]}")
        if len(done) < len(runs):
            time.sleep(POLL_SECONDS)
    return done


def _read(server: Server, runs: set[UUID]) -> Iterator[FlowRun]:
    ids, page = sorted(runs), flow_runs.PAGE
    for first in range(0, len(ids), page):
        those = FlowRunFilter(id=FlowRunFilterId(any_=ids[first : first + page]))
        yield from flow_runs.read_all(server.client, those)


def _wrong_with(body: Body, files: Sequence[Path]) -> Iterator[str]:
    """What of a body's month is otherwise than it was to be: its file, read without siller, and its ledger's word."""
    if [each.name for each in files] != [f"{body.run_id}.REHEARSAL.bacs18.txt"]:
        yield f"{body.tenant}: {len(files)} payment files"
        return
    paid = read(files[0])
    if sorted(paid.credits) != sorted(body.sent):
        yield f"{body.tenant}: the file pays {len(paid.credits)} payments, {paid.pence} pence"
    with body.context.ledger.opened() as connection:
        found = connection.execute("SELECT count(*) FROM journal WHERE stage = 'release'").fetchone()
    if found != (1,):
        yield f"{body.tenant}: released {found} times"
    told: Any = tell_run(body.context, body.run_id, datetime.combine(RECONCILED_ON, clock_time(12), LONDON))
    buckets = {state: (bucket["payments"], bucket["pence"]) for state, bucket in told["buckets"].items()}
    if (buckets, told["unexplained_pence"]) != ({"credited": (len(body.sent), body.pence)}, 0):
        yield f"{body.tenant}: reconciled to {buckets}, {told['unexplained_pence']} pence unexplained"
    yield from (f"{body.tenant}: {problem.where}: {problem.what}" for problem in problems(body.context))
