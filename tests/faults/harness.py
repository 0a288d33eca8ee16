"""Kill the real pay run again and again, and count what came of it: ``make faults``.

It is killed at every step there is and at so many random moments, its process, its Prefect server or both. After each
trial the month must have been paid once, by the very file of a run that nothing happened to.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from flows.service import environment
from schemas.money import pounds
from tests.faults.asking import Asked
from tests.faults.small_month import Came
from tests.faults.trial import Strike, Trial, Undisturbed, undisturbed
from tests.faults.workshop import Workshop, workshop

WIDTH = 170
"""Of the table, also where it goes to a file."""
MOST_STRIKES = 6
"""In one month, at random moments."""
STEPS_A_MONTH = 4
"""At which a month's processes die that has steps far apart: each death is followed by much undisturbed work."""


@dataclass(frozen=True)
class Done:
    """A trial that is over.

    Attributes:
        kind: what was killed, where.
        deaths: of each ``SIGKILL``, the step that the process at work had come to.
        starts: how many processes it took.
        came: what came of it.
        asked: where it stood whenever that was asked.
    """

    kind: str
    deaths: tuple[str, ...]
    starts: int
    came: Came
    asked: tuple[Asked, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether everybody was paid once, and nobody was ever sent to a form that was not open."""
        return self.came.is_right and not any(each.false or each.unsaid for each in self.asked)


def every_step_in_turn(shop: Workshop, quiet: Undisturbed, spared: frozenset[str] = frozenset()) -> Iterator[Done]:
    """One month, whose processes die at every step there is but those spared, each at the next one."""
    trial = Trial(shop, "every-step", spared)
    trial.finish(None)
    yield _done("the process, at every step in turn", trial, quiet)


def steps_apart(shop: Workshop, quiet: Undisturbed) -> Iterator[Done]:
    """Months whose processes die at a few steps far apart, until there was each step."""
    steps = list(dict.fromkeys(quiet.steps))
    months = -(-len(steps) // STEPS_A_MONTH)
    for number in range(months):
        trial = Trial(shop, f"apart-{number}")
        trial.finish(steps[number::months])
        yield _done("the process, at steps far apart", trial, quiet)


def random_moments(
    shop: Workshop,
    quiet: Undisturbed,
    kills: int,
    lots: random.Random,
    process: bool = True,
    server: bool = False,
    asks: bool = False,
) -> Iterator[Done]:
    """Months that are struck at any moment of a process at work, until there were so many kills.

    A moment lies within the time that the last process took which was not struck: a machine is not always as busy.

    Args:
        shop: server and nursery.
        quiet: the month that nothing happened to.
        kills: how many. A moment that comes after the process has ended is none.
        lots: says when.
        process: whether the process is killed.
        server: whether the Prefect server is.
        asks: whether siller is asked where the run stands, before and after each kill.
    """
    who = " and ".join(name for name, struck in (("the process", process), ("the server", server)) if struck)
    number, lasts = 0, quiet.seconds
    while kills > 0:
        number += 1
        trial = Trial(shop, f"random-{who}-{number}".replace(" ", "-"), asks=asks)
        paid = False
        while not paid and len(trial.deaths) < min(kills, MOST_STRIKES):
            paid = trial.once(strike=Strike(lots.uniform(0.0, lasts), process, server))
            lasts = (trial.seconds or [lasts])[-1]
        if not paid:
            trial.finish()
            lasts = trial.seconds[-1]
        kills -= len(trial.deaths)
        yield _done(f"{who}, at random moments{', its standing asked' if asks else ''}", trial, quiet)


def table(done: list[Done]) -> Table:
    """What came of the trials, by what was killed."""
    shown = Table(title="A month of 323 rows, killed and started again until it was paid", title_justify="left")
    for name in (
        "Killed",
        "Months",
        "Kills",
        "Paths",
        "Starts",
        "One file",
        "Same bytes",
        "Twice",
        "Lost",
        "Difference",
    ):
        shown.add_column(name, justify="left" if name == "Killed" else "right")
    shown.add_column("verify", justify="right")
    shown.add_column("Asked", justify="right")
    shown.add_column("False", justify="right")
    kinds = list(dict.fromkeys(each.kind for each in done))
    for kind in (*kinds, "all"):
        of_kind = [each for each in done if kind in (each.kind, "all")]
        came = [each.came for each in of_kind]
        shown.add_row(
            kind,
            str(len(of_kind)),
            str(sum(len(each.deaths) for each in of_kind)),
            str(len({death for each in of_kind for death in each.deaths})),
            str(sum(each.starts for each in of_kind)),
            f"{sum(each.files == 1 for each in came)}",
            f"{sum(each.same for each in came)}",
            f"{sum(each.twice for each in came)}",
            f"{sum(each.lost for each in came)}",
            pounds(sum(abs(each.pence) for each in came)),
            f"{sum(not each.problems for each in came)} clean",
            str(sum(len(each.asked) for each in of_kind) or ""),
            str(sum(len(one.false) + len(one.unsaid) for each in of_kind for one in each.asked)),
            end_section=kind == kinds[-1],
        )
    return shown


def main() -> None:
    """Do all of it, show the table, and end with 1 if a single month did not come out right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=200, help="kills of the process at random moments")
    parser.add_argument("--server", type=int, default=10, help="kills of the server, and as many of both")
    parser.add_argument("--asked", type=int, default=60, help="kills while the run's standing is asked")
    parser.add_argument("--seed", type=int, default=20261123, help="says what is left to chance")
    asked = parser.parse_args()
    console, lots = Console(width=max(Console().width, WIDTH)), random.Random(asked.seed)
    environment.prepare(Path(tempfile.mkdtemp(prefix="siller-faults-home-")))
    done: list[Done] = []
    try:
        with workshop() as shop, Progress(console=console, transient=True) as progress:
            task = progress.add_task("A month that nothing happens to", total=None)
            quiet = undisturbed(shop)
            for trials in (
                random_moments(shop, quiet, asked.random, lots),
                random_moments(shop, quiet, asked.server, lots, process=False, server=True),
                random_moments(shop, quiet, asked.server, lots, process=True, server=True),
                random_moments(shop, quiet, asked.asked, lots, asks=True),
                random_moments(shop, quiet, asked.asked // 12, lots, process=False, server=True, asks=True),
                every_step_in_turn(shop, quiet),
                steps_apart(shop, quiet),
            ):
                for each in trials:
                    done.append(each)
                    progress.update(task, description=f"{len(done)} months")
                    right = "right" if each.is_right else f"WRONG, with seed {asked.seed}: {each}"
                    said = f"{len(done):4} killed {each.kind}, {len(each.deaths)} times: {right}"
                    console.print(said, highlight=False)
    finally:
        console.print(table(done))
    if not all(each.is_right for each in done):
        raise SystemExit(1)


def _done(kind: str, trial: Trial, quiet: Undisturbed) -> Done:
    done = Done(kind, tuple(trial.deaths), trial.starts, trial.came(quiet.file), tuple(trial.asked))
    trial.remove()
    return done


if __name__ == "__main__":
    main()
