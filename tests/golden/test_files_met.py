"""Files as they come in the field, each with its story and with what is to be said of it.

All are of one invented month. What is to be said was written down by whoever planted the fault, from the field tables
and the contract; `ok` is the month without one.
"""

import csv
import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from schemas.contract.due import Due
from schemas.contract.extract import read_extract
from schemas.inspection import inspect
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.account_table.shelf import in_use
from tasks.tenant_context import TenantContext
from tasks.validate.judging import Judge
from tests.month import context

FOLDER = Path(__file__).with_name("files_met")
PAYMENT_FILES = FOLDER / "standard_18"
EXTRACTS = FOLDER / "extracts"
PAY_DAY = date(2026, 11, 30)
OF_PAYEES = ("89620048", "05346707", "43111706", "ROYAL", "MACDONA", "GONZALEZ", "ILF 2611", "925437927")


def stories(folder: Path) -> dict[str, tuple[str, ...]]:
    with (folder / "stories.tsv").open(encoding="utf-8", newline="") as file:
        return {name: tuple(rest) for name, *rest in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}


@pytest.mark.parametrize("kind", ["standard_18", "extracts"])
def test_every_file_has_its_story(kind: str) -> None:
    told = stories(FOLDER / kind)
    assert told.keys() == {path.name for path in (FOLDER / kind).iterdir()} - {"stories.tsv"}
    assert all(story[-1] for story in told.values())


@pytest.mark.parametrize(("name", "story"), stories(PAYMENT_FILES).items())
def test_a_payment_file_is_inspected_rightly(name: str, story: tuple[str, ...]) -> None:
    verdict, says, _ = story
    if verdict == "no payment file":
        with pytest.raises(NoGo, match=f"{name} is no payment file that siller reads"):
            inspect(PAYMENT_FILES / name)
        return
    found = inspect(PAYMENT_FILES / name)
    told = [str(finding) for finding in found.findings]
    assert (found.refused, told[:1]) == (verdict == "refused", [says] * bool(says))
    assert not [value for value in OF_PAYEES if value in "\n".join([*told, *map(str, (*found.facts, *found.totals))])]


def test_what_a_contra_takes_from_another_account_stands_in_the_totals() -> None:
    found = inspect(PAYMENT_FILES / "contra-other-account.txt")
    assert list(map(str, found.totals)) == ["7 payments, £17,711.60", "1 direct debit, £17,711.60"]


def test_the_second_of_two_identical_payments_is_noted() -> None:
    notes = [str(finding) for finding in inspect(PAYMENT_FILES / "dup-payment.txt").findings if not finding.refused]
    assert notes == [
        "line 6 as line 5: the same account, amount, reference and name stand in the file before: is the payment meant "
        "twice?"
    ]


@pytest.fixture(scope="module")
def ilf(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    return context(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize(("name", "story"), stories(EXTRACTS).items())
def test_an_extract_is_judged_rightly(ilf: TenantContext, name: str, story: tuple[str, ...]) -> None:
    where, says, _ = story
    rows = read_extract(EXTRACTS / name, ilf.contract)
    if where == "file":
        with pytest.raises(NoGo, match=re.escape(says)) as refused:
            pl.concat(rows)
        assert not [value for value in OF_PAYEES if value in str(refused.value)]
        return
    judge = Judge(
        ilf.contract, in_use(ilf.settings, PAY_DAY).table, Due(PAY_DAY, Period.parsed("2026-11")), ilf.agreement
    )
    broken = {
        (f"row {row}", f"{column} {rule}")
        for part in map(judge, rows)
        for row, column, rule in part.refused.iter_rows()
    }
    assert {row for row, _ in broken} == {where} - {"taken"}
    assert not says or (where, says) in broken
