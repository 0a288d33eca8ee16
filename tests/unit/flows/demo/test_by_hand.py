"""``siller demo --manual``: what whoever watches is told, in a terminal of 80 columns."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from rich.console import Console

from flows import console
from flows.demo import by_hand
from flows.service.client import Ending, Rest

PACK = "## Independent Living Fund\n\n5,229 payments\n"
REFUSED = f"**The last answer was not accepted.** The one-time code is not this person's.\n\n{PACK}"
FIRST = f"**second.approver@ilf.example has approved.** Another one answers now.\n\n{PACK}"
CODES = {f"{which}.approver@ilf.example": f"{number}23456" for number, which in enumerate(("first", "second", "third"))}
WAITS = Rest(Ending.WAITS)


@dataclass
class Told:
    """A server that says what it is to say, one thing after the other."""

    forms: Iterator[str]
    rests: Iterator[Rest]
    form_now: str = field(default="")

    def form(self, _: object) -> str:
        return self.form_now

    def wait_for_an_answer(self, _: object, meanwhile: Callable[[], None]) -> None:
        meanwhile()

    def follow(self, _: object, moved: Callable[[str], None]) -> Rest:
        moved("Waking up")
        self.form_now = next(self.forms, self.form_now)
        return next(self.rests)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What a terminal of 80 columns is sent."""
    sent = io.StringIO()
    monkeypatch.setattr(console, "ERR", Console(file=sent, width=80, force_terminal=True, color_system=None))
    return sent


def watched(screen: io.StringIO, forms: list[str], rests: list[Rest]) -> tuple[Rest, list[str]]:
    out = Console(file=screen, width=80, force_terminal=True, color_system=None)
    server = Told(iter(forms), iter(rests), PACK)
    rest = by_hand.let_people_answer(server, uuid4(), {"The password:": "siller:" + "x" * 32}, lambda: CODES, out)  # type: ignore[arg-type]
    return rest, screen.getvalue().splitlines()


def test_every_code_is_whole_beside_its_whole_name(screen: io.StringIO) -> None:
    _, lines = watched(screen, [], [Rest(Ending.DONE)])
    for name, code in CODES.items():
        assert any(f"{code}  {name}" in line for line in lines), (name, lines)
    assert not [line for line in lines if "…" in line]
    # A clock behind "The codes now:" reads as how long they hold.
    assert not [line for line in lines if "now: " in line]


def test_each_answer_is_told_with_what_it_came_to(screen: io.StringIO) -> None:
    rest, lines = watched(screen, [REFUSED, REFUSED, FIRST], [WAITS, WAITS, WAITS, Rest(Ending.DONE)])
    assert rest.done
    told = "\n".join(lines)
    assert told.count("The last answer was not accepted. The one-time code is not this person's.") == 2
    assert told.count("second.approver@ilf.example has approved. Another one answers now.") == 1
    assert told.count("reload the page and press Resume") == 3
    assert told.count("The answer counts: the payment file is released.") == 1
    assert "5,229 payments" not in told


def test_what_ended_the_run_is_handed_on(screen: io.StringIO) -> None:
    cancelled = Rest(Ending.FAILED, "Somebody has cancelled the run in Prefect.")
    rest, _ = watched(screen, [], [cancelled])
    assert rest is cancelled
