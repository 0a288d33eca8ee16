"""Every tenant's contract and agreement lints, loads and builds; ILF's judges the sample months rightly."""

import csv
import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from datacontract.data_contract import DataContract

from schemas.agreement import Agreement
from schemas.contract.compared import changes_between, is_major
from schemas.contract.contract import Contract
from schemas.contract.due import Due
from schemas.contract.explain import message
from schemas.contract.extract import read_extract
from schemas.contract.frame_schema import pandera_schema, refusals
from schemas.contract.total import amount_as_written
from schemas.manifest import Manifest
from schemas.period import Period

CONTRACTS = Path(__file__).parents[2] / "data_contracts"
TENANTS = sorted(path.parent.name for path in CONTRACTS.glob("*/extract.odcs.yaml"))
SAMPLES = CONTRACTS / "ilf" / "samples"
PAY_DAYS = {"2026-10": date(2026, 10, 30), "2026-11": date(2026, 11, 30), "2026-12": date(2026, 12, 24)}

# The facts file says in words what was planted; this is the rule of siller's that means it.
PLANTED = {
    "sort code lost its leading zero (5 digits)": ("sort_code", "has_exact_digits"),
    "amount is no number": ("amount", "is_a_number"),
    "account in scientific notation": ("account_number", "is_not_in_scientific_notation"),
    "account number missing": ("account_number", "is_present"),
    "amount has three decimals": ("amount", "has_two_decimals"),
    "amount is negative": ("amount", "is_not_negative"),
    "amount is zero": ("amount", "is_not_zero"),
    "pay date is another month's": ("pay_date", "is_in_the_pay_month"),
    "name missing": ("payee_name", "is_present"),
}
NOT_THE_CONTRACTS = "account fails the modulus check"


@pytest.fixture(scope="module")
def ilf() -> Contract:
    return Contract.load(CONTRACTS / "ilf" / "extract.odcs.yaml")


def facts(period: str) -> dict[str, object]:
    return json.loads((SAMPLES / f"ilf-{period}.facts.json").read_text())


def read_naively(period: str) -> Iterator[dict[str, str]]:
    """Read the sample as anybody would, without siller."""
    with (SAMPLES / f"ilf-{period}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def refused(contract: Contract, period: str) -> dict[int, tuple[str, str]]:
    rows = pl.concat(read_extract(SAMPLES / f"ilf-{period}.csv", contract))
    found = refusals(rows, pandera_schema(contract, Due(PAY_DAYS[period], Period.parsed(period))))
    assert found["row_number"].is_unique().all()
    return {row: (column, rule) for row, column, rule in found.rows()}


def test_there_is_a_tenant():
    assert "ilf" in TENANTS


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_contract_is_valid_odcs_by_the_standards_own_linter(tenant, monkeypatch):
    def no_network(*_: object) -> None:
        raise AssertionError("the linter asked the network")

    monkeypatch.setattr("socket.socket.connect", no_network)
    run = DataContract(data_contract_file=str(CONTRACTS / tenant / "extract.odcs.yaml")).lint()
    assert run.result == "passed", [check.reason for check in run.checks]
    assert any("ODCS v3.1" in check.name for check in run.checks)


@pytest.mark.parametrize("tenant", TENANTS)
def test_contract_and_agreement_are_of_their_folders_tenant(tenant):
    assert Contract.load(CONTRACTS / tenant / "extract.odcs.yaml").tenant == tenant
    assert Agreement.load(CONTRACTS / tenant / "agreement.yaml").tenant == tenant


def versions_of(tenant: str) -> list[Path]:
    """The versions of a tenant's contract that ever stood, the oldest first."""
    paths = (CONTRACTS / tenant / "versions").glob("*.odcs.yaml")
    return sorted(paths, key=lambda path: [int(part) for part in path.name.removesuffix(".odcs.yaml").split(".")])


@pytest.mark.parametrize("tenant", TENANTS)
def test_the_contract_that_stands_is_the_newest_of_the_versions_that_are_kept(tenant):
    kept = versions_of(tenant)
    assert kept[-1].read_bytes() == (CONTRACTS / tenant / "extract.odcs.yaml").read_bytes(), (
        "a contract changes with its version alone: write the new version, and keep a copy of it in versions/"
    )
    assert [Contract.load(path).version for path in kept] == [path.name.removesuffix(".odcs.yaml") for path in kept]


@pytest.mark.parametrize("tenant", TENANTS)
def test_what_breaks_a_contract_has_a_new_major_version(tenant):
    contracts = [Contract.load(path) for path in versions_of(tenant)]
    for old, new in pairwise(contracts):
        breaking = [change.said for change in changes_between(old, new) if change.breaks]
        assert not breaking or is_major(old.version, new.version), breaking


@pytest.mark.parametrize("tenant", TENANTS)
def test_every_rule_of_a_contract_has_a_message_in_the_tenants_words(tenant):
    contract = Contract.load(CONTRACTS / tenant / "extract.odcs.yaml")
    for column in contract.columns:
        for rule in column.rules:
            said = message(contract, column.name, rule.name)
            assert said.startswith(column.physical_name)
            assert "{" not in re.sub("{[0-9]}", "", said)  # a pattern may have them


@pytest.mark.parametrize("period", PAY_DAYS)
def test_the_reader_gives_every_row_as_sent(ilf, period):
    rows = pl.concat(read_extract(SAMPLES / f"ilf-{period}.csv", ilf))
    as_sent = [tuple(row[column.physical_name] for column in ilf.columns) for row in read_naively(period)]
    assert rows.drop("row_number").rows() == as_sent
    assert rows["row_number"].to_list() == list(range(facts(period)["rows"]))


@pytest.mark.parametrize("period", PAY_DAYS)
def test_the_rows_add_up_to_the_total_as_written(ilf, period):
    rows = pl.concat(read_extract(SAMPLES / f"ilf-{period}.csv", ilf))
    assert rows.select(amount_as_written().sum()).item() == Decimal(facts(period)["total_as_written"])
    unreadable = rows.filter(amount_as_written().is_null())["row_number"].to_list()
    assert unreadable == facts(period).get("unreadable_amount_rows", [])


def test_october_has_nothing_to_refuse(ilf):
    assert refused(ilf, "2026-10") == {}


def test_november_is_refused_by_the_right_rules_and_no_other_row_is(ilf):
    planted = {int(row): what for row, what in facts("2026-11")["refused_rows"].items()}
    expected = {row: PLANTED[what] for row, what in planted.items() if what != NOT_THE_CONTRACTS}
    assert len(expected) == 36
    assert refused(ilf, "2026-11") == expected


def test_december_has_six_rows_left_over_from_november(ilf):
    assert refused(ilf, "2026-12") == dict.fromkeys(facts("2026-12")["stale_rows"], ("pay_date", "is_in_the_pay_month"))


@pytest.mark.parametrize("period", PAY_DAYS)
def test_the_samples_manifests_load_and_fit(period):
    manifest = Manifest.load(SAMPLES / f"ilf-{period}.manifest.json", "ilf")
    sent = (SAMPLES / manifest.extract).read_bytes()
    assert manifest.sha256 == hashlib.sha256(sent).hexdigest()
    assert str(manifest.pay_period) == period
    assert manifest.rows == facts(period)["rows"]
    assert manifest.pay_date == PAY_DAYS[period]
    short_by = Decimal(facts(period).get("declared_total_is_short_by", "0"))
    assert manifest.total == Decimal(facts(period)["total_as_written"]) - short_by
