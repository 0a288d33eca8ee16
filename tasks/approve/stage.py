"""Approve: each answer to the form is judged once, and the verdict is kept."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import duckdb

from schemas.approval import Answer, Outcome, Question, Verdict, canonical, judge_answer, may_say
from schemas.gate_reasons import Referring
from schemas.no_go import NoGo
from schemas.one_time_code import Proof
from schemas.stages import Event, Stage
from tasks.adoption.adopted import say_unadopted
from tasks.approve import receipts
from tasks.approve.decision import decision, forget_staged, say_waiting, start_of
from tasks.approve.limits import TOO_LATE, deadline, in_run_time, two_needed
from tasks.assess.gates import referring
from tasks.authorised_payees.kept import say_by_another_list
from tasks.ledger import entry_of, record, runs, sha256_of
from tasks.ledger.catalogue.events import Approval
from tasks.ledger.catalogue.stages import Approve, Assess, Instruct
from tasks.ledger.connection import all_or_nothing
from tasks.ledger.counters import next_number
from tasks.ledger.funding import list_confirmers, say_unfunded
from tasks.ledger.moved_since import say_moved
from tasks.ledger.payee_findings import say_rechecked
from tasks.ledger.rows import ApprovalRow, insert
from tasks.ledger.runs import RunRow
from tasks.ledger.stops import say_stopped
from tasks.payee_checks.agreed import terms_of
from tasks.people import codes
from tasks.tenant_context import TenantContext


def judge_once(
    context: TenantContext, run_id: str, flow_run_id: str, key: str, answer: Answer, now: datetime
) -> Verdict:
    """Judge the answer to one form, or return what was said before to the same form.

    A resumed flow is handed every earlier answer again, so the verdict is looked up by flow run and key;
    approved and rejected end the stage, any other answer brings the form back. The decision is bound to the
    payment file, the pack and the agreement that stand in the ledger. Each answer leaves a receipt outside it.

    Raises:
        NoGo: the run was rejected, or its release has begun, by an answer to another flow run's form.
    """
    with context.ledger.opened() as connection:
        said = _said_before(connection, flow_run_id, key)
        if said is None:
            with all_or_nothing(connection):
                verdict = _judge(connection, context, run_id, (flow_run_id, key), answer, now)
        # A receipt of what was not committed would be a false one; whoever judged before may have died without it.
        receipts.keep(connection, context.paths, context.tenant)
    if said:
        return said
    if verdict.outcome is Outcome.REJECTED:
        forget_staged(context, run_id)
    return verdict


def _judge(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run_id: str,
    form: tuple[str, str],
    answer: Answer,
    now: datetime,
) -> Verdict:
    """Judge an answer that was not judged before, and keep what it came to."""
    run = runs.run_row(connection, run_id)
    _check_open(connection, run_id)
    people = context.agreement.people
    answer = replace(
        answer,
        approver=canonical(answer.approver, people),
        came_through=canonical(answer.came_through, people),
    )
    flow_run_id, key = form
    instructed = entry_of(connection, run_id, Instruct)
    assessed = entry_of(connection, run_id, Assess)
    question = _question(connection, context, run, (flow_run_id, start_of(key)), answer, now)
    verdict = judge_answer(answer, question)
    approvers = tuple(filter(None, (question.first_approver, answer.approver)))
    figures = Approval(
        verdict=str(verdict.outcome),
        approver=" and ".join(approvers) if verdict.outcome is Outcome.APPROVED else answer.approver,
        approvers=len(approvers) if verdict.outcome is Outcome.APPROVED else 0,
        answered_at=answer.answered_at,
        file_sha256=instructed.all_sha256,
        pack_sha256=assessed.pack_sha256,
        agreement_sha256=context.agreement_sha256,
        payments=instructed.all_payments,
        pence=instructed.all_pence,
        costs_an_attempt=int(verdict.costs_an_attempt),
        came_through=answer.came_through,
    )
    _keep(connection, run, form, answer, verdict, figures, now)
    return verdict


def _said_before(connection: duckdb.DuckDBPyConnection, flow_run_id: str, key: str) -> Verdict | None:
    """What the answer to this form came to when it was judged; None if it was not."""
    row = connection.execute(
        "SELECT run_id, approval_no, verdict, cause FROM approval JOIN run USING (run_no) "
        "WHERE flow_run_id = ? AND key = ?",
        [flow_run_id, key],
    ).fetchone()
    if row is None:
        return None
    run_id, number, outcome, cause = row
    # To a siller that did not say so, every answer cost one.
    costs = entry_of(connection, run_id, Approval, number).costs_an_attempt
    return Verdict(Outcome(outcome), cause, costs is None or bool(costs))


def _check_open(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    latest = decision(connection, run_id)
    if latest and (latest.verdict == Outcome.REJECTED or runs.may_have_left(connection, run_id)):
        raise NoGo(f"{run_id} was {latest.verdict} by {latest.approver} on another form. This answer changes nothing.")


def _question(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run: RunRow,
    start: tuple[str, str],
    answer: Answer,
    now: datetime,
) -> Question:
    people = context.agreement.people
    proof = Proof(0)
    if may_say(answer.decision, answer.approver, people):
        code, at, whose = answer.one_time_code, answer.answered_at, (run.run_no, run.run_id)
        proof = codes.judge_code(connection, answer.approver, code, "approval", at, now, whose, answer.came_through)
    return Question(
        people=people,
        uploader=run.submitted_by,
        control_total_pence=int(run.declared_total * Decimal(100)),
        referring=reasons_wanted(connection, run.run_no),
        proof=proof,
        two_needed=two_needed(context, entry_of(connection, run.run_id, Instruct).all_pence),
        first_approver=first_approver(connection, run.run_no, start, context.agreement_sha256),
        void=_void(connection, context, run, answer, now),
    )


def reasons_wanted(connection: duckdb.DuckDBPyConnection, run_no: int) -> tuple[Referring, ...]:
    """The gates that refer a run to its approver, who gives a reason for each."""
    found = connection.execute(
        "SELECT gate, figure FROM out_gate WHERE run_no = ? AND verdict = 'refer' ORDER BY gate", [run_no]
    ).fetchall()
    return referring(found)


def first_approver(
    connection: duckdb.DuckDBPyConnection, run_no: int, start: tuple[str, str], agreement_sha256: str
) -> str:
    """Who approved as the first of two, on a form of this very start of the flow run."""
    row = connection.execute(
        "SELECT approver FROM approval WHERE run_no = ? AND flow_run_id = ? AND starts_with(key, ? || '-') "
        "AND verdict = 'first' AND agreement_sha256 = ? ORDER BY approval_no DESC LIMIT 1",
        [run_no, *start, agreement_sha256],
    ).fetchone()
    return str(row[0]) if row else ""


def _void(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, answer: Answer, now: datetime
) -> str:
    """Why nobody can approve this run as it stands; empty if somebody can."""
    later = runs.successor(connection, run)
    if later:
        return f"{later.run_id} has taken the place of this run. Answer that one's form."
    if said := say_judged_otherwise(connection, context, run.run_id):
        return said
    if said := say_void_by_now(connection, context, run, now):
        return said
    if answer.approver in list_confirmers(connection, run.run_id):
        return f"{answer.approver} has confirmed the money for this run: somebody else approves it."
    latest = deadline(context, connection, run.run_id)
    if in_run_time(context, answer.answered_at, now) >= latest:
        return f"This answer came after {latest:%H:%M on %-d %B %Y}, the latest time agreed. {TOO_LATE}"
    return ""


def say_judged_otherwise(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> str:
    """That the gates judged a run by another agreement than the one that stands; empty if they did not."""
    if entry_of(connection, run_id, Assess).agreement_sha256 == context.agreement_sha256:
        return ""
    return (
        "The agreement has changed since the gates judged this run, so nobody can approve it. Put the agreement back "
        "as it was, or reject the run and send the extract again."
    )


def say_void_by_now(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, now: datetime) -> str:
    """What has come up since the run was judged, so that nobody can approve it; empty if nothing has.

    A payment of it was stopped, held or paid, a bank has said another thing of an account, the decision
    owner waits for a correction, another list of authorised payees counts, the money for it is not confirmed, or the
    agreement of a live run is not adopted.
    """
    return (
        say_unadopted(connection, context)
        or say_waiting(connection, run.run_id)
        or say_by_another_list(connection, context, run)
        or say_stopped(connection, run)
        or say_rechecked(connection, run, terms_of(context, run), context.agreement.accounts)
        or say_moved(connection, run, now.date(), context.agreement.accounts)
        or say_unfunded(connection, context.agreement, run.run_id)
    )


def _keep(
    connection: duckdb.DuckDBPyConnection,
    run: RunRow,
    form: tuple[str, str],
    answer: Answer,
    verdict: Verdict,
    figures: Approval,
    now: datetime,
) -> None:
    """Keep an answer and what it came to, and the first decision as the end of the stage."""
    number = next_number(connection, Event.APPROVAL)
    flow_run_id, key = form
    kept = ApprovalRow(
        approval_no=number,
        run_no=run.run_no,
        flow_run_id=flow_run_id,
        key=key,
        decision=answer.decision,
        approver=answer.approver,
        reason=answer.reason,
        verdict=verdict.outcome,
        cause=verdict.cause,
        file_sha256=figures.file_sha256,
        pack_sha256=figures.pack_sha256,
        agreement_sha256=figures.agreement_sha256,
        answered_at=answer.answered_at,
    )
    insert(connection, kept)
    input_hash = sha256_of(figures.file_sha256, figures.pack_sha256, *form)
    record(connection, run.run_no, run.run_id, figures, input_hash, now, number)
    ended = verdict.outcome in (Outcome.APPROVED, Outcome.REJECTED)
    if ended and Stage.APPROVE not in runs.stages_done(connection, run.run_id):
        record(connection, run.run_no, run.run_id, Approve(**vars(figures)), input_hash, now)
