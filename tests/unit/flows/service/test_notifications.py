"""What the watch has told is told once; what it cannot ask, it says, and forgets nothing over it."""

import json
from pathlib import Path

import pytest

from flows.service.dispatcher import dispatch
from tests.month import assessed, context, deliver

RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return tmp_path


def test_without_a_server_it_says_so_once_and_keeps_what_was_told(home: Path) -> None:
    of = context(home)
    deliver(of)
    assessed(of)
    told = home / "watch" / "told.json"
    told.parent.mkdir()
    told.write_text(json.dumps({RUN: "told"}))
    (said,) = dispatch(home)
    assert said.startswith("There is no Prefect server to speak to")
    assert dispatch(home) == []
    assert json.loads(told.read_text())[RUN] == "told"


@pytest.mark.parametrize("damaged", ["", "no JSON", "[1]"])
def test_what_cannot_be_read_is_told_again(home: Path, damaged: str) -> None:
    (home / "watch").mkdir()
    (home / "watch" / "told.json").write_text(damaged)
    assert len(dispatch(home)) == 1
    assert dispatch(home) == []


def test_an_office_that_does_not_open_is_told(home: Path) -> None:
    (home / "ledgers").mkdir()
    (home / "ledgers" / "nobody.duckdb").write_bytes(b"")
    assert any(": there is a ledger or what is left of one, and no agreement." in said for said in dispatch(home))
    assert not (home / "keys").exists(), "nothing is made for whom there is no agreement"
