"""The practice bank is asked about the payees of a rehearsal, where the agreement has them checked."""

from datetime import date

from schemas.agreement import Role
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.payee_checks.answers import take_in
from tasks.payee_checks.request import write_requests
from tasks.practice_bank.payee_checks import answer_request
from tasks.tenant_context import TenantContext


def ask_practice_bank(context: TenantContext, run_id: str, today: date | None) -> bool:
    """Ask the practice bank about a validated run's payees, and take in what it says.

    Args:
        context: the tenant's, for rehearsals.
        run_id: the run.
        today: the day that the rehearsal has come to; the real one if not given.

    Returns:
        whether there was anything to ask: the same extract opens the next run then.
    """
    profile = context.payee_check_profile
    if profile is None:
        return False
    now, operator = clock(Mode.REHEARSAL, today), context.agreement.people_with(Role.OPERATOR)[0]
    requests = write_requests(context, run_id, operator, now)
    for each in requests:
        answer = answer_request(each.path, each.path.parent, profile, now.date())
        take_in(context, run_id, answer, operator, now)
    return bool(requests)
