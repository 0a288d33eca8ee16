"""A practice manifest: what an extract says of itself, where nobody has declared anything."""

from collections import Counter
from datetime import date
from pathlib import Path

from schemas.contract.origin import Stated
from schemas.incoming import Incoming, hash_of
from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ingest.integrity import Found
from tasks.ingest.reading import read_sent
from tasks.tenant_context import TenantContext


def declare(
    context: TenantContext,
    extract: Path,
    kind: Kind = Kind.FULL,
    of_period: Period | None = None,
    submitted_by: str = "nobody",
) -> Manifest:
    """Make the practice manifest of an extract; no live run takes it.

    Args:
        context: the tenant's.
        extract: the file; it may stand anywhere.
        kind: what it is taken for.
        of_period: the pay period; that of most rows' pay date if not given.
        submitted_by: who is taken to have sent it.

    Raises:
        NoGo: the extract cannot be read, or no row has a pay date that can.
    """
    found, days, sha256 = Found(), Counter[date](), hash_of(extract, Incoming.EXTRACT)
    for batch in read_sent(context, extract, sha256):
        found += Found.of(batch)
        read = batch["pay_date"].str.to_date("%d/%m/%Y", strict=False)
        days.update(dict(read.filter(read.is_between(date.min, date.max)).value_counts().iter_rows()))
    if of_period and context.contract.states("pay_date", Stated.PAY_DAY):
        days[context.agreement.pay_day_of(of_period, context.bank_days)] = found.rows
    if not days:
        column = context.contract.column("pay_date").physical_name
        raise NoGo(f"{extract.name} has no readable {column} in any row, so its period is unknown: name its manifest.")
    periods = Counter[Period]()
    for day, rows in days.items():
        periods[_paid_on(context, day)] += rows
    period = of_period or periods.most_common(1)[0][0]
    named = days.most_common(1)[0][0]
    agreed = context.agreement.pay_day_of(period, context.bank_days) if kind.is_paid_on_the_pay_day else named
    return Manifest(
        tenant=context.tenant,
        kind=kind,
        pay_period=period,
        extract=extract.name,
        sha256=sha256,
        rows=found.rows,
        total=f"{found.total:.10f}",
        pay_date=agreed,
        submitted_by=submitted_by,
        practice=True,
    )


def _paid_on(context: TenantContext, day: date) -> Period:
    """The period that is paid on a day; of a day that no calendar reaches, the one in which it lies."""
    agreed = context.agreement
    if day.year not in context.bank_days.years:
        return agreed.periods.around(day)
    return agreed.periods.paid_on(day, context.bank_days, agreed.terms.every_day)
