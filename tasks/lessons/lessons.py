"""Lessons: what went well at a payday and what did not, under five themes; what did not stands above the next pack.

A lesson is an act in the journal, and so is that somebody ticked it off: none is changed or taken out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.learning import LessonEnded, LessonKept
from tasks.ledger.journal import list_events
from tasks.people.two_people import check_said
from tasks.tenant_context import TenantContext


class Theme(StrEnum):
    """What a lesson is about."""

    COMMUNICATION = "communication"
    DECISION_MAKING = "decision making"
    TESTING = "testing"
    DESIGN = "design"
    MOMENTUM = "momentum"


ASKED = {
    Theme.COMMUNICATION: "the right people involved at the right time",
    Theme.DECISION_MAKING: "what go or no-go was, and who said so",
    Theme.TESTING: "time enough to test and to learn",
    Theme.DESIGN: "what people saw was clear",
    Theme.MOMENTUM: "everybody knew what happens next",
}
"""What is meant by each, as the form asks."""

Said = tuple[Theme, bool, str]
"""A theme, whether it went well, and what was said of it."""


@dataclass(frozen=True)
class Lesson:
    """One lesson.

    Attributes:
        number: which of the tenant's it is, from 1; by it it is ticked off.
        run_id: of which payday.
        theme: what it is about.
        went_well: whether it is one to keep to.
        said: in a sentence.
        by: whose words.
        at: when.
        is_open: whether it went badly and nobody has ticked it off.
    """

    number: int
    run_id: str
    theme: Theme
    went_well: bool
    said: str
    by: str
    at: datetime
    is_open: bool

    def __str__(self) -> str:
        """The lesson as a line."""
        return f"{self.number}. {self.theme}, {self.run_id}: {self.said}"


def list_lessons(connection: duckdb.DuckDBPyConnection) -> list[Lesson]:
    """Every lesson of a tenant, the earliest first."""
    ended = {each.lesson for _, each, _ in list_events(connection, LessonEnded)}
    return [
        Lesson(
            number,
            run_id,
            Theme(each.theme),
            bool(each.went_well),
            each.said,
            each.by,
            at.astimezone(LONDON),
            is_open=not each.went_well and number not in ended,
        )
        for number, (run_id, each, at) in enumerate(list_events(connection, LessonKept), start=1)
    ]


def keep(context: TenantContext, run_id: str, said: Iterable[Said], by: str, now: datetime) -> list[Lesson]:
    """Keep what a payday taught, all of it or nothing.

    Args:
        context: the tenant's.
        run_id: the run of that payday.
        said: of each lesson the theme, whether it went well, and a sentence that says nothing of a payee.
        by: the person, who has proved who they are.
        now: when.

    Raises:
        NoGo: there is no such run, or nothing was said.
    """
    lessons = check_lessons(said)
    with context.ledger.transaction() as connection:
        return keep_in(connection, run_id, lessons, by, now)


def check_lessons(said: Iterable[Said]) -> list[Said]:
    """What was said, as it may be kept and shown.

    Raises:
        NoGo: nothing was said, or one is too long.
    """
    lessons = [(theme, well, check_said(text, "what the lesson is")) for theme, well, text in said]
    if not lessons:
        raise NoGo("Nothing was said, so nothing was kept.")
    return lessons


def keep_in(
    connection: duckdb.DuckDBPyConnection, run_id: str, lessons: Sequence[Said], by: str, now: datetime
) -> list[Lesson]:
    """The same as :func:`keep`, of lessons that were checked, in the transaction that is open."""
    run = runs.any_run_row(connection, run_id)
    for theme, well, text in lessons:
        audit_log.keep(connection, LessonKept(by, text, theme, int(well)), now, (run.run_no, run_id))
    return list_lessons(connection)[-len(lessons) :]


def tick_off(context: TenantContext, number: int, how: str, by: str, now: datetime) -> Lesson:
    """Tick an open lesson off: it stands above no further pack.

    Args:
        context: the tenant's.
        number: the lesson's.
        how: what was done about it.
        by: the person, who has proved who they are.
        now: when.

    Raises:
        NoGo: no such lesson is open, or nothing was said.
    """
    how = check_said(how, "what was done about it")
    with context.ledger.transaction() as connection:
        lesson = next((each for each in list_lessons(connection) if each.number == number and each.is_open), None)
        if lesson is None:
            raise NoGo(f"No lesson {number} of {context.tenant} is open. siller lessons {context.tenant} has all.")
        run = runs.any_run_row(connection, lesson.run_id)
        said = f"ticked off lesson {number}: {how}"
        audit_log.keep(connection, LessonEnded(by, said, number), now, (run.run_no, run.run_id))
        return lesson
