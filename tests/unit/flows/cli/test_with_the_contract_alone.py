"""What a body runs on its own machine: it has siller and the folder of its contract, and nothing else."""

import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import PROJECT
from tests import page_rules
from tests.month import gates_by_arithmetic

Siller = Callable[..., Any]


def test_all_of_them_work_without_a_home_a_ledger_a_server_or_a_network(
    siller: Siller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates_by_arithmetic(monkeypatch)
    given, desk, no_folder = tmp_path / "contracts", tmp_path / "desk", tmp_path / "file"
    shutil.copytree(PROJECT / "data_contracts" / "ilf", given / "ilf", ignore=shutil.ignore_patterns("samples"))
    desk.mkdir()
    no_folder.write_text("where no folder can be made")
    monkeypatch.chdir(desk)
    monkeypatch.setenv("SILLER_CONTRACTS", str(given))
    monkeypatch.setenv("SILLER_HOME", str(no_folder / "home"))

    def connected(*_: object) -> None:
        raise AssertionError("something was to be reached")

    monkeypatch.setattr(socket.socket, "connect", connected)
    assert siller("template", "ilf").code == 0
    assert siller("contract", "page", "ilf", "--period", "2026-11").code == 0
    made = siller("contract", "samples", "ilf", "--out", "samples", "--period", "2026-11")
    assert made.code == 0
    _, _, table = made.out.partition("It has none for these:")
    columns = [line.split()[0] for line in table.splitlines()[2:] if line]
    assert columns and len(set(columns)) == len(columns), "one short line a column"
    sample = Path("samples/good.csv")
    mine = Path(shutil.copy(sample, "mine.csv"))
    assert siller("manifest", mine, "--kind", "full").code == 0
    checked = siller("check", "ilf", mine, "--manifest", "mine.manifest.json", "--html", "found.html")
    assert checked.code == 0, checked
    assert "Accepted. mine.csv has 12 rows; 12 can be paid" in checked.out
    assert sorted(path.name for path in desk.iterdir()) == [
        *("found.html", "ilf-contract.html", "ilf-template.csv", "mine.csv", "mine.manifest.json", "samples"),
    ]
    for page in ("found.html", "ilf-contract.html"):
        page_rules.check(Path(page).read_text(encoding="utf-8"))
    assert siller("template", "ilf").code == 2  # somebody may have filled it in
    assert no_folder.read_text() == "where no folder can be made"
