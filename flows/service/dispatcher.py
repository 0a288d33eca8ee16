"""The dispatcher: starts what is due by the plan, and tells people what they are to know, by where everything stands.

A look derives all of it anew from the ledgers, Prefect and the clock. So it may come twice, late, or after a day
without one: each thing is started and told once. The watch calls it (:mod:`flows.service.watch`).
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from flows.service import flow_runs, metrics, notifications
from flows.service.books import Books, Shelf
from flows.service.client import connect
from flows.service.standing import Picture, picture
from flows.service.stock import stock_of
from schemas.bank_days import LONDON
from schemas.key_dates import BodyCalendar
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.ingest.to_start import ToStart, find_arrived, list_to_start
from tasks.notices import dispatch as sending
from tasks.notices.due import list_due
from tasks.notices.notice import list_addressed
from tasks.settings import Settings
from tasks.tenant_context import list_agreed_in_both_modes

PATIENCE_SECONDS = 5.0
"""Whoever works on a ledger for longer has it; the next look comes soon."""


def dispatch(home: Path, shelf: Shelf | None = None) -> list[str]:
    """Start what is due, and tell what is new.

    Args:
        home: ``SILLER_HOME`` of the processes that work.
        shelf: what earlier looks have read of the ledgers; who looks once has none.

    Returns:
        what was done, a sentence each.
    """
    now = clock(Mode.LIVE, None)
    seen = picture(list_agreed_in_both_modes(Settings(home=home)), home, now, PATIENCE_SECONDS, (shelf or Shelf()).read)
    # People first: whatever is wrong with Prefect, they are told.
    said = [*tell_people(seen, now), *start_due(seen, now), *notifications.tell(home, seen)]
    try:
        metrics.write_metrics(home, seen, now)
    except OSError as error:
        said.append(f"The figures for the monitoring could not be written: {type(error).__name__}.")
    return said


def start_due(seen: Picture, now: datetime) -> list[str]:
    """Start what its schedule could not: an extract that came late, or whose moment passed while nothing ran.

    Prefect takes the same start once, however often it is asked.

    Args:
        seen: where everything stands.
        now: the time that counts.
    """
    said = []
    for books in seen.books:
        if books.context.mode is Mode.LIVE and not (seen.unasked or books.refused):
            try:
                for start in list_to_start(books.context, _list_begun(books), now):
                    said += _started(books.context.tenant, start)
            except NoGo as no_go:  # a landing that cannot be asked, or one that nobody serves, harms no other
                said.append(str(no_go))
    return said


def _started(tenant: str, start: ToStart) -> list[str]:
    with connect() as server:
        if flow_runs.was_started(server.client, start.once):
            return []
        server.submit(f"{flow_runs.PAY_RUN}/{tenant}", {"period": str(start.period)}, start.once)
    return [f"{tenant} {start.period}: its extract has come, and was due before: it is started."]


def _list_begun(books: Books) -> set[Period]:
    return {PayRun.of(run.run_id).period for run in books.runs if run.kind.is_paid_on_the_pay_day}


def tell_people(seen: Picture, now: datetime) -> list[str]:
    """Tell each body's people what the agreement that it adopted has them told.

    Args:
        seen: where everything stands.
        now: the time that counts.
    """
    return [said for books in seen.books for said in _tell_those_of(books, seen, now)]


def _tell_those_of(books: Books, seen: Picture, now: datetime) -> list[str]:
    context, known = books.context, books.known
    if known is None:
        return []
    theirs = [each for each in seen.standings if (each.tenant, each.mode) == (context.tenant, context.mode)]
    try:
        # Where a ledger is busy, a look at the advisories may be in it: what is carried is told at another look.
        today = now.astimezone(LONDON).date()
        stock = None if seen.busy else stock_of([context], seen, context.settings, today)
        known = replace(known, stock=stock, arrived=frozenset(find_arrived(context)))
        due = list_due(known, BodyCalendar(known.agreement, context.bank_days), theirs, now)
        notices = list(list_addressed(known.agreement, due))
        channels = sending.channels_of(context, known.agreement, now)
        return sending.dispatch(
            context, known.agreement, notices, channels, now, is_all=not (seen.unasked or seen.busy)
        )
    except NoGo as no_go:
        return [str(no_go)]
    except Exception as error:  # noqa: BLE001  # whatever it is, the next body's people are told all the same
        return [f"The people of {context.tenant} could not be told: {kind_and_place(error)}."]
