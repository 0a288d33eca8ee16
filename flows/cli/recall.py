"""``siller recall``: what the sponsoring bank is asked to stop of a released file, and what it answers."""

from typing import Annotated

import typer

from flows.cli.who import Who


def recall(
    named: Annotated[
        str,
        typer.Argument(
            metavar="RUN[/ROW|/DAY]",
            help="The run, for its whole file, a day of one that pays on several, or the row of one payment.",
        ),
    ],
    reason: Annotated[str, typer.Option(help="Recall it, and why; nothing of a payee.")] = "",
    bank_said: Annotated[
        str, typer.Option(metavar="confirmed|failed", help="What the bank answered to the recall.")
    ] = "",
    bank_reference: Annotated[
        str, typer.Option(help="Under which the bank said so: of a letter, a case, a call.")
    ] = "",
    agreeing: Annotated[str, typer.Option(help="The approver or decision owner who agrees; somebody else.")] = "",
    who: Who = "",
) -> None:
    """Ask the bank to stop a released file or one payment of it, or say what it answered; else list what is recalled.

    Each takes two people with a one-time code, neither of them sender, approver or uploader of the run. siller writes a
    sheet for the bank and sends nothing. A recall frees nobody to be paid again: the bank's own files do.
    """
    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.ledger.recalls import OUTCOMES, list_standing
    from tasks.people.identity import identify
    from tasks.people.two_people import Given
    from tasks.recall.request import ask, end
    from tasks.recall.sheet import write_sheets
    from tasks.recall.subject import read_named
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if (reason and bank_said) or bool(bank_said) != bool(bank_reference):
        raise typer.BadParameter(
            "say --reason to recall, or --bank-said and --bank-reference of what the bank answered"
        )
    if bank_said and bank_said not in OUTCOMES:
        raise typer.BadParameter(f"what the bank said is one of {', '.join(OUTCOMES)}")
    run_id = read_named(named).run_id
    context = TenantContext.of_run(run_id, Settings())
    now = clock(context.mode, None)
    if not reason and not bank_said:
        may_look = (Role.OPERATOR, Role.SENDER, Role.APPROVER, Role.DECISION_OWNER)
        identify(context, who, f"siller recall {run_id}", *may_look)
        with error_boundary("recall"):
            sheets = write_sheets(context, run_id, now.date())
            with context.ledger.opened() as connection:
                standing = [each for each in list_standing(connection, now.date()) if each.run_id == run_id]
        for each in standing:
            OUT.print(f"{each.said} For the bank: {sheets[each.recall_no][0]}", soft_wrap=True, highlight=False)
        if not standing:
            OUT.print(f"No recall of {run_id} stands.", soft_wrap=True, highlight=False)
        return
    if not who or not agreeing:
        raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    with error_boundary("recall"):
        if reason:
            page, table = ask(context, named, reason, (first, second), clock(Mode.LIVE, None), now)
            said = f"Print {page}, or send {table}, to the sponsoring bank now: nothing was sent by siller."
        else:
            ended = end(context, named, bank_said, bank_reference, (first, second), clock(Mode.LIVE, None), now)
            said = f"The recall of {ended.subject} {bank_said}. It frees nobody: the bank's own files do."
    OUT.print(said, soft_wrap=True, highlight=False)
