"""One piece in a process of its own: ``python -m tests.benchmarks.child PIECE FOLDER ROWS``.

The last line that it writes is the measurement, as JSON.
"""

import json
import resource
import sys
import time
from pathlib import Path

import psutil

from tests.benchmarks import (
    account_pieces,
    bank_message_pieces,
    extract_pieces,
    message_pieces,
    payment_file_pieces,
    pieces,
    row_pieces,
    safety,
    status_pieces,
    verify_pieces,
)
from tests.benchmarks.workspace import Workspace

PIECES = (
    pieces.PIECES
    | row_pieces.PIECES
    | account_pieces.PIECES
    | payment_file_pieces.PIECES
    | message_pieces.PIECES
    | bank_message_pieces.PIECES
    | verify_pieces.PIECES
    | status_pieces.PIECES
    | extract_pieces.PIECES
)

WITH_CHILDREN = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def main(piece: str, folder: str, rows: str) -> None:
    """Prepare a piece, do it, and say what each took."""
    started = time.perf_counter()
    act = PIECES[piece](Workspace(Path(folder), int(rows)))
    of_safety = safety.timed()
    prepared, used = time.perf_counter(), time.process_time()
    act()
    measurement = {
        "prepared": prepared - started,
        "seconds": time.perf_counter() - prepared,
        "processor": time.process_time() - used + _of_children(),
        "peak": max(resource.getrusage(who).ru_maxrss for who in WITH_CHILDREN) * 1024,
        "safety": of_safety,
    }
    sys.stdout.write(f"\n{json.dumps(measurement)}\n")


def _of_children() -> float:
    """Processor seconds of every child, ended or not: the judge, which loads while the stages before are at work."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    living = [child.cpu_times() for child in psutil.Process().children(recursive=True)]
    return ended.ru_utime + ended.ru_stime + sum(each.user + each.system for each in living)


if __name__ == "__main__":
    main(*sys.argv[1:])
