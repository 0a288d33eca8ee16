"""The rules of a contract that look at all rows of a run together: SQL that somebody outside siller wrote.

It is asked of a DuckDB of its own, in memory, which has the rows of this run and nothing else: no ledger, no key, no
other run, no file, no extension, nothing of Python, and no setting that it could change. It may use so much memory and
so much time and no more; what goes beyond is a no-go that names the rule, and the ledger is not held meanwhile.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer

import duckdb
import polars as pl

from schemas.contract.contract import Contract
from schemas.contract.quality import TABLE, SqlRule
from schemas.no_go import NoGo
from tasks.settings import Settings

SECONDS = 60.0
"""How long one rule may take."""

MOST_ROWS = 10_000_000
"""Of how many rows a run may consist that has such rules: they are held in memory."""

_LEFT_OUT = {"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String}


def try_rules(contract: Contract, settings: Settings) -> None:
    """Ask every rule of no rows, so that one that cannot be asked is found before an extract is read.

    Raises:
        NoGo: one is no SELECT of ``row_number``, or asks for something that is not there; the message names it.
    """
    if contract.sql_rules:
        broken_rows(contract, [], settings)


def broken_rows(
    contract: Contract, rows: Iterable[pl.DataFrame], settings: Settings, seconds: float = SECONDS
) -> pl.DataFrame:
    """Return one row for each row of a run and each rule that it breaks.

    Args:
        contract: the tenant's.
        rows: all rows of the run: ``row_number``, the contract's columns as text and others, which are left out.
        settings: how much memory and how many threads.
        seconds: how long a rule may take.

    Returns:
        ``row_number``, ``column_name`` and ``rule``.

    Raises:
        NoGo: a rule is not what it must be, or goes beyond its limits; the message names it, and nothing of a row.
    """
    found = [pl.DataFrame(schema=_LEFT_OUT)]
    names = [column.name for column in contract.columns]
    with _alone(settings) as connection:
        columns = "".join(f", {name} VARCHAR" for name in names)
        connection.execute(f"CREATE TABLE {TABLE} (row_number INTEGER{columns})")
        count = _filled(connection, (batch.select("row_number", *names) for batch in rows))
        _lock(connection)
        found.extend(_asked(connection, rule, count, seconds) for rule in contract.sql_rules)
    return pl.concat(found)


@contextmanager
def _alone(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills nothing to disk."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": "",
    }
    with duckdb.connect(config=config) as connection:
        yield connection


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    """Let SQL reach nothing but the table: no file, no variable of Python's, and no setting any more."""
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def _filled(connection: duckdb.DuckDBPyConnection, rows: Iterator[pl.DataFrame]) -> int:
    """Put the rows into the table; returns how many."""
    count = 0
    for batch in rows:
        count += batch.height
        if count > MOST_ROWS:
            raise NoGo(
                f"The contract has rules in SQL, which look at {MOST_ROWS:,} rows at most, and the run has more."
            )
        connection.register("batch", batch.to_arrow())
        try:
            connection.execute(f"INSERT INTO {TABLE} BY NAME SELECT * FROM batch")
        except duckdb.OutOfMemoryException:
            raise _beyond("all", "needs more memory than siller may use (SILLER_MEMORY_LIMIT)") from None
        finally:
            connection.unregister("batch")
    return count


def _asked(connection: duckdb.DuckDBPyConnection, rule: SqlRule, count: int, seconds: float) -> pl.DataFrame:
    """The numbers of the rows that break a rule; what DuckDB says of a fault can hold a row, and goes no further."""
    timer = Timer(seconds, connection.interrupt)
    timer.start()
    try:
        _check_is_select(connection, rule)
        # No more rows than the run has can be right, and one more is enough to see that.
        broken = connection.execute(
            f"SELECT DISTINCT row_number FROM ({rule.query.rstrip().rstrip(';')}\n) AS broken "
            f"ORDER BY row_number LIMIT {count + 1}"
        ).pl()
        known = connection.execute(f"SELECT row_number FROM {TABLE}").pl()
    except duckdb.InterruptException:
        raise _beyond(rule.name, f"took longer than {seconds:g} seconds") from None
    except duckdb.OutOfMemoryException:
        raise _beyond(rule.name, "needs more memory than siller may use (SILLER_MEMORY_LIMIT)") from None
    except duckdb.Error as error:
        kind = type(error).__name__.removesuffix("Exception").lower()
        raise _beyond(rule.name, f"cannot be asked of the table {TABLE} ({kind} error)") from None
    finally:
        timer.cancel()
    if broken["row_number"].dtype != pl.Int32 or broken.join(known, on="row_number", how="anti").height:
        raise _beyond(rule.name, "selects something else than the row_number of rows of the run")
    return broken.with_columns(column_name=pl.lit(rule.column), rule=pl.lit(rule.name))


def _check_is_select(connection: duckdb.DuckDBPyConnection, rule: SqlRule) -> None:
    statements = connection.extract_statements(rule.query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise _beyond(rule.name, "is not one SELECT")


def _beyond(rule: str, what: str) -> NoGo:
    return NoGo(f"The contract's SQL rule {rule} {what}. Nothing was done; have the rule changed in the contract.")
