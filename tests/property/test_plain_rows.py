"""A plain row keeps every rule, so Pandera need not see it: refusals are the same with the plain test and without."""

import csv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.account.table import ModulusTable
from schemas.agreement import Agreement
from schemas.contract.column import Column, Rule
from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.contract.extract import read_extract
from schemas.contract.frame_schema import pandera_schema, refusals
from schemas.contract.manual_payments import paid_elsewhere_contract
from schemas.contract.plain import PLAIN
from schemas.contract.rules import RULES
from schemas.period import Period, Rhythm
from tasks.validate import judging
from tasks.validate.judging import Judge
from tests.sampled import one_in

PROJECT = Path(__file__).parents[2]
CONTRACTS = PROJECT / "data_contracts"
SAMPLES = CONTRACTS / "ilf" / "samples"
FILES_MET = PROJECT / "tests" / "golden" / "files_met" / "extracts"
ILF = Contract.load(CONTRACTS / "ilf" / "extract.odcs.yaml")
AGREEMENT = Agreement.load(CONTRACTS / "ilf" / "agreement.yaml")
TABLE = ModulusTable.load(CONTRACTS / "practice_modulus")
PAY_DAY = date(2026, 11, 30)
NOVEMBER = Due(PAY_DAY, Period.parsed("2026-11"))
DUE = {
    "2026-10": Due(date(2026, 10, 30), Period.parsed("2026-10")),
    "2026-11": NOVEMBER,
    "2026-12": Due(date(2026, 12, 24), Period.parsed("2026-12")),
}

LIMITS = {
    "has_exact_digits": st.fixed_dictionaries({"digits": st.integers(0, 12)}),
    "has_the_agreed_form": st.fixed_dictionaries(
        {"pattern": st.sampled_from(["ILF[0-9]{6}", "a|b", "", ".*", "[^a]+", r"\d*", "(?i)x", "a$"])}
    ),
    "has_only_permitted_characters": st.fixed_dictionaries(
        {"permitted": st.sampled_from(["A-Za-z0-9.&/ -", "^a", "^^", "0-9", "a&&b", r"\p{L}", r"\]\[", "[a]b"])}
    ),
    "is_not_too_long": st.fixed_dictionaries({"characters": st.integers(-1, 40)}),
    "is_not_too_short": st.fixed_dictionaries({"characters": st.integers(-1, 40)}),
    "is_one_of": st.fixed_dictionaries({"values": st.sampled_from([["rent"], ["a b", ""], ["0", "Zoë", "000000"]])}),
    "is_at_least": st.fixed_dictionaries({"least_pence": st.sampled_from([-1, 0, 1, 100, 2**63 - 1])}),
    "is_at_most": st.fixed_dictionaries({"pence": st.sampled_from([-1, 0, 1, 100, 2_000_000_000, 2**63 - 1])}),
}
MADE = [
    *["", " ", "\t", "\u00a0", "\u2003", "\u3000", "\u0085", "\u180e", "\ufeff", "\u200b", "\x7f", "\x1c", "\0"],
    *["0", "00", "000000", "0" * 32, "0" * 33, "0" * 40, "0" * 31 + "1", "0" * 33 + "1", "٠٠", "０"],
    *["089999", "66374958", "+66374958", "-6637495", "4294967296", "9999999999", "123456789012", "6.64E+07", " 1e5 "],
    *["1050.00", "0.00", "-0.00", "-1.05", "+1.05", "1.005", "00.10", "1e2.00", "1..00", ".50", "1.00\n", "１.00"],
    *[f"{2**63 - 1}.00", f"{(2**63 - 1) // 100}.07", f"{2**64}.00", "9" * 40 + ".00", "20000000.00", "20000000.01"],
    *["30/11/2026", "31/11/2026", "29/02/2028", "01/01/0001", "1/1/1", "01/01/1", "31/12/9999", "00/00/0000"],
    *[
        "Zoë",
        "Ångström",
        "×",
        "ØRSTED",
        "Ö",
        "a\nb",
        "a\u2028b",
        "a\x85b",
        "李",
        "😀",
        "é",
        "-",
        "ILF100001",
        "z" * 140,
    ],
]
CELLS = st.one_of(
    st.sampled_from(MADE),
    st.builds(
        "".join, st.lists(st.sampled_from([*MADE, "0", "9", ".", "E", "e", "/", "+", "-", " ", "a"]), max_size=5)
    ),
    st.text(max_size=30),
    st.from_regex(r"[+-]?[0-9]{0,22}(\.[0-9]{0,4})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,5}", fullmatch=True),
    st.dates().map(lambda day: f"{day:%d/%m}/{day.year:04}"),
    st.none(),
)
COLUMNS = st.lists(CELLS, min_size=1, max_size=60)
DAYS = st.one_of(
    st.dates(), st.sampled_from([date.min, date.max, date(999, 12, 31), date(1000, 1, 1), date(2028, 2, 29), PAY_DAY])
)
MONTHS = st.builds(lambda day: Period.around(day, Rhythm.MONTH), DAYS)


