"""Do a run's postings come to what the bank's statements show? What they do not is said, in pounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from schemas.postings.movements import Movement, Sums, bank_pence, sum_up
from schemas.reconciliation.five_ways import STATEMENT
from tasks.reconcile.stage import as_at
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class HeldAgainst:
    """The postings of a run beside its lines on the bank's statements.

    Attributes:
        posted: pounds that left the paying accounts by the run's file, as posted, without what came back.
        shown: the same as the statements show it; None as long as they show nothing of the run.
        outside: pounds that left through the bank's portal, as posted: no statement says for which run.
    """

    posted: Decimal
    shown: Decimal | None
    outside: Decimal

    @property
    def unexplained(self) -> Decimal:
        """By how much they differ; what no statement shows yet is unexplained."""
        return self.posted - (self.shown or Decimal(0))


def hold_against_statement(context: TenantContext, run_id: str, posted: Sequence[Sums], now: datetime) -> HeldAgainst:
    """Hold all that was posted of a run against the bank's statements.

    Args:
        context: the tenant's.
        run_id: the run.
        posted: what moved by each of its postings.
        now: the time that counts.
    """
    sums = sum_up(posted)
    by_the_file = bank_pence(sums, frozenset(Movement) - {Movement.PAID_OUTSIDE})
    statement = next(way for way in as_at(context, run_id, now).ways if way.source == STATEMENT)
    return HeldAgainst(
        Decimal(by_the_file).scaleb(-2),
        statement.leaves.pounds if statement.leaves else None,
        Decimal(bank_pence(sums, frozenset({Movement.PAID_OUTSIDE}))).scaleb(-2),
    )
