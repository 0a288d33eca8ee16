"""Anchors: what stands outside the ledger of how far its journal had come.

Each manifest in the outbox names the journal entry of its release. A ledger that was restored from an
older copy does not have that entry: it would release again what it has forgotten, under a serial that was
used.
"""

import json
from pathlib import Path

import duckdb


def unknown_anchors(connection: duckdb.DuckDBPyConnection, outbox: Path) -> list[str]:
    """Names of the manifests in an outbox that cannot be read, or whose journal entry the ledger does not have."""
    return [
        manifest.name
        for manifest in sorted(outbox.glob("*.manifest.json"))
        if not _in_journal(connection, manifest.read_text(encoding="utf-8", errors="replace"))
    ]


def _in_journal(connection: duckdb.DuckDBPyConnection, manifest: str) -> bool:
    try:
        anchor = json.loads(manifest)["journal"]
        where = [int(anchor["entry"]), str(anchor["entry_hash"])]
    except (ValueError, KeyError, TypeError):
        return False
    found = connection.execute("SELECT 1 FROM journal WHERE entry = ? AND entry_hash = ?", where).fetchone()
    return found is not None
