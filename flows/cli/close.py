"""``siller close``: two people close a run, and its certificate is kept."""

from typing import Annotated

import typer

from flows.cli.who import Who


def close(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    agreeing: Annotated[str, typer.Option(help="Who reviews what the first one prepared.")] = "",
    who: Who = "",
) -> None:
    """Close a run: nothing of it is unexplained, disputed or may still come back, as two people say.

    Both give a one-time code; neither sent the extract, approved the run or sent its file to the bank. The certificate
    stands beside the report and is kept sealed. What the bank says later opens the run again.
    """
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.close.close import check_may_close
    from tasks.close.close import close as closed
    from tasks.error_boundary import error_boundary
    from tasks.ledger import runs
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    if not who or not agreeing:
        raise typer.BadParameter("it takes two people: name both, --as NAME and --agreeing NAME")
    with context.ledger.opened() as connection:
        now, recorded = clock(context.mode, None), runs.last_recorded(connection, run_id)
        if context.mode is Mode.REHEARSAL:  # it may have been run as of a day that is still to come
            now = max(now, recorded)
    with error_boundary("close"):
        check_may_close(context, run_id, now)
    first, second = (Given(name, typer.prompt(f"One-time code of {name}", hide_input=True)) for name in (who, agreeing))
    with error_boundary("close"):
        certificate = closed(context, run_id, (first, second), at=clock(Mode.LIVE, None), now=now)
    OUT.print(f"{run_id} is closed. Its certificate: {certificate}", soft_wrap=True, highlight=False, markup=False)
