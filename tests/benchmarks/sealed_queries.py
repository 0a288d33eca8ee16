"""siller's own queries, each as a stage asks it, and some shapes that none of them has: ``python -m … FOLDER HOW``.

Over plain tables or sealed parts, in a process of its own; the last line that it writes is what came out, as JSON.
"""

import hashlib
import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from tasks.ledger import never_twice
from tasks.ledger.digests import digest
from tasks.ledger.payment_line import define_payment_line
from tasks.publish import analytics
from tasks.settings import PROJECT
from tests.benchmarks.sealed_layout import opened_plainly, opened_sealed
from tests.benchmarks.sealed_rows import CORRECTION, NOVEMBER, OCTOBER, SUPPLEMENTARY, Runs

_TASKS = PROJECT / "tasks"
_TODAY = date(2026, 12, 1)
_SOME = 10_000
Ask = Callable[[duckdb.DuckDBPyConnection, Runs], object]


def _file(path: str, table: str = "", **values: object) -> Ask:
    """A query of siller's; of one that inserts, the rows that it has put into a table."""
    sql = (_TASKS / path).read_text(encoding="utf-8")
    given = {name: value for name, value in values.items() if f"${name}" in sql}

    def ask(connection: duckdb.DuckDBPyConnection, runs: Runs) -> object:
        known = {name: value(runs) if callable(value) else value for name, value in given.items()}
        if not table:
            return _digest_of(connection.execute(sql, known).pl())
        connection.begin()
        try:
            connection.execute(sql, known)
            return digest(connection, table, "true")
        finally:
            connection.rollback()

    return ask


def _sql(sql: str) -> Ask:
    return lambda connection, _: _digest_of(connection.execute(sql).pl())


def _digest_of(frame: pl.DataFrame) -> str:
    """Of rows in whatever order; few of them as they are shown, many by their hashes."""
    if frame.height <= _SOME:
        shown = "\n".join(sorted(map(repr, frame.iter_rows())))
        return f"{frame.height} {hashlib.sha256(shown.encode()).hexdigest()}"
    return f"{frame.height} {frame.hash_rows().cast(pl.Int128).sum()} {frame.hash_rows(9).cast(pl.Int128).sum()}"


def _published(connection: duckdb.DuckDBPyConnection, _: Runs) -> object:
    connection.execute("ATTACH ':memory:' AS analytics")
    analytics._make_tables(connection, "analytics")
    analytics._replace_run(connection, NOVEMBER, datetime(2026, 12, 1, tzinfo=UTC), b"a key")
    tables = ("payments", "left_out", "runs", "bank_answers")
    found = [digest(connection, f"analytics.{table}", "true") for table in tables]
    connection.execute("DETACH analytics")
    return found


