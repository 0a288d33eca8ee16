"""Hold the year, check it, and write its page: ``python -m tests.simulated_year``."""

import argparse
import tempfile
from pathlib import Path

import pytest
from rich.console import Console

from flows.service import environment
from tests.simulated_year.bodies import BODIES
from tests.simulated_year.checked import check
from tests.simulated_year.held import hold
from tests.simulated_year.page import year_page


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", type=Path, default=Path("simulated-year.html"), help="where the page is written")
    asked = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory(prefix="siller-year-") as home, pytest.MonkeyPatch.context() as patch:
        environment.prepare(Path(home) / "prefect")
        held = hold(Path(home), BODIES, patch, lambda said: console.print(said, highlight=False))
        console.print("The year is over; it is held against what was reckoned.")
        check(held)
        asked.page.write_text(year_page(held), encoding="utf-8")
    console.print(f"{len(held.ran)} runs are right, and {len(held.letters):,} letters. Its page: {asked.page}")


if __name__ == "__main__":
    main()
