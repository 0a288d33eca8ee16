"""The analysts' file: what may be known of every payment, apart from the ledger.

DuckDB lets one process write or many read, so an analyst with a notebook open would stop payday if both used one
file. So each publication is a file of its own, ``analytics-000003.duckdb``, which nobody writes again, and
``analytics.duckdb`` is a pointer to the newest: who has an older one open keeps it, who opens the pointer gets the
newest.

The new file is filled inside the ledger's own connection, so that nothing of a payee is on disk in between.
"""

import os
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb

from schemas.bank_messages.bank_file import ONE_PAYMENT
from schemas.bank_messages.codes import meaning
from schemas.no_go import NoGo
from schemas.payment_state import PaymentState
from schemas.period import Rhythm
from tasks.ledger import erasures, runs
from tasks.ledger.payment_state import define_payment_state
from tasks.publish.pseudonym_key import define_pseudonym
from tasks.storage.atomic_write import flush

POINTER = "analytics.duckdb"
VERSIONS_KEPT = 3

_VERSION = re.compile(r"analytics-(\d{6})\.duckdb")
_PART = ".analytics.part"
_SQL = Path(__file__).parent
_NOT_ERASED = f"SELECT run_no FROM run WHERE run_no NOT IN ({erasures.RUNS})"


class Published(NamedTuple):
    """One publication.

    Attributes:
        path: the new version's file.
        version: its number.
        rows: the rows of the run's extract that stand in it.
    """

    path: Path
    version: int
    rows: int


def publish(
    connection: duckdb.DuckDBPyConnection,
    published_folder: Path,
    run_id: str,
    as_at: datetime,
    pseudonym_key: bytes,
    afresh: bool = False,
) -> Published:
    """Publish a run as a new version of the analysts' file, in place of what stood there of it.

    The new version carries on from the last one. Where there is none, or it cannot be read or has other tables
    than today's, it is made afresh from every run of the ledger.

    Args:
        connection: the tenant's ledger, opened beside the folder; held while the file is made, so that two
            publications follow each other.
        published_folder: the tenant's folder of published files.
        run_id: the run.
        as_at: the moment, with its time zone; its day decides whether an accepted payment counts as credited.
        pseudonym_key: the tenant's key for pseudonyms, of 64 bytes at most. Another key gives other pseudonyms.
        afresh: make it of every run again, and keep no earlier version: some of those runs were erased.

    Raises:
        NoGo: there is no such run, or what was published is not what the ledger holds.
    """
    _open_to_the_group(published_folder)
    part = published_folder / _PART
    run = runs.run_row(connection, run_id)
    version = max(_versions(published_folder), default=0) + 1
    define_payment_state(connection)
    try:
        carried_on = _attach(connection, part, None if afresh else published_folder / POINTER)
        stale = [(run.run_no,)] if carried_on else connection.execute(_NOT_ERASED).fetchall()
        for (run_no,) in stale:
            _replace_run(connection, run_no, as_at, pseudonym_key)
        rows = _close(connection, version, run_id, as_at)
        path = _appear(part, published_folder / f"analytics-{version:06d}.duckdb")
    finally:
        _clear(part)
    _point(published_folder / POINTER, path)
    _drop_old_versions(published_folder, 1 if afresh else VERSIONS_KEPT)
    return Published(path, version, rows)


def _open_to_the_group(folder: Path) -> None:
    """Make the tenant's folder, and the one that it stands in, readable for their group.

    The umask of the process takes that from whatever mode a folder is made with, so it is said again, once: the group,
    and whether it may read, is the operator's affair from then on. What appears in the tenant's folder has its group.
    """
    for made, mode in ((folder.parent, 0o750), (folder, 0o2750)):
        if not made.exists():
            made.mkdir(parents=True, exist_ok=True)  # another tenant's process may be as far
            made.chmod(mode)


def _attach(connection: duckdb.DuckDBPyConnection, part: Path, pointer: Path | None) -> bool:
    """Attach the file to be as ``analytics``; say whether it carries on from the last one."""
    _clear(part)
    carries_on = pointer is not None and pointer.exists() and _attached_copy(connection, part, pointer)
    if not carries_on:
        connection.execute(f"ATTACH '{_quoted(part)}' AS analytics")
        _make_tables(connection, "analytics")
    connection.execute("DELETE FROM analytics.states")
    states = [[state.value, state.meaning] for state in PaymentState]
    connection.executemany("INSERT INTO analytics.states (state, meaning) VALUES (?, ?)", states)
    return carries_on


def _attached_copy(connection: duckdb.DuckDBPyConnection, part: Path, pointer: Path) -> bool:
    """Attach a copy of the last version, unless it cannot be read or has other tables than today's."""
    shutil.copyfile(pointer, part)
    try:
        connection.execute(f"ATTACH '{_quoted(part)}' AS analytics")
    except (duckdb.IOException, duckdb.SerializationException):
        _clear(part)
        return False
    if _has_todays_tables(connection):
        return True
    connection.execute("DETACH analytics")
    _clear(part)
    return False


