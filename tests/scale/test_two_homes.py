"""Two homes, one store, one outbox: one stops in its release at each point, and the other goes on."""

import signal
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.e2e.s3 import Way, way_to
from tests.month import ROWS, ROWS_PENCE, naive_payments
from tests.sampled import one_in
from tests.scale.at_work import IN_THE_STEP, POINTS, RUN
from tests.scale.homes import Home, Shared, ended, wait_until_stopped

FENCED = "release: Fenced: Another machine has worked for ilf since this one began"
NAME = f"{RUN}.REHEARSAL.bacs18.txt"


def assert_paid_once(shared: Shared) -> None:
    files = shared.payment_files()
    assert list(files) == [NAME]
    paid = naive_payments(files[NAME])
    assert (len(paid), sum(pence for *_, pence in paid)) == (len(ROWS), ROWS_PENCE)
    assert shared.versions() == 1


@pytest.mark.parametrize(("ends", "point"), one_in(16, product(["woken", "killed"], POINTS)))
def test_one_that_stops_anywhere_and_another_that_goes_on_pay_once(
    shared: Shared, tmp_path: Path, ends: str, point: str
) -> None:
    early, other = Home(tmp_path / "early", shared), Home(tmp_path / "other", shared)
    stopped = early.start("release", stop_at=point)
    wait_until_stopped(stopped)
    assert other.work("release", "verify") == "release: done\nverify: done"
    stopped.send_signal(signal.SIGCONT if ends == "woken" else signal.SIGKILL)
    said = ended(stopped)
    if ends == "killed":
        assert said == ""
    elif "outbox" in point or point.startswith("after"):
        assert said == "release: done", "what it has still to do is done, and it finds that"
    else:
        assert said.startswith(FENCED)
    assert_paid_once(shared)
    assert early.work("release", "verify") == "release: done\nverify: done", "and its home goes on from what stands"
    assert_paid_once(shared)


@pytest.mark.long
@pytest.mark.parametrize("point", ["before the outbox", "after the pointer to pending"])
def test_what_the_sender_has_taken_away_does_not_appear_again(shared: Shared, tmp_path: Path, point: str) -> None:
    early, other = Home(tmp_path / "early", shared), Home(tmp_path / "other", shared)
    stopped = early.start("release", stop_at=point)
    wait_until_stopped(stopped)
    assert other.work("release") == "release: done"
    shared.take_away()
    stopped.send_signal(signal.SIGCONT)
    assert f"{NAME} was in {shared.outbox}/rehearsal/ilf/ before, and was taken away" in ended(stopped)
    assert shared.payment_files() == {}
    assert early.work("release") == "release: done", "which says what the other one did"
    assert (shared.payment_files(), shared.versions()) == ({}, 1)


@pytest.mark.long
def test_one_that_is_paused_in_the_very_step_takes_the_file_out_again(shared: Shared, tmp_path: Path) -> None:
    early, other = Home(tmp_path / "early", shared), Home(tmp_path / "other", shared)
    stopped = early.start("release", stop_at=IN_THE_STEP)
    wait_until_stopped(stopped)
    assert other.work("release") == "release: done"
    shared.take_away()
    stopped.send_signal(signal.SIGCONT)
    assert "was taken away: whoever took it may have sent it" in ended(stopped)
    assert (shared.payment_files(), shared.versions()) == ({}, 2), "it was there for a moment"


@pytest.fixture
def way(server: str) -> Iterator[Way]:
    with way_to(server) as opened:
        yield opened


@pytest.mark.long
@pytest.mark.parametrize("commit", ["pending", "released"])
def test_a_lost_answer_to_the_pointer_is_looked_up(shared: Shared, tmp_path: Path, way: Way, commit: str) -> None:
    early = Home(tmp_path / "early", shared, way.address)
    stopped = early.start("release", stop_at=f"before the pointer to {commit}")
    wait_until_stopped(stopped)
    way.wrong = [("PUT head.json", "cut after")]
    stopped.send_signal(signal.SIGCONT)
    assert (ended(stopped), way.wrong) == ("release: done", [])
    assert Home(tmp_path / "other", shared).work("release", "verify") == "release: done\nverify: done"
    assert_paid_once(shared)


@pytest.mark.long
@pytest.mark.parametrize(("commit", "is_taken"), list(product(["pending", "released"], [True, False])))
def test_one_that_is_cut_off_at_the_pointer_says_so_and_goes_on_later(
    shared: Shared, tmp_path: Path, way: Way, commit: str, is_taken: bool
) -> None:
    early, other = Home(tmp_path / "early", shared, way.address), Home(tmp_path / "other", shared)
    stopped = early.start("release", stop_at=f"before the pointer to {commit}")
    wait_until_stopped(stopped)
    way.wrong = [("PUT head.json", "cut after")] * 5 + [("GET head.json", "cut")] * 500 if is_taken else []
    way.is_cut = not is_taken
    stopped.send_signal(signal.SIGCONT)
    assert ended(stopped).startswith(f"release: NoGo: The store {shared.store}/rehearsal/ilf/ cannot be used")
    assert other.work("release", "verify") == "release: done\nverify: done"
    way.wrong, way.is_cut = [], False
    assert early.work("release", "verify") == "release: done\nverify: done"
    assert_paid_once(shared)
