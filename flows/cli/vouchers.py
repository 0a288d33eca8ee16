"""``siller vouchers``: the file of vouchers was sent, the provider has answered, and what stands where."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who

Run = Annotated[str, typer.Argument(metavar="RUN", help="The run, for example cash-2026-11-live-1.")]
Today = Annotated[str | None, typer.Option(help="The date to run as, YYYY-MM-DD; in a rehearsal only.")]

vouchers = typer.Typer(help="Follow the vouchers of payees without an account.", no_args_is_help=True)


@vouchers.callback()
def _of_a_run() -> None:
    """A command of its own for each step."""


@vouchers.command("sent")
def sent(
    run_id: Run,
    reference: Annotated[str, typer.Option(help="What the provider gave back for the file.")],
    at: Annotated[str, typer.Option(help="When, by the clock in London: YYYY-MM-DD HH:MM.")],
    who: Who = "",
) -> None:
    """Record that a run's file of vouchers was sent to the provider; the file in the outbox is checked once more."""
    from flows.console import ERR, OUT
    from schemas.agreement import Role
    from schemas.no_go import NoGo
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.submit.stage import london_time
    from tasks.tenant_context import TenantContext
    from tasks.vouchers.submit import record_sent

    try:
        moment = london_time(at)
    except NoGo as no_time:
        raise typer.BadParameter(str(no_time)) from None
    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, "siller vouchers sent", Role.SENDER, Role.OPERATOR)
    with context.ledger.opened() as connection:
        # A rehearsal may have been run as of a day that is still to come.
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
        was_taken_back = runs.is_withdrawn(connection, runs.run_row(connection, run_id))
    with error_boundary("vouchers sent"):
        said = record_sent(context, run_id, reference, moment, by, now).figures
    OUT.print(
        f"The vouchers of {run_id} are with the provider since {moment:%-d %B %Y at %H:%M}, under the reference "
        f"{said.reference}. When it has answered: siller vouchers answers {context.tenant} FILE",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if was_taken_back:
        ERR.print(
            "DISPUTED: two people had said that it was never sent, and its payments could be made again since. Have "
            "the provider cancel now what is not cashed yet.",
            style="bold red",
            soft_wrap=True,
        )


@vouchers.command("answers")
def answers(
    tenant: Annotated[str, typer.Argument(help="Whose vouchers they are.")],
    file: Annotated[Path, typer.Argument(help="What the provider sent back.")],
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of a rehearsal's vouchers.")] = False,
    who: Who = "",
    today: Today = None,
) -> None:
    """Take in what the provider says of vouchers, once and whole: of how many runs it speaks does not matter.

    The same file again returns what stands. Reconcile the runs then: siller reconcile RUN.
    """
    from flows.cli.dates import date_of
    from flows.console import ERR, OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext
    from tasks.vouchers.answers import take_in

    as_of = date_of(today)
    context = TenantContext(tenant, Mode.REHEARSAL if rehearsal else Mode.LIVE, Settings())
    by = identify(context, who, "siller vouchers answers", Role.OPERATOR)
    with error_boundary("vouchers answers"):
        said = take_in(context, file, by, clock(context.mode, as_of))
    done = "It had been taken in before; nothing was done." if said.stood else "It is taken in."
    OUT.print(
        f"The provider answers for {said.figures.vouchers:,} vouchers of {', '.join(said.runs)}; "
        f"{said.figures.ended:,} of them have ended. {done}",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    if said.revived:
        ERR.print(
            said.say_revived(),
            style="bold red",
            soft_wrap=True,
        )


@vouchers.command("cancel")
def cancel(
    payment: Annotated[str, typer.Argument(metavar="RUN/ROW", help="The payment, as siller trace has it.")],
    reason: Annotated[str, typer.Option(help="Why; nothing of a payee.")],
    reference: Annotated[str, typer.Option(help="Of the request at the provider.")],
    who: Who = "",
    today: Today = None,
) -> None:
    """Record that the provider was asked to cancel a voucher. It is not cancelled by that, and nobody is paid again.

    What was not cashed is free once the provider's answer says that it is cancelled: siller vouchers answers.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext
    from tasks.vouchers.cancel import ask_to_cancel, run_of

    as_of, context = date_of(today), TenantContext.of_run(run_of(payment), Settings())
    by = identify(context, who, "siller vouchers cancel", Role.OPERATOR)
    with error_boundary("vouchers cancel"):
        said = ask_to_cancel(context, payment, reason, reference, by, clock(context.mode, as_of))
    OUT.print(
        f"It is recorded that the provider was asked to cancel {said.of}, under {said.reference}. Its payee can be "
        "paid again once the provider says that it is cancelled, and what of it was not cashed.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@vouchers.command("show")
def show(run_id: Run, who: Who = "", today: Today = None) -> None:
    """Say where each voucher of a run stands, what was cashed of it, and what has to be done; nothing of its payee."""
    from rich.table import Table

    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from tasks.clock import clock
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext
    from tasks.vouchers.standing import list_vouchers

    as_of, context = date_of(today), TenantContext.of_run(run_id, Settings())
    identify(context, who, "siller vouchers show", *Role)
    today_is = clock(context.mode, as_of).date()
    table = Table("Row", "Worth", "Cashed", "Left", "Stands", "Expires", "To do", box=None)
    for each in list_vouchers(context, run_id):
        table.add_row(
            str(each.row_number),
            *(pounds(pence) for pence in (each.pence, each.cashed_pence, each.left_pence)),
            each.state.replace("_", " "),
            f"{each.expires:%-d %b %Y}",
            each.next_step(today_is),
        )
    OUT.print(f"The vouchers of {run_id}, by the row of the extract:", highlight=False, markup=False)
    OUT.print(table)
