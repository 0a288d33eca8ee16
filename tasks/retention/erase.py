"""Erase a period: its payees go from the ledger first, in one transaction, then every file, then what DuckDB freed.

Stopped at any line, it is started again and goes on. What was erased in the ledger and not to the end stands in the
journal, and ``siller verify`` and ``siller retention`` say so.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Event
from tasks.keys.rotate import change_keys, check_changeable
from tasks.ledger import audit_log, erasures, record, runs, sha256_of, verify
from tasks.ledger.catalogue.events import CopiedAnew, Erase
from tasks.ledger.counters import next_number
from tasks.ledger.erasures import ErasedEntryRow, ErasedFileRow, ErasureRow, find_erasure
from tasks.ledger.journal import OF_NO_RUN, output_digest, version_at
from tasks.ledger.parts import sweeping, views
from tasks.ledger.rows import insert
from tasks.ledger.shared import for_people, working_copy_of
from tasks.people.two_people import check_said
from tasks.publish.parquet import check_reaches
from tasks.publish.stage import publish_without_erased
from tasks.reconcile.shared_inbox import INBOXES, SharedInbox
from tasks.release.outboxes import outbox_of
from tasks.retention.due import find_forbidding, list_forbidding, present, scope_of
from tasks.retention.places import FILES, Scope
from tasks.retention.two_people import identify_agreeing, identify_operator
from tasks.storage.atomic_write import flush
from tasks.storage.bucket import Bucket
from tasks.tenant_context import TenantContext
from tasks.verify import problems

_TOUCHED = (
    "SELECT entry, coalesce(run_no, 0), stage, output_digest, "
    "(SELECT list((version, migrated_entry.output_digest)) FROM migrated_entry "
    " WHERE migrated_entry.entry = journal.entry) "
    "FROM journal LEFT JOIN run USING (run_id) "
    f"WHERE period = $period OR split_part(stage, ' ', 1) IN ('{Event.BANK_FILE}', '{Event.PAID_ELSEWHERE}') "
    "ORDER BY entry"
)
"""The entries that can have covered rows of a period: those of its runs, and of what speaks of several."""


def erase(context: TenantContext, period: Period, reason: str, people: tuple[str, str], now: datetime) -> str:
    """Erase every payee of a period, with all its runs, or finish what was begun.

    Args:
        context: the tenant's.
        period: which.
        reason: why; nothing of a payee.
        people: an operator, and an approver or the decision owner.
        now: when.

    Returns:
        what was done, in a sentence.

    Raises:
        NoGo: they are not two who may do that, the period is to be kept, or the ledger does not hold.
    """
    reason = check_said(reason, "why")
    if context.settings.store is None:
        check_changeable(context)
    check_reaches(context)
    by = identify_operator(context, people)
    with context.ledger.opened() as connection:
        begun = find_erasure(connection, period)
        if period not in runs.periods(connection):
            raise NoGo(
                f"{context.tenant} has no run of {period.words}, and no payment made elsewhere for it. Nothing was "
                "erased."
            )
    if begun is None:
        _refuse(period, list(find_forbidding(context, period, now)))
        for problem in problems(context):
            raise NoGo(f"Nothing was erased: the ledger does not hold. {problem.where}: {problem.what}")
    agreed_by = identify_agreeing(context, by, people[1])
    if begun is None:
        _forget(context, period, reason, (by, agreed_by), now)
    return _finish(context, period, by, now)


def _refuse(period: Period, forbids: list[str]) -> None:
    if forbids:
        raise NoGo(f"{period.words} was not erased. {' '.join(forbids)}")


def _forget(context: TenantContext, period: Period, reason: str, people: tuple[str, str], now: datetime) -> None:
    """Take the period's payees out of the ledger, and say by what its journal is proven from now on."""
    folder = context.paths.parts(context.tenant)
    with context.ledger.transaction() as connection:
        _refuse(period, list(list_forbidding(connection, context, period, now)))
        number = next_number(connection, Event.ERASE)
        of_period = {"period": str(period)}
        before = runs.runs_of_period(connection, period)
        sealed = sorted(scope_of(connection, period, None).sealed)
        insert(connection, ErasureRow(number, period, reason, *people, now))
        insert(connection, *(ErasedFileRow(number, sha256) for sha256 in sealed))
        for table in present(connection):
            connection.execute(f"DELETE FROM {table.name} WHERE {table.which}", of_period)
        views.define(connection, folder)
        anew = _proven_anew(connection, period, number)
        insert(connection, *anew)
        rows = sum(run.declared_rows - runs.first_own_row(connection, run) for run in before)
        figures = Erase(*people, str(period), reason, len(before), rows, len(anew), len(sealed))
        record(connection, 0, OF_NO_RUN, figures, sha256_of(Event.ERASE, period, reason), now, number)
        for problem in verify.problems(connection, folder):
            raise NoGo(f"Nothing was erased: the ledger would not hold. {problem.where}: {problem.what}")


