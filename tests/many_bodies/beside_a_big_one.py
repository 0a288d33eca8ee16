"""Small bodies beside one of a million payments: ``make beside-a-million``.

So many small bodies go to their form alone; then so many others, submitted just after the month of the big body, on the
same machines. The big one must not hold them up: 95 in 100 are at their form within twice the time that they need
without it.
"""

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import wide_console
from tests.many_bodies.__main__ import WORKERS, table
from tests.many_bodies.bodies import BIG, big, small
from tests.many_bodies.machines import Machines, machines
from tests.many_bodies.payday import Leg, Payday

MOST_TIMES = 2.0


def main() -> None:
    """Bring them to their forms, and say how much later the small ones were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the big body")
    parser.add_argument("--bodies", type=int, default=50, help="small ones, alone and beside it")
    parser.add_argument("--minutes", type=int, default=120, help="that each way may take at most")
    asked = parser.parse_args()
    console = wide_console()
    with tempfile.TemporaryDirectory(prefix="siller-beside-") as folder, machines(Path(folder)) as all_of_them:
        alone, both = compared(all_of_them, asked.rows, asked.bodies, asked.minutes * 60.0)
    of_big = both.each[BIG]
    beside = both.of(tenant for tenant in both.each if tenant != BIG)
    console.print(table(f"{asked.bodies} small bodies alone", alone))
    console.print(table(f"{asked.bodies} beside one of {asked.rows:,} rows, which has its part in the figures", beside))
    times = beside.high / alone.high
    sooner = sum(seconds < of_big for seconds in beside.each.values())
    console.print(f"The big one was at its form after {of_big:.0f} s, {sooner} of the small ones sooner.")
    console.print(f"95 in 100 small ones took {times:.2f} times as long as without it.")
    raise SystemExit(times > MOST_TIMES)


def compared(all_of_them: Machines, rows: int, bodies: int, patience: float) -> tuple[Leg, Leg]:
    """The small bodies alone, and others together with the big one."""
    home = all_of_them.desk
    made = [small(number, home.root, home.contracts) for number in range(1, 2 * bodies + 1)]
    large = big(rows, home.root, home.contracts)
    all_of_them.start()
    for _ in range(WORKERS):
        all_of_them.start_worker(home)
    home.wait_until_loaded()
    alone = Payday(all_of_them, made[:bodies], patience)
    alone.to_the_form()
    both = Payday(all_of_them, [large, *made[bodies:]], patience)
    both.to_the_form()
    (of_alone,), (of_both,) = alone.legs.values(), both.legs.values()
    return of_alone, of_both


if __name__ == "__main__":
    main()
