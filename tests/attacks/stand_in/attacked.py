"""A pay run as the door meets it: the real form, and nothing behind it but a note of each answer."""

import json
import os
from datetime import date, timedelta
from pathlib import Path

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.runtime import flow_run

from flows.approval import ask
from flows.outcome import no_go
from schemas.approval import Answer, Outcome, Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode

PACK = "## Go or no-go\n\nThe pack."


@task(name="assess")
def assess(tenant: str) -> None:
    create_markdown_artifact(PACK, key=f"{tenant}-pack")


@flow(name="pay-run", flow_run_name="{tenant} {period} {mode}", persist_result=False)
def pay_run(tenant: str, period: str | None = None, mode: Mode = Mode.LIVE, today: date | None = None):
    """Ask once, and again after a wrong answer."""
    assess(tenant)
    try:
        ask(lambda: PACK, timedelta(minutes=30), _judge_once)
    except NoGo as said:
        return no_go(said)
    return None


def _judge_once(key: str, answer: Answer) -> Verdict:
    notes = Path(os.environ["SILLER_HOME"], "answers", f"{flow_run.id}-{key}.json")
    notes.parent.mkdir(exist_ok=True)
    if not notes.exists():
        notes.write_text(json.dumps({"approver": answer.approver, "reason": answer.reason}))
    right = json.loads(notes.read_text())["reason"] == "none"
    return Verdict(Outcome.APPROVED, "") if right else Verdict(Outcome.REFUSED, "The reason is not none.")
