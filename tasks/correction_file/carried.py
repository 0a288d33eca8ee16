"""What is carried forward: what of a period, and of those before it, has paid nobody yet, by age.

The certificate of a close says it, and the pack of the next run, until it is paid or dropped. What that is, the
correction file decides: what came back, was rejected, refused or held, and may be sent again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.contract.total import amount_as_written
from schemas.manifest import PaymentKind
from schemas.period import Period
from schemas.stages import Stage
from tasks.correction_file.stage import find_owed
from tasks.ledger import erasures, never_twice
from tasks.tenant_context import TenantContext

LATEST = 12
"""Of how many periods before the next run is told: each costs a look at its rows. The certificate tells of all."""

_PERHAPS_OWED = f"""
SELECT DISTINCT period, payment_kind(kind) FROM run SEMI JOIN (
    FROM journal WHERE stage = '{Stage.RELEASE_PENDING}'
) AS left_it USING (run_id)
WHERE run_no IN (SELECT run_no FROM core_left_out)
    OR run_no IN (SELECT run_no FROM state_totals($today) WHERE did_not_arrive(state))
"""
"""Where anything can be owed at all: of most periods nothing is, and then none of their rows need be read."""
_PERIODS = f"SELECT DISTINCT period FROM run WHERE run_no NOT IN ({erasures.RUNS})"
_ROWS = """
-- Of a voucher what is left of it, whatever a later row asks for that was left out.
SELECT coalesce(left_pence // 100 || '.' || lpad((left_pence % 100)::VARCHAR, 2, '0'), amount) AS amount, due.pay_date
FROM raw_extract_row JOIN owed USING (run_no, row_number)
JOIN (SELECT run_no, pay_date FROM run) AS due USING (run_no)
"""


@dataclass(frozen=True)
class Carried:
    """What of one period has paid nobody yet.

    Attributes:
        period: which.
        periods_back: how many before the period that is closed; None where the two do not follow one another.
        items: how many payments.
        pounds: what those come to whose amount can be read, as it was written.
        unreadable: how many have an amount that cannot.
        oldest: the earliest day on which one of them was due.
    """

    period: Period
    periods_back: int | None
    items: int
    pounds: Decimal
    unreadable: int
    oldest: date


def list_carried(context: TenantContext, period: Period, now: datetime) -> list[Carried]:
    """What is carried forward out of a period, the oldest first; of erased periods nobody knows any more.

    Args:
        context: the tenant's.
        period: that is closed; of later ones nothing is told.
        now: the time that counts.
    """
    with context.ledger.opened() as connection:
        never_twice.define(connection, context.agreement.accounts)
        up_to_it = [each for each in _list_periods(connection) if each.first <= period.first]
        return _of_periods(connection, up_to_it, period, now.date())


def list_carried_into(
    connection: duckdb.DuckDBPyConnection, period: Period, today: date, accounts: AccountForms
) -> list[Carried]:
    """What comes into a period from the latest ones before it, the oldest first.

    Args:
        connection: a tenant's ledger.
        period: whose run is judged.
        today: the day.
        accounts: which the agreement takes.
    """
    before = [each for each in _list_periods(connection) if each.first < period.first]
    if not before:
        return []
    never_twice.define(connection, accounts)
    return _of_periods(connection, before[-LATEST:], period, today)


def _list_periods(connection: duckdb.DuckDBPyConnection) -> list[Period]:
    return sorted(Period.parsed(text) for (text,) in connection.execute(_PERIODS).fetchall())


def _of_periods(
    connection: duckdb.DuckDBPyConnection, periods: Iterable[Period], closing: Period, today: date
) -> list[Carried]:
    kinds = defaultdict[str, list[PaymentKind]](list)
    for period, kind in connection.execute(_PERHAPS_OWED, {"today": today}).fetchall():
        kinds[period].append(PaymentKind(kind))
    found = (_of_period(connection, each, kinds[str(each)], closing, today) for each in periods if str(each) in kinds)
    return [each for each in found if each]


def _of_period(
    connection: duckdb.DuckDBPyConnection, period: Period, kinds: Sequence[PaymentKind], closing: Period, today: date
) -> Carried | None:
    rows = pl.concat(_rows(connection, period, kind, today) for kind in kinds)
    if rows.is_empty():
        return None
    said = rows.select(
        pl.col("pounds").sum(), unreadable=pl.col("pounds").null_count(), oldest=pl.col("pay_date").min()
    )
    pounds, unreadable, oldest = said.row(0)
    return Carried(period, _periods_back(period, closing), rows.height, pounds, unreadable, oldest)


def _rows(connection: duckdb.DuckDBPyConnection, period: Period, kind: PaymentKind, today: date) -> pl.DataFrame:
    connection.register("owed", find_owed(connection, period, kind, today).to_arrow())
    rows = connection.execute(_ROWS).pl()
    connection.unregister("owed")
    return rows.select("pay_date", pounds=amount_as_written())


def _periods_back(period: Period, closing: Period) -> int | None:
    if not period.is_comparable(closing):
        return None
    back, each = 0, closing
    while each.first > period.first:
        back, each = back + 1, each.previous
    return back if each == period else None
