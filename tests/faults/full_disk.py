"""A month whose disk is full again and again: ``unshare -Urm python -m tests.faults.full_disk UNDISTURBED``.

It mounts a small tmpfs, which anybody may in a namespace of their own, and says as JSON what came of it.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from flows.service import environment
from tests.faults.small_month import RUN
from tests.faults.trial import Trial
from tests.faults.workshop import workshop

FILE = f"{RUN}.REHEARSAL.bacs18.txt"
BEFORE_THE_FORM = ("before the commit of ingest", f"write staging/{RUN}/.{FILE}.part", "before the commit of instruct")
AFTER_IT = (f"write outbox/ilf/.{FILE}.manifest.json.part", "before the commit of release")


def main(undisturbed: Path) -> None:
    """Pay the month on a disk that is full at one step after the other, and at last has room."""
    environment.prepare(Path(tempfile.mkdtemp(prefix="siller-faults-home-")))
    with workshop() as shop:
        disk = shop.folder / "full"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=700", "tmpfs", str(disk)], check=True)
        try:
            trial = Trial(shop, disk.name)
            said = [trial.with_a_full_disk(step) for step in BEFORE_THE_FORM]
            trial.once()  # to the form
            said += [trial.with_a_full_disk(step) for step in AFTER_IT]
            trial.finish()
            came = asdict(trial.came(undisturbed.read_bytes()))
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    sys.stdout.write(json.dumps({"said": said, "came": came}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
