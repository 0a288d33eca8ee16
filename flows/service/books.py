"""What the ledgers say of where everything stands: read one by one, and of one that nobody has written since, kept.

Whoever looks again and again, as the watch does, would open hundreds of ledgers a minute to be told the same.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import duckdb
import polars as pl

from flows.service.called_off import list_called_off
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event
from schemas.standing.records import Recorded
from schemas.standing.tables import Stand
from tasks.adoption.adopted import say_unadopted
from tasks.carried_data import InLedger, find_in_ledger
from tasks.close.closed import find_closed
from tasks.enquiries.enquiry import Enquiry, list_enquiries_in
from tasks.exceptions.waiting import Waiting, list_waiting_in
from tasks.instruct.plan import Move, moves
from tasks.ledger import LedgerBusy, checksum, never_twice, runs
from tasks.ledger.disputes import disputes, find_turned_away
from tasks.ledger.file_progress import follow
from tasks.ledger.funding import list_confirmers, say_unfunded
from tasks.ledger.overview import overview
from tasks.ledger.shared import say_commit
from tasks.notices.book import list_untold
from tasks.notices.due import Known
from tasks.notices.known import find_known
from tasks.tenant_context import TenantContext

KEPT_FOR = timedelta(minutes=5)
"""So long at most: what a ledger says goes with the clock too, by the hour and the day: whose turn it is, what is over.
"""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Books:
    """What one tenant's ledger says.

    Attributes:
        context: the tenant's.
        runs: every run of it.
        moves: the runs whose days a new holiday has moved.
        waiting: what waits for two people.
        enquiries: what is said not to have arrived.
        called_off: a sentence for each thing that keeps money from going, or is to bring it back.
        known: what its people are told by; None if they are not told anything.
        untold: a sentence for each channel by which they could not be told.
        unadopted: why no live run may pay by the agreement as it stands; empty if one may.
        carried: what it says of what siller carries.
        refused: why the tenant cannot be looked into; empty if it can.
        is_busy: whether that is only because somebody works there.
    """

    context: TenantContext
    runs: tuple[Recorded, ...] = ()
    moves: tuple[Move, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    called_off: tuple[str, ...] = ()
    known: Known | None = None
    untold: tuple[str, ...] = ()
    unadopted: str = ""
    carried: InLedger = field(default_factory=InLedger)
    refused: str = ""
    is_busy: bool = False


@dataclass(frozen=True)
class _Kept:
    """What was read, and all by which it may be told again: when, and all that it was read of.

    Attributes:
        books: what was read.
        at: when.
        of: by which agreement and contract, of which bytes, and at which commit of the store that homes share.
    """

    books: Books
    at: datetime
    of: tuple[str, str, bytes, str]


class Shelf:
    """What one process that looks again and again has read of each ledger, as long as it holds."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Mode], _Kept] = {}

    def read(self, context: TenantContext, now: datetime, patience: float | None = None) -> Books:
        """What a ledger says; what was read minutes ago, if file, agreement and contract are the same still.

        Where homes share ledgers, the store says which one counts: it is asked for its pointer each time.

        Args:
            context: the tenant's.
            now: the time that counts.
            patience: seconds to wait for whoever holds the ledger.
        """
        its, file = (context.tenant, context.mode), context.paths.ledger(context.tenant)
        closed = checksum.beside(file)
        try:
            kept, commit = self._kept.pop(its, None), say_commit(context.settings, context.paths, context.tenant)
            of = context.agreement_sha256, context.contract_sha256, closed.read_bytes(), commit
            holds = kept and kept.of == of and kept.at <= now < kept_until(context.tenant, kept.at)
            if kept and holds and not checksum.differs(file):
                self._kept[its] = kept
                return replace(kept.books, context=context)
        except (OSError, NoGo):  # somebody is at work on it, or nobody ever was; or there is no agreement, or no store
            return read(context, now, patience)
        books = read(context, now, patience)
        # A ledger that was fetched meanwhile, or written by who read it, is kept from the next look on.
        if not books.refused and closed.exists() and closed.read_bytes() == of[2]:
            self._kept[its] = _Kept(books, now, of)
        return books