def _instructed(path: str) -> Ask:
    first, last = (lambda runs: runs.own(NOVEMBER) // 4), (lambda runs: runs.own(NOVEMBER) // 4 + 499_999)
    return _file(path, run_no=NOVEMBER, first=first, last=last)


def _alike(connection: duckdb.DuckDBPyConnection, runs: Runs) -> object:
    connection.register("asked", pl.DataFrame({"amount_pence": [1_000 + 35 * n for n in range(200)]}).to_arrow())
    return _file("instruct/as_answered.sql", run_no=NOVEMBER, all=False)(connection, runs)


def _proven(connection: duckdb.DuckDBPyConnection, runs: Runs) -> object:
    rows = pl.DataFrame({"row_number": range(3, runs.own(NOVEMBER), 997)}, schema={"row_number": pl.Int32})
    connection.register("failing", rows.to_arrow())
    ask = _file("validate/proven_accounts.sql", run_no=NOVEMBER, pay_date=date(2026, 11, 30), today=_TODAY)
    return ask(connection, runs)


def _payees(connection: duckdb.DuckDBPyConnection, runs: Runs) -> object:
    """The payees beside those of the period before, and what is asked of them."""
    spans = {"run_no": NOVEMBER, "previous": [OCTOBER]}
    connection.execute((_TASKS / "assess" / "payee.sql").read_text(encoding="utf-8"), spans)
    found = [_file(f"assess/{name}.sql", **spans)(connection, runs) for name in ("payees", "new_details")]
    connection.execute("DROP TABLE payee")
    return found


def _traced(connection: duckdb.DuckDBPyConnection, runs: Runs) -> object:
    define_payment_line(connection)
    row = runs.own(NOVEMBER) * 2 // 3
    return _file("lineage/trace.sql", run_no=NOVEMBER, row_number=row, as_at=_TODAY)(connection, runs)


_OF_NOVEMBER = {"run_no": NOVEMBER, "previous": [OCTOBER], "today": _TODAY}
_LATER = {"run_no": SUPPLEMENTARY, "last_time": [OCTOBER], "today": _TODAY}
_CORRECTING = {"run_no": CORRECTION, "joins": SUPPLEMENTARY, "first": lambda runs: runs.first(CORRECTION)}
ASKED: dict[str, Ask] = {
    **{
        f"assess/{name}": _file(f"assess/{name}.sql", **_OF_NOVEMBER)
        for name in ("left_out", "referred", "rows", "shared_accounts")
    },
    "assess/payees, new_details": _payees,
    **{
        f"assess/{name}, supplementary": _file(f"assess/{name}.sql", **_LATER)
        for name in ("made_good", "missing_before", "paid_already")
    },
    "assess/made_good, correction": _file("assess/made_good.sql", run_no=CORRECTION, today=_TODAY),
    "validate/copies": _file("validate/copies.sql", "core_left_out", run_no=NOVEMBER),
    "validate/corrected": _file("validate/corrected.sql", **_CORRECTING),
    "validate/nothing_open": _file("validate/nothing_open.sql", "core_left_out", **_LATER),
    "validate/proven_accounts": _proven,
    "ledger/duplicates": _file("ledger/duplicates.sql", **_LATER),
    "ledger/duplicates, correction": _file("ledger/duplicates.sql", run_no=CORRECTION, today=_TODAY),
    "ledger/payment_state": _sql(
        f"SELECT run_no, state, entry_date, count(*), sum(amount_pence), sum(row_number) FROM "
        f"payment_state(DATE '{_TODAY}') GROUP BY ALL"
    ),
    "ledger/digest of rows": lambda connection, _: digest(connection, "raw_extract_row", "run_no = 2"),
    "ledger/digest of payments": lambda connection, _: digest(connection, "core_payment", "run_no = 2"),
    "lineage/trace": _traced,
    "publish/replace_run": _published,
    "reconcile/alike": _alike,
    "instruct/payments": _instructed("instruct/payments.sql"),
    "ingest/corrects_nothing": _file("ingest/corrects_nothing.sql", **_CORRECTING),
    "manual_payments/too": _file("manual_payments/too.sql", "core_paid_elsewhere_too", number=1, today=_TODAY),
    # Shapes that siller does not ask today, and an auditor may.
    "filter on text": _sql("SELECT count(*), sum(row_number) FROM raw_extract_row WHERE payee_name LIKE 'Ms%'"),
    "filter on either": _sql(
        "SELECT count(*), sum(row_number) FROM raw_extract_row WHERE row_number < 10 OR sort_code = '12345'"
    ),
    "one row": _sql("SELECT * FROM raw_extract_row WHERE run_no = 1 AND row_number = 12345"),
    "rows between": _sql("SELECT * FROM raw_extract_row WHERE row_number BETWEEN 9990 AND 10010"),
    "highest twenty": _sql(
        "SELECT run_no, row_number, amount_pence FROM core_payment "
        "ORDER BY amount_pence DESC, run_no, row_number LIMIT 20"
    ),
    "last whole rows": _sql("SELECT * FROM raw_extract_row ORDER BY payee_reference DESC, run_no, row_number LIMIT 7"),
    "month joined with month": _sql(
        "SELECT count(*), sum(now.row_number - last.row_number) FROM raw_extract_row AS now "
        "JOIN raw_extract_row AS last USING (payee_reference, account_number) WHERE now.run_no = 2 AND last.run_no = 1"
    ),
    "left join": _sql(
        "SELECT sent.run_no, count(*), count(payment.row_number) FROM raw_extract_row AS sent "
        "LEFT JOIN core_payment AS payment USING (run_no, row_number) GROUP BY ALL"
    ),
    "window": _sql(
        "SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY sort_code ORDER BY row_number) AS place "
        "FROM raw_extract_row WHERE run_no = 1) WHERE place = 1"
    ),
    "ever the same account": _sql("SELECT count(DISTINCT (sort_code, account_number)) FROM raw_extract_row"),
}


def main(folder: str, rows: str, how: str, threads: str) -> None:
    """Ask everything, and say what each took and what came out."""
    runs, place = Runs(int(rows)), Path(folder)
    found: dict[str, dict[str, Any]] = {}
    with _opened(place, how, int(threads)) as connection:
        never_twice.define(connection, AccountForms())
        for name, ask in ASKED.items():
            began, used = time.perf_counter(), time.process_time()
            answer = str(ask(connection, runs))
            took = {"seconds": time.perf_counter() - began, "processor": time.process_time() - used}
            found[name] = {"answer": answer, **took}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(f"\n{json.dumps({'found': found, 'peak': peak})}\n")


@contextmanager
def _opened(place: Path, how: str, threads: int) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = place / f"spill-{how}-{threads}"
    plain = opened_plainly(place / "plain.duckdb", threads, spill)
    with plain if how == "plain" else opened_sealed(place / how, threads, spill) as connection:
        yield connection


if __name__ == "__main__":
    main(*sys.argv[1:])
