"""What was measured, as tables for a person and as JSON."""

import json
import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from rich.table import Table

from tests.benchmarks.measuring import Rounds
from tests.benchmarks.safety import PARTS

RUN = ("take_in", "instruct", "assess", "approve", "continuity", "release")
"""The run: from the extract in the landing folder to the released file."""

EXTRA = ("verify", "publish", "reconcile")
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
        load: the machine's, when each round began.
    """

    rows: int
    few_rows: int
    whole: Rounds
    few: Rounds
    load: list[float]

    def ratio(self, pieces: Sequence[str], figure: str = "seconds", beyond_fixed: bool = False) -> float:
        """Some pieces by the floor of the same round; the median of the rounds.

        Args:
            pieces: what is held against the floor.
            figure: seconds, or processor for processor time.
            beyond_fixed: less what the same pieces take over a few rows.
        """
        whole, floor = self.whole.sums(pieces, figure), self.whole.sums(("floor",), figure)
        fixed = self.few.sums(pieces, figure) if beyond_fixed else [0.0] * len(whole)
        return statistics.median((a - b) / c for a, b, c in zip(whole, fixed, floor, strict=True))


def tables(result: Result) -> Iterator[Table]:
    """The run beside floor and loop, what of it is safety, and what does not grow with the extract."""
    yield _run(result)
    yield _safety(result)
    yield _fixed(result)


def in_short(result: Result) -> str:
    """The medians, as JSON: processor and wall seconds of each, and where there is one its largest memory."""
    return json.dumps(
        {
            "rows": result.rows,
            "floor": _medians(result.whole, ("floor",)),
            "loop": _medians(result.whole, ("loop",)),
            "run": _medians(result.whole, RUN),
            "fixed": _medians(result.few, RUN),
            **{name: _medians(result.whole, (name,)) for name in EXTRA},
            "stages": {name: _medians(result.whole, (name,)) for name in RUN},
            "load": [round(load, 2) for load in result.load],
        },
        indent=1,
    )


def _medians(rounds: Rounds, pieces: Sequence[str]) -> dict[str, float]:
    return {
        "cpu_s": round(statistics.median(rounds.sums(pieces, "processor")), 3),
        "wall_s": round(statistics.median(rounds.sums(pieces)), 3),
        "peak_mb": round(rounds.peak(pieces) / _MB),
    }


def every_round(result: Result) -> str:
    """Everything that was measured, and on what."""
    return json.dumps(
        {
            "rows": result.rows,
            "few_rows": result.few_rows,
            "ratio_beyond_fixed_costs": round(result.ratio(RUN, beyond_fixed=True), 2),
            "processor_ratio_beyond_fixed_costs": round(result.ratio(RUN, "processor", beyond_fixed=True), 2),
            "peak_bytes": result.whole.peak(RUN),
            "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "system": platform.platform()},
            "versions": {"python": platform.python_version(), **{name: version(name) for name in _LIBRARIES}},
            "whole": {piece: [asdict(each) for each in rounds] for piece, rounds in result.whole.of.items()},
            "few": {piece: [asdict(each) for each in rounds] for piece, rounds in result.few.of.items()},
        },
        indent=1,
    )


def _run(result: Result) -> Table:
    whole = result.whole
    run = statistics.median(whole.sums(RUN))
    table = Table(title=f"{result.rows:,} rows, median of {len(whole.of['floor'])} rounds", title_justify="left")
    table.add_column("", no_wrap=True)
    for column in ("seconds", "× floor", "processor s", "peak MB", "share"):
        table.add_column(column, justify="right")

    def line(name: str, pieces: Sequence[str], share: str = "", style: str = "") -> None:
        seconds, processor = (statistics.median(whole.sums(pieces, figure)) for figure in ("seconds", "processor"))
        peak = f"{whole.peak(pieces) / _MB:,.0f}"
        table.add_row(
            name, f"{seconds:.2f}", f"{result.ratio(pieces):.1f}", f"{processor:.2f}", peak, share, style=style
        )

    line("floor", ("floor",))
    line("loop", ("loop",))
    table.add_section()
    for name in RUN:
        line(name, (name,), f"{whole.median(name) / run:.0%}")
    table.add_section()
    line("the run", RUN, style="bold")
    fixed = statistics.median(result.few.sums(RUN))
    table.add_row(
        "beyond fixed costs", f"{run - fixed:.2f}", f"{result.ratio(RUN, beyond_fixed=True):.1f}", style="bold"
    )
    table.add_row("… in processor time", "", f"{result.ratio(RUN, 'processor', beyond_fixed=True):.1f}")
    table.add_section()
    for name in EXTRA:
        line(name, (name,))
    return table


def _safety(result: Result) -> Table:
    """Each part by the stages that have it; one of more than a fifth of the run is to be named with its reason."""
    whole = result.whole
    run = statistics.median(whole.sums(RUN, "processor"))
    table = Table(title="What of that is safety, in processor seconds", title_justify="left")
    table.add_column("")
    for column in (*RUN, "the run", "share"):
        table.add_column(column, justify="right")
    for part in PARTS:
        took = [statistics.median(each.safety[part] for each in whole.of[stage]) for stage in RUN]
        if not any(took):
            raise RuntimeError(
                f"No stage has spent anything on {part}: tests/benchmarks/safety.py names nothing of it."
            )
        table.add_row(
            part, *(f"{each:.2f}" if each else "" for each in took), f"{sum(took):.2f}", f"{sum(took) / run:.0%}"
        )
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
