"""Whose account works here: the process's own, or behind sudo that of who called it, and whether that is proved."""

import os
import pwd
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.no_go import NoGo
from tasks.people.account import here
from tasks.people.credentials import Kind, keep
from tasks.people.identity import identify
from tasks.settings import PROJECT
from tests.month import context

CALLER, OTHER = (pwd.getpwnam(name) for name in ("daemon", "nobody"))
"""Accounts that every machine has."""
UNSET = 4294967295


@pytest.fixture
def own() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def proc(root: Path, name: str = "sudo", effective: int = 0, real: int = 0, loginuid: int | str | None = UNSET) -> Path:
    """A tree as the kernel shows it, of this process and of the one that started it."""
    parent = root / str(os.getppid())
    parent.mkdir()
    (parent / "comm").write_text(f"{name}\n")
    (parent / "status").write_text(f"Name:\t{name}\nPPid:\t1\nUid:\t{real}\t{effective}\t0\t0\nGid:\t0\t0\t0\t0\n")
    (root / "self").mkdir()
    if loginuid is not None:
        (root / "self" / "loginuid").write_text(str(loginuid))
    return root


def test_without_sudo_it_is_the_process_s_own(tmp_path: Path, own: str) -> None:
    assert here(proc(tmp_path)) == (own, True)


@pytest.mark.parametrize(
    "processes",
    [
        {"name": "bash"},
        {"name": "sudo", "effective": OTHER.pw_uid},
        {"name": "sudoers", "real": CALLER.pw_uid},
        {"real": OTHER.pw_uid},
        {"loginuid": OTHER.pw_uid},
        {"real": CALLER.pw_uid, "loginuid": OTHER.pw_uid},
        {"real": OTHER.pw_uid, "loginuid": CALLER.pw_uid},
        {"loginuid": 999_999},
    ],
    ids=str,
)
def test_a_variable_that_the_kernel_contradicts_is_nothing(
    tmp_path: Path, own: str, processes: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", CALLER.pw_name)
    assert here(proc(tmp_path, **processes)) == (own, True)


@pytest.mark.parametrize(
    ("processes", "proved"),
    [
        ({"real": CALLER.pw_uid}, True),
        ({"loginuid": CALLER.pw_uid}, True),
        ({"real": CALLER.pw_uid, "loginuid": CALLER.pw_uid}, True),
        ({}, False),
        ({"loginuid": None}, False),
        ({"loginuid": "not a number"}, False),
    ],
    ids=str,
)
def test_behind_sudo_it_is_who_called(
    tmp_path: Path, processes: dict[str, int], proved: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", CALLER.pw_name)
    assert here(proc(tmp_path, **processes)) == (CALLER.pw_name, proved)


def test_in_a_machine_without_such_a_tree(tmp_path: Path, own: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUDO_USER", CALLER.pw_name)
    assert here(tmp_path / "none") == (own, True)


def test_the_variable_alone_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As anybody can set it: this process was started by no sudo."""
    of = context(tmp_path)
    with of.ledger.transaction(create=True) as connection:
        keep(connection, "auditor@ilf.example", Kind.ACCOUNT, "anna", ("a", "b"), datetime(2026, 1, 5, tzinfo=UTC))
    monkeypatch.setenv("SUDO_USER", "anna")
    with pytest.raises(NoGo, match="is no auditor"):
        identify(of, "", "siller verify", Role.AUDITOR)


def test_what_sudo_alone_says_never_stands_for_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = context(tmp_path / "home")
    with of.ledger.transaction(create=True) as connection:
        account = CALLER.pw_name
        keep(connection, "auditor@ilf.example", Kind.ACCOUNT, account, ("a", "b"), datetime(2026, 1, 5, tzinfo=UTC))
    monkeypatch.setenv("SUDO_USER", account)
    (tmp_path / "proc").mkdir()
    claimed = here(proc(tmp_path / "proc"))
    monkeypatch.setattr("tasks.people.identity.here", lambda: claimed)
    monkeypatch.setattr("tasks.people.identity.account", lambda: claimed.account)
    for name in ("", "auditor@ilf.example"):
        with pytest.raises(
            NoGo, match=f"That {account} works here is said by sudo alone.*a one-time code must prove it"
        ):
            identify(of, name, "siller verify", Role.AUDITOR)


def test_a_program_that_is_only_called_sudo(tmp_path: Path, own: str) -> None:
    """A real process of that name, of whoever runs the tests, starts siller's own question."""
    script = tmp_path / "sudo"
    script.write_text('#!/bin/sh\n"$@"\nexit $?\n')
    script.chmod(0o700)
    run = subprocess.run(
        [script, sys.executable, "-c", "from tasks.people.account import here; print(*here())"],
        cwd=PROJECT,
        env={**os.environ, "SUDO_USER": CALLER.pw_name, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    # Root's own process of that name counts, as root may be anybody: it is a claim all the same.
    assert run.stdout.split() == ([CALLER.pw_name, "False"] if os.getuid() == 0 else [own, "True"])
