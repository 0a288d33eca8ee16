"""``siller deployments``: what a Prefect server with workers is to be told."""

from pathlib import Path
from typing import Annotated

import typer


def deployments(
    file: Annotated[Path, typer.Argument(help="The file to write.", dir_okay=False, writable=True)],
) -> None:
    """Write every body's deployments and schedules, for a Prefect server with workers.

    Then: prefect deploy --all --prefect-file FILE. A body whose agreement or contract cannot be read is named, and left
    out.
    """
    from flows.console import ERR, OUT
    from flows.service.environment import prepare
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.settings import PROJECT, Settings

    settings = Settings()
    prepare(settings.home)

    import yaml

    from flows.service.pattern import declare

    declared = declare(PROJECT / "prefect.yaml", settings, clock(Mode.LIVE, None))
    for said in declared.said:
        ERR.print(said, style="bold red", highlight=False, soft_wrap=True)
    file.write_text(yaml.safe_dump(declared.plan, sort_keys=False, allow_unicode=True), encoding="utf-8")
    OUT.print(f"Written to {file}. Now: prefect deploy --all --prefect-file {file}", highlight=False, soft_wrap=True)
