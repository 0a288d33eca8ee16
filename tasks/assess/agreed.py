"""What the agreement says of deciding on a run: who may, until when, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from schemas.agreement import Role
from schemas.approval import needs_two
from tasks.rails import Dates
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Agreed:
    """What the agreement says, worked out for the days of one payment file.

    Attributes:
        approve_by: the latest moment of an approval.
        submit_by: when the file must have been sent.
        returns_closed: the last day on which a payment may come back.
        people: the names of the people who have each role.
        needs_two: whether this sum needs two different approvers.
        accounts: the accounts that the money leaves, by the bank's name and masked.
    """

    approve_by: datetime
    submit_by: datetime
    returns_closed: date
    people: Mapping[Role, tuple[str, ...]]
    needs_two: bool
    accounts: tuple[str, ...]

    def may_approve(self, uploader: str) -> tuple[str, ...]:
        """Who may approve a run that somebody has submitted: nobody approves what they submitted."""
        return tuple(name for name in self.people[Role.APPROVER] if name.casefold() != uploader.strip().casefold())


def say_agreed(context: TenantContext, days: Sequence[Dates], pence: int) -> Agreed:
    """Work out what the agreement says of a payment file.

    Args:
        context: the tenant's.
        days: on which the file pays.
        pence: what it comes to.
    """
    agreement, first = context.agreement, min(day.processing_date for day in days)
    return Agreed(
        approve_by=context.calendar.latest(agreement.approve_by, first),
        submit_by=context.calendar.latest(agreement.submit_by, first),
        returns_closed=max(context.bank_days.returns_closed(day.entry_date) for day in days),
        people={role: agreement.people_with(role) for role in Role},
        needs_two=needs_two(pence, agreement.two_approvers_above),
        accounts=tuple(
            f"{each.name}, {each.sort_code} ****{each.account_number[-4:]}" for each in agreement.paying_accounts
        ),
    )
