"""Does everything still hold: the ledger in itself, and against the files outside it?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.ingest.custody import sha256_of_file, still_sealed
from tasks.ledger import head, verify
from tasks.ledger.problem import Problem
from tasks.office import Office
from tasks.release.anchors import unknown_anchors

_SEALED = """
SELECT run_id, extract_sha256, 'extract' FROM run
UNION ALL
SELECT run_id, sha256, 'bank file' FROM bank_file JOIN run USING (run_no)
UNION ALL
SELECT 'paid elsewhere ' || paid_elsewhere_no, file_sha256, 'file of payments' FROM paid_elsewhere
UNION ALL
SELECT 'paid elsewhere ' || paid_elsewhere_no, evidence_sha256, 'evidence' FROM paid_elsewhere
"""
_RELEASED = """
SELECT run_id, file_name, sha256, payments, pence, bool_or(stage = 'release')
FROM payment_file JOIN run USING (run_no) JOIN journal USING (run_id)
WHERE stage IN ('release_pending', 'release') GROUP BY ALL ORDER BY run_id
"""


@dataclass(frozen=True)
class _Released:
    """A payment file that the ledger has let go, or has begun to."""

    run_id: str
    file_name: str
    sha256: str
    payments: int
    pence: int
    finished: bool


def problems(office: Office) -> Iterator[Problem]:
    """Verify a tenant's ledger, then its sealed files and its outbox against it; yield what does not hold."""
    outbox = office.places.outbox(office.tenant)
    try:
        with office.ledger.opened() as connection:
            yield from verify.problems(connection)
            yield from _anchors(connection, outbox)
            if said := head.behind(connection, office.places.ledger_head(office.tenant)):
                yield Problem("journal", said)
            sealed = connection.execute(_SEALED).fetchall()
            released = [_Released(*row) for row in connection.execute(_RELEASED).fetchall()]
    except duckdb.Error as error:  # its message might hold a row
        yield Problem("ledger", f"It cannot be read to its end ({type(error).__name__}): its bytes have changed.")
        return
    for run_id, sha256, what in sealed:
        if not still_sealed(office.places, office.tenant, sha256):
            yield Problem(run_id, f"The sealed {what} {sha256[:12]} is missing, or is not what was sealed.")
    for file in released:
        yield from _of_release(outbox, file)
    known = {f"{file.file_name}{end}" for file in released for end in ("", ".manifest.json")}
    for path in sorted(outbox.glob("*")):
        if path.name not in known:
            yield Problem(path.name, "The outbox holds this file, and the ledger did not release it.")


def _anchors(connection: duckdb.DuckDBPyConnection, outbox: Path) -> Iterator[Problem]:
    for name in unknown_anchors(connection, outbox):
        yield Problem(
            name,
            "This manifest in the outbox names a journal entry that the ledger does not have: the ledger is older "
            "than what it released, or one of them was changed.",
        )


def _of_release(outbox: Path, released: _Released) -> Iterator[Problem]:
    """Hold what the outbox has of a release against the ledger; what the sender has taken away cannot be."""
    file = outbox / released.file_name
    manifest = outbox / f"{released.file_name}.manifest.json"
    if not released.finished:
        yield Problem(released.run_id, "Its release was begun and not finished: start the run again to finish it.")
    if file.exists() and sha256_of_file(file) != released.sha256:
        yield Problem(released.run_id, f"{file.name} in the outbox is not the file that was released.")
    if file.exists() and released.finished and not manifest.exists():
        yield Problem(released.run_id, f"{file.name} is in the outbox without its manifest.")
    if manifest.exists() and not _says(manifest, released):
        yield Problem(released.run_id, f"The manifest of {file.name} says something else than the ledger.")


def _says(manifest: Path, released: _Released) -> bool:
    try:
        said = json.loads(manifest.read_text(encoding="utf-8"))
        figures = (said["run"], said["sha256"], said["payments"], said["pence"])
    except (ValueError, KeyError, TypeError):
        return False
    return figures == (released.run_id, released.sha256, released.payments, released.pence)
