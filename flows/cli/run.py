"""``siller run``: submit a pay run and follow it."""

from typing import Annotated

import typer

from flows.cli.who import Who
from schemas.period import PERIOD_FORM, Period


def run(
    tenant: Annotated[str, typer.Argument(help="The body to pay for, for example ilf.")],
    period: Annotated[str, typer.Option(help=f"The pay period as its body writes it, {PERIOD_FORM}.")],
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="Run apart from everything live; no money can move.")
    ] = False,
    today: Annotated[str | None, typer.Option(help="The date to run as, YYYY-MM-DD; in a rehearsal only.")] = None,
    who: Who = "",
) -> None:
    """Submit a pay run and follow it until it waits for approval, is done or is stopped."""
    from datetime import date

    from flows.console import OUT, waiting_for
    from flows.service import environment
    from schemas.agreement import Role
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if today is not None and not rehearsal:
        raise typer.BadParameter("a live run runs as of the real date; add --rehearsal to choose another.")
    try:
        as_of = date.fromisoformat(today) if today else None
    except ValueError:
        raise typer.BadParameter(f"{today!r} is no date; write it YYYY-MM-DD.") from None
    try:
        asked = Period.parsed(period)
    except NoGo as no_period:
        raise typer.BadParameter(str(no_period)) from None
    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    identify(TenantContext(tenant, mode, Settings()), who, f"siller run for {asked}", Role.OPERATOR)
    parameters = {
        "tenant": tenant,
        "period": str(asked),
        "mode": str(mode),
        "today": as_of.isoformat() if as_of else None,
    }
    home = Settings().home
    api_url = environment.server_of(home)
    environment.prepare(home, api_url)
    with waiting_for("Reaching the Prefect server") as now:
        from flows.service.client import Ending, connect

        with connect() as server:
            flow_run_id = server.submit(f"pay-run/{tenant}", parameters)
            page = environment.page_of(api_url, flow_run_id)
            rest = server.follow(flow_run_id, now)
    if rest.ending in (Ending.NO_GO, Ending.NOT_JUDGED):
        raise NoGo(rest.message)
    if rest.ending is Ending.FAILED:
        raise NoGo(f"The run failed, and siller did not decide that. {rest.message} Its log: {page}")
    if rest.ending is Ending.WAITS:
        OUT.print(f"The run waits for approval. Open it and press Resume: {page}", soft_wrap=True)
    else:
        OUT.print(f"The run is done: {page}", soft_wrap=True)
