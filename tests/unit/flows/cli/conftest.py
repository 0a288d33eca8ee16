"""The command in this process: quicker than a process of its own, and the same from ``main`` on."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from flows import cli, console
from tests.people import taken


class Said(NamedTuple):
    """What a command left: its exit code, and what it wrote to the screen."""

    code: int
    out: str
    err: str


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    taken.clear()  # a home that has just been made has seen nobody's code
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SILLER_MODULUS_TABLE", raising=False)
    return tmp_path / "home"


@pytest.fixture
def siller(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    for out in (console.OUT, console.ERR):
        monkeypatch.setattr(out, "width", 200)

    def run(*arguments: str | Path) -> Said:
        monkeypatch.setattr("sys.argv", ["siller", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        said = Said(code, *capsys.readouterr())
        assert "Traceback" not in said.out + said.err
        return said

    return run
