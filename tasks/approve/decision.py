"""Which decision on a run is in force, and whether anything may still be done upon it."""

from dataclasses import dataclass, fields
from datetime import datetime

import duckdb

from schemas.approval import ABANDON, WAIT, Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.adoption.adopted import say_unadopted
from tasks.approve import receipts
from tasks.approve.limits import TOO_LATE, deadline, in_run_time, two_needed
from tasks.instruct.stage import staged_file
from tasks.instruct.vouchers import staged_vouchers
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.events import Approval
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Decision:
    """An answer that ended the stage, as the table ``approval`` has it."""

    approval_no: int
    flow_run_id: str
    key: str
    approver: str
    verdict: str


def decision(connection: duckdb.DuckDBPyConnection, run_id: str) -> Decision | None:
    """The latest answer that ended the stage."""
    row = connection.execute(
        f"SELECT {', '.join(each.name for each in fields(Decision))} FROM approval JOIN run USING (run_no) "
        "WHERE run_id = ? AND verdict IN ('approved', 'rejected') ORDER BY approval_no DESC LIMIT 1",
        [run_id],
    ).fetchone()
    return Decision(*row) if row else None


def say_waiting(connection: duckdb.DuckDBPyConnection, run_id: str) -> str:
    """That the decision owner waits for a correction of a run, so that nobody can approve it; empty otherwise."""
    # The same extract, started again, is no correction: what was chosen of one run of it holds for all.
    row = connection.execute(
        "SELECT approver, decision, answered_at FROM approval JOIN run USING (run_no) "
        "JOIN run AS this ON this.period = run.period AND this.extract_sha256 = run.extract_sha256 "
        "WHERE this.run_id = ? AND verdict = ? ORDER BY approval_no DESC LIMIT 1",
        [run_id, Outcome.CHOSEN],
    ).fetchone()
    if row is None or row[1] != WAIT:
        return ""
    return (
        f"{row[0]}, the decision owner, chose at {row[2].astimezone(LONDON):%H:%M on %-d %B %Y} to wait for a "
        "correction. Nobody can approve this run until its decision owner chooses to pay the rest; a correction "
        "takes its place."
    )


def check_not_abandoned(
    connection: duckdb.DuckDBPyConnection, run_id: str, what: str = "the same extract opens no other run"
) -> None:
    """Hold a run against the decision owner's choice, before another run takes its place.

    Args:
        connection: the tenant's ledger.
        run_id: the run.
        what: what is not done then, for the sentence.

    Raises:
        NoGo: they have abandoned it.
    """
    row = connection.execute(
        "SELECT approver FROM approval JOIN run USING (run_no) WHERE run_id = ? AND decision = ? AND verdict = ?",
        [run_id, ABANDON, Outcome.REJECTED],
    ).fetchone()
    if row:
        raise NoGo(
            f"{row[0]}, the decision owner, has abandoned {run_id}, and {what}. Nothing "
            'was done. A corrected extract, whole, takes its place if its manifest "replaces" this one\'s SHA-256.'
        )


def undecided_until(context: TenantContext, run_id: str, flow_run_id: str, start: str) -> datetime | None:
    """Until when the run is to be approved; None if it has an approval that this start of a flow may act upon.

    Whoever approved saw the run go on from there. If it failed instead, and is started again, somebody has to look
    again; once the release has begun, it is only finished.

    Args:
        context: the tenant's.
        run_id: the run.
        flow_run_id: the flow run that asks.
        start: what the keys of its forms begin with: which start of the flow run it is.

    Raises:
        NoGo: the run has been rejected.
    """
    with context.ledger.opened() as connection:
        latest = decision(connection, run_id)
        if latest is None:
            return deadline(context, connection, run_id)
        receipts.keep(connection, context.paths, context.tenant)  # whoever judged may have died before it was written
        if latest.verdict == Outcome.REJECTED:
            forget_staged(context, run_id)
            raise NoGo(
                f"{run_id} was rejected by {latest.approver}; nothing was released. The reason is in the ledger "
                '(siller status). A corrected extract takes its place if its manifest "replaces" this one\'s SHA-256.'
            )
        is_ours = (latest.flow_run_id, start_of(latest.key)) == (flow_run_id, start)
        if is_ours or runs.may_have_left(connection, run_id):
            return None
        return deadline(context, connection, run_id)


def forget_staged(context: TenantContext, run_id: str) -> None:
    """Delete the files of a run that was rejected: names and accounts in plain text, which nobody will send."""
    staged_file(context, run_id).unlink(missing_ok=True)
    if context.voucher_channel:
        staged_vouchers(context, run_id, context.voucher_channel).unlink(missing_ok=True)


def start_of(key: str) -> str:
    """What the keys of all forms of one start of a flow run begin with: the key without its number."""
    return key.rpartition("-")[0]


def approval_in_force(connection: duckdb.DuckDBPyConnection, run_id: str) -> Approval:
    """What the latest decision on a run recorded: who approved what, when, under which agreement.

    Raises:
        NoGo: nobody has approved it, or the latest decision was to reject it.
    """
    latest = decision(connection, run_id)
    if latest is None or latest.verdict != Outcome.APPROVED:
        raise NoGo(f"{run_id} has no approval for its payment file. Nothing was released.")
    return entry_of(connection, run_id, Approval, latest.approval_no)


def check_still_counts(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, run_id: str, approved: Approval, now: datetime
) -> None:
    """Hold an approval, before anything leaves, against the agreement as it is now.

    Raises:
        NoGo: the agreement has changed since or, of a live run, is not adopted, the decision owner waits since, the
            approval came too late, or it wants another approver.
    """
    if approved.agreement_sha256 != context.agreement_sha256:
        raise NoGo(
            f"The agreement has changed since {run_id} was approved: the approval is void. Nothing was released."
        )
    if said := say_unadopted(connection, context) or say_waiting(connection, run_id):
        raise NoGo(f"{said} Nothing was released.")
    answered = in_run_time(context, approved.answered_at, now)
    latest = deadline(context, connection, run_id)
    if answered >= latest:
        raise NoGo(f"{run_id} was approved after {latest:%H:%M on %-d %B %Y}, the latest time agreed. {TOO_LATE}")
    if two_needed(context, approved.pence) and approved.approvers < 2:
        raise NoGo(f"{run_id} needs two approvers and has one. Nothing was released.")
