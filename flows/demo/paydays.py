"""Which periods the demonstration pays: two of a body and one that is stopped, or one of each of three bodies."""

from dataclasses import dataclass
from datetime import date

from schemas.pay_run import Mode
from schemas.period import Period


@dataclass(frozen=True)
class Payday:
    """One period of a body's in the demonstration.

    Attributes:
        tenant: the body.
        period: what is paid.
        today: the day on which it is run.
        reason: what the approver gives as reason for paying although gates refer to a person.
        first_approver: which of the agreement's approvers answers first: a one-time code counts once.
    """

    tenant: str
    period: Period
    today: date
    reason: str = ""
    first_approver: int = 0

    @property
    def run_id(self) -> str:
        """The run that pays it."""
        return f"{self.tenant}-{self.period}-{Mode.REHEARSAL}-1"


MONTHS = (
    Payday(
        "ilf",
        Period.parsed("2026-10"),
        date(2026, 10, 26),
        "First month with siller: compared with the body's own list by hand.",
    ),
    Payday(
        "ilf",
        Period.parsed("2026-11"),
        date(2026, 11, 23),
        "The body wants the rest paid on its day and sends the refused rows again.",
        first_approver=1,
    ),
)
STOPPED = Payday("ilf", Period.parsed("2026-12"), date(2026, 12, 16))
_ONE_DAY, _FIRST = date(2026, 11, 23), "First period with siller: compared with the body's own list by hand."
BODIES = tuple(
    Payday(tenant, Period.parsed(written), _ONE_DAY, _FIRST)
    for tenant, written in (("ilf", "2026-11"), ("kirkmuir", "2026-W49"), ("rowan", "2026-Q4"))
)
"""A month, a week and a quarter whose payees all have their money on 30 November."""
