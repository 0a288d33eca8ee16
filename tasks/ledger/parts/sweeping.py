"""What no ledger lists is swept away: parts that a killed process left, and sealed files of what was refused.

What somebody is writing is not.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from tasks.ledger import checkpoint
from tasks.ledger.parts.listing import listed
from tasks.storage.custody import list_sealed
from tasks.storage.paths import Paths

_A_PART = re.compile(r"[0-9a-f]+\.parquet|\.[0-9a-f]+\.parquet\.part")
"""What a part is called, and one that is being written; what else stands in the folder is nobody's to remove."""

_LOCK = ".writing.lock"

_UNKNOWN = """
SELECT sha256 FROM (SELECT unnest($sealed::VARCHAR[]) AS sha256)
WHERE sha256 NOT IN (
    SELECT extract_sha256 FROM run UNION SELECT sha256 FROM bank_file
    UNION SELECT unnest([file_sha256, evidence_sha256]) FROM paid_elsewhere
    UNION SELECT evidence_sha256 FROM settlement WHERE evidence_sha256 IS NOT NULL
    UNION SELECT sha256 FROM payment_file
    UNION SELECT request_sha256 FROM payee_check UNION SELECT sha256 FROM payee_answer_file
    -- The pages of packs, and certificates of what is closed.
    UNION SELECT figures::JSON ->> 'page_sha256' FROM journal WHERE figures::JSON ->> 'page_sha256' IS NOT NULL
) AND NOT EXISTS (SELECT 1 FROM act WHERE contains(said, sha256))
"""
"""Of the sealed files those that the ledger does not name; a manifest's is named by what is said of its signature."""


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Keep others from sweeping away what is being written and is not listed yet."""
    with _lock(folder, fcntl.LOCK_SH):
        yield


def sweep(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> None:
    """Remove the parts that the ledger does not list, which a killed process left, unless somebody is writing some.

    Nothing is removed while an older copy of the ledger stands in its place: the later one lists more of them.

    Args:
        connection: an open ledger.
        paths: where things stand.
        tenant: whose.

    Raises:
        NoGo: a link leads to the parts.
    """
    if checkpoint.behind(connection, paths.ledger_checkpoint(tenant)):
        return
    names, folder = {part.name for part in listed(connection)}, paths.parts(tenant)
    try:
        with _lock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for path in folder.iterdir():
                if path.name not in names and _A_PART.fullmatch(path.name) and path.is_file():
                    path.unlink()
    except BlockingIOError:
        return


def sweep_sealed(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> None:
    """Remove the sealed files that the ledger does not name: of what was refused after that, or of a killed process.

    They are of no period, so no erasure would find them; the conditions are those of :func:`sweep`.
    """
    if checkpoint.behind(connection, paths.ledger_checkpoint(tenant)):
        return
    unknown = connection.execute(_UNKNOWN, {"sealed": sorted(list_sealed(paths, tenant))}).fetchall()
    with suppress(BlockingIOError), _lock(paths.parts(tenant), fcntl.LOCK_EX | fcntl.LOCK_NB):
        for (sha256,) in unknown:
            paths.sealed(tenant, sha256).unlink()


@contextmanager
def _lock(folder: Path, how: int) -> Iterator[None]:
    if folder.resolve() != folder.parent.parent.resolve() / folder.parent.name / folder.name:
        raise NoGo(
            f"A link leads to the sealed parts, {folder}. Where it leads could be another ledger's folder too, and "
            "each removes what it does not list. Nothing was done; mount the disk there instead."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how)
        yield
    finally:
        os.close(descriptor)
