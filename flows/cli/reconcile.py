"""``siller reconcile``: where every pound of a run is now."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def reconcile(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    json: Annotated[
        Path | None, typer.Option(help="Write what was found to this file, as JSON.", dir_okay=False, writable=True)
    ] = None,
    who: Who = "",
) -> None:
    """Write a run's reconciliation report anew, and say where its money is.

    Exit code 0: every penny is explained. 1: something is not.
    """
    from flows.cli.answers_report import check_writable, show_run, write_document
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.reconcile.stage import reconcile as reconciled
    from tasks.reconcile.telling import tell_run
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    check_writable(json)
    context = TenantContext.of_run(run_id, Settings())
    identify(context, who, f"siller reconcile {run_id}", Role.OPERATOR)
    with context.ledger.opened() as connection:
        # A rehearsal may have been run as of a day that is still to come.
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
    reconciliation, written = reconciled(context, run_id, now)
    document = tell_run(context, run_id, now)
    if json:
        write_document(document, json)
    show_run(run_id, document)
    OUT.print(f"Report: {written.page}", highlight=False, soft_wrap=True)
    if reconciliation.unexplained:
        raise typer.Exit(1)
