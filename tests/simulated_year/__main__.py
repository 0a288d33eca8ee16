"""Hold the year, check it, and write its page: ``python -m tests.simulated_year``."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from traceback import TracebackException

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
    home = Path(tempfile.mkdtemp(prefix="siller-year-"))
    begun = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        environment.prepare(home / "prefect")
        held = hold(home, BODIES, patch, lambda said: console.print(said, highlight=False, markup=False))
        console.print(f"The year is over, and is held against what was reckoned. Until it is right: {home}")
        try:
            check(held)
        except ExceptionGroup as faults:
            all_of_them = len(faults.exceptions)
            TracebackException.from_exception(
                faults, max_group_width=all_of_them
            ).print()  # by itself it leaves some out
            sys.exit(1)
        asked.page.write_text(year_page(held), encoding="utf-8")
    shutil.rmtree(home)
    took = f"{(time.monotonic() - begun) / 60:.0f} minutes, {time.process_time() / 60:.1f} of them of a processor"
    letters = f"{len(held.letters):,} letters, reminders of the months after it among them"
    console.print(f"{len(held.ran)} runs are right, and {letters} ({took}). Its page: {asked.page}")


if __name__ == "__main__":
    main()
