"""Twenty files in the bank's inbox, one of them bad: each is taken once, wherever the process that takes them dies."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.service.standing import picture
from schemas.bank_messages.verdict import Verdict
from schemas.pay_run import Mode
from tasks.ledger.connection import all_or_nothing
from tasks.ledger.payment_state import define_payment_state
from tasks.order import as_it_is, take_in_answers
from tasks.practice_bank.bank import answer
from tasks.reconcile.receive import inbox
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.bank_messages import input_report
from tests.faults.steps import watched
from tests.month import NOVEMBER, context
from tests.unit.tasks.reconcile.test_receive import ENTRY_DAY, RUN

pytestmark = pytest.mark.slow

TODAY = date(2026, 12, 3)
BAD = "a-first.xml"
REPORTS = [f"report-{number:02}.xml" for number in range(16)]
STATES = [("credited", 1, 190000), ("returned", 2, 403160)]
ANSWERED = [
    *("accepted_total", "rejected_total", "returned", "returned"),
    *("statement_credit", "statement_credit", "statement_debit"),
]
OTHERS = re.compile(r"reports/|published/|keys/|publish$")
"""Steps of the report and of the analysts' file: a month is killed at those in ``tests/faults``."""

_DIES = """
import os, signal, sys
from datetime import date
from schemas.pay_run import Mode
from tasks.order import as_it_is, take_in_answers
from tests.faults.steps import watched
from pathlib import Path

passed = 0

def step(name):
    global passed
    passed += name == "after the commit of bank_file"
    if passed == 7:
        os.kill(os.getpid(), signal.SIGKILL)

watched(Path(os.environ["SILLER_HOME"]), step)
take_in_answers("ilf", Mode.REHEARSAL, date(2026, 12, 3), work=as_it_is)
"""


@pytest.fixture(scope="module")
def answered_home(released_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released run, three files that the bank sent about it, and one that nobody can read."""
    home = shutil.copytree(released_home, tmp_path_factory.mktemp("answered") / "home")
    of = context(home)
    folder = of.paths.bank_inbox("ilf")
    answer(of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt", folder, ENTRY_DAY)
    (folder / BAD).write_text("<BACSDocument")
    return home


@pytest.fixture
def ilf(answered_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    home = shutil.copytree(answered_home, tmp_path / "home")
    monkeypatch.setenv("SILLER_HOME", str(home))
    monkeypatch.delenv("SILLER_MODULUS_TABLE", raising=False)
    return context(home)


@pytest.fixture
def twenty(ilf: TenantContext) -> TenantContext:
    """Sixteen more reports, each made at another minute."""
    for minute, name in enumerate(REPORTS, start=10):
        text = input_report().replace('time="06:00"', f'time="06:{minute}"')
        (ilf.paths.bank_inbox("ilf") / name).write_text(text)
    assert len(inbox(ilf)) == 20
    return ilf


def take_in() -> dict[str, Verdict | None]:
    taken = take_in_answers("ilf", Mode.REHEARSAL, TODAY, work=as_it_is)
    return {file.name: file.verdict for file in taken.files}


def came_of(of: TenantContext) -> dict[str, Any]:
    """What stands in the ledger, and what is left in the inbox; in no order of arrival."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)

        def rows(query: str, *given: object) -> list[tuple[Any, ...]]:
            return connection.execute(f"{query} ORDER BY ALL", given).fetchall()

        found = {
            "files": rows("SELECT file_name, verdict, sentence FROM bank_file"),
            "answers": rows("SELECT kind, row_number, amount_pence FROM core_bank_answer"),
            "states": rows("SELECT state, payments, pence FROM state_totals(?)", TODAY),
            "journal": rows("SELECT stage FROM journal WHERE stage LIKE 'bank_file%'"),
        }
    return found | {"left": inbox(of), "problems": list(problems(of))}


def test_one_bad_file_holds_none_of_the_nineteen_others_up(twenty: TenantContext) -> None:
    verdicts = take_in()
    assert verdicts.pop(BAD) is Verdict.SET_ASIDE
    assert list(verdicts.values()) == [Verdict.TAKEN] * 19
    came = came_of(twenty)
    assert came["states"] == STATES
    assert (len(came["journal"]), came["left"], came["problems"]) == (20, [], [])
    assert take_in() == {}
    seen = picture([twenty], twenty.settings.home, NOVEMBER.replace(month=12, day=3))
    assert seen.needs_a_person
    assert BAD in str(seen.set_aside)


def test_a_process_that_is_killed_after_seven_files_leaves_thirteen_to_the_next(twenty: TenantContext) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _DIES], cwd=PROJECT, env={**os.environ, "PYTHONPATH": "."}, timeout=120, check=False
    )
    assert ended.returncode == -signal.SIGKILL
    assert len(inbox(twenty)) == 20
    assert list(take_in().values()).count(Verdict.KNOWN) == 7
    came = came_of(twenty)
    assert came["states"] == STATES
    assert (len(came["files"]), len(came["journal"]), came["left"], came["problems"]) == (20, 20, [], [])


class _DiedError(BaseException):
    """What no error boundary takes for an error: as near to a kill as a process can survive."""


@pytest.fixture
def dying(ilf: TenantContext, monkeypatch: pytest.MonkeyPatch) -> Callable[[set[str]], str | None]:
    """Take in what waits, and die at the first step that is not among those given; says which, None if there is none.

    Python's audit hooks stay for as long as it runs, so this one is asked by nobody once the test has ended.
    """
    died: list[str] = []
    spared: set[str] | None = None

    def step(name: str) -> None:
        if spared is not None and not died and name not in spared and not OTHERS.search(name):
            died.append(name)
            raise _DiedError

    for module in list(sys.modules.values()):  # so that they are put back
        if getattr(module, "all_or_nothing", None) is all_or_nothing:
            monkeypatch.setattr(module, "all_or_nothing", all_or_nothing)
    watched(ilf.settings.home, step)

    def once(those: set[str]) -> str | None:
        nonlocal spared
        died.clear()
        spared = those
        try:
            take_in()
        except _DiedError:
            return died[0]
        finally:
            spared = None
        return None

    return once


def test_killed_at_every_step_in_turn_each_is_taken_once(
    ilf: TenantContext, dying: Callable[[set[str]], str | None]
) -> None:
    spared: set[str] = set()
    while (step := dying(spared)) is not None:
        spared.add(step)
    assert {f"remove bank/ilf/{BAD}", "rename sealed/ilf/SHA.sealed", "before the commit of bank_file"} <= spared
    came = came_of(ilf)
    assert [verdict for _, verdict, _ in came["files"]] == ["set_aside", "taken", "taken", "taken"]
    assert sorted(kind for kind, *_ in came["answers"]) == ANSWERED
    assert came["states"] == STATES
    assert (len(came["journal"]), came["left"], came["problems"]) == (4, [], [])