def rules_of(names: list[str]) -> st.SearchStrategy[tuple[Rule, ...]]:
    """Those rules, each with limits of its kind."""
    return st.tuples(*(LIMITS.get(name, st.just({})).map(partial(Rule, name)) for name in names))


def is_true(cells: list[str | None], test: pl.Expr) -> list[bool]:
    return pl.DataFrame({"cell": cells}, schema={"cell": pl.String}).select(test.alias("test"))["test"].to_list()


@pytest.mark.parametrize("name", RULES)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), cells=COLUMNS, pay_day=DAYS, period=MONTHS)
def test_a_plain_cell_keeps_the_rule_and_all_that_it_proves(name: str, data: st.DataObject, cells, pay_day, period):
    (rule,) = data.draw(rules_of([name]))
    due = Due(pay_day, period)
    # Beside what lies about, the very day in its usual spelling and in the rule's own.
    cells = [*MADE, *cells, pay_day.strftime("%d/%m/%Y"), f"{pay_day:%d/%m}/{pay_day.year:04}"]
    plain = is_true(cells, rule.plainly_keeps(pl.col("cell"), due))
    for proven in (rule, *(Rule(proven, {}) for proven in rule.proves - {name})):
        keeps = is_true(cells, proven.keeps(pl.col("cell"), due))
        assert [cell for cell, is_plain, kept in zip(cells, plain, keeps, strict=True) if is_plain and not kept] == []


@settings(max_examples=100, deadline=None)
@given(
    rules=st.lists(st.sampled_from(sorted(RULES)), min_size=1, unique=True).flatmap(rules_of),
    required=st.booleans(),
    cells=COLUMNS,
    due=st.builds(Due, DAYS, MONTHS),
)
def test_a_plain_cell_keeps_every_rule_of_its_column_whatever_the_rules(rules, required, cells, due):
    column = Column("cell", "Cell", required, rules, "")
    plain = is_true(cells, column.is_plain(due))
    for _, check in column.checks(due):
        kept = is_true(cells, check.fill_null(False))
        assert [cell for cell, is_plain, keeps in zip(cells, plain, kept, strict=True) if is_plain and not keeps] == []


def test_every_rule_has_a_plain_test_and_each_lets_something_pass():
    limits = {
        "has_exact_digits": {"digits": 6},
        "has_the_agreed_form": {"pattern": "ILF[0-9]{6}"},
        "has_only_permitted_characters": {"permitted": "A-Z"},
        "is_not_too_long": {"characters": 18},
        "is_not_too_short": {"characters": 2},
        "is_one_of": {"values": ["Zoë"]},
        "is_at_least": {"least_pence": 100},
        "is_at_most": {"pence": 2_000_000_000},
    }
    assert PLAIN.keys() == RULES.keys()
    for name in RULES:
        assert any(is_true(MADE, Rule(name, limits.get(name, {})).plainly_keeps(pl.col("cell"), NOVEMBER))), name


def test_where_a_column_has_a_rule_without_a_plain_test_every_row_is_for_the_rules(monkeypatch):
    rows = next(read_extract(SAMPLES / "ilf-2026-10.csv", ILF))
    assert rows.select(ILF.is_plain(DUE["2026-10"])).to_series().mean() > 0.9
    monkeypatch.delitem(PLAIN, "is_no_formula")
    assert not rows.select(ILF.is_plain(DUE["2026-10"])).to_series().any()


def refused_by_all_rules(rows: pl.DataFrame, contract: Contract, due: Due) -> pl.DataFrame:
    """What Pandera says of every row."""
    return refusals(rows, pandera_schema(contract, due))


def refused_by_judge(rows: pl.DataFrame, contract: Contract, due: Due) -> pl.DataFrame:
    """What the judge says of the same rows, who shows Pandera some of them; later rules' refusals left out."""
    others = [judging.TEXT_RULE, judging.ROLL_NUMBER_RULE, judging.PAYING_ACCOUNT_RULE]
    return Judge(contract, TABLE, due, AGREEMENT)(rows).refused.filter(~pl.col("rule").is_in(others))


