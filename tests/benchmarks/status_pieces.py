"""What `siller status` is measured on: five released months that the bank has answered."""

import json
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from schemas.period import Period
from tests.benchmarks.pieces import Act
from tests.benchmarks.workspace import Workspace

if TYPE_CHECKING:
    from tasks.tenant_context import TenantContext

MONTHS = range(7, 12)
"""Of 2026; the generated extract is November's."""

_RETURNED = ("C",)
"""Of each file one payment comes back, for a reason that holds nobody's account in the months after it."""


def five_runs(workspace: Workspace) -> Act:
    """Five months of the generated extract, each released, accepted, debited and with one payment returned."""
    from schemas.bank_days import LONDON
    from tests.benchmarks.desk import desk

    of = desk(workspace).context

    def act() -> None:
        for month in MONTHS:
            pay_date = of.agreement.pay_day_of(Period.parsed(f"2026-{month:02}"), of.bank_days)
            _pay(of, workspace, pay_date, datetime.combine(pay_date - timedelta(days=8), time(9, 30), LONDON))

    return act


def _pay(of: "TenantContext", workspace: Workspace, pay_date: date, now: datetime) -> None:
    from schemas.approval import Outcome
    from tasks.approve.stage import judge_once
    from tasks.practice_bank.bank import answer as bank_answers
    from tasks.reconcile.receive import inbox, put_away, receive_all
    from tasks.release.stage import release
    from tests.month import answer, approve, assessed

    flow = f"flow-{pay_date:%Y-%m}"
    total = _deliver(of, workspace, pay_date)
    run_id = assessed(of, now, flow=flow)
    if approve(of, run_id, now, flow, control_total=total).outcome is Outcome.FIRST:
        second = answer(
            approver="second.approver@ilf.example", control_total=total, answered_at=now + timedelta(minutes=9)
        )
        assert judge_once(of, run_id, flow, "approval-1-2", second, now).outcome is Outcome.APPROVED
    release(of, run_id, now)
    [payment_file] = of.paths.outbox(of.tenant).glob(f"{run_id}*.txt")
    bank_answers(payment_file, of.paths.bank_inbox(of.tenant), pay_date, return_codes=_RETURNED)
    receive_all(of, inbox(of), now + timedelta(days=14))
    put_away(of)


def _deliver(of: "TenantContext", workspace: Workspace, pay_date: date) -> str:
    """Put the month's extract and its signed manifest into the landing folder; returns the control total."""
    import hashlib
    import shutil

    from tests.benchmarks.extract import PAY_DAY
    from tests.month import UPLOADER
    from tests.people import register_uploaders, sign

    landing = of.paths.landing(of.tenant)
    shutil.rmtree(landing, ignore_errors=True)
    landing.mkdir(parents=True)
    content = workspace.extract.read_bytes().replace(f"{PAY_DAY:%d/%m/%Y}".encode(), f"{pay_date:%d/%m/%Y}".encode())
    (landing / workspace.extract.name).write_bytes(content)
    declared = json.loads(workspace.extract.with_suffix(".manifest.json").read_text())
    of_month = {
        "pay_period": f"{pay_date:%Y-%m}",
        "pay_date": pay_date.isoformat(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    manifest = landing / workspace.extract.with_suffix(".manifest.json").name
    manifest.write_text(json.dumps(declared | of_month))
    sign(manifest, UPLOADER)
    register_uploaders(of)
    return str(declared["total"])


def status(workspace: Workspace) -> Act:
    """Where everything stands, with parts that nobody can read: what ``siller status`` does once it is loaded."""
    from flows.service.standing import picture
    from schemas.bank_days import LONDON
    from tests.benchmarks.desk import desk

    of = desk(workspace).context
    for part in of.paths.parts(of.tenant).rglob("*.parquet"):
        part.write_bytes(b"no part")
    now = datetime(2026, 12, 20, 9, 30, tzinfo=LONDON)

    def act() -> None:
        seen = picture([of], of.settings.home, now)
        assert not seen.refused, seen.refused
        paid = [each.run for each in seen.standings if each.run and not each.about]
        assert len(paid) == len(MONTHS)
        assert all(sum(state.payments for state in run.states) == run.payments for run in paid)

    return act


PIECES = {act.__name__: act for act in (five_runs, status)}
