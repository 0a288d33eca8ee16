"""Where each second of a small month goes: ``make bench-small-run``.

siller itself is brought up, October is paid, and then November's 5,269 rows again and again: from the moment the run is
submitted until its form is stored, and from the answer that counts until its file is released. What is shown are the
times that Prefect and the system note themselves, so that nobody asks while it runs; the processes that are started
are looked for twenty times a second.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event, Thread
from uuid import UUID

import psutil
from rich.table import Table

from flows.service import environment
from tests.benchmarks.measuring import wide_console
from tests.e2e.payday import Payday
from tests.e2e.stack import PROJECT, Stack
from tests.people import code_now

OCTOBER, NOVEMBER = date(2026, 10, 26), date(2026, 11, 23)
REASON = "all: The body wants the rest paid on its day."
PEOPLE = ("second.approver@ilf.example", "third.approver@ilf.example")
TOTALS = {"2026-10": "£10,580,696.00", "2026-11": "£10,708,609.22"}


@dataclass(frozen=True)
class Leg:
    """One way of the run: to its form, or from the answer to the release.

    Attributes:
        steps: what was done, and the seconds that each took, in order.
        processor: processor seconds of its process, to its end: steadier on a busy machine.
    """

    steps: Mapping[str, float]
    processor: float

    @property
    def seconds(self) -> float:
        """From its beginning to its end."""
        return sum(self.steps.values())


def main() -> None:
    """Pay the months, and show where the seconds went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="Novembers that count, after the one that is dropped")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        to_the_form, to_the_release = _measured(Path(folder), rounds)
        imports = _imports(rounds)
    console = wide_console()
    console.print(f"5,269 rows, median of {rounds}")
    console.print(_table("scheduled → form", to_the_form), _table("answer → released", to_the_release), imports)