def _has_todays_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    connection.execute("ATTACH ':memory:' AS expected")
    _make_tables(connection, "expected")
    columns = "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE database_name = ?"
    expected, found = (set(connection.execute(columns, [name]).fetchall()) for name in ("expected", "analytics"))
    connection.execute("DETACH expected")
    return expected == found


def _make_tables(connection: duckdb.DuckDBPyConnection, database: str) -> None:
    by_the_month = all(period.rhythm is Rhythm.MONTH for period in runs.periods(connection))
    connection.execute(f"USE {database}")
    connection.execute((_SQL / "analytics.sql").read_text())
    if not by_the_month:
        connection.execute((_SQL / "analytics_periods.sql").read_text())
    connection.execute("USE ledger")


def _replace_run(connection: duckdb.DuckDBPyConnection, run_no: int, as_at: datetime, key: bytes) -> None:
    define_pseudonym(connection, key)
    variables = {"run_no": run_no, "as_at": as_at, "today": as_at.date()}
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    connection.execute((_SQL / "replace_run.sql").read_text())
    _say_what_codes_mean(connection)
    wrong = connection.execute((_SQL / "check_published.sql").read_text()).fetchall()
    if wrong:
        raise NoGo(
            f"What was about to be published of {wrong[0][0]} is not what the ledger holds, so nothing was published. "
            "Run siller verify, which says where they part."
        )


def _say_what_codes_mean(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the codes of this run's answers their meanings; the bank's own words may name a payee and stay out."""
    codes = connection.execute(
        "SELECT DISTINCT message, kind, code FROM analytics.bank_answers "
        "WHERE run_id = (SELECT run_id FROM published_run) AND kind IN (SELECT unnest(?))",
        [[str(kind) for kind in ONE_PAYMENT]],
    ).fetchall()
    for message, kind, code in codes:
        connection.execute(
            "UPDATE analytics.bank_answers SET meaning = ? WHERE run_id = (SELECT run_id FROM published_run) "
            "AND message = ? AND kind = ? AND code IS NOT DISTINCT FROM ?",
            [meaning(message, kind, code, None).meaning, message, kind, code],
        )


def _close(connection: duckdb.DuckDBPyConnection, version: int, run_id: str, as_at: datetime) -> int:
    """Say as at when the file stands, close it, and return the rows of the run in it."""
    connection.execute(
        "INSERT INTO analytics.as_at (version, run_id, published_at) VALUES (?, ?, ?)", [version, run_id, as_at]
    )
    counted = connection.execute("SELECT count(*) FROM analytics.payments WHERE run_id = ?", [run_id]).fetchone()
    connection.execute("CHECKPOINT analytics")
    connection.execute("DETACH analytics")
    assert counted is not None
    return int(counted[0])


def withdraw(published_folder: Path) -> None:
    """Take every version away: there is no run any more of which analysts may know anything."""
    if published_folder.exists():
        _clear(published_folder / _PART)  # of a process that was killed
        (published_folder / POINTER).unlink(missing_ok=True)
        for path in _versions(published_folder).values():
            path.unlink()
        flush(published_folder)


def _appear(part: Path, path: Path) -> Path:
    """Give the finished file its own name, once and for all."""
    part.chmod(0o440)  # of the folder's group too: the operator chooses who the analysts are
    flush(part)
    os.link(part, path)
    flush(path.parent)
    return path


def is_version(name: str) -> bool:
    """Whether a name is that of a version."""
    return _VERSION.fullmatch(name) is not None


def take_over(folder: Path, name: str, source: Path) -> None:
    """Let a version that another home has published be the only one here: of earlier ones a period may be erased."""
    _open_to_the_group(folder)
    (folder / name).unlink(missing_ok=True)  # of a publication here that was fenced
    _point(folder / POINTER, _appear(source, folder / name))
    for path in _versions(folder).values():
        if path.name != name:
            path.unlink()


def _point(pointer: Path, path: Path) -> None:
    """Move the pointer in one step: at every moment it points to a whole file."""
    beside = pointer.with_name(".analytics.pointer")
    beside.unlink(missing_ok=True)
    beside.symlink_to(path.name)
    beside.replace(pointer)
    flush(pointer.parent)


def _drop_old_versions(folder: Path, kept: int) -> None:
    for _, path in sorted(_versions(folder).items())[:-kept]:
        path.unlink()


def _versions(folder: Path) -> dict[int, Path]:
    found = ((_VERSION.fullmatch(path.name), path) for path in folder.iterdir())
    return {int(match[1]): path for match, path in found if match}


def _clear(part: Path) -> None:
    part.unlink(missing_ok=True)
    part.with_name(f"{part.name}.wal").unlink(missing_ok=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
