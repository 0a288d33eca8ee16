"""How often a pay run opens its ledger, stage by stage: to its form, and from the answer to the end.

The flow's own body and every stage's rim are what runs; only what Prefect and the form do themselves is stood in for.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from flows import approval, naming, pay_run, tenant_lock
from schemas.approval import Answer, Verdict
from schemas.pay_run import Mode
from tasks import order
from tasks.assess.verdicts import results, work_out
from tasks.ledger import never_twice
from tasks.ledger.connection import Ledger
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, answer, context, deliver, outbox_files
from tests.people import enrol_approvers

FLOW_RUN = "0198c5b6-0000-7000-8000-000000000001"
TO_THE_FORM = {
    "ingest": 4,
    "take_up": 1,
    "validate": 2,
    "instruct": 3,
    "assess": 2,
    "approve": 2,
}
FROM_THE_ANSWER = {
    "ingest": 1,
    "take_up": 1,
    "validate": 2,
    "instruct": 1,
    "assess": 1,
    "approve": 3,
    "leave_continuity_file": 2,
    "release": 2,
    "publish": 1,
}
WITHOUT = ("by_its_run", "refuse_if_waiting_elsewhere", "end_forms_of_replaced_runs", "start_gates")
"""What asks nothing of the ledger that was not asked when the run was taken up."""
STEPS = {*TO_THE_FORM, *FROM_THE_ANSWER, *WITHOUT}


class Suspended(BaseException):
    """What a form does to a flow run's process."""


class Run:
    """One flow run, whose starts count the openings of each of their steps."""

    def __init__(self, of: TenantContext, patch: pytest.MonkeyPatch) -> None:
        self.of, self.answer, self.counted, self._step = of, None, Counter[str](), ""
        this = SimpleNamespace(id=FLOW_RUN, tags=[], name="", update=lambda **to: vars(this).update(to))
        server = SimpleNamespace(read_flow_run=lambda _: this, update_flow_run=lambda _, **to: vars(this).update(to))
        for module in (approval, naming, pay_run, tenant_lock):
            patch.setattr(module, "flow_run", this)
        for module in (naming, tenant_lock):
            patch.setattr(module, "get_client", lambda **_: nullcontext(server))
        patch.setattr(tenant_lock.flow_runs, "of_ids", lambda *_: {})
        patch.setattr(approval, "_start", lambda: "approval-1")
        patch.setattr(approval, "ask", self._ask)
        patch.setattr(pay_run, "begin", lambda *_: None)
        patch.setattr(pay_run, "as_task", lambda _, work, *given: work(*given))
        patch.setattr("tasks.assess.task.start_unless_warm", lambda *_: None)
        patch.setattr("tasks.assess.stage.await_answers", lambda _, asked, __: _by_arithmetic(asked))
        patch.setattr(Ledger, "opened", self._counting(Ledger.opened))
        for step in STEPS:
            module = pay_run if hasattr(pay_run, step) else order
            patch.setattr(module, step, self._noting(step, getattr(module, step)))

    def start(self, given: Answer | None = None) -> dict[str, int]:
        """Let a start of it run to its end or to its form; returns how often each step opened the ledger."""
        self.answer = given
        self.counted.clear()
        try:
            state = pay_run.pay_run.fn("ilf", "2026-11", Mode.REHEARSAL, NOVEMBER.date())
        except Suspended:
            assert given is None
        else:
            assert state.is_completed(), state.message
        return dict(self.counted)

    def _ask(self, shown: Callable[[], str], _: object, judge: Callable[[str, Answer], Verdict]) -> Verdict:
        if self.answer is None:
            assert "Answer by" in shown()
            raise Suspended
        return judge("approval-1-1", self.answer)

    def _noting(self, step: str, called: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: object) -> object:
            self._step = step
            return called(*given)

        return noted

    def _counting(self, opened: Callable[..., AbstractContextManager[Any]]) -> Callable[..., Any]:
        @contextmanager
        def counted(*given: object, **more: object) -> Iterator[duckdb.DuckDBPyConnection]:
            self.counted[self._step] += 1
            with opened(*given, **more) as connection:
                yield connection

        return counted


def _by_arithmetic(asked: Any) -> Any:
    return results(asked.gates, asked.figures, work_out(asked.gates, asked.figures))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("SILLER_HOME", str(tmp_path / "home"))
    of = context(tmp_path / "home")
    deliver(of)
    enrol_approvers(of)
    return Run(of, monkeypatch)


def test_a_step_opens_the_ledger_this_often(run: Run) -> None:
    assert run.start() == TO_THE_FORM
    assert run.start(answer(reason="all: The body wants them paid on their day.")) == FROM_THE_ANSWER
    assert len(outbox_files(run.of)) == 2


def test_to_its_form_no_first_run_asks_where_payments_stand(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing stands beside it, and no bank has said anything: to define it takes longer than all else it asks."""

    def asked(*_: object) -> None:
        raise AssertionError("where payments stand was defined")

    monkeypatch.setattr(never_twice, "define_payment_state", asked)
    assert run.start() == TO_THE_FORM
