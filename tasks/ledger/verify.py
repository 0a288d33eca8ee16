"""Does everything that the ledger says still hold?"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from schemas.approval import Outcome
from schemas.no_go import NoGo
from schemas.stages import Event, Stage
from tasks.ledger import conservation, erasures, releases, versions
from tasks.ledger.catalogue import CATALOGUE, WRITTEN_BY, covered, row_of
from tasks.ledger.digests import digest
from tasks.ledger.file_days import ADDED_UP
from tasks.ledger.journal import OF_NO_RUN, broken_link, output_digest, version_at
from tasks.ledger.parts import proof
from tasks.ledger.problem import Problem

_NOT_BY_ITS_ROWS = {
    "raw_extract_row",  # no table, and its parts are asked
    "core_payment",  # likewise
    "part_file",  # a row says itself which event wrote it
    "submission_serial",  # kept before the file is written with it, so before the entry too
}
"""Tables that are not asked which entry wrote their rows."""

_FILES_WRITTEN = (
    f"SELECT run_no, '{Stage.INGEST}' AS stage, 'part_file' AS written FROM part_file WHERE act_no = 0",
    f"SELECT 0, '{Event.ROTATE_KEYS} ' || act_no, 'part_file' FROM part_file WHERE act_no <> 0",
)
"""What wrote the files of parts. The latest writing of a file is believed, so that each must stand in the journal."""

_OF_A_RELEASE = f"""
run_id = ? OR split_part(stage, ' ', 1) IN ('{Event.MIGRATE}', '{Event.ERASE}', '{Event.ROTATE_KEYS}')
OR (stage = '{Stage.INGEST}' AND run_no IN (
    SELECT run_no FROM part_file WHERE file_no IN (SELECT file_no FROM part JOIN run USING (run_no) WHERE run_id = ?)
))
"""
"""The entries of a run, of each migration and erasure, which prove earlier ones anew, and of what wrote its files."""

_WITH_A_RUN = "SELECT table_name FROM duckdb_columns() WHERE column_name = 'run_no' AND NOT internal"


def problems(connection: duckdb.DuckDBPyConnection, parts: Path) -> Iterator[Problem]:
    """Recompute the chain, every entry's digest, the conservation of rows, and who let each run go.

    Args:
        connection: an open ledger.
        parts: the folder of the tenant's sealed parts; each is read to its end.

    Yields:
        what does not hold.
    """
    yield from _chain(connection)
    yield from _shape(connection)
    yield from _digests(connection, "true")
    yield from _outside_the_journal(connection, _written(connection))
    for (run_id,) in connection.execute(ADDED_UP).fetchall():
        yield Problem(run_id, "The days of its payment file do not add up to the file.")
    yield from conservation.problems(connection, parts)
    yield from releases.problems(connection)
    _read_to_the_end(connection)


def check_unchanged(connection: duckdb.DuckDBPyConnection, run_id: str, parts: Path) -> None:
    """Prove the chain, and all that the stages of one run wrote, before anything of it leaves.

    Args:
        connection: an open ledger.
        run_id: the run.
        parts: the folder of the tenant's sealed parts.

    Raises:
        NoGo: something has changed since its stage wrote it; the message names the first.
    """
    proven = (
        *_chain(connection),
        *_digests(connection, _OF_A_RELEASE, run_id, run_id),
        *_outside_the_journal(connection, _FILES_WRITTEN),
    )
    files = (Problem(run_id, said) for said in proof.changed_files(connection, parts, run_id))
    for problem in (*proven, *files):
        raise NoGo(
            f"The ledger was changed behind siller's back. {problem.what} Nothing of {run_id} was released. Find out "
            "who changed what and when (siller verify, siller audit) before anything else is done."
        )


def _chain(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    broken = broken_link(connection)
    if broken:
        yield Problem("journal", broken)


def _shape(connection: duckdb.DuckDBPyConnection) -> Iterator[Problem]:
    """A digest covers the columns that it names: there must be no others."""
    there = versions.columns(connection)
    for table, columns in versions.tables(versions.VERSION).items():
        if there.get(table) != columns:
            yield Problem("tables", f"{table} has not the columns of version {versions.VERSION}: somebody changed it.")


def _digests(connection: duckdb.DuckDBPyConnection, which: str, *values: str) -> Iterator[Problem]:
    """Each entry over the tables as they were for it, and as every later migration has left them."""
    entries = connection.execute(
        "SELECT entry, run_id, run_no, stage, output_digest, "
        "(SELECT list((version, migrated_entry.output_digest)) FROM migrated_entry "
        " WHERE migrated_entry.entry = journal.entry) "
        f"FROM journal LEFT JOIN run USING (run_id) WHERE {which} ORDER BY entry",
        list(values),
    ).fetchall()
    version_of = version_at(connection)
    proofs = erasures.list_proofs(connection, version_of)
    for entry, run_id, run_no, stage, own, migrated in entries:
        expected = proofs(entry, [(version_of(entry), own), *(migrated or ())])
        if run_no is None and run_id != OF_NO_RUN:
            yield Problem(run_id, f"The stage {stage} stands in the journal, but the run is gone.")
        elif (row := row_of(stage)) is None:
            yield Problem(run_id or "tenant", f"The journal names a stage {stage}, and siller has none such.")
        elif any(output_digest(connection, stage, run_no or 0, version) != said for version, said in expected):
            tables = " or ".join(row.tables)
            yield Problem(run_id or "tenant", f"What the stage {stage} wrote has changed since: look at {tables}.")


def _outside_the_journal(connection: duckdb.DuckDBPyConnection, written: Iterable[str]) -> Iterator[Problem]:
    """Rows that a stage or an event wrote whose entry is not in the journal: its end was cut off.

    An event's number is the tenant's, so that it says which entry is meant whatever the run.
    """
    found = connection.execute(
        "SELECT coalesce(run.run_id, 'tenant'), wrote.stage, written "
        f"FROM ({' UNION '.join(dict.fromkeys(written))}) AS wrote LEFT JOIN run USING (run_no) "
        "ANTI JOIN journal ON journal.stage = wrote.stage "
        "AND (contains(wrote.stage, ' ') OR journal.run_id = coalesce(run.run_id, '')) ORDER BY ALL"
    ).fetchall()
    for run_id, stage, table in found:
        yield Problem(run_id, f"There are rows in {table}, but the stage {stage} is not in the journal.")


def _written(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """For each table a query of what wrote its rows: ``run_no``, ``stage`` and the table's name, ``written``."""
    yield (
        f"SELECT run_no, '{Stage.APPROVE}' AS stage, 'approval' AS written FROM approval "
        f"WHERE verdict IN ('{Outcome.APPROVED}', '{Outcome.REJECTED}')"
    )
    yield f"SELECT run_no, '{Stage.VALIDATE}', 'earlier_payment' FROM earlier_payment"
    yield from _FILES_WRITTEN
    for table, stage in WRITTEN_BY.items():
        if table not in _NOT_BY_ITS_ROWS:
            yield f"SELECT run_no, '{stage}', '{table}' FROM {table}"
    of_a_run = {table for (table,) in connection.execute(_WITH_A_RUN).fetchall()}
    for event in Event:
        row = CATALOGUE[event]
        for table in set(row.tables) - _NOT_BY_ITS_ROWS:
            run_no = "run_no" if table in of_a_run else "0"
            name = "act" if table == "act" else f"'{event}'"  # each act says itself which event it is
            yield f"SELECT {run_no}, {name} || ' ' || {row.numbered_by}, '{table}' FROM {table}"


def _read_to_the_end(connection: duckdb.DuckDBPyConnection) -> None:
    """Read what no entry covers too: a block whose bytes were changed does not pass DuckDB's own authentication."""
    for (table,) in connection.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall():
        if table not in covered():
            digest(connection, table, "true")
