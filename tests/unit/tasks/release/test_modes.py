"""A rehearsal cannot make a live file: refused by type before it runs, and again when it runs."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from tasks.instruct.stage import staged_file
from tasks.release.outboxes import live_outbox, outbox_of, rehearsal_outbox
from tasks.release.released_file import LiveFile, RehearsalFile
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext

LIVE, REHEARSAL = PayRun.of("ilf-2026-11-live-1"), PayRun.of("ilf-2026-11-rehearsal-1")

RIGHT = """
from pathlib import Path
from schemas.pay_run import PayRun
from tasks.release.outboxes import live_outbox, rehearsal_outbox
from tasks.release.released_file import LiveFile, RehearsalFile
from tasks.settings import Settings

def release(run: PayRun, staged: Path, settings: Settings) -> None:
    live_outbox(settings, "ilf").put(LiveFile(run, staged, ""))
    rehearsal_outbox(settings, "ilf").put(RehearsalFile(run, staged, ""))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def staged(run: PayRun, settings: Settings) -> Path:
    return staged_file(TenantContext(run.tenant, run.mode, settings), run.run_id)


def mypy_of(source: str, program: Path) -> subprocess.CompletedProcess[str]:
    program.write_text(source)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", "--cache-dir"]
    return subprocess.run(
        [*command, str(PROJECT / ".mypy_cache"), str(program)], cwd=PROJECT, capture_output=True, text=True
    )


@pytest.mark.long  # a mypy of its own
def test_mypy_refuses_the_wrong_pairs_and_no_other(tmp_path: Path) -> None:
    swapped = RIGHT.replace("put(LiveFile", "put(X").replace("put(RehearsalFile", "put(LiveFile")
    # Each has a name of its own: mypy takes a file of the same length and second for the one that it knows.
    wrong = mypy_of(swapped.replace("put(X", "put(RehearsalFile"), tmp_path / "wrong.py")
    assert wrong.returncode == 1
    assert wrong.stdout.count("[arg-type]") == 2
    assert 'has incompatible type "RehearsalFile"; expected "LiveFile"' in wrong.stdout
    assert 'has incompatible type "LiveFile"; expected "RehearsalFile"' in wrong.stdout
    right = mypy_of(RIGHT, tmp_path / "right.py")
    assert (right.returncode, right.stdout) == (0, "Success: no issues found in 1 source file\n")


def test_an_outbox_refuses_the_wrong_file_when_it_runs(settings: Settings) -> None:
    live: Any = LiveFile(LIVE, staged(LIVE, settings), "")
    rehearsed: Any = RehearsalFile(REHEARSAL, staged(REHEARSAL, settings), "")
    with pytest.raises(NoGo, match=r"is a rehearsal file, and .* takes live files alone"):
        live_outbox(settings, "ilf").put(rehearsed)
    with pytest.raises(NoGo, match="takes live files alone"):
        live_outbox(settings, "ilf").put_manifest(rehearsed, "{}")
    with pytest.raises(NoGo, match="takes rehearsal files alone"):
        rehearsal_outbox(settings, "ilf").put(live)
    assert not list(settings.home.iterdir())


def test_a_rehearsed_run_cannot_make_a_live_file_nor_a_live_run_a_rehearsed_one(settings: Settings) -> None:
    with pytest.raises(NoGo, match="ilf-2026-11-rehearsal-1 is no live run"):
        LiveFile(REHEARSAL, staged(REHEARSAL, settings), "")
    with pytest.raises(NoGo, match="ilf-2026-11-live-1 is no rehearsal run"):
        RehearsalFile(LIVE, staged(LIVE, settings), "")
    with pytest.raises(NoGo, match="is not what the payment file of ilf-2026-11-live-1 is called"):
        LiveFile(LIVE, staged(REHEARSAL, settings), "")
    with pytest.raises(NoGo, match="is not what the payment file of ilf-2026-11-rehearsal-1 is called"):
        RehearsalFile(REHEARSAL, Path("ilf-2026-11-rehearsal-1.bacs18.txt"), "")


def test_only_the_name_of_a_rehearsed_file_says_that_it_is_one(settings: Settings) -> None:
    assert "REHEARSAL" in staged(REHEARSAL, settings).name
    assert "REHEARSAL" not in staged(LIVE, settings).name


@pytest.mark.parametrize(
    ("setting", "live", "rehearsal"),
    [
        (None, "{home}/outbox/ilf", "{home}/rehearsal/outbox/ilf"),
        ("s3://payments", "s3://payments/live/ilf/", "s3://payments/rehearsal/ilf/"),
        ("s3://payments/bacs/", "s3://payments/bacs/live/ilf/", "s3://payments/bacs/rehearsal/ilf/"),
    ],
)
def test_each_mode_has_a_place_of_its_own(settings: Settings, setting: str | None, live: str, rehearsal: str) -> None:
    settings = settings.model_copy(update={"outbox": setting})
    addresses = [outbox_of(TenantContext("ilf", mode, settings)).address for mode in (Mode.LIVE, Mode.REHEARSAL)]
    assert addresses == [expected.format(home=settings.home) for expected in (live, rehearsal)]


@pytest.mark.parametrize("setting", ["", "payments", "s3:/payments", "s3://", "s3://UPPER", "https://s3.example/x"])
def test_a_setting_that_is_no_bucket_is_a_sentence(settings: Settings, setting: str) -> None:
    with pytest.raises(NoGo, match="which is no bucket: write it s3://BUCKET or s3://BUCKET/PREFIX"):
        live_outbox(settings.model_copy(update={"outbox": setting}), "ilf")
