"""Legal holds: named, dated, placed and lifted by two people; what is held is not erased."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Event
from tasks.ledger import record, sha256_of
from tasks.ledger.catalogue.events import Hold
from tasks.ledger.counters import next_number
from tasks.ledger.journal import OF_NO_RUN
from tasks.ledger.rows import Row, columns, insert
from tasks.people.two_people import check_said
from tasks.retention.two_people import identify_agreeing, identify_operator
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class LegalHoldRow(Row):
    """That a legal hold was placed, or lifted; ``period`` is None for every period."""

    TABLE: ClassVar[str] = "legal_hold"

    legal_hold_no: int
    name: str
    period: Period | None
    is_placed: bool
    reason: str
    said_by: str
    agreed_by: str
    said_at: datetime

    @property
    def said(self) -> str:
        """That it is in force, since when, and for what."""
        since = self.said_at.astimezone(LONDON)
        return f"the legal hold {self.name!r}, placed on {since:%-d %B %Y} by {self.said_by} and {self.agreed_by}"


def place(
    context: TenantContext, name: str, period: Period | None, reason: str, people: tuple[str, str], now: datetime
) -> str:
    """Place a legal hold on a period, or on all of them.

    Args:
        context: the tenant's.
        name: the matter, as people know it.
        period: None for every period.
        reason: why; nothing of a payee.
        people: an operator, and an approver or decision owner.
        now: when.

    Returns:
        what was done, in a sentence.

    Raises:
        NoGo: they are not two who may do that, or a hold of this name is in force.
    """
    return _say(context, name, period, reason, people, now, is_placed=True)


def lift(context: TenantContext, name: str, reason: str, people: tuple[str, str], now: datetime) -> str:
    """Lift a legal hold.

    Raises:
        NoGo: they are not two who may do that, or no hold of this name is in force.
    """
    return _say(context, name, None, reason, people, now, is_placed=False)


def list_in_force(connection: duckdb.DuckDBPyConnection) -> list[LegalHoldRow]:
    """The holds that are placed and not lifted, the first one first."""
    found = connection.execute(
        f"SELECT {columns(LegalHoldRow)} FROM legal_hold "
        "QUALIFY row_number() OVER (PARTITION BY name ORDER BY legal_hold_no DESC) = 1 ORDER BY legal_hold_no"
    ).fetchall()
    rows = (LegalHoldRow(*each) for each in found)
    return [
        replace(row, period=Period.parsed(str(row.period)) if row.period else None) for row in rows if row.is_placed
    ]


def _say(
    context: TenantContext,
    name: str,
    period: Period | None,
    reason: str,
    people: tuple[str, str],
    now: datetime,
    is_placed: bool,
) -> str:
    name, reason = check_said(name, "what the hold is called"), check_said(reason, "why")
    by = identify_operator(context, people)
    with context.ledger.opened() as connection:
        _check(connection, name, is_placed)
    agreed_by = identify_agreeing(context, by, people[1])
    with context.ledger.transaction() as connection:
        in_force = _check(connection, name, is_placed)
        period = in_force.period if in_force else period
        number = next_number(connection, Event.HOLD)
        insert(connection, LegalHoldRow(number, name, period, is_placed, reason, by, agreed_by, now))
        of = period.words if period else "every period"
        said = f"{'placed' if is_placed else 'lifted'} the legal hold {name!r} on {of}. Reason: {reason}"
        record(connection, 0, OF_NO_RUN, Hold(by, agreed_by, said), sha256_of(name, is_placed, reason), now, number)
    return said


def _check(connection: duckdb.DuckDBPyConnection, name: str, is_placed: bool) -> LegalHoldRow | None:
    in_force = next((each for each in list_in_force(connection) if each.name == name), None)
    if is_placed and in_force:
        raise NoGo(f"{in_force.said} is in force already. Nothing was done.")
    if not is_placed and in_force is None:
        raise NoGo(f"No legal hold {name!r} is in force. Nothing was done.")
    return in_force
