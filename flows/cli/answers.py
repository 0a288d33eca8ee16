"""``siller answers``: take in what the bank sent back, and say where the money is."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def answers(
    tenant: Annotated[str, typer.Argument(help="Whose bank, for example ilf.")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE...]",
            help="What the bank sent; it is put into the bank's inbox first, and what waits there is taken in with it.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Of the rehearsals, apart from everything live.")
    ] = False,
    today: Annotated[str | None, typer.Option(help="The date to run as, YYYY-MM-DD; in a rehearsal only.")] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write what came of it to this file, as JSON.", dir_okay=False, writable=True)
    ] = None,
    who: Who = "",
) -> None:
    """Take in the bank's files and reconcile every run that they speak of, without a server.

    Exit code 0: nothing is left open. 1: a file is set aside, or something is unexplained.
    """
    import os
    from contextlib import ExitStack

    from flows.cli.answers_report import check_writable, show_answers, write_document
    from flows.cli.dates import date_of
    from flows.console import ERR, waiting_for
    from flows.inbox import put
    from flows.turn import wait_for_turn
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.order import as_it_is, take_in_answers
    from tasks.people.identity import identify
    from tasks.reconcile.telling import tell_answers
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if today is not None and not rehearsal:
        raise typer.BadParameter("live answers are taken in as of the real date; add --rehearsal to choose another.")
    check_writable(json)
    as_of = date_of(today)
    context = TenantContext(tenant, Mode.REHEARSAL if rehearsal else Mode.LIVE, Settings())
    identify(context, who, "siller answers", Role.OPERATOR)
    with waiting_for("Taking in the bank's answers") as now, ExitStack() as at_the_end:
        turn = wait_for_turn(context.paths, tenant, lambda: now(f"Waiting for another run of {tenant} to end"))
        at_the_end.callback(os.close, turn)
        put(files or (), context.paths.bank_inbox(tenant))
        taken = take_in_answers(tenant, context.mode, as_of, work=as_it_is)
        document = tell_answers(context, taken.files, taken.runs, clock(context.mode, as_of))
    if json:
        write_document(document, json)
    show_answers(document)
    for said in taken.not_fetched:
        ERR.print(said, style="bold red", highlight=False, soft_wrap=True)
    if taken.said or taken.set_aside:
        raise typer.Exit(1)
