"""What can be done for payees whose payment was not let go, or not sent, in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.approval import Outcome
from schemas.money import pounds
from schemas.no_go import NoGo
from tasks.approve.decision import decision
from tasks.approve.limits import deadline
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.runs import RunRow
from tasks.rails import rail_of
from tasks.tenant_context import TenantContext

_SENT = """
SELECT 1 FROM submission WHERE run_no = $run_no
UNION ALL
SELECT 1 FROM core_bank_answer SEMI JOIN (FROM bank_file WHERE verdict = 'taken') USING (bank_file_no)
WHERE run_no = $run_no
"""
"""Somebody has said that its file was sent, or the bank has answered it: then that says what became of it."""


@dataclass(frozen=True)
class Late:
    """Payments that are late, and the choices that there are.

    Attributes:
        said: how many, and since when, in a sentence for the body.
        first: what has to be done before any choice; empty if nothing has.
        choices: what can be done, each with how.
    """

    said: str
    first: str
    choices: tuple[tuple[str, str], ...]


def find_late(context: TenantContext, run_id: str, now: datetime) -> Late | None:
    """Say whether the payments of a run are late, and what can be done; None if not, or if nothing of it is to be paid.

    Args:
        context: the tenant's.
        run_id: the run.
        now: the time that counts.

    Raises:
        NoGo: there is no such run.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        try:
            file, days = entry_of(connection, run_id, Instruct), days_of(connection, run_id)
        except NoGo:  # there is nothing yet that could be late
            return None
        has_left, is_withdrawn = runs.may_have_left(connection, run_id), runs.is_withdrawn(connection, run)
        sent = connection.execute(_SENT, {"run_no": run.run_no}).fetchone()
        decided = decision(connection, run_id)
        if sent or runs.successor(connection, run) or (decided and decided.verdict == Outcome.REJECTED):
            return None
        approve_by = deadline(context, connection, run_id)
    first_day = min(day.processing_date for day in days)
    submit_by = context.calendar.latest(context.agreement.submit_by, first_day)
    if now < (submit_by if has_left and not is_withdrawn else approve_by):
        return None
    paid_on = min(day.entry_date for day in days)
    return Late(
        f"{file.payments:,} payments, {pounds(file.pence)}, of {run_id} are late: payees were to have them on "
        f"{paid_on:%-d %B %Y}. Tell the body so today.",
        _say_not_settled(run_id) if has_left and not is_withdrawn else "",
        tuple(_choices(context, run, paid_on, has_left, now)),
    )


def _say_not_settled(run_id: str) -> str:
    return (
        f"The payment file of {run_id} was released, and nobody has said that it was sent. None of these can be done "
        "before the sender and a second person have said that it never was: siller submitted "
        f"{run_id} --never-sent. Until then nobody in it is paid by another file."
    )


def _choices(
    context: TenantContext, run: RunRow, paid_on: date, has_left: bool, now: datetime
) -> Iterator[tuple[str, str]]:
    tenant, period, terms = context.tenant, run.period, context.agreement.terms
    again = (
        f"siller agreement propose {tenant}, and have it adopted; the body sends the extract again with the pay day in "
        f'it, and "replaces" in its manifest: siller run {tenant} --period {period}. It is a new file, approved anew.'
    )
    without = ", and no channel_test" if context.agreement.channel_test else ""
    reached = _next_day(context, now)
    yield (
        f"pay on the next day that {terms.service} reaches and that can still be approved, {reached:%-d %B %Y}",
        f'Enter the day in the agreement (pay_day: exceptions: "{period}": {reached.isoformat()}); {again}',
    )
    if not terms.in_one_day and now < context.calendar.latest(context.agreement.approve_by, paid_on):
        yield (
            f"pay by Faster Payments on the day itself, {paid_on:%-d %B %Y}",
            "Only if the sponsoring bank takes such files of the body. Enter the rail in the agreement (rail: "
            f"faster_payments{without}); {again} Enter the former rail again afterwards.",
        )
    if has_left:
        yield ("abandon", "Do nothing more: once it is settled that the file was never sent, nobody in it is paid.")
    else:
        how = f'siller decision {run.run_id} --choose abandon --reason "WHY" --as NAME. Nobody in it is paid.'
        yield ("abandon", how)


def _next_day(context: TenantContext, now: datetime) -> date:
    """The first pay day of the rail whose hour of approval is still to come."""
    rail, day = rail_of(context.agreement), now.date()
    while True:
        if rail.works_on(day, context.bank_days):
            processed = rail.days(day, context.bank_days).processing_date
            if now < context.calendar.latest(context.agreement.approve_by, processed):
                return day
        day += timedelta(days=1)
