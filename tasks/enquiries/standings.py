"""What is said not to have arrived, as ``siller status`` shows it and the watch tells it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from itertools import groupby

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency
from tasks.enquiries.enquiry import Enquiry
from tasks.tenant_context import TenantContext


def standings_of_enquiries(context: TenantContext, enquiries: Iterable[Enquiry]) -> Iterator[Standing]:
    """A standing for what of a run is to be looked at again, and one for what should have been.

    Args:
        context: the tenant's.
        enquiries: those that are not over, the one to be looked at first comes first.
    """
    rehearsal = " --rehearsal" if context.mode is Mode.REHEARSAL else ""
    for (run_id, is_over), group in groupby(sorted(enquiries, key=_group), key=_group):
        first, *more = group
        and_more = f" {len(more):,} more of {run_id} like it." if more else ""
        role = Role.DECISION_OWNER if is_over else Role.UPLOADER
        yield Standing(
            run_id,
            "",
            Stand.TO_REVIEW,
            f"{first.told}{and_more}",
            context.tenant,
            context.mode,
            urgency=Urgency.ACT if is_over else Urgency.AWAITED,
            role=role,
            people=context.agreement.people_with(role),
            until=None if is_over else datetime.combine(first.review_on, time(23, 59), LONDON),
            command=f"siller enquiries {context.tenant}{rehearsal}",
            about="overdue enquiry" if is_over else "enquiry",
        )


def _group(enquiry: Enquiry) -> tuple[str, bool]:
    return enquiry.run_id, enquiry.is_over
