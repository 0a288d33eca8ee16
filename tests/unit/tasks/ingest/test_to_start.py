"""A run is started for an extract that has come and that no schedule will start any more."""

from datetime import datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.ingest.to_start import find_arrived, list_to_start
from tests.month import ROWS, context, deliver

NOVEMBER = Period.parsed("2026-11")
"""Its extract is due on Friday the 20th at 17:00, and it is approved until Thursday the 26th at 15:00."""


def at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "is_started"),
    [
        (at(20, 16, 59), False),
        (at(20, 17, 9), False),  # its schedule may still start it
        (at(20, 17, 10), True),
        (at(26, 14, 59), True),
        (at(26, 15, 0), False),
    ],
    ids=["not due", "the schedule's", "late", "just in time", "too late to approve"],
)
def test_what_was_due_a_while_ago_is_started_until_nobody_can_approve_it(
    tmp_path: Path, now: datetime, is_started: bool
) -> None:
    of = context(tmp_path, Mode.LIVE)
    deliver(of)
    found = list(list_to_start(of, set(), now))
    assert [each.period for each in found] == ([NOVEMBER] if is_started else [])
    assert list(list_to_start(of, {NOVEMBER}, now)) == [], "of a period that has a run, a person starts another"


def test_it_is_one_start_for_what_has_arrived_and_another_for_another(tmp_path: Path) -> None:
    of = context(tmp_path, Mode.LIVE)
    deliver(of)
    now = at(23, 9, 0)
    (first,), (again,) = list(list_to_start(of, set(), now)), list(list_to_start(of, set(), now))
    deliver(of, submitted_by="FINANCE.OFFICER@ilf.example")
    (other,) = list_to_start(of, set(), now)
    assert first == again != other


def test_an_extract_that_is_still_on_its_way_and_a_broken_manifest_have_not_come(tmp_path: Path) -> None:
    of = context(tmp_path, Mode.LIVE)
    extract = deliver(of)
    (extract.parent / "other.manifest.json").write_text("{")
    assert set(find_arrived(of)) == {NOVEMBER}
    extract.unlink()
    assert find_arrived(of) == {}


def test_what_pays_beside_the_period_is_not_its_extract(tmp_path: Path) -> None:
    of = context(tmp_path, Mode.LIVE)
    deliver(of, ROWS[:1], "ilf-2026-11-arrears.csv", kind="arrears")
    assert find_arrived(of) == {}
    assert list(list_to_start(of, set(), at(23, 9, 0))) == []
