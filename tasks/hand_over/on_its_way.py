"""A released file on its way to the server or bucket of its agreement, whoever takes it there.

That the file is about to have its final name there stands in the ledger before the other end is asked for it. From
then on siller finishes what stands there and never uploads again: a file is taken away within seconds, and one that is
gone may be paid.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
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
from tasks.hand_over.send import Cut, OtherEnd, PerhapsThere, ToSend, send
from tasks.ledger import audit_log, checkpoint, runs
from tasks.ledger.catalogue.handing_over import HandOverBegun
from tasks.ledger.journal import list_events
from tasks.ledger.runs import RunRow
from tasks.release.outboxes import outbox_of
from tasks.tenant_context import TenantContext

PAUSES = (0.0, 2.0, 10.0)
"""Seconds before each try: a connection that is cut is often there again soon."""
_RESTORED_SINCE = f"SELECT 1 FROM journal WHERE starts_with(stage, '{Event.RESTORE} ') AND recorded_at >= ?"


@dataclass(frozen=True)
class Released:
    """A file as it was released.

    Attributes:
        name: in the outbox, and its final name at the other end.
        sha256: of its bytes.
    """

    name: str
    sha256: str


class Begun(NamedTuple):
    """A time at which a file was about to have its final name, and as what it stood there until then."""

    at: datetime
    part: str | None


@dataclass(frozen=True)
class Known:
    """What the ledger knows of a file's way so far.

    Attributes:
        begun: when it was about to have its final name, each time, and as what it stood there.
        was_restored: whether the ledger is, since the day on which the run was opened, an earlier one, which may have
            forgotten such a moment.
        unsettled: when it was restored last, if nobody has said since what it may have forgotten.
    """

    begun: list[Begun]
    was_restored: bool
    unsettled: datetime | None

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, run: RunRow, kind: type[HandOverBegun]) -> "Known":
        """Read it of a run's payment file, or of its vouchers."""
        begun = list_begun(connection, run.run_id, kind)
        # What was forgotten may be a release of this very file: the run may have been begun, and released, once before.
        opened_on = datetime.combine(run.opened_at.astimezone(LONDON), time.min, LONDON)
        was_restored = connection.execute(_RESTORED_SINCE, [opened_on]).fetchone() is not None
        return cls(begun, was_restored, find_unsettled(connection))

    @property
    def may_be_gone(self) -> bool:
        """Whether the file may have had its final name already."""
        return bool(self.begun) or self.was_restored or self.unsettled is not None


