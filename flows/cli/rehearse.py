"""``siller rehearse``: a period in one process, without a server and without money."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.rails import RailOption
from schemas.stages import Stage
from tasks.practice_bank.behaviour import Behaviour

STAGES = tuple(str(stage) for stage in Stage if stage is not Stage.RELEASE_PENDING)
"""Those that a rehearsal can stop after: a release that has begun is ended."""


def rehearse(
    tenant: Annotated[str, typer.Argument(help="Whose extracts they are, for example ilf.")],
    extracts: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXTRACT...",
            help="The period's full extract, then those that follow it: as the manifest beside each says; without one "
            "a supplementary if its name says so, else arrears.",
            exists=True,
            dir_okay=False,
        ),
    ],
    rail: RailOption = None,
    answers: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="What the bank sent back, one option a file. [default: a practice bank answers]",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    behaviour: Annotated[
        Behaviour | None,
        typer.Option(help="What the practice bank does; not beside --answers. [default: a few payments come back]"),
    ] = None,
    today: Annotated[str | None, typer.Option(help="The date to run as, YYYY-MM-DD. [default: the real one]")] = None,
    answers_on: Annotated[
        str | None,
        typer.Option(
            help="The date on which the bank's answers are taken in, YYYY-MM-DD. [default: after the last one on which "
            "a payment may come back]"
        ),
    ] = None,
    until: Annotated[
        str, typer.Option(metavar="STAGE", help=f"What the last extract stops after: {', '.join(STAGES)}.")
    ] = Stage.RECONCILE,
    home: Annotated[
        Path | None,
        typer.Option(help="An empty folder, where all of it stands. [default: a temporary one]", file_okay=False),
    ] = None,
    json: Annotated[
        Path | None, typer.Option(help="Write what came of it to this file, as JSON.", dir_okay=False, writable=True)
    ] = None,
) -> None:
    """Try a whole period out: pay each extract for practice, and take in what the bank answers.

    The stages are those of a pay run, in the same order; siller plays the approvers. Nothing of it touches a ledger of
    this machine, and no money moves.

    Exit code 0: it went to its end. 1: siller said no; the runs before it stand, and without any the folder is
    empty again.
    """
    from flows.cli.answers_report import check_writable, write_document
    from flows.cli.dates import date_of
    from flows.cli.rehearsal_report import describe, show
    from flows.console import OUT, waiting_for
    from flows.rehearsal.home import at_home, clear
    from flows.rehearsal.rehearse import Plan, Rehearsal
    from schemas.pay_run import Mode
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    check_writable(json)
    if until not in STAGES:
        raise typer.BadParameter(f"{until!r} is none of {', '.join(STAGES)}.")
    if answers and behaviour:
        raise typer.BadParameter("Either a bank's answers are given, or the practice bank behaves: not both.")
    plan = Plan(extracts, date_of(today), answers or (), date_of(answers_on), Stage(until), behaviour)
    with at_home(tenant, home, rail) as folder:
        OUT.print(f"Everything of this rehearsal stands in {folder}", highlight=False, soft_wrap=True)
        rehearsal = Rehearsal(TenantContext(tenant, Mode.REHEARSAL, Settings()), plan)
        try:
            with waiting_for("Beginning") as now:
                rehearsal.hold(now)
        finally:
            document = describe(rehearsal)
            show(document, rehearsal)
            if not rehearsal.runs:
                clear(folder)
                OUT.print(f"No run was begun, and nothing stands in {folder}.", highlight=False, soft_wrap=True)
            if json:
                write_document(document, json)
