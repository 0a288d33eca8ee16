"""A pay run in miniature: the real approval around a file of its own, and a ledger of JSON lines.

It has its own short code for everything but the approval, so that what the tests find is the
approval's doing.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from prefect import flow, task

from flows.approval import ask
from flows.outcome import no_go
from schemas.approval import Answer, Outcome, Question, Verdict, judge_answer
from schemas.gate_reasons import Referring
from schemas.no_go import NoGo


@dataclass(frozen=True)
class Named:
    """A person of the stand-in's agreement."""

    name: str
    roles: tuple[str, ...]


QUESTION = Question(
    people=(
        Named("finance.officer@ilf.example", ("uploader", "approver")),
        Named("first.approver@ilf.example", ("approver",)),
        Named("auditor@ilf.example", ("auditor",)),
    ),
    uploader="finance.officer@ilf.example",
    control_total_pence=10_708_609_22,
    referring=(Referring("refused_share"),),
)
PACK = """
## Go or no-go

| figure | value |
| --- | ---: |
| payments | 5,229 |
| in the file | £10,651,415.60 |

Payment file SHA-256 `6efcbefdc09f3f7bd79e2db29ab7f96a8dbba97671bf78793361503d4a8b957f`.
"""


@task(name="ingest")
def ingest(folder: Path) -> None:
    _note(folder, "starts", {"at": datetime.now(UTC).isoformat()})


@flow(name="stand-in", flow_run_name="{tenant}-stand-in")
def stand_in(tenant: str, folder: Path, stopped: str = ""):
    """Wait for approval, then release a file that must not be there yet."""
    try:
        if stopped:
            raise NoGo(stopped)
        ingest(folder)
        verdict = ask(lambda: PACK, timedelta(minutes=10), lambda key, answer: _judge_once(folder, key, answer))
        if verdict.outcome is Outcome.APPROVED:
            with (folder / "released.txt").open("x") as file:
                file.write("paid")
    except NoGo as said:
        return no_go(said)
    return None


def _judge_once(folder: Path, key: str, answer: Answer) -> Verdict:
    kept = folder / f"{key}.json"
    if kept.exists():
        stored = json.loads(kept.read_text())
        return Verdict(Outcome(stored["outcome"]), stored["cause"], stored["costs_an_attempt"])
    verdict = judge_answer(answer, QUESTION)
    kept.write_text(json.dumps(asdict(verdict)))
    _note(folder, "judged", {"key": key, "answered_at": answer.answered_at.isoformat(), "came": answer.came_through})
    return verdict


def _note(folder: Path, name: str, what: dict[str, object]) -> None:
    with (folder / f"{name}.jsonl").open("a") as notes:
        notes.write(json.dumps(what) + "\n")
