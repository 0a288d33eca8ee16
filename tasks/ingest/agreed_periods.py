"""What the agreement says of an extract's pay period beside its days: its rhythm, and of an off-cycle one its sum."""

from datetime import date
from pathlib import Path

import duckdb

from schemas.contract.origin import Stated
from schemas.manifest import Kind, Manifest
from schemas.money import pounds
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.ledger import never_twice, runs
from tasks.tenant_context import TenantContext

_PAID_OR_WAITING = Path(__file__).with_name("paid_or_waiting.sql")


def period_unsaid(context: TenantContext, today: date) -> Period | None:
    """The period in which a day lies, where no row of the body's says when it is paid; None where its rows say it.

    Args:
        context: the tenant's.
        today: the day.
    """
    return context.agreement.periods.around(today) if context.contract.states("pay_date", Stated.PAY_DAY) else None


def check_rhythm(connection: duckdb.DuckDBPyConnection, context: TenantContext, manifest: Manifest) -> None:
    """Hold a period against those of the ledger that share days with it.

    Raises:
        NoGo: one of them is not the body's any more: its rhythm has changed, and the agreement does not say when.
    """
    period = manifest.pay_period
    known = (each for each in runs.periods(connection) if each.overlaps(period))
    if undeclared := [str(each) for each in known if not context.agreement.periods.has(each)]:
        raise NoGo(
            f"{manifest.extract} is for {period}, which shares days with {' and '.join(undeclared)}, and the agreement "
            "does not have both. Nothing was done. A body that changes its rhythm says so in the agreement, with the "
            "day: earlier_pay_periods."
        )


def check_highest_sum(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, manifest: Manifest, today: date
) -> None:
    """Hold all that is paid for an off-cycle period, with what an extract declares, against the sum agreed for it.

    What came back does not count, nor does a run in whose place the extract comes.

    Raises:
        NoGo: it is more.
    """
    highest = context.agreement.periods.highest_sum(manifest.pay_period)
    if highest is None:
        return
    pence = int(manifest.total * 100)
    if runs.runs_of_period(connection, manifest.pay_period):
        never_twice.define(connection, context.agreement.accounts)
        asked = {
            "period": str(manifest.pay_period),
            "sha256": manifest.sha256,
            "kind": manifest.kind.payment_kind,
            "joins": manifest.kind is Kind.CORRECTION,
            "today": today,
        }
        beside = connection.execute(_PAID_OR_WAITING.read_text(), asked).fetchone()
        pence += beside[0] if beside else 0
    if pence > highest * 100:
        raise NoGo(
            f"With {manifest.extract}, {manifest.pay_period} comes to {pounds(pence)}; the agreement lets it be "
            f"£{highest:,.2f} at most. Nothing was done. Correct the extract, or agree on another sum first."
        )
