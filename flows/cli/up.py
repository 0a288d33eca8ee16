"""``siller up``: a Prefect server and all deployments, on this machine."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from flows.service.deployments import Served

NOT_NARROWED = (
    "siller did not start this Prefect server and cannot narrow it: whoever reaches its API can run any code as "
    "siller's account. Let nobody reach it but siller and its workers, and people only by a proxy that closes "
    "create_flow_run, set_state and all else that docs/operating/door.md does not list."
)


def up(
    port: Annotated[int | None, typer.Option(help="The port to listen on. [default: any free one]")] = None,
    pause_schedules: Annotated[bool, typer.Option(help="Run only what somebody asks for.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="How many runs at once.", show_default="by this machine's cores and memory"),
    ] = None,
    database: Annotated[
        str,
        typer.Option(help="Prefect's state in PostgreSQL, by its address. [default: SILLER_DATABASE, else a file]"),
    ] = "",
) -> None:
    """Start a Prefect server with its pages and serve every body that has an agreement, until Ctrl-C.

    One whose agreement or contract cannot be read is named, and the others are served.
    If PREFECT_API_URL names a server, the deployments are served there instead.
    """
    import os
    from contextlib import ExitStack

    from flows.console import ERR, OUT, waiting_for
    from flows.service import capacity
    from flows.service import database as postgresql
    from flows.service.environment import Address, password, password_file
    from flows.service.up import up as bring_up
    from schemas.period import PERIOD_FORM
    from tasks.settings import PROJECT, Settings

    is_foreign = "PREFECT_API_URL" in os.environ
    at_once = limit or capacity.runs_at_once()
    if named := database or ((kept := Settings().database) and kept.get_secret_value()):
        postgresql.use(named)
    with ExitStack() as moving:
        moving.enter_context(waiting_for("Starting the Prefect server and the deployments"))

        def ready(address: Address, served: "Served") -> None:
            moving.close()
            OUT.print(f"siller is up. Approvals and runs: {address.ui_url}", soft_wrap=True)
            OUT.print(f"Bodies that it serves: {', '.join(served.bodies) or 'none'}.", highlight=False, soft_wrap=True)
            OUT.print(f"It works on {at_once} runs at once; the others wait.", highlight=False)
            for said in served.said:
                ERR.print(said, style="bold red", highlight=False, soft_wrap=True)
            if is_foreign:
                OUT.print(NOT_NARROWED, soft_wrap=True)
            else:
                OUT.print(f"The board, what waits for whom: {address.ui_url}/board/", soft_wrap=True)
                OUT.print("Each page asks for a name and password: siller people door NAME gives somebody theirs.")
                password(Settings().home)  # made on first use: who looks now finds it
                OUT.print(f"The operator's stand in {password_file(Settings().home)}", soft_wrap=True)
            OUT.print(f"Pay a period with: siller run TENANT --period PERIOD, {PERIOD_FORM}")
            OUT.print("Ctrl-C ends it. A run that waits for approval waits on until the next start.")

        bring_up(Settings().home, port, not pause_schedules, ready, PROJECT / "prefect.yaml", at_once)
