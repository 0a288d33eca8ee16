"""Pay many small bodies on one day: ``make two-hundred``.

PostgreSQL, Prefect's server and two workers of one home on this machine, or two homes with a worker each that share a
store, and so many bodies of 25 payments. Every month is submitted at once; when all show their form, every form is
answered; when all are released, the practice bank answers and every body is reconciled. Each payment file is read
without siller and held against what was to be paid, and every ledger is verified. With ``--kill`` one worker of the one
home is killed, with all that it has started, when half of the bodies are at their form; another takes its place for the
releases, and at half of them one is killed once more.
"""

import argparse
import statistics
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from rich.table import Table

from tests.benchmarks.measuring import wide_console
from tests.many_bodies.bodies import Body, small
from tests.many_bodies.machines import Machines, machines
from tests.many_bodies.payday import Leg, Meanwhile, Payday
from tests.scale.seaweedfs import seaweedfs

WORKERS = 2


def main() -> None:
    """Pay them, say what it took, and whether anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bodies", type=int, default=200)
    of_homes = parser.add_mutually_exclusive_group()
    of_homes.add_argument("--two-homes", action="store_true", help="that share a store, with a worker each")
    of_homes.add_argument("--kill", action="store_true", help="kill a worker at half time")
    parser.add_argument("--minutes", type=int, default=120, help="that each of the three ways may take at most")
    parser.add_argument("--keep", type=Path, help="a folder to leave everything in")
    asked = parser.parse_args()
    console = wide_console()
    with ExitStack() as running:
        folder = asked.keep or Path(running.enter_context(tempfile.TemporaryDirectory(prefix="siller-many-")))
        store = running.enter_context(seaweedfs(folder / "seaweedfs")) if asked.two_homes else None
        all_of_them = running.enter_context(machines(folder, store, asked.bodies))
        payday = Payday(all_of_them, ready(all_of_them, asked.bodies), asked.minutes * 60.0)
        payday.at_rest()
        pay(payday, asked.kill)
        wrong = payday.wrong()
    console.print(f"{asked.bodies} bodies, {len(all_of_them.homes)} home(s), {WORKERS} workers")
    console.print(f"At rest all of it takes {payday.at_rest_a_minute:.1f} processor seconds a minute.")
    for name, leg in payday.legs.items():
        console.print(table(name, leg))
    console.print(*(wrong or [f"All {asked.bodies} are paid once, reconciled, and their ledgers verified."]), sep="\n")
    raise SystemExit(bool(wrong))


def ready(all_of_them: Machines, bodies: int) -> list[Body]:
    """So many bodies whose month has landed, and machines that wait for the start of their runs."""
    desk = all_of_them.desk
    made = [small(number, desk.root, desk.contracts) for number in range(1, bodies + 1)]
    for body in made:
        all_of_them.land(body)
    all_of_them.start()
    for number in range(WORKERS):
        all_of_them.start_worker(all_of_them.homes[number % len(all_of_them.homes)])
    for home in all_of_them.homes:
        home.wait_until_loaded()
    return made


def pay(payday: Payday, kill: bool) -> None:
    """Pay all of them, from the submission of their months to what their banks answered."""
    half = len(payday.bodies) // 2
    runs = payday.to_the_form(_killing(payday.machines, half) if kill else _nothing)
    if kill:
        payday.machines.start_worker(payday.machines.desk)
    payday.released(runs, _killing(payday.machines, half) if kill else _nothing)
    payday.reconciled()


def _nothing(_: int) -> None:
    """Leave everybody alive."""


def _killing(all_of_them: Machines, half: int) -> Meanwhile:
    """Kill a worker once half are done."""
    killed = list[int]()

    def meanwhile(done: int) -> None:
        if done >= half and not killed:
            all_of_them.desk.kill_worker()
            killed.append(done)

    return meanwhile


def table(name: str, leg: Leg) -> Table:
    """One way of all bodies, for people."""
    each = list(leg.each.values())
    slowest = max(leg.each, key=lambda tenant: leg.each[tenant])
    shown = Table(title=name, title_justify="left", box=None, show_header=False)
    shown.add_row("homes that worked on them", str(len(leg.homes)))
    shown.add_row("all of them, by the clock", str(timedelta(seconds=round(leg.seconds))))
    shown.add_row(
        "a body: half, 95 in 100, the slowest",
        f"{statistics.median(each):.0f}, {leg.high:.0f}, {max(each):.0f} s ({slowest})",
    )
    for whose, seconds in leg.processor.items():
        shown.add_row(f"processor seconds a body: {whose}", f"{seconds / len(each):.2f}")
    shown.add_row("together", f"{sum(leg.processor.values()) / len(each):.2f}")
    return shown


if __name__ == "__main__":
    main()
