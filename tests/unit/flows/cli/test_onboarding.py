"""*Onboard a body in an afternoon*, walked word by word: every file and every command of the page, in its order."""

import re
import shlex
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from schemas.pay_run import Mode
from tasks.settings import PROJECT
from tests.month import context
from tests.people import code_at, code_now, contracts_for, register_uploaders, secret_of, signing_key_of, sit_at
from tests.published_table import published_table
from tests.rehearsed import judged_by_arithmetic

PAGE = PROJECT / "docs" / "operating" / "onboarding.md"
STEP = re.compile(r"^```(csv|yaml)\n(.*?)^```$|^    (siller [^\n]*)$", re.MULTILINE | re.DOTALL)
UPLOADER, MASTER, TREASURER = (f"{name}@harbour.example" for name in ("pay.office", "harbour.master", "treasurer"))


class Walk:
    """Whoever follows the page, in a folder of their own."""

    def __init__(self, folder: Path, siller: Callable[..., Any], patch: pytest.MonkeyPatch) -> None:
        self.folder, self.siller, self.patch = folder, siller, patch
        self.told: list[tuple[str, int, str]] = []
        self._vouching = iter((MASTER, TREASURER))

    def write(self, kind: str, text: str) -> None:
        if kind == "csv":
            path = self.folder / "november.csv"
        else:
            name = "extract.odcs.yaml" if "kind: DataContract" in text else "agreement.yaml"
            path = self.folder / "contracts" / "harbour" / name
            assert "???" in path.read_text(), "a draft stands there, with its questions"
        path.write_text(text, encoding="utf-8")

    def give(self, command: str) -> None:
        arguments = shlex.split(command)[1:]
        name = arguments[2] if arguments[:2] == ["people", "enrol"] else ""
        vouching = ""

        def prompt(said: str, **_: object) -> str:
            nonlocal vouching
            if said == "Name":
                vouching = next(self._vouching)
                return vouching
            if said.startswith("The code that the device shows now"):
                return code_at(name, datetime.fromtimestamp(time.time(), UTC))
            return code_now(said.removeprefix("One-time code of ") if " of " in said else vouching)

        self.patch.setattr("typer.prompt", prompt)
        self.patch.setattr("schemas.one_time_code.new_secret", lambda: secret_of(name))
        if arguments[:2] == ["tenant", "record"]:  # asked for at a terminal alone, and this is none
            self.patch.setenv("SILLER_ONE_TIME_CODE", code_now(arguments[-1]))
        said = self.siller(*arguments)
        self.patch.delenv("SILLER_ONE_TIME_CODE", raising=False)
        self.told.append((command, said.code, said.out + said.err))
        if arguments[0] == "rehearse":
            assert said.code == 0, said.out + said.err
            (file,) = (self.folder / "rehearsed" / "rehearsal" / "outbox" / "harbour").glob("*.txt")
            shutil.copy(file, self.folder / "old-system.txt")


@pytest.mark.long  # every day tests/unit/tasks/onboarding/test_check.py goes from nothing to ready
def test_the_page_word_by_word(
    siller: Callable[..., Any], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts_for("operator", tmp_path / "contracts")
    monkeypatch.setenv("SILLER_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.chdir(tmp_path)
    sit_at(monkeypatch, "operator")
    judged_by_arithmetic(monkeypatch)
    published_table(tmp_path)
    (tmp_path / "bank-letter.pdf").write_bytes(b"The test file was read.")
    pem, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    (tmp_path / "pay-office.pub").write_bytes(signing_key_of(UPLOADER).public_key().public_bytes(pem, form))

    walk = Walk(tmp_path, siller, monkeypatch)
    for kind, text, command in STEP.findall(PAGE.read_text(encoding="utf-8")):
        walk.write(kind, text) if kind else walk.give(command)

    checks = [(code, said) for command, code, said in walk.told if "tenant check" in command]
    assert [command for command, code, _ in walk.told if code and "tenant check" not in command] == []
    assert [code for code, _ in checks] == [1, 1, 1, 0]
    draft, answered, rehearsed, ready = (said for _, said in checks)
    assert "extract.odcs.yaml is a draft" in draft and "agreement.yaml is a draft" in draft
    assert "Missing before a rehearsal: nothing" in answered
    assert "No period was rehearsed all the way round" in answered
    assert "rehearsed" not in rehearsed.partition("Missing before going live")[2]
    for still in ("account table is not installed", "must have a key to sign with", "is not adopted", "(full test)"):
        assert still in rehearsed
    assert "harbour is ready." in ready
    last = [said for command, _, said in walk.told if command == "siller agreement diff harbour"]
    assert last == ["Nothing but comments or the way it is written: it says the same.\n"]


def test_only_the_body_itself_says_that_a_test_is_passed(
    siller: Callable[..., Any], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_uploaders(context(home, Mode.LIVE))
    sit_at(monkeypatch, "operator")
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"The test file was read.")
    words = ("--on", "2026-01-12", "--reference", "Case 4711", "--file", str(letter))
    said = siller("tenant", "record", "ilf", "full-test", *words)
    assert said.code == 1 and "operator" in said.err
    assert siller("tenant", "record", "ilf", "half-a-test", *words).code == 2
