"""``siller inspect`` and ``siller compare``: what a person reads, and the exit codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.golden.test_bacs_standard_18_worked_example import EXPECTED

Siller = Callable[..., Any]
REFUSED = Path(__file__).parents[3] / "golden" / "refused_files"
VALUES = ("66374958", "63748472", "88837491", "ONEILL", "ROYAL", "ILF 2608", "D/1234")


@pytest.fixture
def example(tmp_path: Path) -> Path:
    path = tmp_path / "example.txt"
    path.write_bytes("".join(line + "\r\n" for line in EXPECTED).encode())
    return path


def test_a_good_file_tells_its_totals_and_dates(siller: Siller, example: Path) -> None:
    said = siller("inspect", example)
    assert said.code == 0
    assert "Bacs Standard 18, 2 payments, £4,321.50" in said.out
    assert "Friday 21 August 2026" in said.out
    assert "107999 ****7491" in said.out
    assert not any(value in said.out for value in VALUES)


@pytest.mark.parametrize("name", ["contra-a-penny-short.txt", "count-differs.xml"])
def test_a_file_that_a_bank_would_refuse_is_exit_code_1(siller: Siller, name: str) -> None:
    said = siller("inspect", REFUSED / name)
    assert said.code == 1
    assert "Refused. " in said.out
    assert not any(value in said.out for value in VALUES)


def test_what_is_no_payment_file_is_a_sentence(siller: Siller, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("ILF Ref,Recipient Name\n")
    said = siller("inspect", tmp_path / "list.csv")
    assert said.code == 1
    assert "list.csv is no payment file that siller reads." in said.err
    assert siller("inspect", tmp_path / "missing").code == 2


def test_a_file_agrees_with_itself(siller: Siller, example: Path) -> None:
    said = siller("compare", example, example)
    assert said.code == 0
    assert "The same in both: 2 payments, £4,321.50" in said.out
    assert "Both files pay the same." in said.out


def test_each_payment_that_is_not_the_same_is_listed_and_written(siller: Siller, example: Path, tmp_path: Path) -> None:
    lines = [*EXPECTED[:4], EXPECTED[5].replace("00000132150", "00000013215"), *EXPECTED[6:]]
    other, listing = tmp_path / "other.txt", tmp_path / "listing.csv"
    other.write_bytes("".join(line + "\r\n" for line in lines).encode())
    said = siller("compare", example, other, "--csv", listing)
    assert said.code == 1
    assert "The same in both: 0 payments, £0.00" in said.out
    for part in (
        "1 differ",
        "1 are only in example.txt",
        "differs in amount",
        "£132.15",
    ):
        assert part in said.out
    assert pl.read_csv(listing).rows() == [
        (6, 5, "differs in amount", "****8472", 132150, "GBP", 13215, "GBP"),
        (5, None, "only in the old file", "****4958", 300000, "GBP", None, None),
    ]
    assert listing.stat().st_mode & 0o777 == 0o600
    assert not any(value in said.out + listing.read_text() for value in VALUES)


def test_whoever_asks_says_that_a_file_is_for_faster_payments(siller: Siller, tmp_path: Path) -> None:
    sunday = tmp_path / "sunday.txt"
    lines = [*EXPECTED[:3], EXPECTED[3].replace(" 26233", " 26235"), *EXPECTED[4:]]
    sunday.write_bytes("".join(line + "\r\n" for line in lines).encode())
    assert siller("inspect", sunday).code == 1
    said = siller("inspect", sunday, "--rail", "faster_payments")
    assert said.code == 0
    assert "Standard 18 for Faster Payments, 2 payments, £4,321.50" in said.out
    assert siller("compare", sunday, sunday, "--rail", "faster_payments").code == 0
    assert siller("inspect", sunday, "--rail", "chaps").code == 2
