"""``siller audit``: who did what to a run, and when."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.audit.timeline import Step


def audit(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN",
            help="The run, for example ilf-2026-11-live-1; or a body, for example ilf, for what concerns no one run.",
        ),
    ],
    json: Annotated[Path | None, typer.Option("--json", help="Write the same to this file, for a machine.")] = None,
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="With a body: of its rehearsals.")] = False,
    who: Who = "",
) -> None:
    """Tell a run's story from the ledger: who did what when, and where every row stands now.

    With a body in the place of the run: people and codes, backups and keys, who was turned away, and what was stopped
    before a run began.

    Exit code 1 if the chain or what a stage wrote does not hold any more: then the story cannot be relied upon.
    """
    from dataclasses import asdict

    from flows.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.audit.timeline import as_json, of_no_run
    from tasks.audit.timeline import audit as audited
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext, tenants

    if run in tenants(Settings()):
        context = TenantContext(run, Mode.REHEARSAL if rehearsal else Mode.LIVE, Settings())
        identify(context, who, f"siller audit {run}", Role.AUDITOR, Role.OPERATOR)
        steps = of_no_run(context)
        _show(f"{run} ({context.mode}): what concerns no one run", steps)
        if json:
            _write(json, as_json([asdict(step) for step in steps]))
        return
    context = TenantContext.of_run(run, Settings())
    identify(context, who, f"siller audit {run}", Role.AUDITOR, Role.OPERATOR)
    with context.ledger.opened() as connection:
        as_at = max(clock(context.mode, None), runs.last_recorded(connection, run)).date()
    found = audited(context, run, as_at)
    _show(f"{run}: {found.kind} extract for {found.period}, {found.extract_sha256[:12]}", found.steps)
    for stands in found.stands:
        worth = f", {pounds(stands.pence)}" if stands.pence is not None else ""
        OUT.print(f"{stands.rows:,} rows stand at {stands.state.replace('_', ' ')}{worth}.", highlight=False)
    if json:
        _write(json, found.as_json())
    if found.doubt:
        raise NoGo(found.doubt)


def _show(title: str, steps: "Iterable[Step]") -> None:
    from rich.table import Table

    from flows.console import OUT

    table = Table("When", "Who", title=title, title_justify="left", box=None, header_style="bold")
    table.add_column("What", overflow="fold")
    for step in steps:
        table.add_row(f"{step.at:%-d %b %Y %H:%M:%S}", step.who, step.what)
    OUT.print(table)


def _write(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
