"""The year, or a part of it, held on a machine of its own with a real SMTP server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.simulated_year.bodies import Body
from tests.simulated_year.days import at
from tests.simulated_year.machine import Machine, machine
from tests.simulated_year.played import Year
from tests.simulated_year.post import post_office
from tests.simulated_year.ran import Ran

BEGINS = at(date(2026, 3, 27), 9)
"""A Friday, before the first extract of the year is due."""


@dataclass(frozen=True)
class Held:
    """A year that was held.

    Attributes:
        on: the machine, as it was left.
        ran: what was played.
        letters: everything that came by e-mail.
        untold: what siller said of the letters that it could not send, while nobody took any.
        faults: what ended a period before it was over.
    """

    on: Machine
    ran: list[Ran]
    letters: list[EmailMessage]
    untold: list[str]
    faults: list[Exception]


def hold(
    home: Path,
    bodies: Sequence[Body],
    monkeypatch: pytest.MonkeyPatch,
    tell: Callable[[str], None] = lambda _: None,
) -> Held:
    """Let the periods of these bodies pass.

    Args:
        home: an empty folder.
        bodies: with the periods that are played.
        monkeypatch: for the clock and the settings.
        tell: told of each run that is closed.
    """
    with post_office(home / "post") as post:
        on = machine(home, post.port, BEGINS, monkeypatch)
        year = Year(on, bodies, post, tell)
        year.play()
    return Held(on, year.ran, post.letters, year.untold, year.faults)
