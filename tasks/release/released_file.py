"""A payment file on its way out: a live one and a rehearsed one are different types.

An outbox takes one of the two, so that a rehearsal cannot reach a live place: mypy refuses the wrong pair
where it is written, and the outbox where it is run.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun


@dataclass(frozen=True)
class _ReleasedFile:
    """What both have.

    Attributes:
        run: the run that it pays.
        staged: where it stands, under its final name.
        sha256: what was approved.

    Raises:
        NoGo: the run is of another mode, or the file has another run's name.
    """

    mode: ClassVar[Mode]

    run: PayRun
    staged: Path
    sha256: str

    def __post_init__(self) -> None:
        """Hold the run and the name against the type."""
        if self.run.mode is not self.mode:
            raise NoGo(f"{self.run.run_id} is no {self.mode} run, and cannot make a {self.mode} payment file.")
        if not self.name.startswith(f"{self.run.file_stem}.") or ("REHEARSAL" in self.name) is (self.mode is Mode.LIVE):
            raise NoGo(f"{self.name} is not what the payment file of {self.run.run_id} is called. It was not released.")

    @property
    def name(self) -> str:
        """Its name in the outbox."""
        return self.staged.name

    @property
    def manifest_name(self) -> str:
        """The name of what stands beside it."""
        return f"{self.name}.manifest.json"


class LiveFile(_ReleasedFile):
    """The payment file of a live run: it moves money."""

    mode = Mode.LIVE


class RehearsalFile(_ReleasedFile):
    """The payment file of a rehearsal: it moves none, and its name says so."""

    mode = Mode.REHEARSAL


F = TypeVar("F", LiveFile, RehearsalFile)
