"""Is a payment made, or may it be made, already?

Identity: tenant, payee reference, period, kind of payment, occurrence, and the pay day where the period has several;
whatever the means: a voucher and a transfer of one payee and period are twice.
Fingerprint, without the reference: tenant, period, kind, pay day likewise, sort code, account, roll number, amount.
Where a body has changed its rhythm, two periods may share days: what has the same reference and the same fingerprint
but for the period is held in those too. A ledger is one tenant's;
the kinds of payment are those of ``schemas.manifest.PaymentKind``.

An account is what the bank is sent: a number of seven digits and the same one with the zero that the agreement's rule
puts before it are one account.
"""

from datetime import date
from itertools import takewhile
from pathlib import Path

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.contract.contract import MEANS
from tasks.ledger import runs
from tasks.ledger.contacts import define_same_contact
from tasks.ledger.payment_state import define_paid_outside, define_payment_state

_DEFINITIONS = Path(__file__).with_name("never_twice.sql")
_STANDING = Path(__file__).with_name("standing_beside.sql")
_IS_DEFINED = "SELECT 1 FROM duckdb_views() WHERE temporary AND view_name = 'standings_defined'"
_HITS = Path(__file__).with_name("duplicates.sql")
_OVERLAPPING = Path(__file__).with_name("overlapping.sql")
_ENDED = Path(__file__).with_name("ended_vouchers.sql")
_ANY_VOUCHER = "SELECT 1 FROM core_voucher LIMIT 1"
_ANYTHING_OVERLAPS = """
SELECT 1 FROM runs_overlapping($run_no) UNION ALL SELECT 1 FROM elsewhere_overlapping($run_no) LIMIT 1
"""
_DUE = """
SELECT sent.*, days, coalesce(only_day, try_strptime(sent.pay_date, '%d/%m/%Y')::DATE) AS due
FROM sent_row AS sent JOIN (SELECT run_no, period FROM run) USING (run_no) LEFT JOIN days_of_period USING (period)
LEFT JOIN only_day USING (run_no)
"""
_OF_ONE_DAY = "SELECT *, NULL::DATE[] AS days, NULL::DATE AS due FROM sent_row"
"""Of a body with one pay day in a period nobody reads what its rows say of it."""
_ANYTHING_BESIDE = """
SELECT 1 FROM runs_beside($run_no) UNION ALL SELECT 1 FROM elsewhere_beside($run_no)
UNION ALL SELECT 1 FROM stopped_beside($run_no) LIMIT 1
"""
"""Most runs are the only one of their period and kind, and then none of their rows need be read."""
_WITH_WRITTEN_ACCOUNTS = """(
    SELECT sent.* REPLACE (
        coalesce(written.sort_code, sent.sort_code) AS sort_code,
        coalesce(written.account_number, sent.account_number) AS account_number
    )
    FROM raw_extract_row AS sent
    LEFT JOIN written_account AS written
        ON written.sent_sort_code = sent.sort_code AND written.sent_account_number = sent.account_number
)"""


_WITH_CONTACTS = """
SELECT * EXCLUDE (is_voucher) REPLACE (
    if(is_voucher, 'voucher', sort_code) AS sort_code,
    if(is_voucher, same_contact(contact), account_number) AS account_number,
    if(is_voucher, '', roll_number) AS roll_number
) FROM (SELECT sent.*, means_of_payment LIKE 'voucher%' AS is_voucher FROM {rows} AS sent)
"""
"""Of a voucher its contact is where the money goes."""


def define(connection: duckdb.DuckDBPyConnection, forms: AccountForms) -> None:
    """Give an open ledger ``sent_row``, ``sent_identity`` and ``standing_beside``.

    They are this connection's alone. ``sent_row`` is the rows as sent, but for sort codes and account numbers, which
    are as they are written to the bank; of a voucher the contact stands in the place of the account.

    The ledger has the rows of an extract already.
    """
    define_rows(connection, forms)
    _define_standings(connection)


