"""A machine and its standby: one is stopped or killed wherever it is, the other takes over what died, and nothing else.

Real `siller up`s at one Prefect server on PostgreSQL, with one store, landing and outbox in a bucket. Every day
tests/faults/test_other_homes.py has the watch of either.
"""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import psutil
import pytest

from tests import postgresql
from tests.faults.server import PrefectServer
from tests.faults.small_month import OWED, RUN
from tests.month import naive_payments
from tests.scale.homes import Shared
from tests.scale.machines import Payday, payday, until

pytestmark = [pytest.mark.e2e, pytest.mark.long]

TAKEN_OVER_SECONDS = 180.0
"""Seven looks, 6 s apart, and much longer for a machine that does much else."""
_names = count()


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with postgresql.running() as database, pytest.MonkeyPatch.context() as patched:
        url = database.url.replace("postgresql:", "postgresql+asyncpg:")
        patched.setenv("PREFECT_SERVER_DATABASE_CONNECTION_URL", url)
        server = PrefectServer(tmp_path_factory.mktemp("prefect"))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def month(server: str, prefect: PrefectServer, tmp_path: Path) -> Iterator[Payday]:
    with payday(prefect, Shared(server, f"standby-{next(_names)}"), tmp_path) as month:
        yield month


def assert_paid_once(month: Payday) -> None:
    shared = month.first.home.shared
    (file,) = shared.payment_files().items()
    paid = Counter(naive_payments(file[1]))
    assert (file[0], (paid - OWED).total(), (OWED - paid).total()) == (f"{RUN}.REHEARSAL.bacs18.txt", 0, 0)
    assert shared.versions() == 1
    assert month.standby.verified() == "verify: done"


def at_work(month: Payday, run: UUID) -> int:
    """The process of the first machine that works on a run, once it has said so."""
    process = until(lambda: month.first.holder(run), month.log_of_all)

    def is_said() -> bool:
        from flows.service.homes import holder_of

        with month.server.connected() as server:
            return bool(holder_of(server.client.read_flow_run(run)))

    until(is_said, month.log_of_all)
    return process


def test_what_waits_for_an_approver_is_released_by_the_standby(month: Payday) -> None:
    month.first.start()
    run = month.begin()
    month.at_its_form(run)
    month.standby.start()
    month.first.kill()
    month.answer(run)
    month.paid(run)
    assert_paid_once(month)


@pytest.mark.parametrize("answered", [False, True], ids=["in mid-run", "after the answer"])
def test_a_run_whose_machine_is_killed_is_taken_over(month: Payday, answered: bool) -> None:
    month.first.start()
    run = month.begin()
    if answered:
        month.at_its_form(run)
        until(lambda: month.first.holder(run) is None, month.log_of_all)
        month.answer(run)
    at_work(month, run)
    month.first.kill()
    month.standby.start()
    killed = time.monotonic()
    until(lambda: month.standby.holder(run), month.log_of_all)
    assert time.monotonic() - killed < TAKEN_OVER_SECONDS, month.log_of_all()
    month.paid(run)
    assert_paid_once(month)


def test_a_run_that_is_stopped_beside_what_keeps_its_home_is_never_taken(month: Payday) -> None:
    month.first.start()
    run = month.begin()
    process = at_work(month, run)
    os.kill(process, signal.SIGSTOP)
    month.standby.start()
    end = time.monotonic() + TAKEN_OVER_SECONDS
    while time.monotonic() < end:
        assert month.state(run) == "Running", month.log_of_all()
        assert month.standby.holder(run) is None
        time.sleep(2)
    os.kill(process, signal.SIGCONT)
    month.paid(run)
    assert_paid_once(month)


@pytest.mark.parametrize("answered", [False, True], ids=["in mid-run", "after the answer"])
def test_a_machine_that_stands_still_and_wakes_when_all_is_paid_changes_nothing(month: Payday, answered: bool) -> None:
    month.first.start()
    run = month.begin()
    if answered:
        month.at_its_form(run)
        until(lambda: month.first.holder(run) is None, month.log_of_all)
        month.answer(run)
    late = psutil.Process(at_work(month, run))
    month.first.send(signal.SIGSTOP)
    month.standby.start()
    month.paid(run)
    month.first.send(signal.SIGCONT)
    until(lambda: not late.is_running(), month.log_of_all)
    time.sleep(10)  # what it has to say of its end is said by then
    assert month.state(run) == "Completed", month.log_of_all()
    assert_paid_once(month)


def test_a_machine_that_stands_still_and_wakes_while_the_form_waits_leaves_it_there(month: Payday) -> None:
    month.first.start()
    run = month.begin()
    late = psutil.Process(at_work(month, run))
    month.first.send(signal.SIGSTOP)
    month.standby.start()
    month.at_its_form(run)
    month.first.send(signal.SIGCONT)
    until(lambda: not late.is_running(), month.log_of_all)
    time.sleep(10)
    assert month.state(run) == "Suspended", month.log_of_all()
    month.paid(run)
    assert_paid_once(month)
