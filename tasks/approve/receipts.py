"""Receipts: what stands outside the ledger of who decided what, and of how far its journal had come then.

Each answer to a form leaves one. A ledger that was put back from an older copy, together with the note of its head, has
no such answer, or another one: it could be asked again until somebody says otherwise.

A receipt that is empty or cut off, as a power cut can leave one that was not flushed to disk, says nothing against a
ledger that has its answer: it counts as missing, and is written anew beside the next one.
"""

import json
from collections.abc import Iterator

import duckdb

from schemas.stages import Event
from tasks.storage.atomic_write import make_folder, write_atomic
from tasks.storage.paths import Paths

_RECEIPTS = f"""
SELECT run_id, approval_no, approver, decision, verdict, answered_at, file.serial AS submission_serial,
    approval.file_sha256, pack_sha256, agreement_sha256, entry, entry_hash
FROM approval JOIN run USING (run_no) JOIN journal USING (run_id) LEFT JOIN payment_file AS file USING (run_no)
WHERE stage = '{Event.APPROVAL} ' || approval_no
"""


def keep(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> None:
    """Write the receipts that are not there whole: of the answer just judged, and of those that a crash left out."""
    folder = paths.receipts(tenant)
    make_folder(folder)
    for name, meant in _of(connection).items():
        if not (folder / name).exists() or _is_torn((folder / name).read_bytes(), meant):
            write_atomic(folder / name, meant)


def find_unknown_receipts(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> list[str]:
    """Names of the receipts that say something else than the ledger."""
    return [
        name
        for name, found, meant in _held_against_each_other(connection, paths, tenant)
        if found != meant and not _is_torn(found, meant)
    ]


def find_torn_receipts(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> list[str]:
    """Names of the receipts that are empty or cut off, of answers that the ledger has."""
    return [
        name for name, found, meant in _held_against_each_other(connection, paths, tenant) if _is_torn(found, meant)
    ]


def find_missing_receipts(connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str) -> list[str]:
    """Names of the receipts that are not there, of answers that the ledger has."""
    return sorted(name for name in _of(connection) if not (paths.receipts(tenant) / name).exists())


def _held_against_each_other(
    connection: duckdb.DuckDBPyConnection, paths: Paths, tenant: str
) -> Iterator[tuple[str, bytes, bytes | None]]:
    """Each receipt's name, what it says, and what the ledger would have it say."""
    of_the_ledger = _of(connection)
    for path in sorted(paths.receipts(tenant).glob("*.json")):
        yield path.name, path.read_bytes(), of_the_ledger.get(path.name)


def _is_torn(found: bytes, meant: bytes | None) -> bool:
    """Whether a receipt is only the beginning of what the ledger would have it say, or no more than empty blocks.

    Of an answer that the ledger does not have, even an empty one says that there was such an answer.
    """
    return meant is not None and found != meant and (meant.startswith(found) or not found.strip(b"\0"))


def _of(connection: duckdb.DuckDBPyConnection) -> dict[str, bytes]:
    """What the receipt of each answer says, by its file's name."""
    found = connection.execute(_RECEIPTS)
    columns = [column for column, *_ in found.description or ()]
    said = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    return {
        f"{each['run_id']}.answer-{each['approval_no']}.json": (json.dumps(each, indent=2, default=str) + "\n").encode()
        for each in said
    }
