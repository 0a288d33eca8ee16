"""What a payday taught is kept, and what did not go well stands above the next pack until it is ticked off."""

import pytest

from schemas.no_go import NoGo
from tasks.lessons.lessons import Lesson, Theme, keep, list_lessons, tick_off
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, context, deliver, ingest

RUN = "ilf-2026-11-rehearsal-1"
OWNER = "decision.owner@ilf.example"
SAID = (
    (Theme.COMMUNICATION, False, "Nobody knew that the *form* waited."),
    (Theme.TESTING, True, "The rehearsal found the stale rows."),
    (Theme.MOMENTUM, False, "Nobody knew who sends the file."),
)


@pytest.fixture(scope="module")
def ilf(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    of = context(tmp_path_factory.mktemp("home"))
    deliver(of)
    assert ingest(of) == RUN
    keep(of, RUN, SAID, OWNER, NOVEMBER)
    return of


def listed(of: TenantContext) -> list[Lesson]:
    with of.ledger.opened() as connection:
        return list_lessons(connection)


def test_what_did_not_go_well_is_open_until_somebody_ticks_it_off(ilf: TenantContext) -> None:
    assert [(each.number, each.theme, each.is_open) for each in listed(ilf)] == [
        (1, Theme.COMMUNICATION, True),
        (2, Theme.TESTING, False),
        (3, Theme.MOMENTUM, True),
    ]
    assert {(each.run_id, each.by) for each in listed(ilf)} == {(RUN, OWNER)}
    assert tick_off(ilf, 3, "the agreement names the sender", OWNER, NOVEMBER).said == SAID[2][2]
    assert [each.number for each in listed(ilf) if each.is_open] == [1]
    for number in (2, 3, 9):  # it went well, it is ticked off, there is none
        with pytest.raises(NoGo, match=f"No lesson {number} of ilf is open"):
            tick_off(ilf, number, "done", OWNER, NOVEMBER)
    assert list(problems(ilf)) == []


def test_nothing_said_is_no_lesson(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="Nothing was said"):
        keep(ilf, RUN, (), OWNER, NOVEMBER)
    assert len(listed(ilf)) == 3
