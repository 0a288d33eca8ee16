"""Each exception has a clock: before the pay day the cut-off, else a working day; then it is the decision owner's."""

from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.bank_days import LONDON
from tasks.exceptions.deadlines import Clock, due
from tests.month import context

NOVEMBER_DAYS = (date(2026, 11, 27), date(2026, 11, 30))
"""Processed on Friday, paid on Monday; sent by 22:00 on Thursday."""


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("days", "since", "now", "at_once", "clock", "until", "owner"),
    [
        ([NOVEMBER_DAYS], at(25, 9), at(25, 10), False, Clock.CUT_OFF, at(26, 22), Role.OPERATOR),
        ([NOVEMBER_DAYS], at(26, 21), at(26, 23), False, Clock.NEXT_WORKING_DAY, at(27, 15), Role.OPERATOR),
        ([NOVEMBER_DAYS], at(27, 9), at(30, 16), False, Clock.NEXT_WORKING_DAY, at(30, 15), Role.DECISION_OWNER),
        ([NOVEMBER_DAYS], at(27, 9), at(27, 10), False, Clock.NEXT_WORKING_DAY, at(30, 15), Role.OPERATOR),
        ([], at(28, 9), at(28, 10), False, Clock.NEXT_WORKING_DAY, at(1, 15, 12), Role.OPERATOR),
        ([NOVEMBER_DAYS], at(30, 9), at(30, 10), True, Clock.AT_ONCE, at(30, 15), Role.OPERATOR),
        ([NOVEMBER_DAYS], at(30, 16), at(30, 17), True, Clock.AT_ONCE, at(1, 15, 12), Role.OPERATOR),
        ([NOVEMBER_DAYS], at(30, 9), at(30, 16), True, Clock.AT_ONCE, at(30, 15), Role.DECISION_OWNER),
    ],
    ids=["before", "cut-off over", "over", "weekend", "no run", "twice", "twice in the evening", "twice and late"],
)
def test_until_when_and_whose_turn(
    tmp_path: Path,
    days: list[tuple[date, date]],
    since: datetime,
    now: datetime,
    at_once: bool,
    clock: Clock,
    until: datetime,
    owner: Role,
) -> None:
    found = due(context(tmp_path).calendar, days, since, now, at_once)
    assert (found.clock, found.until, found.owner, found.is_over) == (clock, until, owner, owner is Role.DECISION_OWNER)
