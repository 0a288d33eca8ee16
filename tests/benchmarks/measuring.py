"""Start pieces, one after the other, and keep what each took."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from tests.benchmarks.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
_WIDTH = 120


def wide_console() -> Console:
    """Where the tables are shown: as wide as they are, also where it goes to a file."""
    return Console(width=max(Console().width, _WIDTH))


@dataclass(frozen=True)
class Measurement:
    """What one piece took in one process.

    Attributes:
        prepared: seconds for its imports and for laying out what it needs.
        seconds: seconds that the act took.
        processor: seconds of processor time in the act, over all cores, with all of its children's: steadier on a
            busy machine.
        peak: the largest resident memory of the process, or of a child, in bytes.
        safety: of the processor seconds, those of each part of :data:`tests.benchmarks.safety.PARTS`.
    """

    prepared: float
    seconds: float
    processor: float
    peak: int
    safety: dict[str, float]


def measured(piece: str, workspace: Workspace) -> Measurement:
    """Run a piece in a fresh process.

    Raises:
        RuntimeError: it failed; with what it said.
    """
    command = [sys.executable, "-m", "tests.benchmarks.child", piece, str(workspace.folder), str(workspace.rows)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"The piece {piece} failed:\n{done.stderr}")
    return Measurement(**json.loads(done.stdout.splitlines()[-1]))


@dataclass(frozen=True)
class Asked:
    """What a benchmark is asked to measure.

    Attributes:
        rows: how many there are to work on.
        rounds: rounds that count, after the one that is dropped.
    """

    rows: int
    rounds: int


def asked(purpose: str | None, rows: int, of_what: str, rounds: int = 3) -> Asked:
    """Read ``--rows`` and ``--rounds`` from the command line.

    Args:
        purpose: what ``--help`` says of the benchmark.
        rows: how many without a word.
        of_what: what they are.
        rounds: how many without a word.
    """
    parser = argparse.ArgumentParser(description=purpose, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=rows, help=of_what)
    parser.add_argument("--rounds", type=int, default=rounds, help="rounds that count, after the one that is dropped")
    return Asked(**vars(parser.parse_args()))


@dataclass
class Rounds:
    """Measurements of the same pieces, round by round.

    Attributes:
        of: the pieces' measurements, in the order of the rounds.
    """

    of: dict[str, list[Measurement]] = field(default_factory=dict)

    def run(self, pieces: Sequence[str], workspace: Workspace) -> None:
        """Measure each piece once more; a run begins with no ledger."""
        shutil.rmtree(workspace.home, ignore_errors=True)
        for piece in pieces:
            self.of.setdefault(piece, []).append(measured(piece, workspace))
        shutil.rmtree(workspace.home, ignore_errors=True)

    def forget_first(self) -> None:
        """Drop the first round, in which caches are cold."""
        for measurements in self.of.values():
            del measurements[0]

    def median(self, piece: str, figure: str = "seconds") -> float:
        """The median of one figure of a piece."""
        return statistics.median(getattr(each, figure) for each in self.of[piece])

    def sums(self, pieces: Sequence[str], figure: str = "seconds") -> list[float]:
        """The sum of one figure over some pieces, round by round."""
        columns = [[getattr(each, figure) for each in self.of[piece]] for piece in pieces]
        return [sum(row) for row in zip(*columns, strict=True)]

    def peak(self, pieces: Sequence[str]) -> int:
        """The most memory that any of some pieces took in any round."""
        return max(each.peak for piece in pieces for each in self.of[piece])


def in_rounds(asked: Asked, pieces: Sequence[str], first: str) -> Rounds:
    """Measure pieces in a folder of their own, after one that lays out what they need."""
    rounds = Rounds()
    with tempfile.TemporaryDirectory(prefix="siller-bench-") as folder:
        workspace = Workspace(Path(folder), asked.rows)
        measured(first, workspace)
        for _ in range(asked.rounds + 1):
            rounds.run(pieces, workspace)
    rounds.forget_first()
    return rounds
