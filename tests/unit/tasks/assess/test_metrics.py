"""A month's figures: ILF's sample months by their facts files, and small ledgers worked out by hand."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest

from schemas.account.forms import AccountForms
from schemas.contract.canonical import CANONICAL
from schemas.no_go import NoGo
from tasks.assess.measure import measure
from tasks.assess.metrics import AccountTable, Context, Metrics, SharedAccounts
from tasks.assess.payees import BiggestChange
from tasks.ledger import record, runs
from tasks.ledger.catalogue.stages import Release
from tasks.ledger.payment_kind import define_payment_kind
from tests import filled_ledger as fill
from tests.entries import entry


def test_november_is_what_its_facts_say(november: Metrics) -> None:
    facts = fill.facts_of("2026-11")
    previous = november.previous
    assert previous
    assert november.found_rows == facts["rows"] == 5269
    assert november.refused_rows == len(facts["refused_rows"]) == 40
    assert november.held_rows == 0
    assert november.payable_payments == facts["payable_rows"] == 5229
    assert november.payable_pence == Decimal(facts["payable_total"]) * 100 == 1_065_141_560
    assert (previous.run_id, str(previous.period)) == ("ilf-2026-10-rehearsal-1", "2026-10")
    assert (previous.payments, previous.pence) == (5200, 1_058_069_600)
    assert previous.joiners == facts["joiners"] == 152
    assert previous.leavers == facts["leavers"] == 83
    assert previous.changed_details == len(facts["changed_bank_details_rows"]) == 24


def test_november_leaves_out_37_who_were_paid_in_october(november: Metrics) -> None:
    refused = [cause for cause in november.left_out if cause.outcome == "refused"]
    (missing,) = [cause for cause in november.left_out if cause.outcome == "missing"]
    facts = fill.facts_of("2026-11")
    assert sum(cause.payees_paid_last_time for cause in refused) == 37
    assert sum(cause.payees_paid_last_time for cause in refused) == facts["refused_rows_of_payees_paid_in_october"]
    assert sum(cause.rows for cause in refused) == 40
    assert {(cause.column_name, cause.rule) for cause in refused} == set(fill.REASONS.values())
    assert missing.payees_paid_last_time == missing.payees_paid_nothing_now == facts["leavers"]
    assert november.paid_last_time_and_left_out == 37 + 83


def test_what_is_left_out_asks_for_the_rest_of_the_total(november: Metrics) -> None:
    """Payable and readable left out add up to the total as written, by the facts."""
    facts = fill.facts_of("2026-11")
    left_out = sum(cause.readable_pounds for cause in november.left_out)
    assert left_out + Decimal(facts["payable_total"]) == Decimal(facts["total_as_written"])


def test_november_left_out_pence_by_an_independent_reader(november: Metrics) -> None:
    """What October's payees who get nothing in November had then, counted row by row."""
    paid_then = {row["ILF Ref"]: int(row["Net Amount"].replace(".", "")) for row in _rows("2026-10")}
    refused = {int(row) for row in fill.facts_of("2026-11")["refused_rows"]}
    rows = list(_rows("2026-11"))
    paid_now = {row["ILF Ref"] for number, row in enumerate(rows) if number not in refused}
    expected = sum(pence for payee, pence in paid_then.items() if payee not in paid_now)
    assert sum(cause.pence_last_time for cause in november.left_out) == expected


def test_october_has_nothing_before_it(october: Metrics) -> None:
    assert october.previous is None
    assert october.left_out == ()
    assert (october.payable_payments, october.payable_pence) == (5200, 1_058_069_600)
    assert october.paid_last_time_and_left_out is None


