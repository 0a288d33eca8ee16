"""What every command has, and what ``siller`` says of itself."""

import subprocess
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import pytest
from typer.main import get_command

from flows.cli import app

Siller = Callable[..., Any]


def commands(of: Any, *named: str) -> Iterator[tuple[str, ...]]:
    yield named
    for name, command in getattr(of, "commands", {}).items():
        yield from commands(command, *named, name)


def test_each_command_has_its_help_by_two_names(siller: Siller) -> None:
    every = list(commands(get_command(app)))
    assert ("contract", "diff") in every and len(every) > 40
    for named in every[::8]:
        short, long = siller(*named, "-h"), siller(*named, "--help")
        assert (short.code, short.out) == (0, long.out), named
        assert f"Usage: {' '.join(('siller', *named))}" in short.out


def test_it_says_its_version_and_the_state_of_its_checkout(siller: Siller) -> None:
    said = siller("--version")
    assert (said.code, said.err) == (0, "")
    described = subprocess.run(
        ["git", "describe", "--tags", "--always", "--dirty"], capture_output=True, text=True, check=True
    )
    assert said.out.strip() == f"siller {version('siller')} ({described.stdout.strip()})"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_each_shell_gets_a_script_that_asks_siller(siller: Siller, monkeypatch: pytest.MonkeyPatch, shell: str) -> None:
    monkeypatch.setenv("_SILLER_COMPLETE", "")
    said = siller("completion", shell)
    assert said.code == 0
    assert f"complete_{shell}" in said.out
    assert "siller" in said.out


def test_what_the_script_asks_is_answered(siller: Siller, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_SILLER_COMPLETE": "complete_bash", "COMP_WORDS": "siller che", "COMP_CWORD": "1"}.items():
        monkeypatch.setenv(name, value)
    assert siller().out.split() == ["check"]
