"""The manifest of an extract, made of the extract itself: the body's own, or one for practice."""

from collections import Counter
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from schemas.contract.extract import read_extract
from schemas.contract.origin import Stated
from schemas.documents import sentences
from schemas.incoming import Incoming, hash_of, read
from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.sanitise import sanitise
from tasks.ingest.integrity import Found
from tasks.ingest.landing import manifest_of, signature_of
from tasks.storage.atomic_write import write_atomic
from tasks.tenant_context import TenantContext


def declare(
    context: TenantContext,
    extract: Path,
    kind: Kind = Kind.FULL,
    of_period: Period | None = None,
    submitted_by: str = "nobody",
    *,
    pay_date: date | None = None,
    replaces: str | None = None,
    corrects: str | None = None,
    practice: bool = True,
) -> Manifest:
    """Make the manifest of an extract: rows and total as the one reader of all forms finds them, and the SHA-256.

    Args:
        context: the tenant's.
        extract: the file; it may stand anywhere.
        kind: what it is taken for.
        of_period: the pay period; that of most rows' pay date if not given.
        submitted_by: who sends it, or is taken to have sent it.
        pay_date: of what is not paid on the agreed pay day, when it is; the day of most rows if not given.
        replaces: the SHA-256 of the extract in whose place it comes.
        corrects: of a correction, that of the extract of the run that it joins.
        practice: whether nobody declares this, so that no live run takes it.

    Raises:
        NoGo: the extract cannot be read, neither it nor the caller says the period, or there can be no such manifest.
    """
    found, days, sha256 = Found(), Counter[date](), hash_of(extract, Incoming.EXTRACT)
    for batch in read_extract(extract, context.contract, sha256):
        found += Found.of(batch)
        read = batch["pay_date"].str.to_date("%d/%m/%Y", strict=False)
        days.update(dict(read.filter(read.is_between(date.min, date.max)).value_counts().iter_rows()))
    if of_period and context.contract.states("pay_date", Stated.PAY_DAY):
        days[context.agreement.pay_day_of(of_period, context.bank_days)] = found.rows
    period = of_period or _period_of_most(context, extract, days)
    if kind.is_paid_on_the_pay_day:
        pay_date = context.agreement.pay_day_of(period, context.bank_days)
    try:
        return Manifest(
            tenant=context.tenant,
            kind=kind,
            pay_period=period,
            extract=extract.name,
            sha256=sha256,
            rows=found.rows,
            total=f"{found.total:.10f}",
            pay_date=pay_date or _day_of_most(context, extract, days),
            submitted_by=submitted_by,
            replaces=replaces,
            corrects=corrects,
            practice=practice,
        )
    except ValidationError as error:
        raise sentences(f"A manifest of {sanitise(extract.name)}", error) from None


def write(manifest: Manifest, extract: Path, signature: str | None) -> Path:
    """Write a manifest beside its extract, after the signature beside that: the manifest says that all is there.

    Returns:
        where it stands.

    Raises:
        NoGo: another manifest stands there.
    """
    path = manifest_of(extract)
    if path.exists() and read(path, Incoming.DOCUMENT) != manifest.written:
        raise NoGo(f"{path} stands there already and says something else. Move it away first, if it counts no more.")
    if signature:
        write_atomic(signature_of(path), f"{signature}\n".encode("ascii"))
    write_atomic(path, manifest.written)
    return path


def _period_of_most(context: TenantContext, extract: Path, days: Counter[date]) -> Period:
    """The period that most rows are paid for.

    Raises:
        NoGo: no row has a day.
    """
    _day_of_most(context, extract, days)
    periods = Counter[Period]()
    for day, rows in days.items():
        periods[_paid_on(context, day)] += rows
    return periods.most_common(1)[0][0]


def _day_of_most(context: TenantContext, extract: Path, days: Counter[date]) -> date:
    """The day on which most rows are to be paid.

    Raises:
        NoGo: no row has a day.
    """
    if not days:
        column = context.contract.column("pay_date").physical_name
        raise NoGo(
            f"{extract.name} has no readable {column} in any row, so its period is unknown: name it or its manifest."
        )
    return days.most_common(1)[0][0]


def _paid_on(context: TenantContext, day: date) -> Period:
    """The period that is paid on a day; of a day that no calendar reaches, the one in which it lies."""
    agreed = context.agreement
    if day.year not in context.bank_days.years:
        return agreed.periods.around(day)
    return agreed.periods.paid_on(day, context.bank_days, agreed.terms.every_day)