def define_rows(connection: duckdb.DuckDBPyConnection, forms: AccountForms) -> None:
    """Give an open ledger what of :func:`define` asks no payment's state: rows, and the runs beside a run."""
    columns = {row[0] for row in connection.execute("DESCRIBE raw_extract_row").fetchall()}
    otherwise = "" if "occurrence" in columns else ", '1' AS occurrence"
    define_paid_outside(connection)
    rows = "raw_extract_row" if forms.are_eight_digits else _WITH_WRITTEN_ACCOUNTS
    if not forms.are_eight_digits:
        _define_written_accounts(connection, forms)
    if MEANS in columns:
        define_same_contact(connection)
        rows = f"({_WITH_CONTACTS.format(rows=rows)})"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sent_row AS SELECT *{otherwise} FROM {rows}")
    is_several = connection.execute("SELECT 1 FROM period_day LIMIT 1").fetchone()
    connection.execute(f"CREATE OR REPLACE TEMP VIEW due_row AS {_DUE if is_several else _OF_ONE_DAY}")
    _define_overlapping(connection)
    connection.execute(_DEFINITIONS.read_text())


def define_standings(connection: duckdb.DuckDBPyConnection) -> None:
    """Give an open ledger that has :func:`define_rows` the rest of :func:`define`, unless it has got that since.

    To define where payments stand takes longer than all else that most months ask: so whoever may do without asks this
    only once they cannot.
    """
    if not connection.execute(_IS_DEFINED).fetchone():
        _define_standings(connection)


def _define_standings(connection: duckdb.DuckDBPyConnection) -> None:
    define_payment_state(connection)
    connection.execute(_STANDING.read_text())


def _define_overlapping(connection: duckdb.DuckDBPyConnection) -> None:
    """The periods that share days with one another, both ways round; none where the rhythm has never changed."""
    connection.execute("CREATE OR REPLACE TEMP TABLE overlapping_period (period VARCHAR, other VARCHAR)")
    known = runs.periods(connection)
    pairs = [
        [str(period), str(other)]
        for number, period in enumerate(known)
        for other in takewhile(period.reaches, known[number + 1 :])
        if period.overlaps(other)
    ]
    if pairs:
        both_ways = [*pairs, *(pair[::-1] for pair in pairs)]
        connection.executemany("INSERT INTO overlapping_period (period, other) VALUES (?, ?)", both_ways)


def _define_written_accounts(connection: duckdb.DuckDBPyConnection, forms: AccountForms) -> None:
    """Accounts of other than eight digits beside what is written for them, by the same rules as in the payment file."""
    sent = connection.execute(
        "SELECT DISTINCT sort_code, account_number FROM raw_extract_row WHERE length(account_number) <> 8"
    ).pl()
    written = pl.concat([sent.rename(lambda name: f"sent_{name}"), forms.applied(sent)], how="horizontal")
    connection.register("written", written.to_arrow())
    connection.execute("CREATE OR REPLACE TEMP TABLE written_account AS FROM written")
    connection.unregister("written")


def find_duplicates(
    connection: duckdb.DuckDBPyConnection, run_no: int, today: date, forms: AccountForms
) -> pl.DataFrame:
    """Which payments of a run are made already, or wait in another run: ``row_number``, ``rule``, one row a payment.

    Rules: ``already_released``, ``paid_elsewhere``, ``in_another_run``, and the same with ``alike_`` before them for
    the same account and amount under another reference; ``stopped_by_a_person``; and of a period that shares days
    with the run's ``paid_in_overlapping_period`` and ``overlapping_in_another_run``; and of a payee whose voucher has
    ended ``more_than_the_voucher_left``.
    """
    define_rows(connection, forms)
    return list_duplicates(connection, run_no, today)


def list_duplicates(connection: duckdb.DuckDBPyConnection, run_no: int, today: date) -> pl.DataFrame:
    """The same, of a ledger that has :func:`define_rows` already."""
    hits = pl.DataFrame(schema={"row_number": pl.Int32, "rule": pl.String})
    if connection.execute(_ANYTHING_BESIDE, {"run_no": run_no}).fetchone():
        define_standings(connection)
        hits = connection.execute(_HITS.read_text(), {"run_no": run_no, "today": today}).pl()
    if connection.execute(_ANYTHING_OVERLAPS, {"run_no": run_no}).fetchone():
        define_standings(connection)
        shared = connection.execute(_OVERLAPPING.read_text(), {"run_no": run_no, "today": today}).pl()
        hits = pl.concat([hits, shared.join(hits, on="row_number", how="anti")]).sort("row_number")
    if connection.execute(_ANY_VOUCHER).fetchone():
        define_standings(connection)
        beyond = connection.execute(_ENDED.read_text(), {"run_no": run_no}).pl()
        hits = pl.concat([hits, beyond.join(hits, on="row_number", how="anti")]).sort("row_number")
    return hits