def _proven_anew(connection: duckdb.DuckDBPyConnection, period: Period, number: int) -> list[ErasedEntryRow]:
    """What is left of each entry that its own digests do not prove any more."""
    version_of = version_at(connection)
    proofs = erasures.list_proofs(connection, version_of)
    found = []
    for entry, run_no, stage, own, migrated in connection.execute(_TOUCHED, {"period": str(period)}).fetchall():
        expected = proofs(entry, [(version_of(entry), own), *(migrated or ())])
        if any(output_digest(connection, stage, run_no, version) != said for version, said in expected):
            found.append(ErasedEntryRow(number, entry, output_digest(connection, stage, run_no)))
    return found


def _finish(context: TenantContext, period: Period, by: str, now: datetime) -> str:
    """Remove what stands outside the ledger, then copy the ledger under another key: the last step of an erasure."""
    with context.ledger.opened() as connection:
        erasure = find_erasure(connection, period)
        scope = scope_of(connection, period, erasure)
        sweeping.sweep(connection, context.paths, context.tenant)
        sweeping.sweep_sealed(connection, context.paths, context.tenant)
    assert erasure is not None
    removed = _remove_files(context, scope)
    left = _left_in_bucket(context, scope)
    publish_without_erased(context, now)
    changed = _copy_anew(context, by, now) or change_keys(context, by, now)
    done = f"{erasure.said}, with {len(scope.run_ids)} runs; {removed:,} files were removed."
    return " ".join(filter(None, (done, left, *_left_in_lake(context), changed)))


def _copy_anew(context: TenantContext, by: str, now: datetime) -> str | None:
    """Copy a ledger that homes share, and remove every earlier copy from the store; None where a home has it alone.

    All homes are given the same keys, which none of them can change: what was erased has to be gone, not locked away.
    """
    copy = working_copy_of(context.settings, context.paths, context.tenant)
    if copy is None:
        return None
    with context.ledger.held() as taken:
        context.ledger.rekey(lambda _: None, anew=False)
        with context.ledger.worked_on(taken):
            pass
        copy.forget_earlier()
    said = (
        f"The ledger was copied anew, and nothing of earlier ones is left in {copy.store.address}. If that bucket "
        "keeps old versions, or copies, siller cannot remove those."
    )
    with context.ledger.transaction() as connection:
        audit_log.keep(connection, CopiedAnew(by, said), now)
    return said


def _left_in_bucket(context: TenantContext, scope: Scope) -> str:
    """Remove the released files from an outbox that is a bucket, where it lets siller; say what it keeps."""
    outbox = outbox_of(context)
    if not isinstance(outbox, Bucket) or not (
        left := [name for name in scope.payment_files if not outbox.forget(name)]
    ):
        return ""
    return (
        f"{outbox.address} keeps {', '.join(left)}: its object lock has not ended, or siller's role may not delete "
        "versions there. Whoever keeps the bucket has to remove them, with their old versions."
    )


def _left_in_lake(context: TenantContext) -> Iterator[str]:
    if context.settings.lake:
        yield "The service's own copy of all bodies' tables has the period until siller rebuild-lake is given."


def _remove_files(context: TenantContext, scope: Scope) -> int:
    copy = working_copy_of(context.settings, context.paths, context.tenant)
    with context.ledger.held() as taken:
        paths = {path for place in FILES for path in place.find(context, scope)}
        there = [path for path in sorted(paths) if path.exists() or path.is_symlink()]
        for path in there:
            _remove(path)
        if copy and taken:  # what is not in the next commit goes from every home
            for_people(copy, context.paths, context.tenant).erase(paths)
            with context.ledger.worked_on(taken):
                pass
    for inbox in INBOXES:
        if shared := SharedInbox.of(context, inbox):
            shared.remove(scope.sealed)
    return len(there)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
    flush(path.parent)
