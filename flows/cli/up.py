"""``siller up``: a Prefect server and all deployments, on this machine."""

from typing import Annotated

import typer


def up(
    port: Annotated[int | None, typer.Option(help="The port to listen on. [default: any free one]")] = None,
    pause_schedules: Annotated[bool, typer.Option(help="Run only what somebody asks for.")] = False,
) -> None:
    """Start a Prefect server with its pages and serve every deployment, until Ctrl-C.

    If PREFECT_API_URL names a server, the deployments are served there instead.
    """
    from contextlib import ExitStack

    from flows.cli.console import OUT, waiting_for
    from flows.environment import Address, password_file
    from flows.up import up as bring_up
    from tasks.settings import PROJECT, Settings

    with ExitStack() as moving:
        moving.enter_context(waiting_for("Starting the Prefect server and the deployments"))

        def ready(address: Address) -> None:
            moving.close()
            OUT.print(f"siller is up. Approvals and runs: {address.ui_url}", soft_wrap=True)
            OUT.print(f"The page asks for the password in {password_file(Settings().home)}", soft_wrap=True)
            OUT.print("Pay a month with: siller run TENANT --period YYYY-MM")
            OUT.print("Ctrl-C ends it. A run that waits for approval waits on until the next start.")

        bring_up(Settings().home, port, not pause_schedules, ready, PROJECT / "prefect.yaml")
