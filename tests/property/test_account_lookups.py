"""Accounts of sort codes without exceptions are looked up, and answered as by the expressions of all exceptions."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.account import modulus
from schemas.account.lookups import Lookups
from schemas.account.modulus import AccountAnswer, account_answers, answers_of_numbers
from schemas.account.published_cases import find_contradicted
from schemas.account.table import ModulusTable
from tests.published_table import PRACTICE, published_table

METHODS = st.sampled_from(["MOD10", "MOD11", "DBLAL"])
WEIGHTS = {
    "MOD10": st.tuples(*[st.integers(-99, 99)] * 14),
    "MOD11": st.tuples(*[st.integers(-99, 99)] * 14),
    "DBLAL": st.tuples(*[st.integers(0, 99)] * 14),
}
CHECK = METHODS.flatmap(lambda method: WEIGHTS[method].map(lambda weights: f"{method} {' '.join(map(str, weights))}"))
RANGES = st.lists(st.tuples(CHECK, st.one_of(st.none(), CHECK)), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModulusTable]:
    published = tmp_path_factory.mktemp("published")
    published_table(published)
    return {"practice": ModulusTable.load(PRACTICE), "as large as the published": ModulusTable.load(published)}


def drawn(table: ModulusTable, accounts: int, seed: int) -> pl.DataFrame:
    """Accounts by lot: nine in ten of a sort code that the table has."""
    lots = np.random.default_rng(seed)
    known = table.rows_of_sort_code["first_row"].is_not_null().arg_true().to_numpy()
    sort_codes = np.where(lots.random(accounts) < 0.9, lots.choice(known, accounts), lots.integers(0, 10**6, accounts))
    numbers = {"sort_code": sort_codes, "account_number": lots.integers(0, 10**8, accounts)}
    return pl.DataFrame(numbers, schema={"sort_code": pl.UInt32, "account_number": pl.UInt32})


@pytest.mark.parametrize("name", ["practice", "as large as the published"])
def test_accounts_by_lot_are_answered_as_by_the_expressions_alone(tables: dict[str, ModulusTable], name: str) -> None:
    accounts = drawn(tables[name], 200_000, 11)
    answers = answers_of_numbers(accounts, tables[name])
    assert answers.equals(modulus._with_exceptions(accounts, tables[name]), check_names=True)
    assert set(answers.unique()) == set(AccountAnswer)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ranges=RANGES, numbers=st.lists(st.integers(0, 10**8 - 1), min_size=1, max_size=50))
def test_any_weights_are_looked_up_as_the_expressions_have_them(
    tmp_path: Path, ranges: list[tuple[str, str | None]], numbers: list[int]
) -> None:
    lines = [
        f"{1000 * place:06} {1000 * place + 999:06} {check}"
        for place, checks in enumerate(ranges)
        for check in checks
        if check
    ]
    (tmp_path / "valacdos-practice.txt").write_text("\n".join(lines))
    (tmp_path / "scsubtab.txt").write_bytes((PRACTICE / "scsubtab.txt").read_bytes())
    table = ModulusTable.load(tmp_path)
    assert Lookups.WITH_EXCEPTION not in table.lookups.checks_of_sort_code
    accounts = pl.DataFrame(
        [(sort_code, number) for sort_code in (0, 999, *range(0, 9000, 517)) for number in numbers],
        schema={"sort_code": pl.UInt32, "account_number": pl.UInt32},
        orient="row",
    )
    assert answers_of_numbers(accounts, table).equals(modulus._with_exceptions(accounts, table))


def test_no_published_case_is_contradicted(tables: dict[str, ModulusTable]) -> None:
    assert [find_contradicted(table) for table in tables.values()] == [[], []]


def test_a_column_with_accounts_of_no_form_among_others_keeps_every_place(tables: dict[str, ModulusTable]) -> None:
    accounts = pl.DataFrame(
        {
            "sort_code": ["089999", "08999", "089999", None, "089999", "300000", "938063"],
            "account_number": ["66374958", "66374958", "6637495", "66374958", "66374959", "12345678", "55065200"],
        }
    )
    answers = account_answers(accounts, tables["practice"]).to_list()
    assert answers == ["passes", None, None, None, "fails", "cannot_be_checked", "passes"]
