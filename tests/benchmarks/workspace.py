"""Where a benchmark works: light to import, for the process that only starts and measures others."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """A folder of the benchmark's own, and one size of extract in it.

    Attributes:
        folder: the folder.
        rows: of the extract.
    """

    folder: Path
    rows: int

    @property
    def extract(self) -> Path:
        """The generated extract; its manifest stands beside it."""
        return self.folder / f"rows-{self.rows}" / "ilf-2026-11.csv"

    @property
    def lines(self) -> Path:
        """What floor and loop write."""
        return self.folder / f"rows-{self.rows}" / "lines.txt"

    @property
    def home(self) -> Path:
        """``SILLER_HOME``; a round begins without it."""
        return self.folder / f"rows-{self.rows}" / "home"

    @property
    def contracts(self) -> Path:
        """ILF's contract and agreement, and the practice account table."""
        return self.folder / "contracts"
