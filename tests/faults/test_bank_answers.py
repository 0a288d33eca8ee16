"""The flow that takes in the bank's answers: one bad file leaves it green, and ``siller status`` ends with 1."""

import os
import subprocess
import sys

import pytest

from tasks.practice_bank.bank import answer
from tasks.settings import PROJECT
from tests.faults.small_month import BANK_ANSWERS, ENTRY_DAY, RUN
from tests.faults.trial import Trial

pytestmark = pytest.mark.e2e


def test_one_bad_file_leaves_the_flow_green_and_the_standing_not(faults) -> None:
    from prefect.client.orchestration import get_client

    trial = Trial(faults, "answered")
    trial.finish()
    inbox = trial.context.paths.bank_inbox("ilf")
    (file,) = trial.context.paths.outbox("ilf").glob("*.txt")
    answer(file, inbox, ENTRY_DAY)
    (inbox / "a-first.xml").write_text("<BACSDocument")
    assert trial.taking_in_answers() == ""
    with trial.server.spoken_to(), get_client(sync_client=True) as client:
        [flow_run] = [run for run in client.read_flow_runs() if run.parameters == BANK_ANSWERS | {"tenant": "ilf"}]
    assert flow_run.state is not None and flow_run.state.is_completed()
    assert flow_run.state.message.startswith(f"Reconciled: {RUN}. Set aside: a-first.xml is not XML.")
    assert list(inbox.iterdir()) == []
    with trial.server.spoken_to():
        status = subprocess.run(
            [sys.executable, "-m", "flows.cli", "status"],
            cwd=PROJECT,
            env={**os.environ, "SILLER_HOME": str(trial.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert status.returncode == 1
    assert "a-first.xml" in status.stdout