def _measured(home: Path, rounds: int) -> tuple[list[Leg], list[Leg]]:
    os.environ["SILLER_HOME"] = str(home)
    environment.prepare(home)
    stack = Stack(home, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    with ExitStack() as running:
        stack.start()
        running.callback(stack.stop)
        payday = Payday(stack)
        october(payday)
        before = home / "before-november"
        shutil.copytree(home / "rehearsal", before)
        legs = []
        for _ in range(rounds + 1):
            shutil.rmtree(home / "rehearsal")
            shutil.copytree(before, home / "rehearsal")
            legs.append(_november(payday))
        return [first for first, _ in legs[1:]], [second for _, second in legs[1:]]


def october(payday: Payday) -> None:
    """Pay October, so that November has a month before it."""
    payday.deliver("2026-10")
    run, _ = payday.start("2026-10", OCTOBER)
    rest = payday.answer(run, form("2026-10", PEOPLE[0]))
    if not rest.done:
        raise RuntimeError(f"October was not paid: {rest}")


def _november(payday: Payday) -> tuple[Leg, Leg]:
    """Pay November and say how long each of its two ways took."""
    payday.deliver("2026-11")
    with _processes(payday.stack) as begun:
        run, _ = payday.start("2026-11", NOVEMBER)
        payday.answer(run, form("2026-11", PEOPLE[0]))
        rest = payday.answer(run, form("2026-11", PEOPLE[1]))
    if not rest.done:
        raise RuntimeError(f"November was not paid: {rest}")
    lived = _lived(payday.stack, run, begun)
    released = max(ended for name, _, ended in lived.stages if name == "release")
    return lived.leg("Scheduled", 0, lived.forms[0]), lived.leg("Resuming", -1, released)


def form(period: str, approver: str) -> dict[str, str]:
    """What an approver answers."""
    return {
        "decision": "approve",
        "approver": approver,
        "one_time_code": code_now(approver),
        "control_total": TOTALS[period],
        "reason": REASON,
    }


@contextmanager
def _processes(stack: Stack) -> Iterator[dict[datetime, float]]:
    """When each process of a flow run was started while the block runs, and the processor seconds that it took."""
    found: dict[datetime, float] = {}
    ended, up = Event(), psutil.Process(stack.address.pid)

    def look() -> None:
        while not ended.wait(0.05):
            for each in up.children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    # Copies of what is kept loaded; it itself is a child of siller up, and has worked on no run.
                    if "flows.service.loaded" in each.cmdline() and each.ppid() != up.pid:
                        used = each.cpu_times()
                        found[datetime.fromtimestamp(each.create_time(), UTC)] = used.user + used.system

    looking = Thread(target=look)
    looking.start()
    try:
        yield found
    finally:
        ended.set()
        looking.join()


@dataclass(frozen=True)
class Lived:
    """What was noted of a flow run.

    Attributes:
        states: its states' names and times, in order.
        stages: of each stage's every start, in order: its name, when it began, when it ended.
        forms: when each of its forms was stored whole.
        processes: when each of its processes was started, and the processor seconds that it took.
    """

    states: list[tuple[str, datetime]]
    stages: list[tuple[str, datetime, datetime]]
    forms: list[datetime]
    processes: Mapping[datetime, float]

    def leg(self, woken_by: str, nth: int, until: datetime) -> Leg:
        """What happened from the nth state of a name until a moment, and how long each of it took."""
        since = [at for name, at in self.states if name == woken_by][nth]
        process = _first_after(since, self.processes)
        ends = [
            ("until it is seen to be due", _first_after(since, [at for name, at in self.states if name == "Pending"])),
            ("its process is started", process),
            ("Python, imports, Prefect", _first_after(since, [at for name, at in self.states if name == "Running"])),
        ]
        for name, begun, ended in self.stages:
            if since < begun < until:
                ends += [(f"before {name}", begun), (name, ended)]
        ends.append(("and until its form is stored", until))
        steps: dict[str, float] = {}
        for name, at in sorted(((name, min(at, until)) for name, at in ends), key=lambda end: end[1]):
            steps[name] = (at - since).total_seconds()
            since = at
        return Leg({name: took for name, took in steps.items() if took >= 0.005}, self.processes[process])


def _first_after(since: datetime, times: Iterable[datetime]) -> datetime:
    return min(at for at in times if at > since)


def _lived(stack: Stack, run: UUID, processes: Mapping[datetime, float]) -> Lived:
    """Ask Prefect, now that all is over, what it noted when."""
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    from flows.form_inputs import read_input

    with stack.connected() as server:
        states = sorted(server.client.read_flow_run_states(run), key=lambda state: state.timestamp)
        of_it = FlowRunFilter(id=FlowRunFilterId(any_=[run]))
        tasks = server.client.read_task_runs(flow_run_filter=of_it)
        keys = [str(state.state_details.pause_key) for state in states if state.name == "Suspended"]
        stored = [read_input(server.client, run, key, "description") for key in keys]
    stages = [(each.name.rpartition("-")[0], each.start_time, each.end_time) for each in tasks]
    return Lived(
        [(state.name or "", state.timestamp) for state in states],
        sorted((name, begun, ended) for name, begun, ended in stages if begun and ended),
        [each.created for each in stored if each and each.created],
        processes,
    )


def _table(title: str, legs: list[Leg]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    table.add_column("seconds", justify="right")
    for name in dict.fromkeys(name for leg in legs for name in leg.steps):
        table.add_row(name, f"{statistics.median(leg.steps.get(name, 0) for leg in legs):.2f}")
    table.add_row("together", f"{statistics.median(leg.seconds for leg in legs):.2f}", style="bold")
    table.add_row("processor seconds of its process", f"{statistics.median(leg.processor for leg in legs):.2f}")
    return table


IMPORTS = {
    "Python itself": "pass",
    "and Prefect": "import prefect.engine, prefect.flow_engine",
    "and siller, polars, DuckDB": "import prefect.engine, prefect.flow_engine, flows.pay_run",
}


def _imports(rounds: int) -> Table:
    """What of a process's start is imports: each line with those above it, in a process of its own."""
    table = Table(title="Python and imports, least", title_justify="left", box=None)
    for column in ("", "seconds", "processor s"):
        table.add_column(column, justify="right" if column else "left")
    for name, program in IMPORTS.items():
        took = []
        for _ in range(rounds + 1):
            begun, used = time.perf_counter(), _of_children()
            subprocess.run([sys.executable, "-c", program], check=True, cwd=PROJECT)
            took.append((time.perf_counter() - begun, _of_children() - used))
        table.add_row(name, *(f"{min(each):.2f}" for each in zip(*took, strict=True)))
    return table


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
