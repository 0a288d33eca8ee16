"""siller's queries over sealed parts beside plain tables, and what finds a changed part: ``make bench-parts``.

Four runs of one body (tests/benchmarks/sealed_rows.py) are laid out as ordinary tables of an encrypted ledger and as
encrypted Parquet parts behind views. Each way is asked in a process of its own, and every answer has to be the same.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.table import Table

from tests.benchmarks.measuring import ROOT, wide_console
from tests.benchmarks.sealed_layout import lay_out, lay_out_plainly
from tests.benchmarks.sealed_rows import Runs

_MANY = 400
_WAYS = (("plain", 2), ("sealed", 1), ("sealed", 2), ("sealed", 4), ("many", 2))


def main() -> None:
    """Lay out, ask, compare, break, and show the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000, help="of all four runs together")
    rows = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        place, runs = Path(folder), Runs(rows)
        lay_out_plainly(place / "plain.duckdb", runs, place / "spill")
        lay_out(place / "sealed", runs)
        lay_out(place / "many", runs, rows // _MANY)
        said = []
        for how, threads in _WAYS:
            said.append(_child("sealed_queries", folder, str(rows), how, str(threads)))
            _check_same(said, how, threads)
        wide_console().print(_answers(rows, said))
        faults = min(rows, 1_000_000)
        wide_console().print(_faults(_child("sealed_faults", folder, str(faults)), faults))


def _child(module: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{module} {' '.join(arguments)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _check_same(said: list[Any], how: str, threads: int) -> None:
    """Hold the last way's answers against those of the plain tables."""
    plain = said[0]["found"]
    for name, asked in said[-1]["found"].items():
        if asked["answer"].startswith("0 "):
            raise RuntimeError(f"{name} found nothing, so it says nothing.")
        if asked["answer"] != plain[name]["answer"]:
            raise RuntimeError(f"{name} has another answer over {how} parts on {threads} threads.")
    took = sum(asked["processor"] for asked in said[-1]["found"].values())
    sys.stdout.write(f"{how}, {threads} threads: every answer the same; {took:.1f} processor seconds\n")
    sys.stdout.flush()


def _answers(rows: int, said: list[Any]) -> Table:
    """Processor seconds of each query, each way."""
    table = Table(title=f"{rows:,} rows, processor seconds", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for how, threads in _WAYS:
        table.add_column(f"{how}, {threads} threads", justify="right")
    plain = said[0]["found"]
    for name in plain:
        table.add_row(name, *(f"{each['found'][name]['processor']:.2f}" for each in said))
    table.add_section()
    for figure in ("processor", "seconds"):
        sums = [sum(asked[figure] for asked in each["found"].values()) for each in said]
        table.add_row(f"all, {figure}", *(f"{total:.1f}" for total in sums), style="bold")
    table.add_row("peak MB", *(f"{each['peak'] / 1_000_000:,.0f}" for each in said), style="bold")
    return table


def _faults(found: dict[str, list[int]], rows: int) -> Table:
    """What was changed how often, and what found it."""
    table = Table(title=f"What is changed in parts of {rows:,} rows", title_justify="left", box=None)
    table.add_column("", no_wrap=True)
    for column in ("times", "found by reading", "by SHA-256", "other rows, unfound by reading"):
        table.add_column(column, justify="right")
    for name, counts in found.items():
        if counts[0] != counts[2]:
            raise RuntimeError(f"{name}: not found by its SHA-256.")
        table.add_row(name, *map(str, counts))
    return table


if __name__ == "__main__":
    main()
