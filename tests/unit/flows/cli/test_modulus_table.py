"""``siller modulus-table``: installing a table, and which is in use."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.published_table import published_table

Siller = Callable[..., Any]
AS = ("--as", "first.approver@ilf.example")


def test_without_one_the_practice_table_is_named(siller: Siller):
    said = siller("modulus-table", "list")
    assert (said.code, said.out) == (0, "In use today: practice, from siller, for practice.\n")


def test_nobody_else_installs(siller: Siller, home: Path, tmp_path: Path):
    files = published_table(tmp_path / "new")
    said = siller("modulus-table", "install", *files, "--valid-from", "2020-01-01", *AS)
    assert said.code == 1 and "first.approver@ilf.example is no operator" in said.err
    assert not home.exists()


def test_a_date_that_is_none_is_wrong_use(siller: Siller, tmp_path: Path):
    files = published_table(tmp_path / "new")
    said = siller("modulus-table", "install", *files, "--valid-from", "June 2025", "--as", "operator@siller.example")
    assert said.code == 2


def test_a_table_is_installed_once_and_then_in_use(siller: Siller, tmp_path: Path):
    files = published_table(tmp_path / "new")
    given = ("modulus-table", "install", *files, "--valid-from", "2020-01-01", "--as", "operator@siller.example")
    digest = sha256(files[0].read_bytes()).hexdigest()
    first = siller(*given)
    assert (
        first.code == 0
        and f"v9-10 is installed. It has 1,025 rows and holds from 1 January 2020. SHA-256 {digest}" in (first.out)
    )
    again = siller(*given)
    assert again.code == 0 and "was installed by operator@siller.example before; nothing was done" in again.out
    said = siller("modulus-table", "list")
    assert "In use today: v9-10, from operator@siller.example." in said.out
    assert digest[:12] in said.out


def test_another_hash_is_a_no_go(siller: Siller, tmp_path: Path):
    files = published_table(tmp_path / "new")
    given = ("--valid-from", "2020-01-01", "--as", "operator@siller.example", "--sha256", "0" * 64)
    said = siller("modulus-table", "install", *files, *given)
    assert said.code == 1 and sha256(files[0].read_bytes()).hexdigest() in said.err
