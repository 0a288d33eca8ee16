"""``siller decision`` and ``siller lessons``: what somebody types and reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tasks.people.credentials import Kind, keep
from tests.month import APPROVER, context, deliver
from tests.people import ENROLLED, code_now, enrol_approvers, secret_of
from tests.unit.tasks.approve.test_decision import OWNER, RUN, to_the_form

Siller = Callable[..., Any]
AUDITOR = "auditor@ilf.example"
THE_FORM = {"communication": "Nobody knew that the form waited.", "testing": ""}


@pytest.fixture
def ilf(siller: Siller, home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    of = context(home)
    deliver(of)
    to_the_form(of, "flow-1")
    enrol_approvers(of)
    with of.ledger.transaction() as connection:
        for name in (OWNER, AUDITOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("operator@siller.example",), ENROLLED)

    def typed(text: str, **_: object) -> str:
        if text.startswith("One-time code of "):
            return code_now(text.removeprefix("One-time code of "))
        return THE_FORM.get(text.partition(" (")[0], "") if text.endswith("what did not") else ""

    monkeypatch.setattr("typer.prompt", typed)
    return siller


def asked(siller: Siller, monkeypatch: pytest.MonkeyPatch, *arguments: str, who: str = OWNER) -> Any:
    monkeypatch.setenv("SILLER_ONE_TIME_CODE", code_now(who))
    return siller(*arguments, "--as", who)


def test_a_choice_the_record_the_page_and_the_lessons(
    ilf: Siller, home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = ilf("decision", RUN, "--choose", "pay-the-rest", "--reason", "the rest cannot wait", "--as", OWNER)
    assert (chosen.code, chosen.err) == (0, "")
    assert chosen.out.startswith(f"{OWNER} has chosen to pay the rest: an approver answers now.")
    page = tmp_path / "pack.html"
    told = asked(ilf, monkeypatch, "decision", RUN, "--page", str(page), who=AUDITOR)
    assert told.code == 0
    assert f"{OWNER}: pay the rest (chosen). Reason: the rest cannot wait" in told.out
    assert "The pack as it was shown, which is what its hash says:" in told.out
    assert "**3 payments, £5,931.60**" in told.out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>") and page.stat().st_mode & 0o77 == 0
    kept = asked(ilf, monkeypatch, "lessons", "ilf", "--rehearsal", "--of", RUN)
    assert kept.out == f"Kept: 1. communication, {RUN}: Nobody knew that the form waited.\n"
    listed = asked(ilf, monkeypatch, "lessons", "ilf", "--rehearsal", who=AUDITOR)
    assert listed.out == f"OPEN 1. communication, {RUN}: Nobody knew that the form waited. (did not)\n"
    done = asked(ilf, monkeypatch, "lessons", "ilf", "--rehearsal", "--done", "1", "--how", "they are told by mail")
    assert done.out.startswith("Ticked off: 1. communication")
    assert "OPEN" not in asked(ilf, monkeypatch, "lessons", "ilf", "--rehearsal", who=APPROVER).out
    with context(home).ledger.transaction() as connection:
        connection.execute("UPDATE out_pack SET markdown = markdown || '!'")
    changed = asked(ilf, monkeypatch, "decision", RUN, who=APPROVER)
    assert changed.code == 1 and "The pack is not the one that the gates' entry in the journal names." in changed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("decision", RUN, "--choose", "pay"),
        ("decision", RUN, "--choose", "wait", "--reason", "why"),
        ("lessons", "ilf", "--of", RUN, "--done", "1"),
    ],
    ids=["no such choice", "no name", "both at once"],
)
def test_wrong_use(siller: Siller, arguments: tuple[str, ...]) -> None:
    assert siller(*arguments).code == 2
