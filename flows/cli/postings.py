"""``siller postings``: what a run moved, as double entry by the codes of the body's own books."""

from typing import Annotated

import typer

from flows.cli.who import Who


def postings(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    who: Who = "",
) -> None:
    """Write a run's postings for the body's books, and hold them against the bank's statements.

    What was paid is posted once its pay day has come. What came back or was rejected since, and what became of
    vouchers, makes further postings, with a number of their own; those given out before never change. They name no
    payee.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.postings.stage import post
    from tasks.postings.statement import hold_against_statement
    from tasks.reconcile import wording
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller postings {run_id}", Role.OPERATOR, Role.UPLOADER, Role.DECISION_OWNER)
    with context.ledger.opened() as connection:
        # A rehearsal may have been run as of a day that is still to come.
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
    with error_boundary("postings"):
        given = post(context, run_id, by, now)
        held = hold_against_statement(context, run_id, [each.sums for each in given], now)
    said = [
        f"Postings {each.number} of {wording.day(each.entry.accounting_date)}, debits and credits of "
        f"{pounds(each.entry.pence)} each{'' if each.is_new else ', as given out before'}: {each.path}"
        for each in given
    ]
    if held.outside:
        said.append(
            f"Through the bank's portal left {wording.pounds(held.outside)}, which no statement gives to a run."
        )
    if held.posted is not None:
        left = f"By the payment file {wording.pounds(held.posted)} left the bank's accounts, as posted."
        if held.shown is None:
            said.append(f"{left} No statement shows anything of the run yet, so all of it is unexplained.")
        elif held.unexplained:
            shown, unexplained = wording.pounds(held.shown), wording.pounds(held.unexplained)
            said.append(
                f"{left} The statements show {shown}: {unexplained} is unexplained (siller reconcile {run_id})."
            )
        else:
            said.append(f"{left} The statements show the same: £0.00 is unexplained.")
    if held.by_voucher:
        cashed, outstanding = (wording.pounds(each) for each in (held.by_voucher.cashed, held.by_voucher.outstanding))
        said.append(
            f"By voucher {cashed} was cashed, as posted; the provider says {wording.pounds(held.by_voucher.said)}. "
            f"Payees can still cash {outstanding}."
        )
    for each in said:
        OUT.print(each, soft_wrap=True, highlight=False, markup=False)
    if held.unexplained or (held.by_voucher and held.by_voucher.unexplained):
        raise typer.Exit(1)
