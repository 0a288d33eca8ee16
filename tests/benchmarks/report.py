"""What was measured, as tables for a person and as JSON."""

import json
import os
import platform
import statistics
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version

from rich.table import Table

from tests.benchmarks.measuring import Rounds

RUN = ("ingest", "validate", "instruct", "assess", "approve", "release")
"""The run: from the extract in the landing folder to the released file."""

EXTRA = ("publish", "reconcile")
"""What follows it."""

_MB = 1_000_000
_LIBRARIES = ("polars", "duckdb", "pandera", "prefect", "great-expectations", "pyarrow")


@dataclass(frozen=True)
class Result:
    """All rounds that count.

    Attributes:
        rows: of the extract that the run is judged by.
        few_rows: of the small extract, which shows what a stage costs whatever the size.
        whole: the measurements over ``rows``.
        few: those over ``few_rows``.
    """

    rows: int
    few_rows: int
    whole: Rounds
    few: Rounds

    @property
    def floor(self) -> float:
        """The floor's median, in seconds."""
        return self.whole.median("floor")

    def run_ratio(self) -> float:
        """The run by the floor, round by round, less what it costs over a few rows; the median."""
        run, few, floor = self.whole.sums(RUN), self.few.sums(RUN), self.whole.sums(("floor",))
        return statistics.median((a - b) / c for a, b, c in zip(run, few, floor, strict=True))

    def processor_ratio(self) -> float:
        """The same in processor time."""
        figures = [rounds.sums(pieces, "processor") for rounds, pieces in self._run_few_floor()]
        return statistics.median((a - b) / c for a, b, c in zip(*figures, strict=True))

    def _run_few_floor(self) -> Iterator[tuple[Rounds, tuple[str, ...]]]:
        yield self.whole, RUN
        yield self.few, RUN
        yield self.whole, ("floor",)


def tables(result: Result) -> Iterator[Table]:
    """The run beside floor and loop, and what does not grow with the extract."""
    yield _run(result)
    yield _fixed(result)


def as_json(result: Result) -> str:
    """Everything that was measured, and on what."""
    return json.dumps(
        {
            "rows": result.rows,
            "few_rows": result.few_rows,
            "ratio_beyond_fixed_costs": round(result.run_ratio(), 2),
            "processor_ratio_beyond_fixed_costs": round(result.processor_ratio(), 2),
            "peak_bytes": result.whole.peak(RUN),
            "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "system": platform.platform()},
            "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
            "whole": {piece: [asdict(each) for each in rounds] for piece, rounds in result.whole.of.items()},
            "few": {piece: [asdict(each) for each in rounds] for piece, rounds in result.few.of.items()},
        },
        indent=1,
    )


def _run(result: Result) -> Table:
    whole, floor = result.whole, result.floor
    run = statistics.median(whole.sums(RUN))
    table = Table(title=f"{result.rows:,} rows, median of {len(whole.of['floor'])} rounds", title_justify="left")
    table.add_column("")
    for column in ("seconds", "× floor", "processor s", "peak MB", "share of run"):
        table.add_column(column, justify="right")

    def line(name: str, seconds: float, processor: float, peak: int, share: str = "", style: str = "") -> None:
        figures = (f"{seconds:.2f}", f"{seconds / floor:.1f}", f"{processor:.2f}", f"{peak / _MB:,.0f}", share)
        table.add_row(name, *figures, style=style)

    def piece(name: str, share: bool = False) -> None:
        seconds = whole.median(name)
        said = f"{seconds / run:.0%}" if share else ""
        line(name.replace("_", " "), seconds, whole.median(name, "processor"), whole.peak((name,)), said)

    piece("floor")
    piece("loop")
    table.add_section()
    for name in RUN:
        piece(name, share=True)
    table.add_section()
    line("the run", run, statistics.median(whole.sums(RUN, "processor")), whole.peak(RUN), style="bold")
    fixed = statistics.median(result.few.sums(RUN))
    table.add_row("beyond fixed costs", f"{run - fixed:.2f}", f"{result.run_ratio():.1f}", style="bold")
    table.add_row("the same in processor time", "", f"{result.processor_ratio():.1f}")
    table.add_section()
    for name in EXTRA:
        piece(name)
    return table


def _fixed(result: Result) -> Table:
    few = result.few
    table = Table(title="Fixed costs, whatever the size", title_justify="left")
    table.add_column("")
    table.add_column("seconds", justify="right")
    for name, seconds in {
        f"the run's stages over {result.few_rows:,} rows": statistics.median(few.sums(RUN)),
        "imports of one stage's process": statistics.median(few.median(name, "prepared") for name in RUN),
        "a flow process starts: Prefect and the flow imported": few.median("flow_process"),
        "Great Expectations loads, in a process beside the stages before": few.median("assess", "prepared"),
    }.items():
        table.add_row(name, f"{seconds:.2f}")
    return table
