"""Small bodies beside one of a million payments: ``make beside-a-million``.

So many small bodies go to their form alone; then so many others, submitted just after the month of the big body, on the
same machines. The big one must not hold them up: 95 in 100 are at their form within twice the time that they need
without it.
"""

import argparse
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import wide_console
from tests.many_bodies.__main__ import table
from tests.many_bodies.bodies import BIG, big, small
from tests.many_bodies.machines import Machines, machines
from tests.many_bodies.payday import Leg, Payday

MOST_TIMES = 2.0


def main() -> None:
    """Pay them to their forms, and say how much later the small ones were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the big body")
    parser.add_argument("--bodies", type=int, default=50, help="small ones, alone and beside it")
    parser.add_argument("--minutes", type=int, default=120, help="that each way may take at most")
    asked = parser.parse_args()
    console = wide_console()
    with tempfile.TemporaryDirectory(prefix="siller-beside-") as folder, machines(Path(folder), 1) as all_of_them:
        alone, beside, of_it = compared(all_of_them, Path(folder), asked.rows, asked.bodies, asked.minutes * 60.0)
    console.print(table(f"{asked.bodies} small bodies alone", alone))
    console.print(table(f"{asked.bodies} beside one of {asked.rows:,} rows", beside))
    times = beside.high / alone.high
    console.print(
        f"The big one was at its form after {of_it:.0f} s; 95 in 100 small ones took {times:.2f} times as long."
    )
    raise SystemExit(times > MOST_TIMES)


def compared(all_of_them: Machines, folder: Path, rows: int, bodies: int, patience: float) -> tuple[Leg, Leg, float]:
    """The small bodies alone, others beside the big one, and the seconds that the big one took to its form."""
    (home,) = all_of_them.homes
    made = [small(number, home.root, home.contracts) for number in range(1, 2 * bodies + 1)]
    large = big(rows, home.root, home.contracts)
    all_of_them.start(folder)
    for _ in range(2):
        all_of_them.start_worker(home)
    all_of_them.wait_until_loaded(home)
    first = Payday(all_of_them, made[:bodies], patience)
    first.to_the_form()
    second = Payday(all_of_them, [large, *made[bodies:]], patience)
    second.to_the_form()
    (alone,), (both,) = first.legs.values(), second.legs.values()
    of_it = both.each[BIG]
    others = {tenant: took for tenant, took in both.each.items() if tenant != BIG}
    return alone, Leg(both.seconds, both.processor, others), of_it


if __name__ == "__main__":
    main()
