"""What the agreement says of checking the payees of a run."""

from tasks.ledger.payee_findings import CheckTerms
from tasks.ledger.runs import RunRow
from tasks.rails import rail_of
from tasks.tenant_context import TenantContext


def terms_of(context: TenantContext, run: RunRow) -> CheckTerms | None:
    """What is agreed of checking a run's payees; None where nothing is.

    Args:
        context: the tenant's.
        run: the run.

    Raises:
        NoGo: the profile that the agreement names cannot be read.
    """
    agreed, profile = context.agreement.payee_checks, context.payee_check_profile
    if agreed is None or profile is None:
        return None
    first = rail_of(context.agreement).days(run.pay_date, context.bank_days).processing_date
    return CheckTerms(profile.match_binds_days, context.calendar.latest(agreed.answer_by, first))
