"""The processor seconds of a small month, and whose they are: ``make bench-processor-seconds``.

siller itself is brought up, October is paid, and then November's 5,269 rows again and again: in turn with what a flow
run needs kept loaded, and with each flow run loading it itself, as it does where nothing is kept. What is counted is
all that siller's processes take, the server and the waiting for work among them, from the moment a run is submitted
until its process has left a form behind, and from the answer that counts until it has released. Processor seconds,
since the clock says more about what else the machine does; a machine with much to do makes them more too, so read the
ratio.
"""

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psutil
from rich.table import Table

from flows.service import environment
from flows.service.flow_process import LOADED
from tasks.assess.doorway import judges
from tests.benchmarks.measuring import wide_console
from tests.benchmarks.small_run import NOVEMBER, PEOPLE, form, october
from tests.e2e.payday import Payday
from tests.e2e.stack import Stack

WHOSE = {
    "flows.service.prefect_server": "Prefect's server",
    "tasks.assess.great_expectations_child": "the judge",
    "flows.service.loaded": "the flow run",
    "flows.service.flow_process": "the flow run",
    "prefect.engine": "the flow run",
    "flows.cli": "siller up: asks what is due, keeps watch",
}
AT_WORK = {"flows.service.flow_process", "prefect.engine"}
LEGS = ("submitted → form", "answer → released")


def main() -> None:
    """Pay the months in both ways, and show whose the seconds were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="Novembers in each way, after one that is dropped")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        alone, kept = _measured(Path(folder), rounds)
    console = wide_console()
    console.print(f"5,269 rows, median of {rounds}, processor seconds")
    for number, leg in enumerate(LEGS):
        console.print(_table(leg, [each[number] for each in alone], [each[number] for each in kept]))


Leg = Mapping[str, float]


def _measured(home: Path, rounds: int) -> tuple[list[tuple[Leg, Leg]], list[tuple[Leg, Leg]]]:
    os.environ["SILLER_HOME"] = str(home)
    environment.prepare(home)
    stack = Stack(home, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    alone, kept = list[tuple[Leg, Leg]](), list[tuple[Leg, Leg]]()
    with ExitStack() as running:
        stack.start()
        running.callback(stack.stop)
        payday = Payday(stack)
        october(payday)
        before = home / "before-november"
        shutil.copytree(home / "rehearsal", before)
        for _ in range(rounds + 1):
            for found, way in ((alone, _nothing_loaded), (kept, _as_it_is)):
                shutil.rmtree(home / "rehearsal")
                shutil.copytree(before, home / "rehearsal")
                with way(home):
                    found.append(_november(payday))
    return alone[1:], kept[1:]


@contextmanager
def _nothing_loaded(home: Path) -> Iterator[None]:
    """Let nobody reach what is kept loaded."""
    doorway = judges(home) / LOADED
    away = doorway.rename(doorway.with_suffix(".away"))
    yield
    away.rename(doorway)


@contextmanager
def _as_it_is(_: Path) -> Iterator[None]:
    yield


def _november(payday: Payday) -> tuple[Leg, Leg]:
    payday.deliver("2026-11")
    begun = _used(payday.stack)
    run, _ = payday.start("2026-11", NOVEMBER)
    at_the_form = _when_it_has_left(payday.stack, run)
    payday.answer(run, form("2026-11", PEOPLE[0]))
    answering = _when_it_has_left(payday.stack, run)
    rest = payday.answer(run, form("2026-11", PEOPLE[1]))
    if not rest.done:
        raise RuntimeError(f"November was not paid: {rest}")
    released = _when_it_has_left(payday.stack, run)
    return _between(begun, at_the_form), _between(answering, released)


def _between(begun: Leg, ended: Leg) -> Leg:
    return {whose: ended[whose] - begun[whose] for whose in WHOSE.values()}


def _when_it_has_left(stack: Stack, run: UUID) -> Leg:
    """What has been used by the time that no process works on a flow run any more."""
    while any(
        _whose(each) == "the flow run" and "loaded" not in " ".join(_command(each)) for each in stack.processes()
    ):
        time.sleep(0.05)
    return _used(stack)


def _used(stack: Stack) -> Leg:
    used = dict.fromkeys(WHOSE.values(), 0.0)
    for each in stack.processes():
        with suppress(psutil.NoSuchProcess):
            whose, times = _whose(each), each.cpu_times()
            used[whose] += times.user + times.system
            # Of those that have ended: siller up's are the flow runs' own.
            of_ended = times.children_user + times.children_system
            used["the flow run" if whose.startswith("siller up") else whose] += of_ended
    return used


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _whose(process: psutil.Process) -> str:
    """Whose a process is; one that has ended, and has not been waited for yet, has no command any more."""
    command = _command(process)
    return next((whose for module, whose in WHOSE.items() if module in command), "the flow run")


def _table(title: str, alone: list[Leg], kept: list[Leg]) -> Table:
    table = Table(title=title, title_justify="left", box=None)
    for column in ("", "loads it itself", "kept loaded", "ratio"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for whose in dict.fromkeys(WHOSE.values()):
        table.add_row(whose, *_columns([leg[whose] for leg in alone], [leg[whose] for leg in kept]))
    together = _columns([sum(leg.values()) for leg in alone], [sum(leg.values()) for leg in kept])
    table.add_row("together", *together, style="bold")
    return table


def _columns(alone: list[float], kept: list[float]) -> tuple[str, str, str]:
    before, after = statistics.median(alone), statistics.median(kept)
    return f"{before:.2f}", f"{after:.2f}", f"{after / before:.2f}" if before else ""


if __name__ == "__main__":
    main()
