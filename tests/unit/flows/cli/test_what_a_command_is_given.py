"""What a command is given: a name from outside makes nothing, and what is no file is told at once."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

Siller = Callable[..., Any]


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Nothing here may wait for anybody."""
    signal.alarm(60)
    yield
    signal.alarm(0)


COMMANDS = {
    "run": ["run", "{tenant}", "--period", "2026-11", "--rehearsal"],
    "check": ["check", "{tenant}", "{file}"],
    "backup": ["backup", "{tenant}", "{file}.age", "--to", "age1x"],
    "rotate": ["keys", "rotate", "{tenant}"],
    "people list": ["people", "list", "{tenant}"],
    "enrol": ["people", "enrol", "somebody@ilf.example", "--tenant", "{tenant}"],
    "record": ["record", "paid-elsewhere", "{file}", "{tenant}", "--approver", "a", "--evidence", "{file}"],
    "came back": ["record", "came-back", "{file}", "{tenant}", "--approver", "a", "--evidence", "{file}"],
    "retention": ["retention", "{tenant}"],
    "erase": ["retention", "{tenant}", "--erase", "2026-11", "--agreeing", "a", "--reason", "x"],
    "calendar": ["calendar", "{tenant}"],
    "audit": ["audit", "{tenant}-2026-11-live-1"],
    "trace": ["trace", "{tenant}-2026-11-live-1/0"],
    "close": ["close", "{tenant}-2026-11-live-1", "--as", "a", "--agreeing", "b"],
    "submitted": ["submitted", "{tenant}-2026-11-live-1", "--reference", "X", "--at", "2026-11-20 10:00"],
    "settle": ["continuity", "settle", "{tenant}-2026-11-live-1", "--nothing-was-paid"],
}


@pytest.mark.parametrize("tenant", ["../../x", "nobody"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_tenant_that_nobody_agreed_on_makes_nothing(
    siller: Siller, home: Path, tmp_path: Path, command: str, tenant: str
) -> None:
    (tmp_path / "in.csv").write_text("a,b")
    before = sorted(tmp_path.rglob("*"))
    said = siller(*(part.format(tenant=tenant, file=tmp_path / "in.csv") for part in COMMANDS[command]))
    assert said.code == 1
    assert "There is no tenant" in said.err or "is no run" in said.err
    assert sorted(tmp_path.rglob("*")) == before


FILES = {
    "check": ["check", "ilf", "{pipe}"],
    "check, its manifest": ["check", "ilf", "{file}", "--manifest", "{pipe}"],
    "inspect": ["inspect", "{pipe}"],
    "compare": ["compare", "{pipe}", "{file}"],
    "sign": ["sign", "{pipe}", "--key", "{file}"],
    "sign, its key": ["sign", "{file}", "--key", "{pipe}"],
    "enrol": ["people", "enrol", "finance.officer@ilf.example", "--key", "{pipe}"],
    "restore": ["restore", "{pipe}", "--identity", "{key}"],
    "modulus-table": ["modulus-table", "install", "{pipe}", "{file}", "--valid-from", "2020-01-01"],
}


@pytest.mark.parametrize("command", FILES)
def test_a_pipe_in_the_place_of_a_file_is_told_at_once(siller: Siller, tmp_path: Path, command: str) -> None:
    names = {"pipe": "valacdos-v9-10.txt", "file": "scsubtab.txt", "key": "key"}
    paths = {which: tmp_path / name for which, name in names.items()}
    os.mkfifo(paths["pipe"])
    paths["file"].write_text("VOL1000001                               HSBC\n")
    paths["key"].write_text(str(pyrage.x25519.Identity.generate()))
    said = siller(*(part.format(**paths) for part in FILES[command]))
    assert said.code == 1
    assert "is a pipe and no file" in said.err + said.out
