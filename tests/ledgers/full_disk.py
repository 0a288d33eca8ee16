"""An upgrade on a disk that fills: ``unshare -Urm python -m tests.ledgers.full_disk FOLDER`` prints what came of each.

It mounts a small tmpfs, which anybody may in a namespace of their own, and leaves more and more room on it until an
upgrade comes to its end.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from schemas.no_go import NoGo
from tasks.ledger import versions
from tasks.verify import problems
from tests.faults.steps import emptied
from tests.ledgers.earlier import WAITING, unpacked, upgraded

_SIZE, _STEP = 16 << 20, 1 << 16


def main(disk: Path) -> None:
    """Upgrade with no room at all, then with 64 KiB more each time."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", str(disk)], check=True)
    try:
        of = unpacked(WAITING, disk)
        for room in range(0, _SIZE, _STEP):
            leave(disk, room)
            try:
                upgraded(of)
                said = ""
            except NoGo as no_go:
                said = str(no_go)
            emptied(disk)
            with of.ledger.as_it_is() as connection:
                line = {"room": room, "said": said, "version": versions.version_of(connection)}
            sys.stdout.write(json.dumps(line) + "\n")
            if not said:
                break
        sys.stdout.write(json.dumps([str(problem) for problem in problems(of)]) + "\n")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def leave(disk: Path, room: int) -> None:
    """Fill the disk but for so many bytes, with a file that ``emptied`` removes."""
    with (disk / "ballast").open("wb") as ballast:
        ballast.write(bytes(max(0, shutil.disk_usage(disk).free - room)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
