"""Hand over a released payment file, on the word of the sender, and record that it was submitted.

That the file is about to have its final name at the server stands in the ledger before the server is asked for it. From
then on siller finishes what stands there and never uploads again: a bank takes a file away within seconds, and one that
is gone may be paid.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, time
from time import sleep
from typing import BinaryIO, NamedTuple

import duckdb

from schemas.bank_days import LONDON
from schemas.hand_over import HandOver, HandOverS3
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event, Stage
from tasks.adoption.adopted import say_unadopted
from tasks.backup.settled import find_unsettled
from tasks.hand_over.home_name import home_name
from tasks.hand_over.send import Cut, OtherEnd, PerhapsThere, ToSend, send
from tasks.ledger import audit_log, checkpoint, entry_of, runs
from tasks.ledger.catalogue.events import Submitted
from tasks.ledger.catalogue.handing_over import HandOverBegun
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.journal import list_events
from tasks.ledger.runs import RunRow
from tasks.release.outboxes import outbox_of
from tasks.submit.never_sent import find_bank_file_of
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext

PAUSES = (0.0, 2.0, 10.0)
"""Seconds before each try: a connection that is cut is often there again soon."""
_RESTORED_SINCE = f"SELECT 1 FROM journal WHERE starts_with(stage, '{Event.RESTORE} ') AND recorded_at >= ?"


def hand_over(
    context: TenantContext, run_id: str, by: str, clock: Callable[[], datetime], pauses: Sequence[float] = PAUSES
) -> Submitted:
    """Hand a run's payment file over to where the agreement names; one that is submitted is left alone.

    Nobody else may work for the tenant meanwhile.

    Args:
        context: the tenant's.
        run_id: the run.
        by: the sender, who has proved who they are.
        clock: the time that counts, whenever it is asked.
        pauses: seconds before each try.

    Returns:
        what is recorded of the submission, now or before.

    Raises:
        PerhapsThere: the bank may have the file, and nothing at the server says so.
        NoGo: the run is a rehearsal's, its file is not to be sent or not any more, the agreement names no other end or
            is not adopted, or the other end does not take the file.
    """
    agreed = _agreed(context, run_id)
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        if said := _submitted(connection, run):
            return said
        file = _check_may_go(connection, context, run)
        begun = list_begun(connection, run_id)
        # What was forgotten may be a release of this very file: the run may have been begun, and released, once before.
        opened_on = datetime.combine(run.opened_at.astimezone(LONDON), time.min, LONDON)
        was_restored = connection.execute(_RESTORED_SINCE, [opened_on]).fetchone() is not None
        unsettled = find_unsettled(connection)
        processing_date = min(day.processing_date for day in days_of(connection, run_id))
    outbox_of(context).check(file.file_name, file.file_sha256)
    latest = context.calendar.latest(context.agreement.submit_by, processing_date)
    going = _HandOver(context, run, agreed, file, by, clock, latest, begun, was_restored, unsettled)
    try:
        at = going.finish(pauses)
    except PerhapsThere:
        # Another home that shares the ledger may have finished meanwhile what both had begun.
        if said := _look_up_submission(context, run):
            return said
        raise
    if said := _look_up_submission(context, run):
        return said
    return record_submission(context, run_id, f"{file.file_name} by {agreed.by}", at, by, clock()).figures


@dataclass(frozen=True)
class _HandOver:
    """One run's file on its way.

    Attributes:
        context: the tenant's.
        run: the run.
        agreed: the server or the bucket.
        file: what was released.
        by: the sender.
        clock: the time that counts.
        latest: when the file has to be submitted: one that comes later may be paid on another day than agreed.
        begun: when it was about to have its final name, each time, and as what it stood there.
        was_restored: whether the ledger is, since the day on which the run was opened, an earlier one, which may have
            forgotten such a moment.
        unsettled: when it was restored last, if nobody has said since what it may have forgotten.
    """

    context: TenantContext
    run: RunRow
    agreed: HandOver | HandOverS3
    file: Instruct
    by: str
    clock: Callable[[], datetime]
    latest: datetime
    begun: list["Begun"]
    was_restored: bool
    unsettled: datetime | None

    def finish(self, pauses: Sequence[float]) -> datetime:
        """Try until the file is there or somebody has to look; returns when it came there."""
        for number, pause in enumerate(pauses, 1):
            sleep(pause)
            try:
                asyncio.run(self._try())
                break
            except PerhapsThere as said:
                run_id = self.run.run_id
                raise PerhapsThere(
                    f"{said}{self._say_restored()} Ask the bank. If it has the file, say so: siller submitted "
                    f"{run_id} --reference REFERENCE --at TIME. If it has not, two people take it back: siller "
                    f"submitted {run_id} --never-sent. Until then nobody in it is paid again."
                ) from None
            except Cut as cut:
                if number == len(pauses):
                    again = "Do the same again: what stands there is looked at first, and nothing is sent twice."
                    raise Cut(f"{cut} {again}") from None
        return self.begun[-1].at if self.begun else self.clock()

    def _say_restored(self) -> str:
        if self.begun or self.unsettled is None:
            return ""
        return (
            f" The ledger was restored on {self.unsettled.astimezone(LONDON):%-d %B %Y}: it may have forgotten that it "
            "handed this very file over. Once the bank has said what it has, two people settle that: siller "
            f"settle-restore {self.context.tenant}."
        )

    async def _try(self) -> None:
        if not self.begun:
            self._check_in_time(self.clock())
        name, sha256 = self.file.file_name, self.file.file_sha256
        may_be_gone = bool(self.begun) or self.was_restored or self.unsettled is not None
        named = self.begun[0].part if self.begun else None
        to_send = ToSend(name, sha256, self._open, may_be_gone, named, home_name(self.context))
        async with other_end(self.context, self.agreed) as end:
            await send(end, to_send, self._begin)

    def _begin(self, part: str) -> None:
        """Write down that the file is about to have its final name there, and as what it stands there until then."""
        now, run, name, host = self.clock(), self.run, self.file.file_name, self.agreed.host
        self._check_in_time(now)
        with self.context.ledger.transaction() as connection:
            if _submitted(connection, run) or runs.is_withdrawn(connection, run):
                raise NoGo(f"Somebody has said meanwhile what became of {run.run_id}. Nothing was handed over.")
            if list_begun(connection, run.run_id) != self.begun:
                raise NoGo(
                    f"Another machine was about to hand {name} over meanwhile. What this one has sent gets no name by "
                    "which the bank takes it. Do the same again: what stands there is looked at first."
                )
            said = f"was about to hand {name} over to {host} by {self.agreed.by}"
            begun = HandOverBegun(self.by, said, host, name, self.file.file_sha256, part)
            audit_log.keep(connection, begun, now, (run.run_no, run.run_id))
        self.begun.append(Begun(now, part))

    def _check_in_time(self, now: datetime) -> None:
        if now >= self.latest:
            raise NoGo(
                f"{self.run.run_id} had to be submitted by {self.latest.astimezone(LONDON):%H:%M on %-d %B %Y}. "
                f"Nothing was handed over; siller decision {self.run.run_id} says what is left to choose."
            )

    def _open(self) -> BinaryIO:
        content = outbox_of(self.context).get(self.file.file_name)
        if content is None:
            raise NoGo(f"{self.file.file_name} has left the outbox. Nothing was handed over; find out who took it.")
        return content


def other_end(context: TenantContext, agreed: HandOver | HandOverS3) -> AbstractAsyncContextManager[OtherEnd]:
    """Where the agreement has files go. Loading SSH or the AWS SDK takes a moment: only those pay who use it."""
    if isinstance(agreed, HandOverS3):
        from tasks.hand_over.s3 import s3_end

        return s3_end(context, agreed)
    from tasks.hand_over.sftp import sftp_end

    return sftp_end(context, agreed)


def _agreed(context: TenantContext, run_id: str) -> HandOver | HandOverS3:
    agreed = context.agreement.handed_over_to
    if agreed is None:
        raise NoGo(
            f"The agreement with {context.tenant} names no server (hand_over) and no bucket (hand_over_s3): the "
            f"file of {run_id} stays in the outbox, for the sender to take. Nothing was handed over; once it was sent, "
            "say so: siller submitted."
        )
    if context.mode is not Mode.LIVE:
        raise NoGo(f"{run_id} is a rehearsal, and {agreed.host} is a live {agreed.kind}: nothing of it is handed over.")
    return agreed


def _check_may_go(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> Instruct:
    """What was released.

    Raises:
        NoGo: nothing was, it was taken back, the bank speaks of it, or the agreement is not the one adopted.
    """
    run_id = run.run_id
    if Stage.RELEASE not in runs.stages_done(connection, run_id):
        raise NoGo(f"{run_id} has not been released, so there is no file to hand over. Nothing was done.")
    if runs.is_withdrawn(connection, run):
        raise NoGo(f"The file of {run_id} was taken back, as never sent. Nothing was handed over.")
    if bank_file := find_bank_file_of(connection, run):
        raise NoGo(
            f"The bank speaks of {run_id} in {bank_file}, so it has the file. Nothing was handed over; say how it came "
            "there: siller submitted."
        )
    if said := checkpoint.behind(connection, context.paths.ledger_checkpoint(context.tenant)):
        raise NoGo(f"{said} Nothing was handed over: hold ledger and bank against each other first (siller verify).")
    if said := say_unadopted(connection, context):
        raise NoGo(f"{said} Nothing was handed over.")
    file = entry_of(connection, run_id, Instruct)
    if not file.file_name:
        raise NoGo(f"{run_id} pays by voucher alone: there is nothing for the bank. Nothing was handed over.")
    return file


class Begun(NamedTuple):
    """A time at which a file was about to have its final name, and as what it stood there until then."""

    at: datetime
    part: str | None


def list_begun(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[Begun]:
    """Each, the earliest first: the first one names the part that the others go on with."""
    return [Begun(at, said.part) for of, said, at in list_events(connection, HandOverBegun) if of == run_id]


def _look_up_submission(context: TenantContext, run: RunRow) -> Submitted | None:
    with context.ledger.opened() as connection:
        return _submitted(connection, run)


def _submitted(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Submitted | None:
    row = connection.execute("SELECT submission_no FROM submission WHERE run_no = ?", [run.run_no]).fetchone()
    return entry_of(connection, run.run_id, Submitted, row[0]) if row else None
