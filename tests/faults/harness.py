"""Kill the real pay run again and again, and count what came of it: ``make faults``.

Every step at which it can be killed is one trial, and so many random moments more are spread over further trials, in
some of which the Prefect server dies too. After each trial the month must have been paid once, by the very file of a
run that nothing happened to.
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

from flows import environment
from schemas.money import pounds
from tests.faults.small_month import Came
from tests.faults.trial import Trial, Workshop, undisturbed, workshop

MOST_KILLS = 4
"""Of one month, at random moments."""


@dataclass(frozen=True)
class Done:
    """A trial that is over.

    Attributes:
        kind: what was killed, where.
        deaths: what each process died of.
        starts: how many processes it took.
        came: what came of it.
    """

    kind: str
    deaths: tuple[str, ...]
    starts: int
    came: Came


def every_step_in_turn(shop: Workshop, file: bytes, spared: frozenset[str] = frozenset()) -> Done:
    """One month, whose processes die at every step there is but those spared, each at the next one."""
    trial = Trial(shop, "every-step", random.Random(0), spared=spared)
    trial.finish("next")
    return _done("at every step in turn", trial, file)


def each_step(shop: Workshop, file: bytes, steps: list[str]) -> Iterator[Done]:
    """One month a step, whose first process dies there."""
    for number, step in enumerate(steps):
        trial = Trial(shop, f"step-{number}", random.Random(number))
        trial.finish(step)
        yield _done("at one step", trial, file)


def random_moments(shop: Workshop, file: bytes, kills: int, seconds: float, lots: random.Random) -> Iterator[Done]:
    """Months that are killed one to four times each, at any moment, until there were so many kills."""
    number = 0
    while kills > 0:
        number += 1
        trial = Trial(shop, f"random-{number}", random.Random(lots.random()))
        for _ in range(min(kills, lots.randint(1, MOST_KILLS))):
            if trial.once(after=lots.uniform(0.0, seconds)):
                break
        else:
            trial.finish()
        kills -= len(trial.deaths)
        yield _done("at random moments", trial, file)


def without_a_server(shop: Workshop, file: bytes, trials: int, seconds: float, lots: random.Random) -> Iterator[Done]:
    """Months whose server dies at any moment, every other time together with the run's process."""
    for number in range(trials):
        trial = Trial(shop, f"server-{number}", random.Random(lots.random()))
        worker_too = number % 2 == 0
        trial.without_a_server(lots.uniform(0.0, seconds), worker_too)
        trial.finish()
        yield _done("the server and the run's process" if worker_too else "the server alone", trial, file)


def table(done: list[Done]) -> Table:
    """What came of the trials, by what was killed."""
    shown = Table(title="A month of 323 rows, killed and started again until it was paid", title_justify="left")
    for name in ("Killed", "Trials", "Kills", "Starts", "One file", "Same bytes", "Twice", "Lost", "Difference"):
        shown.add_column(name, justify="left" if name == "Killed" else "right")
    shown.add_column("verify", justify="right")
    kinds = list(dict.fromkeys(each.kind for each in done))
    for kind in (*kinds, "all"):
        of_kind = [each for each in done if kind in (each.kind, "all")]
        came = [each.came for each in of_kind]
        shown.add_row(
            kind,
            str(len(of_kind)),
            str(sum(len(each.deaths) for each in of_kind)),
            str(sum(each.starts for each in of_kind)),
            f"{sum(each.files == 1 for each in came)}",
            f"{sum(each.same for each in came)}",
            f"{sum(each.twice for each in came)}",
            f"{sum(each.lost for each in came)}",
            pounds(sum(abs(each.pence) for each in came)),
            f"{sum(not each.problems for each in came)} clean",
            end_section=kind == kinds[-1],
        )
    return shown


def main() -> None:
    """Do all of it, show the table, and end with 1 if a single month did not come out right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=200, help="kills at random moments")
    parser.add_argument("--server", type=int, default=10, help="months in which the server dies")
    parser.add_argument("--seed", type=int, default=20261123, help="says what is left to chance")
    asked = parser.parse_args()
    console, lots = Console(), random.Random(asked.seed)
    environment.prepare(Path(tempfile.mkdtemp(prefix="siller-faults-home-")))
    done: list[Done] = []
    with workshop() as shop, Progress(console=console, transient=True) as progress:
        task = progress.add_task("A month that nothing happens to", total=None)
        quiet = undisturbed(shop)
        steps = list(dict.fromkeys(quiet.steps))
        for trials in (
            iter([every_step_in_turn(shop, quiet.file)]),
            without_a_server(shop, quiet.file, asked.server, quiet.seconds, lots),
            random_moments(shop, quiet.file, asked.random, quiet.seconds, lots),
            each_step(shop, quiet.file, steps),
        ):
            for each in trials:
                done.append(each)
                progress.update(task, description=f"{len(done)} months")
                right = "right" if each.came.is_right else f"WRONG, with seed {asked.seed}: {each}"
                console.print(f"{len(done):4} killed {each.kind}, {len(each.deaths)} times: {right}", highlight=False)
    console.print(table(done))
    if not all(each.came.is_right for each in done):
        raise SystemExit(1)


def _done(kind: str, trial: Trial, file: bytes) -> Done:
    done = Done(kind, tuple(trial.deaths), trial.starts, trial.came(file))
    trial.remove()
    return done


if __name__ == "__main__":
    main()