def test_payees_of_one_payroll_organisation_are_counted(october: Metrics) -> None:
    """The facts list 30 payees who were moved to an account that one payee had already."""
    moved = fill.facts_of("2026-10")["shared_account_payees"]
    with (fill.SAMPLES / "ilf-2026-10.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    account, _ = Counter(row["Account No"] for row in rows).most_common(1)[0]
    amounts = Counter(row["Net Amount"] for row in rows if row["Account No"] == account)
    alike = sum(count for count in amounts.values() if count > 1)
    assert october.shared_accounts == (SharedAccounts(payees=len(moved) + 1, accounts=1, alike=alike),)


def test_december_finds_the_outlier_and_the_short_total(december: Metrics) -> None:
    facts = fill.facts_of("2026-12")
    assert december.previous
    assert str(december.previous.period) == "2026-11"
    assert december.previous.biggest_change
    assert december.previous.biggest_change.row_number == facts["per_payee_outlier_row"]
    assert december.previous.biggest_change.times == Fraction(59395, 1900)
    assert december.context.found_total - december.run.declared_total == Decimal(facts["declared_total_is_short_by"])
    assert december.figures()["declared_total_matches"] == 0
    assert december.largest_amount_pence == 5_939_500


def test_copies_of_a_payee_who_is_paid_leave_nobody_without_money(december: Metrics) -> None:
    (held,) = [cause for cause in december.left_out if cause.outcome == "held"]
    assert (held.rows, held.payees_paid_nothing_now, held.pence_last_time) == (40, 0, 0)
    assert held.payees_paid_last_time > 0


def test_no_figure_is_a_sum_of_money(december: Metrics) -> None:
    """The judge and its pages get counts, shares and answers; sums and single amounts stay with siller."""
    money = {december.payable_pence, december.largest_amount_pence, float(december.context.found_total)}
    assert not money & set(december.figures().values())


# Small ledgers, worked out by hand.

RUN = (
    "INSERT INTO run VALUES "
    "(?, ?, 'ilf', ?, 'live', 'full', 'x', 'x.csv', 'x', ?, ?, '2026-11-30', '2026-11-20', ?, NULL, 2, true)"
)
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
CONTEXT = Context(Decimal(0), True, AccountTable.FULL, 0, NOW, NOW.replace(day=26), date(2026, 11, 27), True)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    ddl = Path(runs.__file__).with_name("ddl.sql").read_text()
    with duckdb.connect() as connection:
        connection.execute(ddl)
        define_payment_kind(connection)
        columns = ", ".join(f"{column} VARCHAR" for column in CANONICAL)
        connection.execute(f"CREATE TABLE raw_extract_row (run_no INTEGER, row_number INTEGER, {columns})")
        connection.execute("CREATE TABLE core_payment (run_no INTEGER, row_number INTEGER, amount_pence BIGINT)")
        yield connection


def month(
    connection: duckdb.DuckDBPyConnection, period: str, *rows: tuple[str, str, str], released: bool = True
) -> str:
    """A run whose rows are (payee, account, amount); an amount that is no whole pence is refused."""
    (run_no,) = connection.execute("SELECT count(*) + 1 FROM run").fetchone() or (1,)
    run_id = f"ilf-{period}-live-{run_no}"
    connection.execute(RUN, [run_no, run_id, period, len(rows), 0, NOW])
    for number, (payee, account, amount) in enumerate(rows):
        connection.execute(
            "INSERT INTO raw_extract_row VALUES (?, ?, ?, 'N', '800000', ?, '', ?, 'R', 'D')",
            [run_no, number, payee, account, amount],
        )
        if amount.replace(".", "").isdigit():
            connection.execute(
                "INSERT INTO core_payment VALUES (?, ?, ?)", [run_no, number, int(amount.replace(".", ""))]
            )
        else:
            connection.execute(
                "INSERT INTO core_left_out VALUES (?, ?, 'refused', 'amount', 'is_a_number')", [run_no, number]
            )
    if released:
        record(connection, run_no, run_id, entry(Release), "x", NOW)
    return run_id


def measured(connection: duckdb.DuckDBPyConnection, run_id: str) -> Metrics:
    return measure(connection, runs.run_row(connection, run_id), CONTEXT, AccountForms())


def test_the_month_before_is_the_last_one_that_was_paid(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-08", ("A", "1", "1.00"))
    month(connection, "2026-09", ("A", "1", "2.00"))
    month(connection, "2026-10", ("A", "1", "4.00"), released=False)
    month(connection, "2026-12", ("A", "1", "8.00"))
    previous = measured(connection, month(connection, "2026-11", ("A", "1", "2.00"), released=False)).previous
    assert previous
    assert (str(previous.period), previous.pence) == ("2026-09", 200)


def test_a_payee_with_several_awards_is_one_payee(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"), ("A", "2", "20.00"), ("B", "3", "5.00"))
    now = month(
        connection, "2026-11", ("A", "2", "10.00"), ("A", "1", "20.00"), ("A", "4", "30.00"), ("C", "3", "1.00")
    )
    metrics = measured(connection, now)
    previous = metrics.previous
    assert previous
    assert (metrics.payees, previous.payees, previous.joiners, previous.leavers) == (2, 2, 1, 1)
    assert previous.changed_details == 1, "only the payment to account 4 goes where the payee had no account"
    assert previous.biggest_change == BiggestChange(row_number=0, pence=6000, pence_last_time=3000)


def test_a_payment_cut_down_is_as_big_a_change_as_one_blown_up(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "100.00"), ("B", "2", "10.00"))
    metrics = measured(connection, month(connection, "2026-11", ("A", "1", "10.00"), ("B", "2", "50.00")))
    assert metrics.previous
    assert metrics.previous.biggest_change == BiggestChange(0, 1000, 10000)
    assert metrics.biggest_change == 10


def test_a_payee_paid_in_part_is_left_out_and_still_paid(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"), ("B", "2", "20.00"), ("C", "3", "40.00"))
    now = month(connection, "2026-11", ("A", "1", "10.00"), ("A", "1", "TBC"), ("B", "2", "TBC"), ("B", "2", "-5.00"))
    refused, missing = measured(connection, now).left_out
    assert (refused.rows, refused.payees_paid_last_time, refused.payees_paid_nothing_now) == (3, 2, 1)
    assert (refused.pence_last_time, refused.readable_pounds) == (2000, Decimal("-5.00"))
    assert (missing.outcome, missing.payees_paid_last_time, missing.pence_last_time) == ("missing", 1, 4000)


def test_a_payee_whose_reference_is_lost_is_missing(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"))
    refused, missing = measured(connection, month(connection, "2026-11", ("", "1", "TBC"))).left_out
    assert (refused.rows, refused.payees_paid_last_time, missing.payees_paid_last_time) == (1, 0, 1)


def test_someone_refused_last_time_is_no_joiner_and_was_not_paid(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"), ("B", "2", "TBC"))
    metrics = measured(connection, month(connection, "2026-11", ("A", "1", "10.00"), ("B", "9", "5.00")))
    assert metrics.previous
    assert (metrics.previous.joiners, metrics.previous.changed_details) == (0, 0)
    assert metrics.paid_last_time_and_left_out == 0


def test_who_was_paid_by_a_supplementary_run_is_known_the_month_after(connection: duckdb.DuckDBPyConnection) -> None:
    """B was refused in October and paid after it, C came only then; D is paid for the first time in November."""
    month(connection, "2026-10", ("A", "1", "10.00"), ("B", "2", "TBC"))
    supplementary = month(connection, "2026-10", ("B", "2", "5.00"), ("C", "3", "7.00"))
    connection.execute("UPDATE run SET kind = 'supplementary' WHERE run_id = ?", [supplementary])
    now = month(connection, "2026-11", ("A", "1", "10.00"), ("B", "2", "5.00"), ("C", "4", "7.00"), ("D", "5", "1.00"))
    previous = measured(connection, now).previous
    assert previous
    assert (previous.payments, previous.pence, previous.payees) == (3, 2200, 3)
    assert (previous.joiners, previous.leavers, previous.changed_details) == (1, 0, 1)
    missing = measured(connection, month(connection, "2026-11", ("A", "1", "10.00"), released=False)).left_out
    assert [(each.payees_paid_last_time, each.pence_last_time) for each in missing] == [(2, 1200)]


def test_shared_accounts_are_counted_by_size(connection: duckdb.DuckDBPyConnection) -> None:
    rows = [(f"P{number}", account, "1.00") for number, account in enumerate("1112233")]
    rows += [("Q", "4", "1.00"), ("Q", "4", "2.00"), ("R", "5", "1.00"), ("S", "5", "TBC")]
    metrics = measured(connection, month(connection, "2026-11", *rows))
    assert metrics.shared_accounts == (SharedAccounts(3, 1, 3), SharedAccounts(2, 2, 4))


def test_a_row_that_is_neither_paid_nor_left_out_stops_everything(connection: duckdb.DuckDBPyConnection) -> None:
    run_id = month(connection, "2026-11", ("A", "1", "10.00"), ("B", "2", "20.00"))
    connection.execute("DELETE FROM core_payment WHERE row_number = 1")
    with pytest.raises(NoGo, match="do not add up: 2 found, 0 refused, 0 held, 0 corrected, 1 payable"):
        measured(connection, run_id)


def test_a_payment_of_another_amount_than_its_row_stops_everything(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"))
    connection.execute("UPDATE core_payment SET amount_pence = 1001")
    with pytest.raises(NoGo, match="not the payable rows"):
        measured(connection, month(connection, "2026-11", ("A", "1", "10.00")))


def test_an_extract_of_which_nothing_is_payable_has_figures(connection: duckdb.DuckDBPyConnection) -> None:
    month(connection, "2026-10", ("A", "1", "10.00"))
    metrics = measured(connection, month(connection, "2026-11", ("A", "1", "TBC")))
    assert metrics.figures()["payable_payments"] == 0
    assert metrics.refused_share == 1
    assert metrics.changed_details_share is None, "a share of no payments cannot be had, and its gate is a no-go"
    assert metrics.biggest_change == 1


def _rows(period: str) -> Iterator[dict[str, str]]:
    with (fill.SAMPLES / f"ilf-{period}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
