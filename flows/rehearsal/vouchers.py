"""The practice bank plays the provider of vouchers in a rehearsal, where the agreement has any."""

from collections.abc import Sequence
from datetime import date, timedelta

from schemas.agreement import Role
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.practice_bank.vouchers import Fate, answer_vouchers
from tasks.tenant_context import TenantContext
from tasks.vouchers.answers import take_in
from tasks.vouchers.standing import list_vouchers
from tasks.vouchers.submit import record_sent


def send_to_practice(context: TenantContext, run_id: str) -> None:
    """Say that a released run's vouchers are with the practice provider, if it has any."""
    if _file_of(context, run_id):
        with context.ledger.opened() as connection:
            released = runs.last_recorded(connection, run_id)
        record_sent(context, run_id, "PRACTICE", released, context.agreement.people_with(Role.SENDER)[0], released)


def let_provider_answer(context: TenantContext, run_id: str, today: date, fates: Sequence[Fate]) -> bool:
    """Take in what the practice provider says on a day of a released run's vouchers; whether it has any.

    Args:
        context: the tenant's, for rehearsals.
        run_id: the run.
        today: the day that the rehearsal has come to.
        fates: what becomes of each voucher.
    """
    channel, name = context.voucher_channel, _file_of(context, run_id)
    if channel is None or name is None:
        return False
    operator, now = context.agreement.people_with(Role.OPERATOR)[0], clock(Mode.REHEARSAL, today)
    folder = context.paths.reports(run_id)
    folder.mkdir(parents=True, exist_ok=True)
    answer = answer_vouchers(context.paths.outbox(context.tenant) / name, folder, channel, today, fates)
    take_in(context, answer, operator, now)
    return True


def find_end(context: TenantContext, run_ids: Sequence[str]) -> date | None:
    """The first day on which no voucher of these runs can be cashed any more; None where they have none."""
    ends = [each.expires for run_id in run_ids if _file_of(context, run_id) for each in list_vouchers(context, run_id)]
    return max(ends) + timedelta(days=1) if ends else None


def _file_of(context: TenantContext, run_id: str) -> str | None:
    with context.ledger.opened() as connection:
        return entry_of(connection, run_id, Instruct).voucher_file_name
