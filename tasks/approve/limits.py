"""How long there is to approve a run, and when one approver is not enough."""

from datetime import datetime, timedelta

import duckdb

from schemas.approval import needs_two
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger.file_days import days_of
from tasks.tenant_context import TenantContext

TOO_LATE = "Nothing was released; siller decision has the choices that are left."


def deadline(context: TenantContext, connection: duckdb.DuckDBPyConnection, run_id: str) -> datetime:
    """The latest moment of a run's approval: the agreement's hour on its last day before the first processing."""
    first = min(day.processing_date for day in days_of(connection, run_id))
    return context.calendar.latest(context.agreement.approve_by, first)


def two_needed(context: TenantContext, pence: int) -> bool:
    """Whether a payment file of this sum needs two different approvers."""
    return needs_two(pence, context.agreement.two_approvers_above)


def time_left(run_id: str, latest: datetime, now: datetime) -> timedelta:
    """How long an approver has until the latest moment of a run's approval.

    Raises:
        NoGo: the time is over.
    """
    if now >= latest:
        raise NoGo(
            f"{run_id} had to be approved by {latest:%H:%M on %-d %B %Y} to be paid on its day, and was not. {TOO_LATE}"
        )
    return latest - now


def in_run_time(context: TenantContext, moment: datetime, now: datetime) -> datetime:
    """A real moment in the time of the run: a rehearsal may be held on another day."""
    if context.mode is Mode.LIVE:
        return moment
    return datetime.combine(now.date(), moment.astimezone(LONDON).timetz())