def kept_until(tenant: str, at: datetime) -> datetime:
    """When what was read of a tenant at a moment is read again: of each at times of its own, not of all in one minute.

    Args:
        tenant: whose ledger.
        at: when it was read.
    """
    own = KEPT_FOR * (crc32(tenant.encode()) / 2**32)
    return at + KEPT_FOR - (at - _EPOCH - own) % KEPT_FOR


def read(context: TenantContext, now: datetime, patience: float | None = None) -> Books:
    """Read one tenant's ledger; what stands in the way is said, and never raised.

    Args:
        context: the tenant's.
        now: the time that counts.
        patience: seconds to wait for whoever holds the ledger; as long as every command waits if not given.
    """
    ledger = context.ledger if patience is None else replace(context.ledger, patience=patience)
    try:
        _ = context.agreement  # without one a ledger is not opened: it would be made
        if said := ledger.lost:
            return Books(context, refused=said)
        if not ledger.exists:
            return Books(context)
        with ledger.opened() as connection:
            come = follow(connection, now.date())
            disputed = {each.run_id: each.said for each in disputes(come)}
            away = find_turned_away(connection, come)
            closed, told = find_closed(connection), overview(connection)
            recorded = tuple(
                replace(
                    _unless_paid_otherwise(context, connection, run, now),
                    disputed=disputed.get(run.run_id, ""),
                    is_turned_away=run.run_id in away,
                    closed=closed.get(run.run_id),
                    **_funding(context, connection, run),
                    **(vars(come[run.run_id]) if run.run_id in come else {}),
                )
                for run in told
            )
            moving = tuple(moves(context, connection, told, now.date()))
            waiting = tuple(list_waiting_in(context, connection, now))
            enquiries = tuple(list_enquiries_in(connection, now))
            called_off = tuple(list_called_off(connection, context, recorded, now))
            known = find_known(connection, context, waiting)
            untold = tuple(list_untold(connection, context.tenant))
            unadopted = say_unadopted(connection, context)
            carried = find_in_ledger(connection)
    except LedgerBusy as said:
        return Books(context, refused=str(said), is_busy=True)
    except NoGo as said:
        return Books(context, refused=str(said))
    except duckdb.Error as error:  # its message might hold a row
        return Books(context, refused=f"The ledger of {context.tenant} cannot be read ({type(error).__name__}).")
    return Books(context, recorded, moving, waiting, enquiries, called_off, known, untold, unadopted, carried)


def _funding(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: Recorded) -> dict[str, Any]:
    """What of a run that waits is not confirmed to be there, and who has confirmed any of its money."""
    if run.is_settled or run.is_over or run.has_left or not run.payments:
        return {}
    return {
        "unfunded": say_unfunded(connection, context.agreement, run.run_id),
        "funded_by": list_confirmers(connection, run.run_id),
    }


def _unless_paid_otherwise(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, run: Recorded, now: datetime
) -> Recorded:
    """A run, with whether everything in it has been paid otherwise; asked only where anything has been recorded so."""
    anything = runs.ever_done(connection, Event.PAID_ELSEWHERE.numbered(1))
    is_done_with = run.has_left or (run.ended is not None and run.ended is not Stand.REJECTED)
    if is_done_with or not run.payments or not anything:
        return run
    run_no = runs.run_row(connection, run.run_id).run_no
    hits = never_twice.find_duplicates(connection, run_no, now.date(), context.agreement.accounts)
    paid = hits.filter(~pl.col("rule").str.contains("in_another_run|stopped"))["row_number"].n_unique()
    return replace(run, is_paid_otherwise=paid == run.payments)
