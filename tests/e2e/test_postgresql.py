"""Prefect's state in PostgreSQL, which is killed and comes back in the middle of a payday: paid once, and verified."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar
from uuid import UUID

import httpx
import pytest

from schemas.no_go import NoGo
from tests import postgresql
from tests.e2e.conftest import RIGHT
from tests.e2e.payday import Payday
from tests.e2e.stack import Stack
from tests.e2e.standard_18 import read
from tests.people import code_now
from tests.postgresql import PostgreSQL

pytestmark = [pytest.mark.e2e, pytest.mark.long]

T = TypeVar("T")
LONG = 240.0
AWAY = 3.0
"""Seconds for which the database is gone; Prefect's client repeats for longer what nobody answered."""


@pytest.fixture
def database() -> Iterator[PostgreSQL]:
    with postgresql.running() as server:
        yield server


@pytest.fixture
def payday(database: PostgreSQL, tmp_path, monkeypatch) -> Iterator[Payday]:
    # Not on the command line, where every account of the machine could read the password.
    monkeypatch.setenv("SILLER_DATABASE", database.url)
    stack = Stack(tmp_path, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    stack.start()
    yield Payday(stack)
    stack.stop_and_look()


def test_a_database_that_is_killed_while_a_form_waits_and_while_it_is_answered_pays_nobody_twice(payday, database):
    payday.deliver("2026-10")
    run, rest = payday.start("2026-10", date(2026, 10, 26))
    assert rest.waits, rest
    assert not list((payday.stack.home / "prefect").glob("prefect.db*")), "Prefect's state is in PostgreSQL"
    shown = payday.form(run)

    database.kill()
    time.sleep(AWAY)
    database.start()
    assert _until_it_answers(lambda: payday.form(run)) == shown

    with payday.stack.connected() as server:
        server.answer(run, {**RIGHT, "one_time_code": code_now(RIGHT["approver"])})
    while _state(payday, run) != "Running":
        time.sleep(0.05)
    # The answer is taken, and the run goes on with it.
    database.kill()
    time.sleep(AWAY)
    database.start()
    end = time.monotonic() + LONG
    # Should its process have died of that, the watch starts it again.
    while (said := _until_it_answers(lambda: _state(payday, run))) != "Completed":
        assert time.monotonic() < end, said
        time.sleep(0.5)

    (file,) = payday.outbox.glob("*.bacs18.txt")
    paid = read(file)
    # The facts of the sample are those of whoever made it.
    assert (len(paid.credits), paid.pence) == (5200, 1_058_069_600)
    assert len(payday.serials()) == 1
    verified = payday.command("verify")
    assert (verified.returncode, verified.stdout.strip()) == (0, "ilf (rehearsal): everything holds.")


def test_what_waits_in_a_file_is_submitted_again_in_postgresql_and_paid_once(database, tmp_path, monkeypatch):
    stack = Stack(tmp_path, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    stack.start()
    payday = Payday(stack)
    payday.deliver("2026-10")
    before, rest = payday.start("2026-10", date(2026, 10, 26))
    assert rest.waits, rest
    assert list((tmp_path / "prefect").glob("prefect.db*")), "Prefect's state is in a file"
    stack.stop()

    monkeypatch.setenv("SILLER_DATABASE", database.url)
    stack.start()
    run = _until_it_answers(lambda: _only_run(payday))
    assert run != before
    while not (rest := payday.followed(run)).done:
        assert rest.waits, rest
        rest = payday.answer(run, RIGHT)
    (file,) = payday.outbox.glob("*.bacs18.txt")
    paid = read(file)
    assert (len(paid.credits), paid.pence) == (5200, 1_058_069_600)
    assert len(payday.serials()) == 1
    verified = payday.command("verify")
    assert (verified.returncode, verified.stdout.strip()) == (0, "ilf (rehearsal): everything holds.")
    stack.stop_and_look()


def _only_run(payday: Payday) -> UUID:
    """The one flow run that PostgreSQL knows, once there is one."""
    with payday.stack.connected() as server:
        found = server.client.read_flow_runs()
    if not found:
        raise NoGo("Nothing has been submitted yet.")
    (run,) = found
    return run.id


def _until_it_answers(ask: Callable[[], T]) -> T:
    """What is said once the server has its database again; until then it answers that it cannot."""
    end = time.monotonic() + LONG
    while True:
        try:
            return ask()
        except (httpx.HTTPError, NoGo):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _state(payday: Payday, run: UUID) -> str:
    with payday.stack.connected() as server:
        return str(server.client.read_flow_run(run).state_name)
