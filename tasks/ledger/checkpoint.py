"""The checkpoint (the head): how far a ledger's journal had come, in a small file beside it.

A ledger that was put back from an older copy, or whose journal lost its last entries together with their rows,
holds in itself. It does not have the entry that the head names.
"""

import json
from pathlib import Path

import duckdb

from tasks.storage.atomic_write import write_atomic
from tasks.storage.paths import Paths

Head = tuple[int, str]
"""The number and the hash of a journal entry."""


def read_last(connection: duckdb.DuckDBPyConnection) -> Head | None:
    """The last entry of an open ledger's journal that is committed; None if there is none."""
    with connection.cursor() as committed:
        row = committed.execute("SELECT entry, entry_hash FROM ledger.journal ORDER BY entry DESC LIMIT 1").fetchone()
    return (int(row[0]), str(row[1])) if row else None


def behind(connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
    """Say in a sentence that a ledger is older than the head beside it, or another one; None if it is not."""
    try:
        noted = _noted(path)
    except (ValueError, KeyError, TypeError):
        return f"{path.name}, the note of how far the journal had come, cannot be read: somebody changed it."
    if noted is None or _has(connection, noted):
        return None
    return (
        f"The journal once had an entry {noted[0]} with the hash {noted[1][:12]} ({path.name} says so), and does not "
        "have it: the ledger is an older copy, or its last entries were taken out."
    )


def alone(paths: Paths, tenant: str) -> str | None:
    """Say in a sentence what shows that a tenant whose ledger is not there once had one; None if nothing does."""
    left = [
        path.name for path in (paths.ledger_checkpoint(tenant), *paths.receipts(tenant).glob("*.json")) if path.exists()
    ]
    if not left:
        return None
    return (
        f"The ledger of {tenant} in {paths.root} is gone: {left[0]} is left and says that there was one. Put the "
        "ledger back, or restore the newest backup, before anything else is done."
    )


def advance(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Note how far the journal has come, unless it is behind what was noted: that stays for a person to see."""
    head = read_last(connection)
    if head is None:
        return
    try:
        noted = _noted(path)
    except (ValueError, KeyError, TypeError):
        return
    if noted == head or (noted is not None and not _has(connection, noted)):
        return
    write_atomic(path, (json.dumps({"entry": head[0], "entry_hash": head[1]}) + "\n").encode())


def _noted(path: Path) -> Head | None:
    if not path.exists():
        return None
    said = json.loads(path.read_text(encoding="utf-8"))
    return int(said["entry"]), str(said["entry_hash"])


def _has(connection: duckdb.DuckDBPyConnection, head: Head) -> bool:
    with connection.cursor() as committed:
        found = committed.execute(
            "SELECT 1 FROM ledger.journal WHERE entry = ? AND entry_hash = ?", list(head)
        ).fetchone()
    return found is not None
