"""Before any test imports Prefect: a home of its own, nothing that phones home, and an operator at the keyboard."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from flows.service import environment
from tasks.people.account import account
from tests.people import contracts_for

_HOME = Path(tempfile.mkdtemp(prefix="siller-tests-"))


def _leave_nothing(made_by: int) -> None:
    if os.getpid() == made_by:  # a child that a test forked ends too, and would take it from the others
        shutil.rmtree(_HOME, ignore_errors=True)


atexit.register(_leave_nothing, os.getpid())
environment.prepare(_HOME)

# Whoever runs the tests sits at the operator's account: the agreement of the tests gives the operator theirs.
os.environ.pop("SUDO_USER", None)
os.environ["SILLER_CONTRACTS"] = str(contracts_for(account(), _HOME / "contracts"))

# How long an example takes is the machine's affair, and no fault of what is tested.
settings.register_profile("siller", deadline=None)
settings.load_profile("siller")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while tests are collected, nor ever look through what that made: nearly all of it stays."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(autouse=True)
def _environment_as_before() -> Iterator[None]:
    """Take back what a test, or what it ran in this process, set: `siller worker` keeps Python from the project."""
    before = os.environ.copy()
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


TOGETHER = {
    "tests/e2e/test_pay_run_by_products.py": "tests/e2e/test_pay_run.py",
    **dict.fromkeys(
        (
            "tests/faults/test_other_faults.py",
            "tests/faults/test_standing.py",
            "tests/faults/test_what_a_crash_tells.py",
        ),
        "tests/faults/test_kills.py",
    ),
    **dict.fromkeys(("tests/attacks/test_pages.py", "tests/attacks/test_sockets.py"), "tests/attacks/test_door.py"),
    **dict.fromkeys(
        (
            "tests/e2e/test_accessibility.py",
            "tests/e2e/test_deploy.py",
            "tests/e2e/test_form.py",
            "tests/e2e/test_settle_exceptions.py",
        ),
        "tests/e2e/test_approval.py",
    ),
}
"""Files whose tests share what takes a minute to have: where tests run in several processes, these run in one."""


WAITS = ("tests/attacks/", "tests/e2e/", "tests/faults/")
"""Where tests wait for servers and for processes that are killed; all others are busy."""

LONGEST = ("tests/e2e/test_pay_run.py", "tests/faults/test_kills.py", "tests/e2e/test_approval.py")
"""What takes longest of these, with what it shares: begun first, so that in the end nobody waits for one alone."""


class _ByWhatTheyShare(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return TOGETHER.get(file, file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Half of the processes take what waits first, the others what is busy: no processor stands idle."""
        waits = self.nodes.index(node) % 2 == 0
        its = [each for each in self.workqueue if each.startswith(WAITS) == waits]
        if scope := next((each for each in LONGEST if each in its), its[0] if its else None):
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Give each process whole files, in their order, and those that share something together."""
    config.option.loadscopereorder = False
    return _ByWhatTheyShare(config, log)
