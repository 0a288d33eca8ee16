"""An analysts' file of a body that does not exist, filled by SQL: what tables are made of, without a ledger."""

from datetime import UTC, datetime
from pathlib import Path

import duckdb

from schemas.payment_state import PaymentState
from tasks.publish.analytics import Published
from tasks.settings import PROJECT

AS_AT = datetime(2026, 12, 2, 9, tzinfo=UTC)

_TABLES = (PROJECT / "tasks" / "publish" / "analytics.sql").read_text()
_RUN = """
INSERT INTO runs BY NAME SELECT
    $run AS run_id, $tenant AS tenant, $period AS period, 'live' AS mode, 'full' AS kind,
    ($period || '-28')::DATE AS pay_date,
    repeat('ab', 32) AS extract_sha256, $rows AS extract_rows, $rows * 10 AS declared_total, 1 AS refused_rows,
    0 AS held_rows, 0 AS corrected_rows, $rows - 1 AS payable_rows, ($rows - 1) * 1000 AS payable_pence,
    $as_at AS published_at;
INSERT INTO payments BY NAME SELECT
    $run AS run_id, $period AS period, range AS row_number, $run || '/' || range AS payment_id,
    sha256($tenant || range) AS payee, '80' AS bank, '****' || (1000 + range % 9000) AS account,
    CASE WHEN range > 0 THEN 1000 END AS amount_pence, CASE WHEN range = 0 THEN 1000 END AS left_out_pence,
    CASE WHEN range > 0 THEN 'credited' ELSE 'refused' END AS state
FROM range($rows);
INSERT INTO left_out BY NAME SELECT
    $run AS run_id, $period AS period, 0 AS row_number, $run || '/0' AS payment_id, 'refused' AS outcome,
    'amount' AS column_name, 'is_a_number' AS rule;
INSERT INTO gates BY NAME SELECT
    $run AS run_id, 'refused_share' AS gate, 'judgement' AS kind, 'go' AS verdict, '1' AS figure, '2' AS threshold,
    'few' AS explanation;
INSERT INTO as_at BY NAME SELECT $version AS version, $run AS run_id, $as_at AS published_at;
"""


def published(
    folder: Path, tenant: str, version: int, periods: dict[str, datetime], rows: int = 100, states: bool = True
) -> Published:
    """Write a version of a body's analysts' file: a run of so many rows in each period, one of them refused.

    Args:
        folder: where.
        tenant: the body.
        version: the file's.
        periods: each with the moment at which its run was last published.
        rows: of each run.
        states: whether the table of states is filled.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"analytics-{version:06d}.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute(_TABLES)
        if states:
            connection.executemany(
                "INSERT INTO states (state, meaning) VALUES (?, ?)",
                [[each.value, each.meaning] for each in PaymentState],
            )
        for period, as_at in periods.items():
            given = {"tenant": tenant, "run": f"{tenant}-{period}-live-1", "period": period, "rows": rows}
            for statement in duckdb.extract_statements(_RUN):
                every = {**given, "as_at": as_at, "version": version}
                connection.execute(statement, {name: every[name] for name in statement.named_parameters})
    return Published(path, version, rows)
