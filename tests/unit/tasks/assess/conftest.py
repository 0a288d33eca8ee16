"""ILF's months in a ledger: October and November are paid, December stands for assessing."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from schemas.account.forms import AccountForms
from schemas.agreement import Agreement
from schemas.bank_days import LONDON, BankDays
from tasks.assess.context import AccountTable, Context
from tasks.assess.gate import Thresholds
from tasks.assess.measure import measure
from tasks.assess.metrics import Metrics
from tasks.ledger import Ledger, runs
from tests import filled_ledger as fill
from tests.small_months import small_ledger

CONTRACTS = Path(__file__).parents[4] / "data_contracts"


def context_of(period: str) -> Context:
    """What ingest and the calendar would say of a sample month, nine days before its pay day."""
    bank_days = BankDays()
    entry = {"2026-10": date(2026, 10, 30), "2026-11": date(2026, 11, 30), "2026-12": date(2026, 12, 24)}[period]
    processing = bank_days.processing_date(entry)
    return Context(
        found_total=Decimal(str(fill.facts_of(period)["total_as_written"])),
        hash_matches=True,
        account_table=AccountTable.PRACTICE,
        account_table_age_days=0,
        now=datetime.combine(entry - timedelta(days=9), time(9, 30), LONDON),
        latest_input=bank_days.latest_input(entry),
        processing_date=processing,
        processing_is_a_bank_day=bank_days.is_bank_day(processing),
    )


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = fill.ilf_ledger(tmp_path_factory.mktemp("home"))
    fill.released_month(ledger, "2026-10")
    fill.released_month(ledger, "2026-11")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(fill.ENTRY, "2026-12", date(2026, 12, 24))
        run_no = fill.ingest(ledger, "2026-12")
    facts = fill.facts_of("2026-12")
    left_out = [(row, "held", "payee_reference", "identical_copy_in_extract") for row in facts["duplicate_rows"]]
    left_out += [(row, "refused", "pay_date", "is_in_the_pay_month") for row in facts["stale_rows"]]
    with ledger.transaction() as connection:
        connection.executemany(f"INSERT INTO core_left_out VALUES ({run_no}, ?, ?, ?, ?)", left_out)
    fill.validate(ledger, "2026-12", run_no)
    return ledger


@pytest.fixture(scope="session")
def measured(ledger: Ledger) -> Callable[[str], Metrics]:
    def of(period: str) -> Metrics:
        with ledger.opened() as connection:
            run = runs.run_row(connection, fill.run_id_of(period))
            return measure(connection, run, context_of(period), AccountForms())

    return of


@pytest.fixture(scope="session")
def october(measured: Callable[[str], Metrics]) -> Metrics:
    return measured("2026-10")


@pytest.fixture(scope="session")
def november(measured: Callable[[str], Metrics]) -> Metrics:
    return measured("2026-11")


@pytest.fixture(scope="session")
def december(measured: Callable[[str], Metrics]) -> Metrics:
    return measured("2026-12")


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    agreed = Agreement.load(CONTRACTS / "ilf" / "agreement.yaml").gates
    return {name: threshold.bounds for name, threshold in agreed}


@pytest.fixture(scope="session")
def empty_ledger() -> Iterator[duckdb.DuckDBPyConnection]:
    """A small ledger in which nothing stands; nobody changes anything there."""
    with small_ledger() as connection:
        yield connection


@pytest.fixture
def connection(empty_ledger: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same, to be filled by hand; what was is taken back."""
    empty_ledger.begin()
    yield empty_ledger
    empty_ledger.rollback()
