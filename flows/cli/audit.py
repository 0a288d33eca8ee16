"""``siller audit``: who did what to a run, and when."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who


def audit(
    run: Annotated[str, typer.Argument(help="The run, for example ilf-2026-11-live-1.")],
    json: Annotated[Path | None, typer.Option("--json", help="Write the same to this file, for a machine.")] = None,
    who: Who = "",
) -> None:
    """Tell a run's story from the ledger: who did what when, and where every row stands now.

    Exit code 1 if the chain or what a stage wrote does not hold any more: then the story cannot be relied upon.
    """
    from rich.table import Table

    from flows.cli.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from schemas.no_go import NoGo
    from tasks.audit.timeline import audit as audited
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.office import Office
    from tasks.people.identity import identified
    from tasks.settings import Settings

    office = Office.of_run(run, Settings())
    identified(office, who, Role.AUDITOR, Role.OPERATOR)
    with office.ledger.opened() as connection:
        as_at = max(clock(office.mode, None), runs.last_recorded(connection, run)).date()
    found = audited(office, run, as_at)
    title = f"{run}: {found.kind} extract for {found.period}, {found.extract_sha256[:12]}"
    table = Table("When", "Who", title=title, title_justify="left", box=None, header_style="bold")
    table.add_column("What", overflow="fold")
    for step in found.steps:
        table.add_row(f"{step.at:%-d %b %Y %H:%M:%S}", step.who, step.what)
    OUT.print(table)
    for stands in found.stands:
        worth = f", {pounds(stands.pence)}" if stands.pence is not None else ""
        OUT.print(f"{stands.rows:,} rows stand at {stands.state.replace('_', ' ')}{worth}.", highlight=False)
    if json:
        json.touch(mode=0o600)
        json.write_text(found.as_json(), encoding="utf-8")
    if found.doubt:
        raise NoGo(found.doubt)
