"""A rehearsal is given its days, and people answer by the real clock's: what is told of a row never runs backwards."""

from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from tasks.audit.timeline import audit
from tasks.ledger.verify import problems
from tasks.lineage.trace import trace
from tasks.people.credentials import Kind, keep
from tasks.practice_bank.bank import answer as bank_answers
from tasks.reconcile.receive import inbox, receive_all
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tests.by_hand import parts_beside
from tests.month import APPROVER, NOVEMBER, approve, assessed, context, deliver
from tests.people import secret_of

RUN = "ilf-2026-11-rehearsal-1"
REAL = datetime(2027, 2, 3, 14, tzinfo=LONDON)
"""When the rehearsal is held, as 20 November and as 3 December."""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    of = context(tmp_path_factory.mktemp("home"))
    with of.ledger.transaction(create=True) as connection:
        keep(connection, APPROVER, Kind.ONE_TIME_CODE, secret_of(APPROVER), ("operator@siller.example",), REAL)
    deliver(of)
    run_id = assessed(of)
    approve(of, run_id, answered_at=REAL)
    release(of, run_id, NOVEMBER)
    file = of.paths.outbox("ilf") / f"{run_id}.REHEARSAL.bacs18.txt"
    bank_answers(file, of.paths.bank_inbox("ilf"), date(2026, 11, 30))
    receive_all(of, inbox(of), datetime(2026, 12, 3, 9, tzinfo=LONDON))
    return of


def test_the_trace_goes_from_the_extract_to_the_bank(held: TenantContext) -> None:
    steps = trace(held.ledger, f"{RUN}/0", date(2026, 12, 3)).steps
    moments = [step.when for step in steps if isinstance(step.when, datetime)]
    assert moments == sorted(moments) and len(moments) >= 8


def test_the_days_that_count_are_those_that_it_was_given(held: TenantContext) -> None:
    stands = {each.state: each.rows for each in audit(held, RUN, date(2026, 12, 3)).stands}
    assert stands == {"credited": 1, "returned": 2}
    with held.ledger.opened() as connection:
        assert connection.execute("SELECT today FROM run").fetchall() == [(date(2026, 11, 20),)]
        assert list(problems(connection, parts_beside(connection))) == []


def test_the_audit_goes_the_same_way_and_has_the_answer_before_the_release(held: TenantContext) -> None:
    steps = audit(held, RUN, date(2026, 12, 3)).steps
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert REAL.date() not in {step.at.date() for step in steps}
    answered, released = (
        next(at for at, step in enumerate(steps) if words in step.what) for words in ("answered the form", "released ")
    )
    assert answered < released


def test_what_is_gone_on_with_on_another_morning_as_the_same_day_comes_after_the_evening(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of)
    run_id = assessed(of, NOVEMBER.replace(hour=17))
    approve(of, run_id, NOVEMBER.replace(hour=9), answered_at=REAL)
    release(of, run_id, NOVEMBER.replace(hour=9))
    steps = audit(of, run_id, NOVEMBER.date()).steps
    assert [step.entry for step in steps if step.entry] == sorted(step.entry for step in steps if step.entry)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert "released" in steps[-1].what
