"""The judge that ``siller up`` keeps: there for every run, replaced when it ends, gone when siller goes."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from flows.outcome import no_go
from flows.service import kept_warm
from schemas.no_go import NoGo, NotJudged
from tasks.assess import doorway
from tasks.assess.doorway import WARM
from tests.judges import LONG, told_what_to_do


@pytest.fixture(autouse=True)
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with told_what_to_do(tmp_path_factory.mktemp("beside")):
        yield


def judges_of_this_process() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "tasks.assess.great_expectations_child" in _command(each)]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:  # it ended as it was looked at
        return []


def test_it_is_there_as_long_as_the_block_runs_and_replaced_when_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_warm, "AGAIN_SECONDS", 0.2)
    with kept_warm.kept_warm(tmp_path):
        (first,) = judges_of_this_process()
        os.kill(first.pid, signal.SIGKILL)
        assert _comes_true(lambda: [each.pid for each in judges_of_this_process()] not in ([], [first.pid]))
        (second,) = judges_of_this_process()
        reached = doorway.reached(tmp_path, WARM)
        assert reached
        reached.close()
    assert _comes_true(lambda: not second.is_running())
    assert doorway.reached(tmp_path, WARM) is None


def test_siller_does_not_come_up_over_a_folder_that_others_can_reach_into(tmp_path: Path) -> None:
    (tmp_path / "judge").mkdir()
    (tmp_path / "judge").chmod(0o777)
    with pytest.raises(NoGo, match="siller's account alone"), kept_warm.kept_warm(tmp_path):
        pytest.fail("it came up")


def test_siller_does_not_come_up_over_a_link_to_a_folder_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "judge").symlink_to("elsewhere")
    with pytest.raises(NoGo, match="siller's account alone"), kept_warm.kept_warm(tmp_path):
        pytest.fail("it came up")


def test_a_run_that_nobody_judged_is_called_so_in_prefect_and_no_no_go() -> None:
    state = no_go(NotJudged("Nobody did."))
    assert (state.name, state.message) == ("Not judged", "Nobody did.")
    assert no_go(NoGo("It must not.")).name == "No-go"


def _comes_true(said: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONG
    while not said():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
