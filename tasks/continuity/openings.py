"""The openings of a tenant's continuity files, one JSON object a line, chained so that none can be taken out unseen.

They stand in a file of their own, because the ledger may be what is down. Neither DuckDB nor Prefect is imported
here or in what is imported here.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from schemas.agreement import Person
from schemas.no_go import NoGo
from tasks.people.account import here
from tasks.storage.atomic_write import flush
from tasks.storage.paths import OPENINGS
from tasks.storage.store import Store
from tasks.storage.working_copy import take_pointer

GENESIS = "0" * 64


@dataclass(frozen=True)
class Opening:
    """One opening of a continuity file.

    Attributes:
        number: counts a tenant's openings, from 1.
        run_id: whose continuity file.
        file_sha256: of the encrypted file.
        by: the officer, as the agreement names them.
        account: of the operating system, under which it was opened.
        proved: whether the agreement gives that account to the officer; otherwise the name is a claim.
        reason: why.
        at: when, in ISO 8601 with its offset.
        previous: the hash of the opening before it.
    """

    number: int
    run_id: str
    file_sha256: str
    by: str
    account: str
    proved: bool
    reason: str
    at: str
    previous: str

    @property
    def hash(self) -> str:
        """SHA-256 over all of it, the opening before it included."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


def openings(path: Path) -> list[Opening]:
    """Read all openings of a tenant, in order.

    A last line without its end was cut off while it was written: nothing was opened after it.

    Raises:
        NoGo: a line cannot be read or does not follow from the one before it.
    """
    if not path.exists():
        return []
    found: list[Opening] = []
    *whole, cut_off = path.read_bytes().split(b"\n")
    for number, line in enumerate(whole, start=1):
        try:
            said = json.loads(line)
            claimed = said.pop("hash")
            opening = Opening(**said)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _changed(path, number) from None
        previous = found[-1].hash if found else GENESIS
        if (opening.number, opening.previous, opening.hash) != (number, previous, claimed) or _line(opening) != line:
            raise _changed(path, number)
        found.append(opening)
    if cut_off[:-1].endswith(b"}"):  # the line is whole: something else stands where its end was
        raise _changed(path, len(found) + 1)
    return found


def note(
    path: Path,
    run_id: str,
    file_sha256: str,
    by: Person,
    reason: str,
    now: datetime,
    shared: Store | None = None,
) -> Opening:
    """Write an opening down, on disk before this returns, and before that where every home looks before it pays.

    Args:
        path: where the tenant's openings stand.
        run_id: whose continuity file.
        file_sha256: of the encrypted file.
        by: the officer who opens it.
        reason: why.
        now: the time that counts.
        shared: the store of homes that share the tenant's ledger; None where there is one home.

    Raises:
        NoGo: what stands there was changed, or the store cannot be reached or has another opening by now.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(path):
        seen = take_pointer(shared, OPENINGS, path) if shared else None
        before = openings(path)
        previous = before[-1].hash if before else GENESIS
        opening = Opening(
            number=len(before) + 1,
            run_id=run_id,
            file_sha256=file_sha256,
            by=by.name,
            account=here().account,
            proved=here().proved and by.account == here().account,
            reason=reason,
            at=now.isoformat(timespec="seconds"),
            previous=previous,
        )
        whole = path.read_bytes().rpartition(b"\n")[:2] if path.exists() else (b"", b"")
        if shared and not shared.swap(OPENINGS, b"".join((*whole, _line(opening), b"\n")), seen):
            raise NoGo(
                "A continuity file was opened from another home in the same moment. Nothing was opened here: see who "
                "pays from which, then say it again."
            )
        with path.open("ab") as file:
            file.truncate(sum(map(len, whole)))  # what was cut off has no place in the chain
            file.write(_line(opening) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        flush(path.parent)
    return opening


def _line(opening: Opening) -> bytes:
    return json.dumps({**asdict(opening), "hash": opening.hash}, sort_keys=True).encode()


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two openings in one moment follow each other."""
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _changed(path: Path, line: int) -> NoGo:
    return NoGo(
        f"{path} was changed by hand: line {line} does not follow from the ones before it. Put the file back from a "
        "backup, or find out who opened what; until then no continuity file is opened and no run begins."
    )
