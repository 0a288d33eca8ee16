"""``siller stop``: what somebody types and reads."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.month import ROWS, assessed, context, deliver
from tests.people import code_now
from tests.unit.tasks.exceptions.test_settle import OPERATOR, RUN, enrol

Siller = Callable[..., Any]
REFERENCE = ROWS[1].partition(",")[0]
COMMAND = ("stop", RUN, "--reason", "not due")


@pytest.fixture
def ilf(siller: Siller, home: Path, monkeypatch: pytest.MonkeyPatch) -> Siller:
    deliver(context(home))
    assessed(context(home))
    enrol(context(home), OPERATOR)

    def typed(text: str, **_: object) -> str:
        return REFERENCE if text.startswith("Reference") else code_now(text.removeprefix("One-time code of "))

    monkeypatch.setattr("typer.prompt", typed)
    return siller


def test_by_the_reference_that_is_asked_for(ilf: Siller) -> None:
    said = ilf(*COMMAND, "--as", OPERATOR)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"{OPERATOR} stopped {RUN}/1. Start the same extract again")
    status = ilf("status")
    assert status.code == 1 and f"1 payment of {RUN} was stopped" in status.out
    lifted = ilf(*COMMAND, "--as", OPERATOR, "--line", "3", "--lift")
    assert lifted.out.startswith(f"{OPERATOR} lifted the stop of {RUN}/1.")
    assert not [word for word in ROWS[1].split(",")[:4] if word in said.out + status.out + lifted.out]


@pytest.mark.parametrize(
    "arguments",
    [("stop", RUN, "--as", OPERATOR), COMMAND, (*COMMAND, REFERENCE, "--as", OPERATOR)],
    ids=["no reason", "no name", "a reference as argument"],
)
def test_wrong_use(siller: Siller, arguments: tuple[str, ...]) -> None:
    assert siller(*arguments).code == 2
