"""A payday at two servers of one Prefect, with a worker in each of two homes: each server is killed once."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from tests import postgresql
from tests.month import naive_payments
from tests.scale.service import BODIES, NAMES, ROWS, Service, pence_of
from tests.scale.set_up import wait_until_ready

if TYPE_CHECKING:
    from flows.service.client import Server

pytestmark = pytest.mark.long

LONG = 900.0
"""Seconds; all of it shares the cores of one machine."""
WRONG = ("Failed", "No-go", "Not judged", "Cancelled", "Given up")


@pytest.fixture
def service(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with postgresql.running() as database, Service(tmp_path, database, server, monkeypatch).running() as service:
        yield service


def wait(service: Service, until: Callable[[], bool]) -> None:
    end = time.monotonic() + LONG
    while not until():
        service.keep_up()
        assert time.monotonic() < end
        time.sleep(0.5)


def state(prefect: "Server", run: UUID) -> str:
    found = prefect.client.read_flow_run(run)
    assert found.state_name not in WRONG, found.state
    return str(found.state_name)


def test_a_server_that_is_killed_in_the_middle_of_a_payday_is_missed_by_nobody(service: Service) -> None:
    from flows.service.client import connect

    one, two = service.set_up.servers
    asked = {"period": "2026-11", "mode": "rehearsal", "today": "2026-11-20"}
    with service.set_up.spoken_to(), connect() as prefect:
        runs = {body: prefect.submit(f"pay-run/{body}", asked) for body in BODIES}
        wait(service, lambda: any(state(prefect, run) == "Running" for run in runs.values()))
        one.kill()
        for body, run in runs.items():
            wait(service, lambda run=run: state(prefect, run) == "Suspended")  # type: ignore[misc]
            assert NAMES[body] in prefect.form(run)
        through_the_proxy, *directly = BODIES
        service.answer(through_the_proxy, runs[through_the_proxy], service.set_up.api_url)
        for body in directly:
            service.answer(body, runs[body], service.set_up.servers_at[1])
        one.start()
        wait_until_ready(service.set_up.servers_at[0])
        two.kill()
        for run in runs.values():
            wait(service, lambda run=run: state(prefect, run) == "Completed")  # type: ignore[misc]

    files = service.payment_files()
    assert (set(files), service.files_ever()) == (set(BODIES), len(BODIES))
    for body, file in files.items():
        pence = [pence_of(row) for row in ROWS[body]]
        assert sorted(paid for *_, paid in naive_payments(file)) == sorted(pence)
        came = service.reconciled(body, file)
        assert came["buckets"] == {"credited": {"payments": 3, "pence": sum(pence), "not_proven": 0}}
        assert came["unexplained_pence"] == 0
    assert service.verified() == [f"{body} (rehearsal): everything holds." for body in sorted(BODIES)]
