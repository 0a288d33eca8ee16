"""Rehearsals by the command, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from flows.cli.rehearse import rehearse
from schemas.pay_run import Mode
from tasks.assess.verdicts import results, work_out
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext

TODAY, AFTER = "2026-11-20", "2026-12-04"


def judged_by_arithmetic(patch: pytest.MonkeyPatch) -> None:
    """Let gates be judged by plain arithmetic: Great Expectations takes long to load."""
    patch.setattr("flows.rehearsal.rehearse.kept_warm", lambda _: nullcontext())
    patch.setattr("tasks.assess.task.start_unless_warm", lambda *_: None)
    patch.setattr(
        "tasks.assess.stage.await_answers",
        lambda _, asked, __: results(asked.gates, asked.figures, work_out(asked.gates, asked.figures)),
    )


def rehearsed(
    beside: Path,
    extracts: Sequence[Path],
    answers: Sequence[Path] = (),
    rail: str | None = None,
    tenant: str = "ilf",
    **more: Any,
) -> dict[str, Any]:
    """What a rehearsal tells, whose home is ``home`` beside the JSON."""
    given = {"today": TODAY, "answers_on": AFTER} | more
    told = beside / "told.json"
    rehearse(tenant, [*extracts], rail, [*answers], home=beside / "home", json=told, **given)
    return dict(json.loads(told.read_text()))


def rehearsed_by_a_process(
    beside: Path, extracts: Sequence[Path], answers: Sequence[Path], rail: str
) -> dict[str, Any]:
    """The same, as a person types it, on a machine where nothing is set up."""
    told = beside / "told.json"
    command = [sys.executable, "-m", "flows.cli", "rehearse", "ilf", *map(str, extracts), "--rail", rail]
    command += [part for path in answers for part in ("--answers", str(path))]
    command += ["--today", TODAY, "--answers-on", AFTER, "--home", str(beside / "home"), "--json", str(told)]
    ended = subprocess.run(
        command,
        cwd=PROJECT,
        env=os.environ | {"SILLER_HOME": str(beside / "nowhere")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, "Traceback" in ended.stdout + ended.stderr) == (0, False), ended.stderr
    assert not (beside / "nowhere").exists()
    return dict(json.loads(told.read_text()))


def office(beside: Path, tenant: str = "ilf") -> TenantContext:
    """The office of a rehearsal that was held, to look into."""
    contracts = beside / "home" / "contracts"
    settings = {"contracts": contracts} if contracts.exists() else {}
    return TenantContext(tenant, Mode.REHEARSAL, Settings(home=beside / "home", modulus_table=None, **settings))
