"""Everything that is measured, each by its name.

A piece is a function that imports and lays out what it needs, and returns the act: only the act's time
counts. Each runs in a process of its own (:mod:`tests.benchmarks.child`), as a resumed run's stages do.
"""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.benchmarks.workspace import Workspace

Act = Callable[[], object]

RUN_ID = "ilf-2026-11-rehearsal-1"
FLOW_RUN_ID = "benchmark"


def generate(workspace: Workspace) -> Act:
    """The extract, and ILF's contract that takes it."""
    from data_contracts import __file__ as contracts
    from tasks.account_table.shelf import in_use
    from tasks.settings import Settings
    from tests.benchmarks.extract import PAY_DAY, generate, let_references_have_eight_digits

    shutil.copytree(Path(str(contracts)).parent, workspace.contracts, dirs_exist_ok=True)
    let_references_have_eight_digits(workspace.contracts)
    workspace.extract.parent.mkdir()
    table = in_use(Settings(), PAY_DAY).table
    return lambda: generate(workspace.extract, workspace.rows, table)


def floor(workspace: Workspace) -> Act:
    """The least that a machine must do."""
    from tests.benchmarks.yardsticks import floor

    workspace.lines.unlink(missing_ok=True)
    return lambda: floor(workspace.extract, workspace.lines)


def loop(workspace: Workspace) -> Act:
    """The plain Python loop that only writes the file."""
    from tests.benchmarks.yardsticks import loop

    workspace.lines.unlink(missing_ok=True)
    return lambda: loop(workspace.extract, workspace.lines)


def take_in(workspace: Workspace) -> Act:
    """A fresh SILLER_HOME with the extract in its landing folder, then ingest and validate in one process.

    As in a flow, which goes straight on from one to the other: what is judged while the extract is read is not judged
    again.
    """
    from tasks.ingest.stage import ingest, open_run
    from tasks.validate.stage import validate
    from tests.benchmarks.desk import desk
    from tests.benchmarks.extract import PERIOD
    from tests.people import register_uploaders, sign

    at = desk(workspace)
    landing = at.context.paths.landing(at.context.tenant)
    landing.mkdir(parents=True)
    manifest = workspace.extract.with_suffix(".manifest.json")
    for file in (workspace.extract, manifest):
        os.link(file, landing / file.name)
    sign(landing / manifest.name, "finance.officer@ilf.example")
    register_uploaders(at.context)

    def act() -> None:
        run, arrived = open_run(at.context, PERIOD, FLOW_RUN_ID, at.now)
        assert arrived is not None
        ingest(at.context, run, arrived, FLOW_RUN_ID, at.now)
        validate(at.context, RUN_ID, at.now)

    return act


def instruct(workspace: Workspace) -> Act:
    """The payment file in staging, read back."""
    from tasks.instruct.stage import instruct
    from tests.benchmarks.desk import desk

    at = desk(workspace)
    return lambda: instruct(at.context, RUN_ID, at.now)


def assess(workspace: Workspace) -> Act:
    """The gates and the pack, once Great Expectations has loaded beside the stages before."""
    from tasks.assess.judging import start_unless_warm
    from tasks.assess.stage import assess
    from tests.benchmarks.desk import desk

    at = desk(workspace)
    start_unless_warm(at.context.settings.home, RUN_ID)
    _wait_until_idle(psutil.Process().children()[0])
    return lambda: assess(at.context, RUN_ID, at.now)


def _wait_until_idle(child: psutil.Process) -> None:
    """Wait until a process has used no processor time for a second, and so has loaded what it needs."""
    used, before = child.cpu_times().user, -1.0
    while used > before:
        time.sleep(1)
        used, before = child.cpu_times().user, used


def approve(workspace: Workspace) -> Act:
    """The answers to the form, of two approvers, judged and recorded."""
    from schemas.approval import Answer, Outcome
    from tasks.approve.stage import judge_once
    from tasks.ledger import runs
    from tests.benchmarks.desk import desk
    from tests.people import code_at, enrol_approvers

    at = desk(workspace)
    enrol_approvers(at.context)
    with at.context.ledger.opened() as connection:
        total = runs.run_row(connection, RUN_ID).declared_total

    def answered(key: str, approver: str) -> Outcome:
        code = code_at(approver, at.now)
        answer = Answer("approve", approver, code, f"{total:.2f}", "all: It is for practice.", at.now)
        return judge_once(at.context, RUN_ID, FLOW_RUN_ID, key, answer, at.now).outcome

    def act() -> None:
        first = answered("approval-1-1", "first.approver@ilf.example")
        second = first if first is Outcome.APPROVED else answered("approval-1-2", "second.approver@ilf.example")
        assert second is Outcome.APPROVED

    return act


def continuity(workspace: Workspace) -> Act:
    """The approved payments encrypted for a fall-back day, and read back."""
    from tasks.continuity.leave import leave
    from tests.benchmarks.desk import desk

    at = desk(workspace)
    return lambda: leave(at.context, RUN_ID, at.now)


def release(workspace: Workspace) -> Act:
    """The payment file in the outbox."""
    from tasks.release.stage import release
    from tests.benchmarks.desk import desk

    at = desk(workspace)
    return lambda: release(at.context, RUN_ID, at.now)


def publish(workspace: Workspace) -> Act:
    """The analysts' file."""
    from tasks.publish.stage import publish
    from tests.benchmarks.desk import desk

    at = desk(workspace)
    return lambda: publish(at.context, RUN_ID, at.now)


def reconcile(workspace: Workspace) -> Act:
    """The bank's answers, which accept everything, taken in, and the report."""
    from tasks.practice_bank.bank import answer
    from tasks.reconcile.receive import inbox, receive_all
    from tasks.reconcile.stage import reconcile
    from tests.benchmarks.desk import desk
    from tests.benchmarks.extract import PAY_DAY

    at = desk(workspace)
    paths, tenant = at.context.paths, at.context.tenant
    (released,) = paths.outbox(tenant).glob("*.txt")
    answer(released, paths.bank_inbox(tenant), PAY_DAY, return_codes=())

    def act() -> None:
        receive_all(at.context, inbox(at.context), at.now)
        reconciliation, _ = reconcile(at.context, RUN_ID, at.now)
        assert not reconciliation.unexplained_pounds

    return act


def flow_process(workspace: Workspace) -> Act:
    """What every start and every resume of a flow imports before its first line."""

    def act() -> None:
        import flows.pay_run  # noqa: F401  # to import it is the act

    return act


PIECES = {
    piece.__name__: piece
    for piece in (
        generate,
        floor,
        loop,
        take_in,
        instruct,
        assess,
        approve,
        continuity,
        release,
        publish,
        reconcile,
        flow_process,
    )
}
