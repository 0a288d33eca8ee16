"""``siller server``: one of several servers of one Prefect."""

from typing import Annotated

import typer


def server(
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 4200,
    host: Annotated[
        str, typer.Option(help="The address to listen on: one that the proxy alone reaches.")
    ] = "127.0.0.1",
) -> None:
    """Serve Prefect's API and pages behind siller's door, beside other such servers, until Ctrl-C.

    A proxy stands before them, workers take their work from them, and Prefect's background services run once beside
    them. One machine needs none of this: siller up.
    """
    import signal
    import sys
    from contextlib import ExitStack

    from flows.console import OUT, waiting_for
    from flows.service.replica import serving
    from tasks.settings import Settings

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as until_the_end:
        with waiting_for("Starting the Prefect server"):
            ours = until_the_end.enter_context(serving(Settings().home, host, port))
        OUT.print(f"One of Prefect's servers: {ours.api_url}. Its log: {ours.log}", highlight=False, soft_wrap=True)
        OUT.print("Ctrl-C ends it; the others go on.")
        ours.wait_until_ended()
