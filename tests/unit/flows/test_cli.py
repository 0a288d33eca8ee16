"""The command line: what it says, and how it ends."""

import os
import subprocess
import sys

import pytest

from flows.cli.up import NOT_NARROWED, up
from flows.service.deployments import Served
from flows.service.environment import Address

SLOW = {"prefect", "polars", "duckdb", "pydantic", "httpx", "great_expectations", "matplotlib"}


def siller(home, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command as a person would, with no server anywhere."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", *arguments],
        env=own | {"SILLER_HOME": str(home), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_help_names_the_commands_and_loads_nothing_slow(tmp_path):
    said = siller(tmp_path, "--help")
    assert said.returncode == 0
    assert {"up", "run"} <= set(said.stdout.split())
    loaded = subprocess.check_output([sys.executable, "-c", "import sys, flows.cli; print(*sys.modules)"], text=True)
    assert not SLOW & set(loaded.split())


def test_a_no_go_is_a_sentence_and_exit_code_1(tmp_path):
    said = siller(tmp_path, "run", "ilf", "--period", "2026-11")
    assert said.returncode == 1
    assert said.stderr.strip() == "There is no Prefect server to speak to. Start one with: siller up"
    assert said.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["run"],
        ["run", "ilf"],
        ["run", "ilf", "--period", "2026-13"],
        ["run", "ilf", "--period", "2026-11", "--today", "2026-11-16"],
        ["run", "ilf", "--period", "2026-11", "--rehearsal", "--today", "16/11/2026"],
        ["pay"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_code_2(tmp_path, arguments):
    said = siller(tmp_path, *arguments)
    assert said.returncode == 2
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("is_foreign", [False, True])
def test_up_says_that_it_cannot_narrow_a_server_that_it_did_not_start(tmp_path, monkeypatch, capsys, is_foreign):
    monkeypatch.setenv("SILLER_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    if is_foreign:
        monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example/api")
    served = Served(("council", "ilf"), ("sds is not served.",))
    monkeypatch.setattr(
        "flows.service.up.up",
        lambda home, port, scheduled, ready, pattern, limit: ready(Address("http://x/api", 1), served),
    )
    up(None, pause_schedules=True)
    written = capsys.readouterr()
    assert "sds is not served." in written.err
    said = " ".join(written.out.split())
    assert "Bodies that it serves: council, ilf." in said
    assert (NOT_NARROWED in said) is is_foreign
    assert ("siller people door NAME" in said) is not is_foreign
