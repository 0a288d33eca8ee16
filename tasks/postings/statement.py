"""Do a run's postings come to what the bank's statements and the provider of vouchers say? In pounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.postings.movements import Movement, Sums, bank_pence, pence_of, sum_up
from schemas.reconciliation.figures import Outcome, Reconciliation
from schemas.reconciliation.five_ways import STATEMENT
from tasks.reconcile.stage import as_at
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class ByVoucher:
    """The postings of a run's vouchers beside the provider's word.

    Attributes:
        cashed: pounds that were cashed, as posted.
        said: the same as the provider has said it.
        outstanding: pounds that payees can still cash, as posted.
    """

    cashed: Decimal
    said: Decimal
    outstanding: Decimal

    @property
    def unexplained(self) -> Decimal:
        """By how much they differ."""
        return self.cashed - self.said


@dataclass(frozen=True)
class HeldAgainst:
    """The postings of a run beside its lines on the bank's statements.

    Attributes:
        posted: pounds that left the paying accounts by the run's file, as posted, without what came back; None where
            the run pays by voucher alone.
        shown: the same as the statements show it; None as long as they show nothing of the run.
        outside: pounds that left through the bank's portal, as posted: no statement says for which run.
        by_voucher: the vouchers; None where the run has none.
    """

    posted: Decimal | None
    shown: Decimal | None
    outside: Decimal
    by_voucher: ByVoucher | None = None

    @property
    def unexplained(self) -> Decimal:
        """By how much they differ; what no statement shows yet is unexplained."""
        return (self.posted or Decimal(0)) - (self.shown or Decimal(0))


def hold_against_statement(context: TenantContext, run_id: str, posted: Sequence[Sums], now: datetime) -> HeldAgainst:
    """Hold all that was posted of a run against the bank's statements, and its vouchers against the provider's word.

    Args:
        context: the tenant's.
        run_id: the run.
        posted: what moved by each of its postings.
        now: the time that counts.
    """
    sums, stands = sum_up(posted), as_at(context, run_id, now)
    outside = pence_of(sums, Movement.PAID_OUTSIDE)
    statement = next(way for way in stands.ways if way.source == STATEMENT)
    return HeldAgainst(
        _pounds(bank_pence(sums) - outside) if stands.sent else None,
        statement.leaves.pounds if statement.leaves else None,
        _pounds(outside),
        _hold_vouchers(sums, stands) if stands.vouchers else None,
    )


def _hold_vouchers(sums: Sums, stands: Reconciliation) -> ByVoucher:
    cashed, not_cashed = (
        pence_of(sums, movement) for movement in (Movement.VOUCHERS_CASHED, Movement.VOUCHERS_NOT_CASHED)
    )
    said = sum((each.pounds for each in stands.buckets if each.name is Outcome.CASHED), Decimal(0))
    return ByVoucher(_pounds(cashed), said, _pounds(pence_of(sums, Movement.VOUCHERS_ISSUED) - cashed - not_cashed))


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)
