"""What stands above the pack on a form: what is still true at that moment, where the pack is bound to the approval."""

from datetime import datetime, timedelta

import duckdb

from schemas.approval import OPERATORS_PASSWORD
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from tasks.approve.limits import deadline, two_needed
from tasks.approve.stage import first_approver, say_void_by_now
from tasks.assess.stage import pack_of
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.people.codes import WrongCode, in_anothers_name
from tasks.tenant_context import TenantContext

TOLD_FOR = timedelta(days=35)
"""So long whoever was named reads that somebody gave a wrong code as if they were them: until the next month's form."""

MOST_TOLD = 5

JUDGED_SOON = (
    "Your answer is judged within half a minute; if it does not count, the form comes back with the reason above. "
    "“Flow run resumed” says only that it was taken."
)


def form_text(context: TenantContext, run_id: str, start: tuple[str, str], now: datetime) -> str:
    """The notice and the pack, as a form shows them; the arguments are those of :func:`notice`."""
    with context.ledger.opened() as connection:
        return f"{notice(connection, context, run_id, start, now)}\n\n{pack_of(connection, run_id)}"


def notice(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, start: tuple[str, str], now: datetime
) -> str:
    """Say until when a run may be approved, by how many, who has, and what becomes of an answer.

    First of all stands why nobody can approve it any more, if something has come up meanwhile.

    Args:
        connection: an open ledger.
        context: the tenant's.
        run_id: the run.
        start: the flow run that asks, and what the keys of its forms begin with.
        now: the moment, in the time of the run.
    """
    file = entry_of(connection, run_id, Instruct)
    run = runs.run_row(connection, run_id)
    void = say_void_by_now(connection, context, run, now)
    first = first_approver(connection, run.run_no, start, context.agreement_sha256)
    told = _told(connection, run_id, now)
    latest = deadline(context, connection, run_id)
    needed = "Two approvers are needed" if two_needed(context, file.all_pence) else "One approver is needed"
    who = f"{first} has approved" if first else "nobody has approved yet"
    until = f"**Answer by {latest:%H:%M on %A %-d %B %Y}.** {needed}; {who}."
    if context.mode is Mode.REHEARSAL:
        until += f" The rehearsal is held as if today were {now:%-d %B %Y}."
    return "\n\n".join([*([f"**{void}**"] if void else []), until, JUDGED_SOON, *told])


def _told(connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime) -> list[str]:
    """The wrong codes that somebody named has to know of.

    Where people share the operator's password, most of them are slips of the person named: on other runs' forms
    they would hide the ones that are not.
    """
    lately = in_anothers_name(connection, now - TOLD_FOR)
    found = [wrong for wrong in lately if wrong.run_id == run_id or wrong.giver != OPERATORS_PASSWORD]
    more = len(found) - MOST_TOLD
    return [*map(_wrong_code, found[:MOST_TOLD]), *([f"And {more:,} more such codes."] if more > 0 else [])]


def _wrong_code(wrong: WrongCode) -> str:
    by = f"{wrong.giver}, the operator's password" if wrong.giver == OPERATORS_PASSWORD else wrong.giver
    at = wrong.at.astimezone(LONDON)
    return (
        f"**A wrong one-time code was given in the name of {wrong.name}, by somebody who came in as {by},** at "
        f"{at:%H:%M on %-d %B %Y}. If you are {wrong.name} and it was not you, tell the operator."
    )
