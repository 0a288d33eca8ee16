"""The days of a run: as its payment file has them, and as the calendar would have them now.

A holiday can be announced after a file was written. A run that has not left is then not released any more; one that
has left is moved by the bank, which processes it on its next bank day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.ledger import runs
from tasks.ledger.file_days import days_of, only_day
from tasks.ledger.overview import overview
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.rails import Dates, rail_of
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Plan:
    """The days of a run.

    Attributes:
        input_day: the last day on which its file may be sent.
        processing_date: the date in the file; by then the bank says whether it took it.
        entry_date: when payees have their money, and the paying account is debited.
        returns_closed: the last day on which a payment may come back.
    """

    input_day: date
    processing_date: date
    entry_date: date
    returns_closed: date

    @classmethod
    def of(cls, dates: Dates, bank_days: BankDays) -> "Plan":
        """The days of a payment file, and when its returns are closed."""
        closed = bank_days.returns_closed(dates.entry_date)
        return cls(dates.input_day, dates.processing_date, dates.entry_date, closed)

    @classmethod
    def kept(cls, day: FileDayRow) -> "Plan":
        """The days of a payment file that the ledger has kept."""
        return cls(day.input_day, day.processing_date, day.entry_date, day.returns_closed)


@dataclass(frozen=True)
class Move:
    """A run whose days are no longer those of its payment file.

    Attributes:
        run_id: which.
        has_left: whether its file may be with the bank.
        was: the days in its file.
        now: the days by the calendar as it is now.
    """

    run_id: str
    has_left: bool
    was: Plan
    now: Plan

    def __str__(self) -> str:
        """What moves, and what somebody has to do, as sentences."""
        what = "; ".join(
            f"{name.replace('_', ' ')} {was:%a %-d %b %Y} to {getattr(self.now, name):%a %-d %b %Y}"
            for name, was in vars(self.was).items()
            if was != getattr(self.now, name)
        )
        if self.has_left:
            return (
                f"{self.run_id} has left, and the calendar has changed since: {what}. The bank moves it by itself. "
                f"Tell the body. The alarms move too: no word of the file by {self.now.processing_date:%-d %B}, "
                f"no debit by {self.now.entry_date:%-d %B}."
            )
        todo = "Start it again: its extract then opens the period's next run, which must be approved."
        if self.was.entry_date != self.now.entry_date:
            todo = (
                "The body sends its extract again with the new pay date, and a manifest that names the extract that it "
                "replaces."
            )
        return f"{self.run_id} cannot be released, because the calendar has changed: {what}. {todo}"


def plan_days(context: TenantContext, run: RunRow) -> Plan:
    """The days of a run by the calendar and the agreement as they are now.

    Raises:
        NoGo: a day is in a year whose holidays are not known.
    """
    rail, pay_day = rail_of(context.agreement.rail), run.pay_date
    if run.kind.is_paid_on_the_pay_day:
        pay_day = context.agreement.pay_day_of(run.period, context.bank_days)
    elif not rail.works_on(pay_day, context.bank_days):
        pay_day = context.bank_days.on_or_before(pay_day)
    return Plan.of(rail.days(pay_day, context.bank_days), context.bank_days)


def dates_of(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> Dates:
    """The days of a run's payment file; those of one that may have left stay what they were.

    Raises:
        NoGo: the rail pays nobody on the run's pay date.
    """
    if runs.may_have_left(connection, run.run_id):
        return Dates.kept(only_day(connection, run.run_id))
    return rail_of(context.agreement.rail).days(run.pay_date, context.bank_days)


def find_moved(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> Move | None:
    """What moves of a run whose payment file is written and has not left; None if nothing does."""
    if Stage.INSTRUCT not in runs.stages_done(connection, run.run_id) or runs.may_have_left(connection, run.run_id):
        return None
    move = Move(run.run_id, False, Plan.kept(only_day(connection, run.run_id)), plan_days(context, run))
    return None if move.was == move.now else move


def check_still_planned(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> None:
    """Hold a run's payment file against the calendar as it is now.

    Raises:
        NoGo: the file has other days.
    """
    move = find_moved(context, connection, run)
    if move:
        raise NoGo(f"{move} Nothing was released.")


def moves(context: TenantContext, connection: duckdb.DuckDBPyConnection, today: date) -> Iterator[Move]:
    """Every run that is under way and moves, those that have left until their returns are closed."""
    for run in overview(connection):
        if run.payments is None or run.is_over:
            continue
        if run.has_left:
            for day in days_of(connection, run.run_id):
                was = Plan.kept(day)
                now = _as_the_bank_moves(context, was)
                if was != now and now.returns_closed >= today:
                    yield Move(run.run_id, True, was, now)
        elif move := find_moved(context, connection, runs.run_row(connection, run.run_id)):
            yield move


def _as_the_bank_moves(context: TenantContext, was: Plan) -> Plan:
    """What becomes of a file that has left: by Bacs it is processed on the next bank day, and paid on the one after."""
    terms, bank_days = context.agreement.terms, context.bank_days
    if terms.every_day:
        return was
    on_time = bank_days.is_bank_day(was.processing_date)
    processing = was.processing_date if on_time else bank_days.next(was.processing_date)
    entry = processing if terms.in_one_day else bank_days.entry_date(processing)
    return Plan.of(Dates(was.input_day, processing, entry), bank_days)
