"""A real Prefect server, and what serves it, for the tests that need them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.service import environment
from tests.e2e.browser import browsing, fill, opened, pack_can_be_read, submit, visit
from tests.e2e.payday import Left, Payday
from tests.e2e.stack import PROJECT, Stack
from tests.people import code_now

if TYPE_CHECKING:
    from flows.service.client import Rest

STAND_IN = Path(__file__).with_name("stand_in")


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stand-in, served; Prefect in this process speaks to it."""
    before = dict(os.environ)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), str(STAND_IN)])
    stack = Stack(tmp_path_factory.mktemp("stand-in"), ["up_stand_in", "{home}", "{port}"], also=[STAND_IN])
    stack.start()
    with stack.spoken_to():
        yield stack
    stack.stop_and_look()
    os.environ.clear()
    os.environ.update(before)


# What follows is one story: each month is a chapter that begins where the one before it ended.


@pytest.fixture(scope="package")
def payday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payday]:
    """A real siller: the server, the deployments of ``prefect.yaml``, nothing in its home."""
    home = tmp_path_factory.mktemp("siller")
    stack = Stack(home, ["flows.cli", "up", "--pause-schedules", "--port", "{port}"])
    stack.start()
    yield Payday(stack)
    stack.stop_and_look()


@dataclass(frozen=True)
class October:
    """Approved at the third attempt, by a siller that was killed in between; answered by the bank.

    Attributes:
        forms: what stood above the form, each time.
        left_while_waiting: ledger and outbox before anybody's answer counted.
        approved: how the flow ended.
        bank_files: what the bank sent, by name.
        reconciled: how the flow ended that took it in.
    """

    forms: list[str]
    left_while_waiting: Left
    approved: "Rest"
    bank_files: dict[str, bytes]
    reconciled: "Rest"


RIGHT = {
    "decision": "approve",
    "approver": "first.approver@ilf.example",
    "control_total": "£10,580,696.00",
    "reason": "all: The first month: compared with the body's own list by hand.",
}


@pytest.fixture(scope="package")
def october(payday: Payday) -> October:
    payday.deliver("2026-10")
    run, waits = payday.start("2026-10", date(2026, 10, 26))
    assert waits.ending == "waits", waits
    forms = [payday.form(run)]
    for wrong in ({"one_time_code": "000000"}, {"approver": "finance.officer@ilf.example"}):
        assert payday.answer(run, RIGHT | wrong).ending == "waits"
        forms.append(payday.form(run))
    left = payday.left()
    payday.stack.kill()
    payday.stack.start()
    approved = payday.answer(run, RIGHT)
    bank_files = payday.bank_answers("2026-10", date(2026, 10, 30))
    return October(forms, left, approved, bank_files, payday.reconcile(date(2026, 11, 4)))


@dataclass(frozen=True)
class November:
    """Approved by two people in a browser, the first one at the third attempt; answered by the bank.

    Attributes:
        forms: what stood above the form, each time.
        readable: whether all of the pack had room on a laptop's screen.
        left_while_waiting: ledger and outbox before the answer that counted.
        approved: how the flow ended.
        reconciled: how the flow ended that took in what the bank sent.
    """

    forms: list[str]
    readable: bool
    left_while_waiting: Left
    approved: "Rest"
    reconciled: "Rest"


TOTAL, REASON = "£10,708,609.22", "all: The body wants the rest paid on its day."


@pytest.fixture(scope="package")
def november(payday: Payday, october: October) -> November:
    payday.deliver("2026-11")
    run, rest = payday.start("2026-11", date(2026, 11, 23))
    forms = []
    second, third = "second.approver@ilf.example", "third.approver@ilf.example"
    with browsing() as page:
        for who, code, total in (
            (second, "000000", TOTAL),
            (second, "", "£10,708,609.23"),
            (second, "", TOTAL),
            (second, "", TOTAL),
            (third, "", TOTAL),
        ):
            assert rest.ending == "waits", rest
            forms.append(payday.form(run))
            left = payday.left()
            at = f"{payday.stack.address.ui_url}/runs/flow-run/{run}"
            visit(page, at, environment.password(payday.stack.home))
            dialog = opened(page, "Independent Living Fund, November 2026")
            readable = pack_can_be_read(dialog)
            fill(page, dialog, "approve", who, code or code_now(who), total, REASON)
            submit(dialog)
            rest = payday.followed(run)
    payday.bank_answers("2026-11", date(2026, 11, 30))
    return November(forms, readable, left, rest, payday.reconcile(date(2026, 12, 3)))


@dataclass(frozen=True)
class Stopped:
    """A run that did not pay: how it was told, and what was there before and after.

    Attributes:
        said: by the command, or by the flow's end.
        code: the command's exit code; none for a flow.
        before: ledger and outbox.
        after: ledger and outbox.
    """

    said: str
    code: int | None
    before: Left
    after: Left


@pytest.fixture(scope="package")
def december(payday: Payday, november: November) -> Stopped:
    """The declared total is £1,000.00 short."""
    payday.deliver("2026-12")
    return _commanded(payday, "2026-12", "2026-12-16")


@pytest.fixture(scope="package")
def november_again(payday: Payday, december: Stopped) -> Stopped:
    """The same extract, sent a second time."""
    payday.deliver("2026-11")
    return _commanded(payday, "2026-11", "2026-11-24")


@pytest.fixture(scope="package")
def january(payday: Payday, november_again: Stopped) -> Stopped:
    """Rejected by its approver."""
    payday.deliver_like("2027-01", "2026-10", date(2027, 1, 29))
    before = payday.left()
    run, waits = payday.start("2027-01", date(2027, 1, 20))
    assert waits.ending == "waits", waits
    no = {"decision": "reject", "approver": "third.approver@ilf.example", "control_total": "?"}
    rejected = payday.answer(run, no | {"reason": "These are October's rows."})
    assert rejected.ending == "no-go"
    return Stopped(rejected.message, None, before, payday.left())


def _commanded(payday: Payday, period: str, today: str) -> Stopped:
    before = payday.left()
    ended = payday.command("run", "ilf", "--period", period, "--rehearsal", "--today", today)
    return Stopped(ended.stdout + ended.stderr, ended.returncode, before, payday.left())
