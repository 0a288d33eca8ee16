"""Anchors: what stands outside the ledger of how far its journal had come.

Each manifest in the outbox names the journal entry of its release. A ledger that was restored from an
older copy does not have that entry: it would release again what it has forgotten, under a serial that was
used.
"""

import json
from collections.abc import Mapping

import duckdb

from tasks.storage.store import Store


def read_manifests(outbox: Store) -> dict[str, str]:
    """The text of every manifest in an outbox by its name; read before the ledger is opened, which waits for nobody."""
    found = {name: outbox.text_of(name) for name in outbox.names() if name.endswith(".manifest.json")}
    return {name: text for name, text in found.items() if text is not None}


def find_unknown_anchors(connection: duckdb.DuckDBPyConnection, said: Mapping[str, str]) -> list[str]:
    """Names of the manifests that cannot be read, or whose journal entry the ledger does not have."""
    return [name for name, manifest in said.items() if not _in_journal(connection, manifest)]


def _in_journal(connection: duckdb.DuckDBPyConnection, manifest: str) -> bool:
    try:
        anchor = json.loads(manifest)["journal"]
        where = [int(anchor["entry"]), str(anchor["entry_hash"])]
    except (ValueError, KeyError, TypeError):
        return False
    found = connection.execute("SELECT 1 FROM journal WHERE entry = ? AND entry_hash = ?", where).fetchone()
    return found is not None
