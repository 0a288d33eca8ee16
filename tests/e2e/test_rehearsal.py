"""A rehearsal in one process against the served flows: the same month leaves the same journal, entry by entry."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from schemas.stages import Event, Stage
from tests.e2e.conftest import October
from tests.e2e.payday import SAMPLES, Payday, run_id_of
from tests.rehearsed import office, rehearsed

pytestmark = [pytest.mark.e2e, pytest.mark.long]

OCTOBER = run_id_of("2026-10")
IDS_AND_TIMES = {
    Stage.APPROVE: {"answered_at", "came_through"},
    # Each home has keys of its own.
    Stage.CONTINUITY: {"sha256"},
    Stage.PUBLISH: {"version", "key_fingerprint"},
}
BY_THE_ANSWER = {Stage.APPROVE, Stage.CONTINUITY, Stage.RELEASE_PENDING, Stage.RELEASE, Stage.PUBLISH}
"""What is given to these has ids and times in it: of the form, and of the answer to it."""

Opened = Callable[[], AbstractContextManager[Any]]


def journal(opened: Opened) -> list[tuple[str, str | None, dict[str, Any]]]:
    """The stages of October and the bank's files, each with its input and its figures but for ids and times."""
    with opened() as connection:
        rows = connection.execute(
            "SELECT stage, input_hash, figures FROM journal WHERE run_id = ? ORDER BY entry", [OCTOBER]
        ).fetchall()
    kinds = {*Stage, Event.BANK_FILE}
    return [
        (
            stage,
            None if stage in BY_THE_ANSWER else given,
            {name: value for name, value in json.loads(figures).items() if name not in IDS_AND_TIMES.get(stage, set())},
        )
        for stage, given, figures in rows
        if re.sub(r" \d+$", "", stage) in kinds
    ]


def test_a_rehearsal_does_what_the_served_flows_do(payday: Payday, october: October, tmp_path: Path) -> None:
    answers = []
    for name, content in october.bank_files.items():
        answers.append(tmp_path / name)
        answers[-1].write_bytes(content)
    rehearsed(tmp_path, [SAMPLES / "ilf-2026-10.csv"], answers, today="2026-10-26", answers_on="2026-11-04")
    served = journal(payday.context.ledger.opened)
    assert [stage for stage, _, _ in served[:9]] == [stage for stage in Stage if stage is not Stage.RECONCILE]
    assert journal(office(tmp_path).ledger.opened) == served