@dataclass(frozen=True)
class OnItsWay:
    """One file on its way.

    Attributes:
        context: the tenant's.
        run: the run.
        agreed: the server or the bucket.
        file: what was released.
        kind: what the journal has of a moment at which it was about to have its final name.
        by: the sender.
        clock: the time that counts.
        known: what the ledger knows of it.
        is_told: whether somebody has said what became of it, asked right before it gets its final name.
        to_say: what to do once only who takes it knows.
        latest: when it has to be submitted, if it has to; one that comes later may be paid on another day than agreed.
        mark: tells what this one uploads from what any other does where homes share a store. A name of the home would
            not: one that is a copy of another has its name too, and what it sends late under a name that the ledger
            has would be renamed a second time.
    """

    context: TenantContext
    run: RunRow
    agreed: HandOver | HandOverS3
    file: Released
    kind: type[HandOverBegun]
    by: str
    clock: Callable[[], datetime]
    known: Known
    is_told: Callable[[duckdb.DuckDBPyConnection], bool]
    to_say: str
    latest: datetime | None = None
    mark: str = field(default_factory=lambda: secrets.token_hex(4))

    def finish(self, pauses: Sequence[float]) -> datetime:
        """Try until the file is there or somebody has to look; returns when it came there."""
        for number, pause in enumerate(pauses, 1):
            sleep(pause)
            try:
                asyncio.run(self._try())
                break
            except PerhapsThere as said:
                raise PerhapsThere(
                    f"{said}{self._say_restored()} Ask {self.agreed.taker}. {self.to_say} Until then nobody in it is "
                    "paid again."
                ) from None
            except Cut as cut:
                if number == len(pauses):
                    again = "Do the same again: what stands there is looked at first, and nothing is sent twice."
                    raise Cut(f"{cut} {again}") from None
        return self.known.begun[-1].at if self.known.begun else self.clock()

    def _say_restored(self) -> str:
        if self.known.begun or self.known.unsettled is None:
            return ""
        return (
            f" The ledger was restored on {self.known.unsettled.astimezone(LONDON):%-d %B %Y}: it may have forgotten "
            f"that it handed this very file over. Once {self.agreed.taker} has said what it has, two people settle "
            f"that: siller settle-restore {self.context.tenant}."
        )

    async def _try(self) -> None:
        if not self.known.begun:
            self._check_in_time(self.clock())
        to_send = ToSend(
            *(self.file.name, self.file.sha256, self._open, self.known.may_be_gone),
            named=self.known.begun[0].part if self.known.begun else None,
            mark=self.mark if self.context.settings.store else "",
            taker=self.agreed.taker,
        )
        async with other_end(self.context, self.agreed) as end:
            await send(end, to_send, self._begin)

    def _begin(self, part: str) -> None:
        """Write down that the file is about to have its final name there, and as what it stands there until then."""
        now, run, name, host = self.clock(), self.run, self.file.name, self.agreed.host
        self._check_in_time(now)
        with self.context.ledger.transaction() as connection:
            if self.is_told(connection) or runs.is_withdrawn(connection, run):
                raise NoGo(f"Somebody has said meanwhile what became of {run.run_id}. Nothing was handed over.")
            if list_begun(connection, run.run_id, self.kind) != self.known.begun:
                raise NoGo(
                    f"Another machine was about to hand {name} over meanwhile. What this one has sent gets no name by "
                    f"which {self.agreed.taker} takes it. Do the same again: what stands there is looked at first."
                )
            said = f"was about to hand {name} over to {host} by {self.agreed.by}"
            begun = self.kind(self.by, said, host, name, self.file.sha256, part)
            audit_log.keep(connection, begun, now, (run.run_no, run.run_id))
        self.known.begun.append(Begun(now, part))

    def _check_in_time(self, now: datetime) -> None:
        if self.latest and now >= self.latest:
            raise NoGo(
                f"{self.run.run_id} had to be submitted by {self.latest.astimezone(LONDON):%H:%M on %-d %B %Y}. "
                f"Nothing was handed over; siller decision {self.run.run_id} says what is left to choose."
            )

    def _open(self) -> BinaryIO:
        content = outbox_of(self.context).get(self.file.name)
        if content is None:
            raise NoGo(f"{self.file.name} has left the outbox. Nothing was handed over; find out who took it.")
        return content


def check_live(context: TenantContext, run_id: str, agreed: HandOver | HandOverS3) -> None:
    """See that a run is no rehearsal's.

    Raises:
        NoGo: it is one.
    """
    if context.mode is not Mode.LIVE:
        raise NoGo(f"{run_id} is a rehearsal, and {agreed.host} is a live {agreed.kind}: nothing of it is handed over.")


def check_released(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> None:
    """See that a run's files are released, and that nothing of the ledger or the agreement keeps them here.

    Raises:
        NoGo: nothing was released, or it was taken back, the ledger is behind itself, or the agreement is not the one
            adopted.
    """
    run_id = run.run_id
    if Stage.RELEASE not in runs.stages_done(connection, run_id):
        raise NoGo(f"{run_id} has not been released, so there is no file to hand over. Nothing was done.")
    if runs.is_withdrawn(connection, run):
        raise NoGo(f"The file of {run_id} was taken back, as never sent. Nothing was handed over.")
    if said := checkpoint.behind(connection, context.paths.ledger_checkpoint(context.tenant)):
        raise NoGo(f"{said} Nothing was handed over: hold ledger and bank against each other first (siller verify).")
    if said := say_unadopted(connection, context):
        raise NoGo(f"{said} Nothing was handed over.")


def list_begun(connection: duckdb.DuckDBPyConnection, run_id: str, kind: type[HandOverBegun]) -> list[Begun]:
    """Each, the earliest first: the first one names the part that the others go on with."""
    return [Begun(at, said.part) for of, said, at in list_events(connection, kind) if of == run_id]


def other_end(context: TenantContext, agreed: HandOver | HandOverS3) -> AbstractAsyncContextManager[OtherEnd]:
    """Where the agreement has files go. Loading SSH or the AWS SDK takes a moment: only those pay who use it."""
    if isinstance(agreed, HandOverS3):
        from tasks.hand_over.s3 import s3_end

        return s3_end(context, agreed)
    from tasks.hand_over.sftp import sftp_end

    return sftp_end(context, agreed)
