"""Identity and fingerprint against a naive model: every payment that stands elsewhere is hit, and no other."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.account.forms import AccountForms
from tasks.ledger import never_twice
from tasks.ledger.payment_kind import define_payment_kind

TODAY = date(2026, 11, 20)
DDL = Path(never_twice.__file__).with_name("ddl.sql").read_text()

payment = st.tuples(
    st.sampled_from(["A", "B", "C", "D"]),  # payee
    st.sampled_from(["", "1", "2"]),  # occurrence, empty is 1
    st.sampled_from(["11111111", "22222222"]),  # account
    st.sampled_from([100, 200]),  # pence
)
payments = st.lists(payment, max_size=6)
place = st.sampled_from(["released", "returned", "replaced", "elsewhere", "another period", "arrears"])
"""Where payments stand beside the run: the first and the fourth hit it, the others never."""


@contextmanager
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(DDL)
        connection.execute("CREATE TABLE core_payment (run_no INTEGER, row_number INTEGER, amount_pence BIGINT)")
        define_payment_kind(connection)
        connection.execute(
            "CREATE TABLE raw_extract_row (run_no INTEGER, row_number INTEGER, payee_reference VARCHAR, "
            "occurrence VARCHAR, sort_code VARCHAR, account_number VARCHAR, roll_number VARCHAR)"
        )
        connection.execute("INSERT INTO bank_file VALUES (1, 'camt053', '', '', 'taken', '', '', NULL, NULL, now())")
        yield connection


def add_run(
    connection: duckdb.DuckDBPyConnection, run_no: int, rows: list[tuple[str, str, str, int]], place: str
) -> None:
    period = "2026-10" if place == "another period" else "2026-11"
    kind = "arrears" if place == "arrears" else "full"
    connection.execute(
        "INSERT INTO run BY NAME SELECT ? AS run_no, 'run-' || ? AS run_id, 'ilf' AS tenant, ? AS period, "
        "'live' AS mode, ? AS kind, '' AS extract_sha256, '' AS extract_name, '' AS submitted_by, 0 AS declared_rows, "
        "0 AS declared_total, DATE '2026-11-30' AS pay_date, DATE '2026-11-20' AS today, now() AS opened_at, "
        "2 AS first_line, true AS is_text",
        [run_no, run_no, period, kind],
    )
    for row_number, (payee, occurrence, account, pence) in enumerate(rows):
        connection.execute(
            "INSERT INTO raw_extract_row VALUES (?, ?, ?, ?, '111111', ?, '')",
            [run_no, row_number, payee, occurrence, account],
        )
        connection.execute("INSERT INTO core_payment VALUES (?, ?, ?)", [run_no, row_number, pence])
        if place == "returned":
            connection.execute(
                "INSERT INTO core_bank_answer BY NAME SELECT ? AS run_no, 1 AS bank_file_no, ? AS item, "
                "? AS row_number, 'camt053' AS message, 'statement_credit' AS kind",
                [run_no, row_number, row_number],
            )
    if place in ("released", "returned", "another period", "arrears"):
        for entry, stage in enumerate(("release_pending", "release")):
            connection.execute(
                "INSERT INTO journal VALUES (?, 'run-' || ?, ?, '', '', '{}', now(), '', '')",
                [2 * run_no + entry, run_no, stage],
            )


def add_elsewhere(connection: duckdb.DuckDBPyConnection, number: int, rows: list[tuple[str, str, str, int]]) -> None:
    for line, (payee, occurrence, account, pence) in enumerate(rows):
        connection.execute(
            "INSERT INTO core_paid_elsewhere "
            "VALUES (?, ?, ?, ?, '2026-11', 'full', '111111', ?, '', ?, '2026-11-20', NULL)",
            [number, line, payee, occurrence or "1", account, pence],
        )


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(mine=payments, others=st.lists(st.tuples(place, payments), max_size=3))
def test_hits_are_those_of_the_naive_model(
    mine: list[tuple[str, str, str, int]], others: list[tuple[str, list[tuple[str, str, str, int]]]]
) -> None:
    identities: set[tuple[str, str]] = set()
    fingerprints: set[tuple[str, int]] = set()
    with ledger() as connection:
        for number, (where, rows) in enumerate(others, start=1):
            if where == "elsewhere":
                add_elsewhere(connection, number, rows)
            else:
                add_run(connection, number, rows, where)
            if where in ("released", "elsewhere"):
                identities |= {(payee, occurrence or "1") for payee, occurrence, _, _ in rows}
                fingerprints |= {(account, pence) for _, _, account, pence in rows}
        add_run(connection, 9, mine, "waits")
        found = dict(never_twice.find_duplicates(connection, 9, TODAY, AccountForms()).iter_rows())
    same = {n for n, (payee, occurrence, _, _) in enumerate(mine) if (payee, occurrence or "1") in identities}
    alike = {n for n, (_, _, account, pence) in enumerate(mine) if (account, pence) in fingerprints} - same
    assert {n for n, rule in found.items() if not rule.startswith("alike_")} == same
    assert {n for n, rule in found.items() if rule.startswith("alike_")} == alike
