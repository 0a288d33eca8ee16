"""Another key for a ledger, crash-safe at every step.

The ledger is copied under the new key to ``NAME.next``; then ``KEY.next`` is written, ``NAME.next`` takes the
ledger's place, and ``KEY.next`` the key's. So whoever finds both ``.next`` files knows that nothing has changed yet,
and whoever finds the key alone, that the ledger has.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from tasks.ledger.attaching import attach
from tasks.ledger.digests import digest
from tasks.storage import keys
from tasks.storage.atomic_write import flush


def copy_under_key(
    connection: duckdb.DuckDBPyConnection, file: Path, key: str, last: Callable[[duckdb.DuckDBPyConnection], object]
) -> None:
    """Copy an open ledger under a new key, hold every table of the copy against it, and record what comes last.

    Raises:
        NoGo: a table of the copy is another.
    """
    following = _next(file)
    _clear(following)
    connection.execute("CHECKPOINT ledger")
    attach(connection, following, "following", key)
    connection.execute("COPY FROM DATABASE ledger TO following")
    here = _digests(connection)
    connection.execute("USE following")
    if _digests(connection) != here:
        raise NoGo(f"The copy of {file.name} under the new key is not the ledger. The old key stays; nothing changed.")
    connection.begin()
    last(connection)
    connection.commit()
    connection.execute("USE ledger")
    connection.execute("CHECKPOINT following")
    connection.execute("DETACH following")


def swap(file: Path, key_file: Path, key: str | None) -> None:
    """Let the copy and its key, where that is another, take the place of ledger and key. Neither may be open."""
    if _log(file).exists() or _log(_next(file)).exists():
        raise NoGo(f"{file.name} was not closed cleanly, so its key stays. Run siller verify, then try again.")
    flush(_next(file))
    if key is not None:
        keys.replace_key(_next(key_file), key)
    _next(file).replace(file)
    flush(file.parent)
    if key is None:
        return
    _next(key_file).replace(key_file)
    flush(key_file.parent)


def settle(file: Path, key_file: Path) -> None:
    """Finish a change of keys that was interrupted, or take it back. The ledger must not be open."""
    if not _next(key_file).exists():
        return  # a copy without its key counts for nothing, and the next change makes it anew
    if _next(file).exists():
        _next(key_file).unlink()  # the key first: alone it would say that the ledger is the new one
        flush(key_file.parent)
        _clear(_next(file))
    else:
        _next(key_file).replace(key_file)
        flush(key_file.parent)


def _digests(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY ALL"
    ).fetchall()
    return {name: digest(connection, name, "true") for (name,) in names}


def _next(path: Path) -> Path:
    return path.with_name(f"{path.name}.next")


def _log(file: Path) -> Path:
    return file.with_name(f"{file.name}.wal")


def _clear(following: Path) -> None:
    _log(following).unlink(missing_ok=True)
    following.unlink(missing_ok=True)
