"""The serials of a number that several bodies have: never one twice, killed anywhere, and both at once."""

import os
import re
import signal
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.instruct.shared_counter import SharedCounter
from tasks.storage.paths import Paths
from tests.month import NOVEMBER

DAY = date(2026, 11, 27)
STEPS = ("open", "fsync", "link", "replace", "unlink", "mkdir")


@pytest.fixture
def counter(tmp_path: Path) -> SharedCounter:
    return SharedCounter(Paths(tmp_path / "home", Mode.LIVE), "123456")


def take(counter: SharedCounter, run_id: str, day: date = DAY, **ledgers: int) -> int:
    return counter.take(run_id, day, ledgers or {"ilf": 0}, NOVEMBER)


def in_a_process(act: Callable[[], object]) -> int:
    """Let a copy of this process do it; returns its id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    return child


def ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def dying_at(dies_at: int, act: Callable[[], object]) -> None:
    """Do it, and be killed before or after one of the changes that are made to a disk."""
    passed = 0

    def step() -> None:
        nonlocal passed
        passed += 1
        if passed == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(does: Callable[..., object]) -> Callable[..., object]:
        def does_it(*given: object, **named: object) -> object:
            step()
            try:
                return does(*given, **named)
            finally:
                step()

        return does_it

    for name in STEPS:
        setattr(os, name, watched(getattr(os, name)))
    act()


def test_killed_anywhere_no_number_is_given_twice_and_the_run_that_comes_back_has_its_own(
    counter: SharedCounter,
) -> None:
    kills, highest = 0, 0
    while True:
        ours, theirs = f"ilf-2026-11-live-{kills + 1}", f"sds-2026-11-live-{kills + 1}"
        code = ended(in_a_process(partial(dying_at, kills + 1, partial(take, counter, ours))))
        kept = counter.read().of_run(ours, DAY)
        next_one = take(counter, theirs)
        assert next_one == (kept.serial if kept else highest) + 1
        highest = take(counter, ours)
        assert highest == (kept.serial if kept else next_one + 1), "a number that was kept is the run's own"
        highest = max(highest, next_one)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        kills += 1
    assert kills >= 8
    given = [each.serial for each in counter.read().given]
    assert sorted(given) == list(range(1, 2 * (kills + 1) + 1))


def test_two_bodies_at_once_draw_different_numbers(counter: SharedCounter) -> None:
    def draw(tenant: str) -> None:
        for number in range(1, 31):
            take(counter, f"{tenant}-2026-11-live-{number}")

    children = [in_a_process(partial(draw, tenant)) for tenant in ("ilf", "sds")]
    assert [ended(child) for child in children] == [0, 0]
    assert [each.serial for each in counter.read().given] == list(range(1, 61))
    assert len(counter.read().runs) == 60


def test_it_goes_on_after_the_highest_number_of_either_ledger(counter: SharedCounter) -> None:
    assert take(counter, "ilf-2026-11-live-1", ilf=4, sds=9) == 10
    assert take(counter, "sds-2026-11-live-1", sds=9) == 11
    assert dict(counter.read().alone) == {"ilf": 4, "sds": 9}


def test_a_counter_that_was_lost_or_is_older_gives_no_number_of_the_run_s_own_ledger(counter: SharedCounter) -> None:
    take(counter, "ilf-2026-11-live-1")
    assert take(counter, "ilf-2026-12-live-1", ilf=7) == 8


def test_two_files_for_a_day_never_have_one_file_number(counter: SharedCounter) -> None:
    assert take(counter, "ilf-2026-11-live-1") == 1
    with pytest.raises(
        NoGo, match=r"submission 1 of 123456 for 2026-11-27, of ilf-2026-11-live-1, has the file number"
    ):
        take(counter, "sds-2026-11-live-1", sds=999)
    assert take(counter, "sds-2026-11-live-1", date(2026, 11, 30), sds=999) == 1000


def test_a_changed_byte_is_found_and_nothing_is_given(counter: SharedCounter) -> None:
    take(counter, "ilf-2026-11-live-1")
    file = counter.paths.shared_serials("123456")
    whole = file.read_bytes()
    for changed in (
        whole.replace(b'"serial": 1', b'"serial": 2'),
        whole[:-20],
        b"",
        re.sub(rb"[0-9a-f]{64}", b"", whole),
    ):
        assert changed != whole
        file.write_bytes(changed)
        with pytest.raises(NoGo, match=r"counter of submission serials 123456\.json is not what siller has written"):
            take(counter, "sds-2026-11-live-1")
