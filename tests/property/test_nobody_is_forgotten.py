"""No history leaves a payment neither with its payee, nor to be paid again, nor on somebody's list; and none on two.

Every history of up to two answers, whatever was said of the whole file, and whatever the body asked: then the payment
has arrived or is on its way, or the correction file has it, or it waits for two people, or the bank is asked. What the
file has, and only that, may be paid again.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain, product
from typing import NamedTuple

import duckdb
import polars as pl
import pytest

from schemas.account.forms import AccountForms
from schemas.reconciliation.figures import SentFile
from tasks.correction_file import stage as correction_file
from tasks.enquiries import enquiry
from tasks.exceptions.waiting import define
from tasks.ledger import never_twice
from tests.stands import answered, ledger_of

PAY_DAY, TODAY = date(2026, 11, 30), date(2026, 12, 20)
SENT = SentFile("123456", "000001", 2, 300, date(2026, 11, 27), PAY_DAY, date(2026, 12, 2))
ASKED_AT = datetime(2026, 12, 19, 12, tzinfo=UTC)

Word = tuple[str, str, str | None, int | None]
"""Message, kind, code, and the pence of a word about the whole file."""

OF_ALL: dict[str, list[Word]] = {
    "nothing": [],
    "taken": [("input_report", "accepted_total", None, 300)],
    "debited": [("camt053", "statement_debit", None, 300)],
    "the rest debited": [("camt053", "statement_debit", None, 100)],
    "rejected": [("pain002", "rejected_total", "AM04", 300)],
}
MESSAGES = ("input_report", "camt053", "pain002", "arucs", "awacs")
OF_ONE: list[Word] = [
    ("arucs", "returned", "B", None),
    ("camt053", "statement_credit", None, None),
    ("camt053", "statement_debit", None, None),
    ("pain002", "rejected", "AC04", None),
    ("pain002", "rejected", "DUPL", None),
    ("pain002", "cancelled", "CUST", None),
    ("pain002", "settled", None, None),
    ("pain002", "pending", None, None),
    ("input_report", "amended", "E", None),
    ("awacs", "advised", "3", None),
]
ASKED: list[tuple[str, ...]] = [
    (),
    ("opened",),
    *(("opened", end) for end in ("found", "coming_back", "lost", "refused")),
]


class History(NamedTuple):
    """What happened to the second payment of one run."""

    of_all: str
    of_one: tuple[Word, ...]
    asked: tuple[str, ...]


HISTORIES = [
    History(of_all, of_one, asked)
    for of_all, of_one, asked in product(
        OF_ALL, chain([()], ((word,) for word in OF_ONE), product(OF_ONE, repeat=2)), ASKED
    )
]


@pytest.fixture(scope="module")
def ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """A run of two payments for each history, all released for one pay day, whose statement is in."""
    payments = pl.DataFrame({"row_number": [0, 1], "amount_pence": [100, 200]})
    with ledger_of(payments, SENT) as connection:
        for table, name in (("run", "run_id"), ("payment_file", "file_name")):
            connection.execute(
                f"INSERT INTO {table} SELECT * EXCLUDE (n) REPLACE (n AS run_no, 'run' || n AS {name}) FROM {table}, "
                f"range(2, {len(HISTORIES) + 1}) AS others(n)"
            )
        connection.execute(
            f"INSERT INTO file_day SELECT * EXCLUDE (n) REPLACE (n AS run_no) FROM file_day, "
            f"range(2, {len(HISTORIES) + 1}) AS others(n)"
        )
        connection.execute(
            "INSERT INTO journal SELECT row_number() OVER (), run_id, stage, '', '', '{}', now(), '', '' "
            "FROM run, (VALUES ('release'), ('release_pending')) AS stages(stage) "
            "WHERE (run_id, stage) <> ('run', 'release')"
        )
        connection.execute(
            "CREATE OR REPLACE TABLE core_payment AS SELECT run.run_no, row_number, amount_pence FROM run, core_payment"
        )
        connection.execute(
            "CREATE OR REPLACE TABLE raw_extract_row AS SELECT run_no, row_number, run_no || 'P' || row_number AS "
            "payee_reference, '123456' AS sort_code, lpad((2 * run_no + row_number)::VARCHAR, 8, '0') AS "
            "account_number, '' AS roll_number FROM core_payment"
        )
        _let_happen(connection)
        never_twice.define(connection, AccountForms())
        define(connection)
        yield connection


def _let_happen(connection: duckdb.DuckDBPyConnection) -> None:
    """Each answer in a file of its place in its history: every first one came before every second one."""
    said = [
        {
            "run_no": run_no,
            "bank_file_no": {"input_report": 1, "camt053": 2, "pain002": 3, "arucs": 4, "awacs": 5}[message]
            + 5 * place,
            "item": run_no,
            "row_number": row,
            "message": message,
            "kind": kind,
            "code": code,
            "payments": 2 if row is None else 1,
            "amount_pence": 200 if pence is None else pence,
            "payment_pence": None if row is None else 200,
            "bank_date": PAY_DAY,
        }
        for run_no, history in enumerate(HISTORIES, start=1)
        for row, words in ((None, OF_ALL[history.of_all]), (1, history.of_one))
        for place, (message, kind, code, pence) in enumerate(words)
    ]
    answered(connection, pl.DataFrame(said, infer_schema_length=None))
    connection.execute(
        "INSERT INTO core_statement BY NAME SELECT 2 AS bank_file_no, 1 AS statement, '12345612345678' AS account, "
        "true AS is_ours, ? AS first_day, ? AS last_day, 0 AS opening_pence, 0 AS closing_pence, 0 AS entries, "
        "'' AS entries_sha256",
        [PAY_DAY, PAY_DAY],
    )
    for run_no, history in enumerate(HISTORIES, start=1):
        for place, stands in enumerate(history.asked):
            connection.execute(
                "INSERT INTO payment_enquiry VALUES (?, ?, 1, 200, ?, ?, '', '', '', ?)",
                [2 * run_no + place, run_no, stands, None if stands == "found" else TODAY, ASKED_AT],
            )


def test_every_payment_is_somewhere(ledger: duckdb.DuckDBPyConnection) -> None:
    ask = {"today": TODAY}

    def which(query: str, **more: object) -> set[int]:
        return {row[0] for row in ledger.execute(query, {**ask, **more}).fetchall()}

    of_second = "SELECT run_no, state FROM payment_state($today) WHERE row_number = 1"
    still_owed = correction_file._STILL_OWED.read_text().rstrip().removesuffix(";")
    stands = dict(ledger.execute(of_second, ask).fetchall())
    free = which(f"{of_second} AND may_be_paid_again(state, is_proven)")
    owed = which(f"SELECT run_no FROM ({still_owed}) WHERE row_number = 1", period="2026-11", kind="regular")
    for_two = which(
        "SELECT run_no FROM open_payment($today) WHERE row_number = 1 UNION "
        "SELECT run_no FROM open_run($today) WHERE run_no NOT IN "
        "(SELECT run_no FROM exception_state($today) WHERE row_number = 1)"
    )
    asked = which(
        f"SELECT run.run_no FROM ({enquiry._OPEN}) AS asked JOIN run USING (run_id) WHERE review_on IS NOT NULL"
    )
    here = {run_no for run_no, state in stands.items() if state in ("credited", "amended")}
    not_sent_yet = {run_no for run_no, state in stands.items() if state in ("released", "submitted")}
    told = dict(enumerate(HISTORIES, start=1))

    assert len(stands) == len(HISTORIES)
    assert free == owed
    assert {run_no: told[run_no] for run_no in free & (for_two | asked)} == {}
    assert {run_no: told[run_no] for run_no in here & (free | for_two | asked)} == {}
    nowhere = stands.keys() - here - free - for_two - asked - not_sent_yet
    assert {run_no: (stands[run_no], told[run_no]) for run_no in nowhere} == {}
    under_enquiry = {
        run_no for run_no, history in told.items() if history.asked[-1:] in (("opened",), ("coming_back",))
    }
    assert {stands[run_no] for run_no in free & under_enquiry} == {"returned"}
