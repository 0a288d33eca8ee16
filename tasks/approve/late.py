"""What can be done for payees whose payment was not let go, or not sent, in time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from schemas.money import pounds
from schemas.no_go import NoGo
from tasks.approve.limits import deadline
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext


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
    """Say whether the payments of a run are late, and what can be done; None if they are not, or others pay them.

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
        sent = connection.execute("SELECT 1 FROM submission WHERE run_no = ?", [run.run_no]).fetchone()
        if sent or runs.successor(connection, run):
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
        tuple(_choices(context, run, paid_on, now)),
    )


def _say_not_settled(run_id: str) -> str:
    return (
        f"The payment file of {run_id} was released, and nobody has said that it was sent. None of these can be done "
        "before the sender and a second person have said that it never was: siller submitted "
        f"{run_id} --never-sent. Until then nobody in it is paid by another file."
    )


def _choices(context: TenantContext, run: RunRow, paid_on: date, now: datetime) -> Iterator[tuple[str, str]]:
    tenant, period, terms = context.tenant, run.period, context.agreement.terms
    again = (
        f"siller agreement propose {tenant} and adopt it; the body sends the extract again with that pay date, and "
        f'"replaces" in its manifest: siller run {tenant} --period {period}. It is a new file, and approved anew.'
    )
    reached = now.date() if terms.every_day else context.bank_days.earliest_entry_date(now)
    yield (
        f"pay on the next day that {terms.service} reaches, {reached:%-d %B %Y}",
        f'Enter the day in the agreement (pay_day: exceptions: "{period}": {reached.isoformat()}), {again}',
    )
    if not terms.in_one_day and now.date() <= paid_on:
        yield (
            f"pay by Faster Payments on the day itself, {paid_on:%-d %B %Y}",
            "Only if the sponsoring bank takes such files of the body: enter the rail in the agreement (rail: "
            f"faster_payments), {again} Enter the former rail again afterwards.",
        )
    yield ("abandon", f'siller decision {run.run_id} --choose abandon --reason "WHY" --as NAME. Nobody in it is paid.')
