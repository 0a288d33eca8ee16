"""A workbook and a Parquet file of three payments go the whole way, from extract to reconciled, as text does."""

import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tasks.practice_bank.behaviour import Behaviour
from tasks.settings import PROJECT
from tests import council
from tests.golden.nasty import GOOD, NAMES
from tests.month import ROWS_PENCE, extract_of, manifest_of
from tests.rehearsed import judged_by_arithmetic, rehearsed
from tests.workbooks import number, workbook

RUN = "ilf-2026-11-rehearsal-1"
ILF = (PROJECT / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")

Paid = Callable[[str, str, bytes, int], dict[str, Any]]


def council_workbook() -> tuple[str, str, bytes]:
    """The council's contract and its three rows, on the second sheet below a title, one amount stored as a number."""
    form = "physicalType: xlsx\n    customProperties: [{property: sheet, value: Pay}, {property: headerRow, value: 3}]"
    rows = [
        ["C1", "Zoë", "O’Hara", "08-99-99", "66374958", "£1,234.50", "01"],
        ["C2", "  Jo ", "", "20 29 59", "63748472", number("20"), ""],
        ["C3", "Ann", "Lee", "202959", "63748472", "7.25", ""],
    ]
    sheets = {"Notes": [["to be paid"]], "Pay": [["November"], [], council.HEADER.split(","), *rows]}
    return council.CONTRACT.replace("physicalType: csv", form), "council.xlsx", workbook(sheets)


def ilf_parquet(folder: Path) -> tuple[str, str, bytes]:
    """ILF's contract and its three rows, amounts as decimals and pay dates as days."""
    sent = pl.DataFrame([dict(zip(NAMES, row, strict=True)) for row in GOOD])
    amounts = pl.Series("Net Amount", [Decimal(row[5]) for row in GOOD], pl.Decimal(12, 2))
    days = pl.Series("Pay Date", [date(2026, 11, 30)] * len(GOOD))
    sent.with_columns(amounts, days).write_parquet(folder / "made.parquet")
    contract = ILF.replace("physicalType: csv", "physicalType: parquet")
    return contract, "ilf.parquet", (folder / "made.parquet").read_bytes()


@pytest.fixture
def paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paid:
    """What a rehearsal of the body with this contract makes of this extract."""

    def go(contract: str, name: str, content: bytes, pence: int) -> dict[str, Any]:
        contracts = tmp_path / "contracts"
        shutil.copytree(PROJECT / "data_contracts", contracts, ignore=shutil.ignore_patterns("__pycache__"))
        (contracts / "ilf" / "extract.odcs.yaml").write_text(contract, encoding="utf-8")
        (tmp_path / name).write_bytes(content)
        declared = {"sha256": sha256(content).hexdigest(), "rows": 3, "total": f"{Decimal(pence).scaleb(-2)}"}
        (tmp_path / f"{name}.manifest.json").write_text(manifest_of(extract_of(()), name, **declared))
        judged_by_arithmetic(monkeypatch)
        monkeypatch.setenv("SILLER_HOME", str(tmp_path / "live"))
        monkeypatch.setenv("SILLER_CONTRACTS", str(contracts))
        return rehearsed(tmp_path, [tmp_path / name], behaviour=Behaviour.ACCEPT)

    return go


def check_all_is_credited(told: dict[str, Any], pence: int) -> None:
    run, answered = told["runs"][RUN], told["answers"]["runs"][RUN]
    assert (run["rows"], run["payable"]) == (3, {"rows": [0, 1, 2], "pence": pence})
    assert answered["buckets"] == {"credited": {"payments": 3, "pence": pence, "not_proven": 0}}
    assert answered["unexplained_pence"] == 0


def test_a_workbook(paid: Paid) -> None:
    pence = 1_234_50 + 20_00 + 7_25
    check_all_is_credited(paid(*council_workbook(), pence), pence)


@pytest.mark.long  # every day the workbook goes the whole way, and tests/golden reads Parquet
def test_a_parquet_file(paid: Paid, tmp_path: Path) -> None:
    check_all_is_credited(paid(*ilf_parquet(tmp_path), ROWS_PENCE), ROWS_PENCE)
