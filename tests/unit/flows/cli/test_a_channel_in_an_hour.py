"""docs/channels.md, "Write a channel file in an hour", followed word by word: its file and its commands, as they stand.

The bank's page is one of which siller ships no channel. What its first lines are to be was worked by hand from it.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import PROJECT
from tests.rehearsed import judged_by_arithmetic
from tests.unit.flows.cli.conftest import siller

__all__ = ["siller"]

Siller = Callable[..., Any]
TEXT = (PROJECT / "docs" / "channels.md").read_text(encoding="utf-8")
CHAPTER = TEXT.partition("## Write a channel file in an hour")[2].partition("| `field`")[0]
COMMANDS = re.findall(r"^    (siller .*|head .*)$", CHAPTER, re.MULTILINE)
FIRST = """\
ILF 2611 100002,ROYAL & ANCIENT HO,89620048,308479,26334,99,2981.60
ILF 2611 100003,MISS RENEE MACDONA,05346707,874077,26334,99,1900.00
ILF 2611 100004,MR JEAN GONZALEZ,43111706,301888,26334,99,1050.00
"""
"""30 November 2026 is the 334th day of its year."""


def test_followed_word_by_word_it_leads_to_a_file_that_is_read_and_compared(
    siller: Siller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_by_arithmetic(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SILLER_CONTRACTS", str(tmp_path / "contracts"))
    (tmp_path / "data_contracts").symlink_to(PROJECT / "data_contracts")
    channels = tmp_path / "contracts" / "channels"
    channels.mkdir(parents=True)
    shutil.copytree(tmp_path / "data_contracts" / "ilf", tmp_path / "contracts" / "ilf")
    [written] = re.findall(r"```yaml\n(.*?)```", CHAPTER, re.DOTALL)
    (channels / "our_bank.yaml").write_text(written.replace("yyddd", "julian"), encoding="utf-8")
    rehearse, look, inspect, compare, check = map(shlex.split, COMMANDS)

    wrong = siller(*rehearse[1:])
    assert wrong.code == 1
    assert "channels/our_bank.yaml: columns.4.form: Input should be" in wrong.err
    (channels / "our_bank.yaml").write_text(written, encoding="utf-8")
    said = siller(*rehearse[1:])
    assert said.code == 0, said.err
    assert "Unexplained: £0.00." in said.out
    file = Path(look[-1])
    assert str(file) in said.out
    assert file.read_text("ascii").replace("\r\n", "\n").startswith(FIRST)

    (tmp_path / "old.csv").write_bytes(file.read_bytes().replace(b",1900.00\r\n", b",1900.01\r\n", 1))
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-m", "flows.cli", *inspect[1:]]
    read = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (read.returncode, read.stderr.strip()) == (0, "")
    assert "Autopay Online import of beneficiaries, 5,229 payments, £10,651,415.60" in read.stdout
    differs = siller(*compare[1:])
    assert (differs.code, "1 differ" in differs.out, "differs in amount" in differs.out) == (1, True, True)

    agreement = tmp_path / "contracts" / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace("rail: bacs_standard_18", "rail: our_bank"))
    lacking = siller(*check[1:])
    assert re.search(r"channel_sha256: [0-9a-f]{64}\)", " ".join(lacking.out.split()))
