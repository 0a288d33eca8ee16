"""An upgrade that is killed at every step, or whose disk fills: the earlier ledger or the new one, and once more."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tasks.ledger.versions import VERSION
from tasks.settings import PROJECT


def told_by(program: Sequence[str | Path]) -> list[Any]:
    """What a program of its own prints: a line of JSON for each upgrade."""
    ran = subprocess.run(program, cwd=PROJECT, capture_output=True, text=True, timeout=900)
    assert ran.returncode == 0, ran.stderr[-3000:]
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.long
def test_killed_at_any_step_it_stands_at_one_version_holds_and_can_be_run_again(tmp_path: Path) -> None:
    *killed, last = told_by([sys.executable, "-m", "tests.ledgers.killed_upgrade", tmp_path])
    assert not last["killed"] and last["left"] == VERSION
    for each in (*killed, last):
        assert (each["problems"], each["remains"], each["due"]) == ([], [], []), each
    left = [each["left"] for each in killed]
    assert set(left) == {3, VERSION} and left == sorted(left), (
        "up to one step the earlier ledger stands, from there the new one"
    )
    steps = {each["step"] for each in killed}
    assert {"before keep", "after keep", "before _step", "after _step", "before migrate", "after migrate"} <= steps
    assert {"before problems", "os.rename ilf.duckdb", "os.rename .ilf.version-3.age.part"} <= steps


def test_on_a_disk_that_fills_it_says_so_and_the_earlier_ledger_stands(tmp_path: Path) -> None:
    own_namespace = ["unshare", "--user", "--map-root-user", "--mount"]  # in which anybody may mount a small disk
    *upgrades, problems = told_by([*own_namespace, sys.executable, "-m", "tests.ledgers.full_disk", tmp_path])
    *refused, done = upgrades
    assert len(refused) > 5, "it fills at the backup, at the copy and at the migration"
    for each in refused:
        assert each["version"] == 3
        assert "The disk of" in each["said"] and "stands as it was. Make room" in each["said"]
    assert (done["said"], done["version"], problems) == ("", VERSION, [])
