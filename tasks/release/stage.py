"""Release, in two phases: ``pending`` in the ledger, the file in the outbox, ``released`` in the ledger.

A crash in between leaves something that the next start finishes, or shows to a person; it never makes a
second file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.decision import approval_in_force, check_still_counts
from tasks.approve.receipts import find_unknown_receipts
from tasks.authorised_payees.kept import say_by_another_list
from tasks.backup.settled import say_unsettled
from tasks.continuity.settle import check_settled
from tasks.instruct.day_limit import check_day_limit, look_at_day_limit
from tasks.ledger import checkpoint, entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.events import Approval
from tasks.ledger.catalogue.stages import Instruct, Release, ReleasePending
from tasks.ledger.file_days import days_of
from tasks.ledger.funding import say_unfunded
from tasks.ledger.moved_since import say_moved
from tasks.ledger.payee_findings import say_rechecked
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.ledger.stops import say_stopped
from tasks.ledger.verify import check_unchanged
from tasks.payee_checks.agreed import terms_of
from tasks.release.anchors import find_unknown_anchors, read_manifests
from tasks.release.manifest import manifest_of
from tasks.release.outbox import Outbox
from tasks.release.outboxes import check_remembers, live_outbox, outbox_of, rehearsal_outbox
from tasks.release.released_file import F, LiveFile, RehearsalFile
from tasks.release.run_files import RunFile, list_files
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Released:
    """What a release comes to.

    Attributes:
        figures: of the payment file, as the journal has them.
        days: on which it pays.
    """

    figures: Release
    days: tuple[FileDayRow, ...]


def release(context: TenantContext, run_id: str, now: datetime) -> Released:
    """Release an approved run's payment file, and that of its vouchers: both of them or none.

    Raises:
        NoGo: the run is not approved, the approval was for another file or sum, a gate said no-go, the bank's input day
            is over, a restored ledger was not settled, a later run has taken this one's place, another list of
            authorised payees counts, the money for it is not confirmed, the bank takes less for that day by all files
            together, something of the run was changed in the ledger, the ledger is older than what is in the outbox,
            what is in staging or outbox is another file, or the outbox cannot be reached.
    """
    outbox = outbox_of(context)
    check_remembers(context.settings, context.mode, context.tenant)
    anchors = read_manifests(outbox)
    limit = look_at_day_limit(context)
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        figures = entry_of(connection, run_id, Instruct)
        days = days_of(connection, run_id)
        files = list_files(context, connection, run, figures, days)
        approved = approval_in_force(connection, run_id)
        input_hash = sha256_of(*sorted(approved.as_kept().items()))
        done = standing(connection, run_id, Release, input_hash)
        if done is None:
            check_unchanged(connection, run_id, context.paths.parts(context.tenant))
            if said := say_unsettled(connection, context):  # also of one that was begun: it may have ended since
                raise NoGo(f"Nothing was released. {said}")
        if done is None and standing(connection, run_id, ReleasePending, input_hash) is None:
            check_settled(connection, context.paths, context.tenant)
            _check_may_leave(context, connection, run, approved, figures, now)
            check_still_counts(context, connection, run_id, approved, now)
            _check_same_sum(connection, run, approved, figures)
            _check_not_behind(connection, anchors, context)
            check_day_limit(connection, limit, run_id, lets_go=True)
            record(connection, run.run_no, run_id, ReleasePending(**vars(figures)), input_hash, now)
        manifests = [manifest_of(connection, run_id, file.staged.name) for file in files]
    if done:
        _forget(files)
        return Released(done.figures, days)
    for file in files:
        if outbox.sha256_of(file.staged.name) is None:  # else an earlier start got that far
            if not file.staged.exists():
                file.write()
            file.check()
    match context.mode:
        case Mode.LIVE:
            live = [LiveFile(run.pay_run, file.staged, file.sha256) for file in files]
            _let_go(live_outbox(context.settings, run.tenant), live, manifests)
        case Mode.REHEARSAL:
            rehearsed = [RehearsalFile(run.pay_run, file.staged, file.sha256) for file in files]
            _let_go(rehearsal_outbox(context.settings, run.tenant), rehearsed, manifests)
    with context.ledger.transaction() as connection:
        entry = standing(connection, run_id, Release, input_hash) or record(
            connection, run.run_no, run_id, Release(**vars(figures)), input_hash, now
        )
    _forget(files)
    return Released(entry.figures, days)


def _let_go(outbox: Outbox[F], files: Sequence[F], manifests: Sequence[str]) -> None:
    """Make each file appear, and their manifests last: who sees a manifest sees every file of the run, whole."""
    for file in files:
        outbox.put(file)
    for file, manifest in zip(files, manifests, strict=True):
        outbox.put_manifest(file, manifest)


def _forget(files: Sequence[RunFile]) -> None:
    for file in files:
        file.staged.unlink(missing_ok=True)


def _check_may_leave(
    context: TenantContext,
    connection: duckdb.DuckDBPyConnection,
    run: RunRow,
    approved: Approval,
    figures: Instruct,
    now: datetime,
) -> None:
    if approved.file_sha256 != figures.all_sha256:
        raise NoGo(f"{run.run_id} has no approval for its payment file. Nothing was released.")
    if connection.execute("SELECT 1 FROM out_gate WHERE run_no = ? AND verdict = 'no-go'", [run.run_no]).fetchone():
        raise NoGo(f"A gate said no-go to {run.run_id}, which no approval outweighs. Nothing was released.")
    send_by = min(day.input_day for day in days_of(connection, run.run_id))
    if now.date() > send_by:
        raise NoGo(
            f"The last day to send {run.run_id} to {context.agreement.terms.taken_by} was {send_by.isoformat()}: a "
            "late file would be paid on another day than agreed. Nothing was released; agree a new pay day with the "
            "body."
        )
    later = runs.successor(connection, run)
    if later:
        raise NoGo(f"{later.run_id} has taken the place of {run.run_id}. Nothing was released from the earlier run.")
    if said := say_stopped(connection, run):
        raise NoGo(f"{said} Nothing was released.")
    if said := say_by_another_list(connection, context, run):
        raise NoGo(f"{said} Nothing was released.")
    if said := say_rechecked(connection, run, terms_of(context, run), context.agreement.accounts):
        raise NoGo(f"{said} Nothing was released.")
    if said := say_moved(connection, run, now.date(), context.agreement.accounts):
        raise NoGo(f"{said} Nothing was released.")
    if said := say_unfunded(connection, context.agreement, run.run_id):
        raise NoGo(f"{said} Nothing was released.")


def _check_same_sum(connection: duckdb.DuckDBPyConnection, run: RunRow, approved: Approval, figures: Instruct) -> None:
    """Released equals approved: what was shown, what the file says and what the ledger pays are one number and sum."""
    payable = connection.execute(
        "SELECT count(*), coalesce(sum(amount_pence), 0)::BIGINT FROM core_payment WHERE run_no = ?", [run.run_no]
    ).fetchone()
    if not payable == (approved.payments, approved.pence) == (figures.all_payments, figures.all_pence):
        raise NoGo(
            f"The payments of {run.run_id} are not in number and sum those that were approved. Nothing was released. "
            "Find out what changed them (siller verify)."
        )


def _check_not_behind(
    connection: duckdb.DuckDBPyConnection, anchors: Mapping[str, str], context: TenantContext
) -> None:
    unknown = find_unknown_anchors(connection, anchors) or find_unknown_receipts(
        connection, context.paths, context.tenant
    )
    if unknown:
        raise NoGo(
            f"The ledger does not have the journal entries that {', '.join(unknown)} names. It may be an older copy, "
            "which has forgotten what was decided or released. Nothing was released: hold ledger, receipts, outbox and "
            "bank against each other first (siller verify)."
        )
    if said := checkpoint.behind(connection, context.paths.ledger_checkpoint(context.tenant)):
        raise NoGo(
            f"{said} Nothing was released: hold ledger, outbox and bank against each other first (siller verify)."
        )
