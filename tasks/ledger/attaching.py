"""Attaching an encrypted database: the one statement that holds a key.

DuckDB takes the key as text inside the statement, and its parser repeats a statement that it does not understand. So
nothing that DuckDB says about this one goes on: what it comes to is told by its kind.
"""

import errno
import os
from pathlib import Path

import duckdb

_TOLD = {
    "Conflicting lock": "Something else than siller has it open: close that.",
    os.strerror(errno.ENOSPC): "The disk is full: make room there.",
    os.strerror(errno.EDQUOT): "siller's share of the disk is full: make room there.",
}
"""What to do, by what stands in DuckDB's message."""
_ELSE = "Put ledger and key back as they were, together."


BLOCK_BYTES = 16_384
"""Of a database that is made: DuckDB's own 262,144 make ten megabytes of a ledger with two hundred rows."""


class NotAttachedError(Exception):
    """An encrypted database was not attached; says what to do, in siller's own words."""


def attach(connection: duckdb.DuckDBPyConnection, file: Path, name: str, key: str) -> None:
    """Attach an encrypted database under a name; it is made if there is none.

    Raises:
        NotAttachedError: it does not open.
    """
    size = "" if file.exists() else f", BLOCK_SIZE {BLOCK_BYTES}"
    try:
        connection.execute(f"ATTACH {quote(str(file))} AS {name} (ENCRYPTION_KEY {quote(key)}{size})")
    except duckdb.Error as error:
        failed = NotAttachedError(next((do for said, do in _TOLD.items() if said in str(error)), _ELSE))
    else:
        return
    raise failed  # outside, so that DuckDB's words are not its context


def quote(text: str) -> str:
    """A text as SQL has it; a folder may have an apostrophe in its name."""
    return "'" + text.replace("'", "''") + "'"
