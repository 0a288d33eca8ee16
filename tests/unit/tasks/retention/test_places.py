"""Every place that can hold payees' data stands in a list, and the page about retention is made from it."""

from pathlib import Path

import duckdb
import pytest

from schemas.period import Period
from schemas.retention import Days, Kind, Retention, Years
from tasks import ledger
from tasks.ledger import versions
from tasks.retention import describe
from tasks.retention.places import FILES, STAYS, TABLES, Scope
from tests.month import context

ROOT = Path(__file__).resolve().parents[4]
AN_EARLIER_SILLERS = {"earlier_row"}
"""A ledger that was upgraded has it beside today's tables."""


def test_what_becomes_of_each_table_is_said_once() -> None:
    with duckdb.connect() as connection:
        connection.execute(Path(ledger.__file__).with_name("ddl.sql").read_text())
        there = set(versions.columns(connection))
    erased = {table.name for table in TABLES}
    assert not erased & STAYS.keys()
    assert erased | STAYS.keys() == there | AN_EARLIER_SILLERS | {"ledger_version"}


def test_the_page_is_todays() -> None:
    page = (ROOT / "docs/operating/retention.md").read_text(encoding="utf-8")
    assert page.endswith("\n\n" + describe.page())


@pytest.mark.parametrize(
    ("period", "years", "until"),
    [
        ("2026-10", 7, "2033-10-31"),
        ("2026-12", 6, "2032-12-31"),
        ("2028-02", 1, "2029-02-28"),
        ("2026-02", 2, "2028-02-29"),
        ("2026-11", 0, "2026-11-30"),
    ],
)
def test_the_clock_starts_at_the_periods_close(period: str, years: int, until: str) -> None:
    kept, shorter = Years(years=years, source="the body"), Years(years=0, source="the body")
    rules = Retention(payments=kept, bank_answers=shorter, backups=Days(days=90, source="the operator"))
    assert rules.until(Kind.PAYMENTS, Period.parsed(period)).isoformat() == until
    assert rules.last_day(Period.parsed(period)).isoformat() == until


def test_what_went_back_to_the_body_goes_in_every_form_that_it_may_have_had(tmp_path: Path) -> None:
    of, run = context(tmp_path), "ilf-2026-11-rehearsal-1"
    folder = of.paths.to_the_body("ilf")
    names = {f"{run}.left-out.{end}" for end in ("csv", "xlsx", "html")}
    names |= {f"ilf-2026-11.correction-supplementary.{end}" for end in ("csv", "xlsx")}
    killed = {f".{name}.scratch" for name in names if name.endswith(".xlsx")}
    others = {"ilf-2026-10-rehearsal-1.left-out.csv", "ilf-2026-10.correction-supplementary.xlsx"}
    folder.mkdir(parents=True)
    for name in names | others:
        (folder / name).write_text("payees")
    for name in killed:
        (folder / name).mkdir()
    [place] = (each for each in FILES if each.name == "to-the-body/TENANT")
    scope = Scope(Period.parsed("2026-11"), (run,), (), frozenset())
    assert {path.name for path in place.find(of, scope) if path.exists()} == names | killed
