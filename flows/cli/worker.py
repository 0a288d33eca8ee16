"""``siller worker``: works on what is due at a Prefect server with a work pool."""

from typing import Annotated

import typer


def worker(
    pool: Annotated[str, typer.Option(help="The work pool.")] = "siller",
    queue: Annotated[
        list[str] | None,
        typer.Option("--queue", help="A work queue that it serves; once for each.", show_default="all of the pool"),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="How many runs at once.", show_default="by this machine's cores and memory"),
    ] = None,
) -> None:
    """Work on the runs of a Prefect server's work pool on this machine, until Ctrl-C.

    PREFECT_API_URL names the server. `siller deployments` and `prefect deploy --all` tell it of every body.
    """
    import signal
    import sys

    from flows.console import OUT
    from flows.service import capacity, environment
    from flows.service.worker import log_of, work
    from tasks.settings import Settings

    home = Settings().home
    api_url = environment.server_of(home)
    limit = limit or capacity.runs_at_once()
    (home / "prefect").mkdir(parents=True, exist_ok=True)
    served = f", and of it of {', '.join(queue)} alone" if queue else ""
    OUT.print(f"A worker of the pool {pool}{served}, at {environment.ui_of(api_url)}.", highlight=False, soft_wrap=True)
    OUT.print(f"It works on {limit} runs at once; the others wait. Its log: {log_of(home)}", soft_wrap=True)
    OUT.print("Ctrl-C ends it. A run that waits for approval waits on until the next start.")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.exit(work(home, pool, queue or (), limit, api_url))
