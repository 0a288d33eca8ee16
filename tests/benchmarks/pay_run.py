"""How long the whole run takes, beside the floor and beside a loop: ``make bench``.

In each round a plain read-and-write (the floor), a Python loop, and siller's stages work on the same
extract, one after the other, each in a fresh process; the first round is dropped. What a stage costs
whatever the size of its extract is measured by the same stages over a few thousand rows, and named
apart. Say ratios, not seconds: a busy machine slows all of them.
"""

import tempfile
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.benchmarks.measuring import ROOT, Rounds, asked, measured, wide_console
from tests.benchmarks.report import Result, as_json, tables
from tests.benchmarks.workspace import Workspace

YARDSTICKS = ("floor", "loop")
PIECES = ("take_in", "instruct", "assess", "approve", "continuity", "release", "publish", "reconcile")
FEW_ROWS = 5_000


def main() -> None:
    """Measure, show the tables and write the JSON file."""
    wanted = asked(__doc__, 1_000_000, "payments in the extract", rounds=5)
    console = wide_console()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        result = _measure(Path(folder), wanted.rows, wanted.rounds, console)
    for table in tables(result):
        console.print(table)
    started = f"{datetime.now().astimezone():%Y%m%dT%H%M%S}"
    written = ROOT / "bench-results" / f"pay-run-{wanted.rows}-{started}.json"
    written.parent.mkdir(exist_ok=True)
    written.write_text(as_json(result))
    console.print(f"\nEvery round: {written.relative_to(ROOT)}")


def _measure(folder: Path, rows: int, rounds: int, console: Console) -> Result:
    whole, few = Workspace(folder, rows), Workspace(folder, FEW_ROWS)
    shown = TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn()
    with Progress(*shown, console=console, transient=True) as progress:
        task = progress.add_task(f"Generating {rows:,} rows", total=rounds + 1)
        for workspace in (whole, few):
            measured("generate", workspace)
        result = Result(rows, FEW_ROWS, Rounds(), Rounds())
        for number in range(rounds + 1):
            progress.update(task, description=f"Round {number} of {rounds}", completed=number)
            result.whole.run((*YARDSTICKS, *PIECES), whole)
            result.few.run(("flow_process", *PIECES), few)
    result.whole.forget_first()
    result.few.forget_first()
    return result


if __name__ == "__main__":
    main()
