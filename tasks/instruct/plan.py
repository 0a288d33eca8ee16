"""The days of a run: as its payment file has them, and as the calendar would have them now.

A holiday can be announced after a file was written. A run that has not left is then not released any more; one that
has left is moved by the bank, which processes it on its next bank day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.bank_days import BankDays
from schemas.no_go import NoGo
from schemas.stages import Stage
from schemas.standing.records import Recorded
from tasks.ledger import runs
from tasks.ledger.file_days import days_of, list_days
from tasks.ledger.rows import FileDayRow
from tasks.ledger.runs import RunRow
from tasks.rails import Dates, rail_of
from tasks.tenant_context import TenantContext

_DAYS_OF_ROWS = """
SELECT DISTINCT strptime(pay_date, '%d/%m/%Y')::DATE AS day
FROM raw_extract_row SEMI JOIN core_payment USING (run_no, row_number) WHERE run_no = ? ORDER BY day
"""


@dataclass(frozen=True)
class Plan:
    """The days of what a run's file pays on one day.

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
        """Those of a day of a payment file, and when its returns are closed."""
        closed = bank_days.returns_closed(dates.entry_date)
        return cls(dates.input_day, dates.processing_date, dates.entry_date, closed)

    @classmethod
    def kept(cls, day: FileDayRow) -> "Plan":
        """Those of a day that the ledger has kept."""
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


def plan_days(context: TenantContext, run: RunRow, was: date) -> Plan:
    """The days by the calendar and the agreement as they are now, of what a run's file was to pay on a day.

    Raises:
        NoGo: a day is in a year whose holidays are not known.
    """
    rail, pay_day = rail_of(context.agreement), run.pay_date
    if run.kind.is_paid_on_the_pay_day:
        agreed = context.agreement.pay_days_of(run.period, context.bank_days)
        pay_day = min(agreed, key=lambda day: abs(day - was))
    elif not rail.works_on(pay_day, context.bank_days):
        pay_day = context.bank_days.on_or_before(pay_day)
    return Plan.of(rail.days(pay_day, context.bank_days), context.bank_days)


def dates_of(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> tuple[Dates, ...]:
    """The days of a run's payment file, the first one first; those of one that may have left stay what they were.

    Raises:
        NoGo: the rail pays nobody on a day on which the run pays.
    """
    if runs.may_have_left(connection, run.run_id):
        return tuple(Dates.kept(day) for day in days_of(connection, run.run_id))
    rail = rail_of(context.agreement)
    return tuple(rail.days(day, context.bank_days) for day in _pay_days(context, connection, run))


def _pay_days(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> list[date]:
    """The days on which payees of a run have their money: where the agreement has several, those that its rows name."""
    if not pays_as_rows_say(context, run):
        return [run.pay_date]
    found = connection.execute(_DAYS_OF_ROWS, [run.run_no]).fetchall()
    return [day for (day,) in found] or [run.pay_date]


def pays_as_rows_say(context: TenantContext, run: RunRow) -> bool:
    """Whether each payment of a run is made on the day that its own row names: one of several of the period's."""
    return run.kind.is_paid_on_the_pay_day and len(context.due(run.pay_date, run.period).pay_days) > 1


def find_moved(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> Move | None:
    """What moves of a run whose payment file is written and has not left; None if nothing does."""
    if Stage.INSTRUCT not in runs.stages_done(connection, run.run_id) or runs.may_have_left(connection, run.run_id):
        return None
    kept = [Plan.kept(day) for day in days_of(connection, run.run_id)]
    planned = ((was, plan_days(context, run, was.entry_date)) for was in kept)
    return next((Move(run.run_id, False, was, now) for was, now in planned if was != now), None)


def check_still_planned(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: RunRow) -> None:
    """Hold a run's payment file against the calendar as it is now.

    Raises:
        NoGo: the file has other days.
    """
    move = find_moved(context, connection, run)
    if move:
        raise NoGo(f"{move} Nothing was released.")


def moves(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, recorded: Iterable[Recorded], today: date
) -> Iterator[Move]:
    """Every run that is under way and moves, those that have left until their returns are closed.

    Args:
        context: the tenant's.
        connection: its ledger.
        recorded: its runs, as ``overview`` tells them.
        today: the day.
    """
    days = list_days(connection)
    for run in recorded:
        if run.payments is None or run.is_over:
            continue
        if run.has_left:
            for day in days[run.run_id]:
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
