"""``siller submitted``: the released file has gone to the channel of its rail, or it was never sent."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.tenant_context import TenantContext


def submitted(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    reference: Annotated[str, typer.Option(help="What the channel gave back for the submission.")] = "",
    at: Annotated[str, typer.Option(help="When, by the clock in London: YYYY-MM-DD HH:MM.")] = "",
    never_sent: Annotated[
        bool, typer.Option("--never-sent", help="It was never sent: the file leaves the outbox, by two people.")
    ] = False,
    reason: Annotated[str, typer.Option(help="Why it was never sent; nothing of a payee.")] = "",
    agreeing: Annotated[str, typer.Option(help="Who agrees that it was never sent; no approver of the run.")] = "",
    who: Who = "",
) -> None:
    """Record that a run's payment file was submitted; the file in the outbox is checked once more.

    With --never-sent the sender and a second person, each with a one-time code, say that it was not: the file leaves
    the outbox, and everybody in it can be paid by a run of the same period.
    """
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if never_sent == bool(reference or at) or (not never_sent and not (reference and at)):
        raise typer.BadParameter("say --reference and --at of what was sent, or --never-sent")
    if never_sent and not (who and agreeing):
        raise typer.BadParameter("it takes two people: name both, --as NAME of the sender and --agreeing NAME")
    if never_sent:
        _take_back(TenantContext.of_run(run_id, Settings()), run_id, reason, (who, agreeing))
    else:
        _submitted(run_id, reference, at, who)


def _submitted(run_id: str, reference: str, at: str, who: str) -> None:
    from flows.console import ERR, OUT
    from schemas.agreement import Role
    from schemas.no_go import NoGo
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.submit import stage
    from tasks.tenant_context import TenantContext

    try:
        moment = stage.london_time(at)
    except NoGo as no_time:
        raise typer.BadParameter(str(no_time)) from None
    context = TenantContext.of_run(run_id, Settings())
    by = identify(context, who, f"siller submitted {run_id}", Role.SENDER, Role.OPERATOR)
    with context.ledger.opened() as connection:
        # A rehearsal may have been run as of a day that is still to come.
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
        was_taken_back = runs.is_withdrawn(connection, runs.run_row(connection, run_id))
    entry = stage.record_submission(context, run_id, reference, moment, by, now)
    said = entry.figures
    OUT.print(f"{run_id} is submitted, {moment:%-d %B %Y at %H:%M}, under the reference {said.reference}.")
    if was_taken_back:
        ERR.print(
            "DISPUTED: two people had said that it was never sent, and its payments could be made again since. Ask the "
            "bank now, stop what is not processed yet, and recall what was paid twice.",
            style="bold red",
            soft_wrap=True,
        )
    if late := said.days_late:
        ERR.print(
            f"LATE: that is {late} day{'s' if late > 1 else ''} after the last day on which the file is taken for "
            "its processing date. The bank may refuse it, or pay on another day. Ask the bank now, and tell the body.",
            style="bold red",
            soft_wrap=True,
        )


def _take_back(context: "TenantContext", run_id: str, reason: str, names: tuple[str, str]) -> None:
    import os

    from flows.console import ERR, OUT
    from flows.turn import wait_for_turn
    from schemas.money import pounds
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.hand_over.taken_back import remove_part
    from tasks.ledger import runs
    from tasks.people.two_people import Given
    from tasks.submit.never_sent import take_back

    with context.ledger.opened() as connection:
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
    # Nobody hands the file over meanwhile.
    turn = wait_for_turn(context.paths, context.tenant, lambda: ERR.print(f"Waiting for a run of {context.tenant}."))
    try:
        sender, other = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in names)
        with error_boundary("never-sent"):
            said = take_back(context, run_id, reason, (sender, other), clock(Mode.LIVE, None), now, remove_part)
    finally:
        os.close(turn)
    OUT.print(
        f"{run_id} was never sent: {said.payments:,} payments, {pounds(said.pence)}, left the outbox and may be made "
        "by a run of the same period. Start the same extract again.",
        highlight=False,
        soft_wrap=True,
    )
