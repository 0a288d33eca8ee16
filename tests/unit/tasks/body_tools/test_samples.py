"""Samples that are made up from a contract: the good one is accepted whole, the bad one refused as its labels say."""

import csv
import io
import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from schemas.contract.extract import read_extract
from schemas.contract.functions import FUNCTIONS
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.account_table.install import install
from tasks.body_tools.as_sent import WRITTEN
from tasks.body_tools.samples import Samples, write_samples
from tasks.check import check
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.council import CONTRACT, FORMS
from tests.month import NOVEMBER, gates_by_arithmetic
from tests.published_table import published_table

Made = tuple[str, TenantContext, Samples]
PERIOD = Period.parsed("2026-11")
CASES = PROJECT / "data_contracts" / "practice_modulus" / "published-cases.csv"
UNREACHABLE = {
    "ilf": {
        ("payee_name", "is_stored_as_text"),
        ("payee_reference", "is_written_one_way"),  # its pattern has no blank, and comes first
    },
    "council": {
        ("payee_reference", "is_stored_as_text"),
        ("payee_name", "is_stored_as_text"),
        ("payment_reference", "is_stored_as_text"),
        ("payment_reference", "is_no_spreadsheet_error"),  # the payee reference, of which it is made, has it already
        ("sort_code", "has_exact_digits"),  # join_pairs makes six digits or takes nothing
        ("amount", "is_a_number"),  # strip_pound_sign_and_commas makes a number or takes nothing
        *(("amount", rule) for rule in ("has_two_decimals", "is_not_negative", "is_not_zero")),  # less than the least
    },
}


def with_contract(home: Path, contract: str | None) -> TenantContext:
    given = home / "contracts"
    shutil.copytree(PROJECT / "data_contracts", given, ignore=shutil.ignore_patterns("__pycache__", "samples"))
    if contract:
        (given / "ilf" / "extract.odcs.yaml").write_text(contract, encoding="utf-8")
    settings = Settings(home=home / "nowhere", contracts=given, modulus_table=None)
    return TenantContext("ilf", Mode.LIVE, settings)


@pytest.fixture(scope="module", params=["ilf", "council"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    home = tmp_path_factory.mktemp(request.param)
    context = with_contract(home, {"ilf": None, "council": CONTRACT}[request.param])
    return request.param, context, write_samples(context, PERIOD, date(2026, 11, 20), home / "samples")


def manifest(sample: Path) -> Path:
    return sample.with_name(f"{sample.stem}.manifest.json")


def rows_of(sample: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sample.read_text(encoding="utf-8-sig"))))


def test_the_good_one_is_accepted_whole(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)
    name, context, samples = made
    found = check(context, samples.good, manifest(samples.good), NOVEMBER)
    rows = rows_of(samples.good)
    amounts = [row[{"ilf": "Net Amount", "council": "Pay"}[name]].lstrip("£").replace(",", "") for row in rows]
    assert (found.reason, found.refused, found.held) == (None, [], [])
    assert found.payable_rows == list(range(len(rows))) and len(rows) == 12
    assert found.payable_pence == int(sum(map(Decimal, amounts)) * 100)


def test_each_row_of_the_bad_one_breaks_the_rule_of_its_label_and_no_other(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates_by_arithmetic(monkeypatch)
    _, context, samples = made
    found = check(context, samples.bad, manifest(samples.bad), NOVEMBER)
    labels = rows_of(samples.labels)
    by_line: dict[int, list[tuple[str, str, str]]] = {}
    for each in found.refused:
        by_line.setdefault(each.line, []).append((each.column, each.rule, each.message))
    assert (found.payable_rows, found.held) == ([], [])
    assert sorted(by_line) == [int(label["Line of the file"]) for label in labels]
    for label in labels:
        said = by_line[int(label["Line of the file"])]
        assert (label["Column"], label["Rule"], label["What to do"]) in said
        assert {rule for _, rule, _ in said} == {label["Rule"]}


def test_each_rule_has_its_row_but_for_those_that_none_can_break(made: Made) -> None:
    name, _, samples = made
    assert set(samples.without) == UNREACHABLE[name]
    assert "account_passes_modulus_check" in {label["Rule"] for label in rows_of(samples.labels)}


def test_every_account_is_of_the_published_cases(made: Made) -> None:
    _, context, samples = made
    published = {(case["sort_code"], case["account_number"]) for case in csv.DictReader(CASES.read_text().splitlines())}
    rows = pl.concat(read_extract(samples.good, context.contract))
    accounts = list(rows.select("sort_code", "account_number").iter_rows())
    assert set(accounts) <= published and len(set(accounts)) == len(accounts)
    assert ("107999", "88837491") not in accounts  # the body's own, from which it pays


def test_they_are_the_same_each_time(made: Made, tmp_path: Path) -> None:
    _, context, samples = made
    write_samples(context, PERIOD, date(2026, 11, 20), tmp_path)
    before = {path.name: path.read_bytes() for path in samples.good.parent.iterdir()}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert json.loads(before["good.manifest.json"])["practice"] is True


FIRST_LINES = {"pipes, Windows-1252, records": 3, "fixed width": 1, "Excel": 4, "Parquet": 1}


@pytest.mark.parametrize("name", FORMS)
def test_in_whatever_form_what_is_read_is_what_was_made_up(name: str, tmp_path: Path) -> None:
    context = with_contract(tmp_path, FORMS[name])
    samples = write_samples(context, PERIOD, date(2026, 11, 20), tmp_path / "samples")
    good = pl.concat(read_extract(samples.good, context.contract))
    bad = pl.concat(read_extract(samples.bad, context.contract))
    assert good["payee_reference"][0] == "REF0001" and good.height == 12
    assert good["amount"][0] == "1234.50"
    labels = rows_of(samples.labels)
    assert bad.height == len(labels) > 25
    assert int(labels[0]["Line of the file"]) == FIRST_LINES.get(name, 2), "as whoever opens the file counts"
    declared = json.loads(next(samples.bad.parent.glob("bad*.manifest.json")).read_text())
    assert declared["rows"] == bad.height


def test_each_function_of_a_contract_can_be_written_backwards() -> None:
    assert set(WRITTEN) == set(FUNCTIONS) - {"join_with_spaces"}


def test_a_pattern_that_nothing_made_up_can_match_is_named(tmp_path: Path) -> None:
    contract = CONTRACT.replace(
        "physicalName: Ref, required: true,",
        "physicalName: Ref, required: true, logicalTypeOptions: {pattern: '[^A-Z]{9}'},",
    )
    context = with_contract(tmp_path, contract)
    with pytest.raises(NoGo, match=r"the column Ref always breaks the rule has_the_agreed_form\. Write examples"):
        write_samples(context, PERIOD, date(2026, 11, 20), tmp_path / "samples")


def test_a_check_judges_by_the_account_table_that_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)
    context = with_contract(tmp_path, CONTRACT)
    samples = write_samples(context, PERIOD, date(2026, 11, 20), tmp_path / "samples")
    install(context.settings, published_table(tmp_path / "table"), date(2020, 1, 1), None, "operator", NOVEMBER)
    found = check(context, samples.good, manifest(samples.good), NOVEMBER)
    assert (found.reason, len(found.payable_rows)) == (None, 12)
    (age,) = (gate for gate in found.gates if gate.gate == "account_table_age_days")
    assert age.figure == f"valid for {(NOVEMBER.date() - date(2020, 1, 1)).days:,} days"
