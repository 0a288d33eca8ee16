"""Submitted: who handed a released payment file to the channel of its rail, when, and under which reference.

Released is not sent. Siller sends nothing itself, so a person says it, and the file that was sent is held
against the ledger once more.
"""

from datetime import UTC, datetime

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.stages import Event, Stage
from tasks.ledger import Entry, entry_of, record, runs, sha256_of, standing
from tasks.ledger.catalogue.events import Submitted
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.counters import next_number
from tasks.ledger.file_days import days_of
from tasks.ledger.rows import SubmissionRow, insert
from tasks.ledger.runs import RunRow
from tasks.release.outboxes import outbox_of
from tasks.tenant_context import TenantContext

LONGEST_REFERENCE = 100


def record_submission(
    context: TenantContext, run_id: str, reference: str, at: datetime, by: str, now: datetime
) -> Entry[Submitted]:
    """Record that a run's payment file was submitted.

    Args:
        context: the tenant's.
        run_id: the run.
        reference: what the channel gave back, as text.
        at: when it was submitted.
        by: the officer who submitted it.
        now: the time that counts.

    Returns:
        the entry, now or as it stands; its figure ``days_late`` is 0 for a file that was sent in time.

    Raises:
        NoGo: the run is not released, its file is gone from the outbox or is another one, the reference cannot be
            read, the time is before the release or ahead, or the run was submitted before in other words.
    """
    reference = check_reference(reference)
    outbox = outbox_of(context)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        check_time(connection, run_id, at, now)
        instructed = entry_of(connection, run_id, Instruct)
        send_by = min(day.input_day for day in days_of(connection, run_id))
        was_taken_back = runs.is_withdrawn(connection, run)
    name, expected = instructed.file_name, instructed.file_sha256
    if not name:
        raise NoGo(
            f"{run_id} pays by voucher alone: there is no payment file that went to the bank. Nothing was recorded; "
            f"when the provider has the vouchers: siller vouchers sent {run_id}."
        )
    there = outbox.sha256_of(name)
    # Whoever sent a file that was said to be never sent has paid: that is kept, and is a contradiction from then on.
    if there != expected and not was_taken_back:
        found = f"is not in {outbox.address}" if there is None else f"in {outbox.address} has the SHA-256 {there}"
        raise NoGo(
            f"{name} {found}, and {run_id} released {expected}. Nothing was recorded. If another file went to the "
            "bank, stop it there now; if only the copy here was moved or changed, put the released one back."
        )
    late = (at.astimezone(LONDON).date() - send_by).days
    said = Submitted(by, reference, at.astimezone(UTC), expected, max(late, 0))
    input_hash = sha256_of(reference, said.at.isoformat(), by, expected)
    with context.ledger.transaction() as connection:
        number = _number(connection, run)
        entry = _standing(connection, run_id, number, input_hash)
        if entry:
            return entry
        insert(connection, SubmissionRow(number, run.run_no, reference, at, by, expected, late > 0))
        return record(connection, run.run_no, run_id, said, input_hash, now, number)


def london_time(text: str) -> datetime:
    """Read a moment as a person writes it: ``2026-11-26 14:05``, by the clock in London.

    In the hour that comes twice when the clocks go back, the first one is meant.

    Raises:
        NoGo: it is none, or the clocks jump over it.
    """
    try:
        moment = datetime.strptime(text.strip(), "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)
    except ValueError:
        raise NoGo(f"{text!r} is no time; write it YYYY-MM-DD HH:MM, by the clock in London.") from None
    if moment.astimezone(UTC).astimezone(LONDON) != moment:
        raise NoGo(f"There is no {text}: the clocks in London jump over it. Look at the channel's time again.")
    return moment


def check_reference(reference: str) -> str:
    """A reference in letters and figures, on one line.

    Raises:
        NoGo: it is none.
    """
    reference = " ".join(reference.split())
    if not reference or not reference.isprintable() or len(reference) > LONGEST_REFERENCE:
        raise NoGo(
            "The reference is what the channel gave back for the submission, in letters and figures, at most "
            f"{LONGEST_REFERENCE} of them. Nothing was recorded."
        )
    return reference


def check_time(connection: duckdb.DuckDBPyConnection, run_id: str, at: datetime, now: datetime) -> None:
    """See that a file of a run can have been sent at a moment.

    Raises:
        NoGo: the run was not released by then, or the moment is still to come.
    """
    row = connection.execute(
        "SELECT recorded_at FROM journal WHERE run_id = ? AND stage = ?", [run_id, Stage.RELEASE]
    ).fetchone()
    if row is None:
        raise NoGo(f"{run_id} has not been released, so its file cannot have been submitted. Nothing was recorded.")
    # A person writes minutes.
    if at < row[0].replace(second=0, microsecond=0):
        raise NoGo(
            f"{run_id} was released on {row[0].astimezone(LONDON):%-d %B %Y at %H:%M}, after the time given. Nothing "
            "was recorded. A file that was sent before its release is not this one: stop it at the bank."
        )
    if at > now:
        raise NoGo(f"{at:%-d %B %Y, %H:%M} is still to come. Nothing was recorded; record it once it is done.")


def _number(connection: duckdb.DuckDBPyConnection, run: RunRow) -> int:
    """The number of this run's submission: as it stands, or the next one."""
    kept = connection.execute("SELECT submission_no FROM submission WHERE run_no = ?", [run.run_no]).fetchone()
    return int(kept[0]) if kept else next_number(connection, Event.SUBMITTED)


def _standing(
    connection: duckdb.DuckDBPyConnection, run_id: str, number: int, input_hash: str
) -> Entry[Submitted] | None:
    try:
        return standing(connection, run_id, Submitted, input_hash, number)
    except NoGo:
        said = entry_of(connection, run_id, Submitted, number)
        raise NoGo(
            f"{run_id} was recorded as submitted already, by {said.by} under the reference {said.reference}. "
            "That stands, and nothing was changed. If the file went to the bank twice, stop one of them there now."
        ) from None