@pytest.mark.parametrize("period", DUE)
def test_the_samples_are_refused_alike_with_the_plain_test_and_without(period):
    rows = pl.concat(read_extract(SAMPLES / f"ilf-{period}.csv", ILF))
    assert refused_by_judge(rows, ILF, DUE[period]).equals(refused_by_all_rules(rows, ILF, DUE[period]))


def files_met() -> Iterator[str]:
    with (FILES_MET / "stories.tsv").open(encoding="utf-8", newline="") as file:
        yield from (row[0] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if row[1] != "file")


@pytest.mark.parametrize("name", list(files_met()))
def test_files_met_in_the_field_are_refused_alike(name):
    rows = pl.concat(read_extract(FILES_MET / name, ILF))
    assert refused_by_judge(rows, ILF, NOVEMBER).equals(refused_by_all_rules(rows, ILF, NOVEMBER))


SAMPLE = pl.concat(read_extract(SAMPLES / "ilf-2026-11.csv", ILF)).drop("row_number")


@st.composite
def wild_rows(draw: st.DrawFn) -> pl.DataFrame:
    """Rows of the sample, some of whose cells are anything at all; half of the rows are left as they were."""
    paths = draw(st.lists(st.integers(0, SAMPLE.height - 1), min_size=1, max_size=40))
    rows = SAMPLE[paths].rows()
    for place in draw(st.lists(st.integers(0, len(rows) - 1), max_size=len(rows) // 2 + 1)):
        column = draw(st.integers(0, SAMPLE.width - 1))
        rows[place] = (*rows[place][:column], draw(CELLS), *rows[place][column + 1 :])
    frame = pl.DataFrame(rows, schema=SAMPLE.schema, orient="row")
    return frame.select(pl.int_range(frame.height, dtype=pl.Int32).alias("row_number"), pl.all())


@settings(max_examples=80, deadline=None)
@given(rows=wild_rows(), optional=st.sets(st.sampled_from(SAMPLE.columns)))
def test_wild_rows_are_refused_alike_also_where_columns_are_optional(rows, optional):
    columns = tuple(
        replace(column, required=False, rules=tuple(rule for rule in column.rules if rule.name != "is_present"))
        if column.name in optional
        else column
        for column in ILF.columns
    )
    contract = replace(ILF, columns=columns)
    assert refused_by_judge(rows, contract, NOVEMBER).equals(refused_by_all_rules(rows, contract, NOVEMBER))


def test_the_contract_of_payments_made_elsewhere_has_plain_rows_too():
    contract = paid_elsewhere_contract(ILF)
    good = SAMPLE.filter(pl.col("sort_code").str.contains("^[0-9]{6}$")).select(
        *(column.name for column in contract.columns if column.name in SAMPLE.columns),
        pay_period=pl.lit("2026-11"),
        kind=pl.lit("full"),
        paid_on=pl.lit("30/11/2026"),
    )
    assert good.select(contract.is_plain(NOVEMBER)).to_series().mean() > 0.9


def test_a_frame_of_another_shape_is_an_error_also_where_every_row_is_plain():
    rows = next(read_extract(SAMPLES / "ilf-2026-10.csv", ILF)).head(3)
    with pytest.raises(ValueError, match="columns"):
        Judge(ILF, TABLE, DUE["2026-10"], AGREEMENT)(rows.with_columns(extra=pl.lit("x")))


@pytest.mark.parametrize("workers", one_in(2, [1, 2, 4]))
@pytest.mark.parametrize("size", one_in(2, [97, 1_000, 10_000]))
def test_batches_of_any_size_are_judged_alike_by_any_number_of_workers(workers, size):
    rows = pl.concat(read_extract(SAMPLES / "ilf-2026-11.csv", ILF))
    judge = Judge(ILF, TABLE, NOVEMBER, AGREEMENT)
    whole = judge(rows)
    with ThreadPoolExecutor(workers) as pool:
        parts = list(pool.map(judge, [rows.slice(first, size) for first in range(0, rows.height, size)]))
    for name in ("payable", "refused", "failing"):
        told = pl.concat(getattr(part, name) for part in parts)
        # By row whoever was first; within a batch what breaks the contract is told before what else is wrong.
        assert told.sort(told.columns).equals(getattr(whole, name).sort(told.columns))
    answers = pl.concat(part.account_answers for part in parts).group_by("account_answer").agg(pl.col("len").sum())
    assert dict(answers.iter_rows()) == dict(whole.account_answers.iter_rows())
