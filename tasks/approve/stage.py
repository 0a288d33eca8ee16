"""Approve: each answer to the form is judged once, and the verdict is kept."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import duckdb

from schemas.approval import Answer, Outcome, Question, Verdict, judged
from schemas.no_go import NoGo
from tasks.instruct.stage import staged_file
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.runs import RunRow
from tasks.office import Office

STAGE = "approve"


def decided(office: Office, run_id: str) -> bool:
    """Whether the run has been approved.

    Raises:
        NoGo: it has been rejected.
    """
    with office.ledger.opened() as connection:
        if STAGE not in runs.stages_done(connection, run_id):
            return False
        figures = runs.figures_of(connection, run_id, STAGE)
    if figures["verdict"] == Outcome.REJECTED:
        raise NoGo(
            f"{run_id} was rejected by {figures['approver']}; nothing was released. The reason is in the ledger "
            '(siller status). A corrected extract takes its place if its manifest "replaces" this one\'s SHA-256.'
        )
    return True


def judge_once(office: Office, run_id: str, flow_run_id: str, key: str, answer: Answer, now: datetime) -> Verdict:
    """Judge the answer to one form, or return what was said before to the same form.

    A resumed flow is handed every earlier answer again, so the verdict is looked up by flow run and key;
    approved and rejected end the stage, a refused answer brings the form back. The decision is bound to the
    payment file and the pack that stand in the ledger.

    Raises:
        NoGo: the run was decided already, by an answer to another flow run's form.
    """
    with office.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        said = connection.execute(
            "SELECT verdict, cause FROM approval WHERE flow_run_id = ? AND key = ?", [flow_run_id, key]
        ).fetchone()
        if said:
            return Verdict(Outcome(said[0]), said[1])
        _check_undecided(connection, run_id)
        verdict = _superseded(connection, run) or judged(answer, _question(connection, office, run))
        file_sha256 = runs.figures_of(connection, run_id, "instruct")["file_sha256"]
        pack_sha256 = runs.figures_of(connection, run_id, "assess")["pack_sha256"]
        connection.execute(
            "INSERT INTO approval VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.run_no,
                flow_run_id,
                key,
                answer.decision,
                answer.approver,
                answer.reason,
                verdict.outcome,
                verdict.cause,
                file_sha256,
                pack_sha256,
                answer.answered_at,
            ],
        )
        if verdict.outcome is not Outcome.REFUSED:
            figures = {
                "verdict": str(verdict.outcome),
                "approver": answer.approver,
                "answered_at": answer.answered_at.isoformat(),
                "file_sha256": file_sha256,
                "pack_sha256": pack_sha256,
            }
            input_hash = sha256_of(file_sha256, pack_sha256, flow_run_id, key)
            record(connection, run.run_no, run_id, STAGE, input_hash, figures, now)
    if verdict.outcome is Outcome.REJECTED:
        # Names and accounts in plain text, which nobody will send any more.
        staged_file(office, run_id).unlink(missing_ok=True)
    return verdict


def time_left(office: Office, run_id: str, now: datetime) -> timedelta:
    """How long an approver has: until the agreement's hour on its last day before processing.

    Raises:
        NoGo: the time is over.
    """
    with office.ledger.opened() as connection:
        processing_date = runs.figures_of(connection, run_id, "instruct")["processing_date"]
    deadline = office.calendar.latest(office.agreement.approve_by, date.fromisoformat(str(processing_date)))
    if now >= deadline:
        raise NoGo(
            f"{run_id} had to be approved by {deadline:%H:%M on %-d %B %Y} to be paid on its day, and was not. "
            "Nothing was released; agree with the body what to do next."
        )
    return deadline - now


def _check_undecided(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    if STAGE in runs.stages_done(connection, run_id):
        decision = runs.figures_of(connection, run_id, STAGE)
        raise NoGo(
            f"{run_id} was {decision['verdict']} by {decision['approver']} on another form. "
            "This answer changes nothing."
        )


def _superseded(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Verdict | None:
    later = runs.successor(connection, run)
    if later is None:
        return None
    return Verdict(Outcome.REFUSED, f"{later.run_id} has taken the place of this run. Answer that one's form.")


def _question(connection: duckdb.DuckDBPyConnection, office: Office, run: RunRow) -> Question:
    row = connection.execute(
        "SELECT count(*) FROM out_gate WHERE run_no = ? AND verdict = 'refer'", [run.run_no]
    ).fetchone()
    assert row is not None
    return Question(
        people=tuple(office.agreement.people),
        uploader=run.submitted_by,
        control_total_pence=int(run.declared_total * Decimal(100)),
        reason_needed=row[0] > 0,
    )
