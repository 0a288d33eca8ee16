"""``siller status``: how far every run has come."""

from flows.cli.who import Who


def status(who: Who = "") -> None:
    """Show every run of the tenants that you have a part in, live and rehearsed, from the ledgers alone.

    Exit code 1: a ledger is gone or cannot be opened, or nobody starts a dead run again. It stands first, in red.
    """
    import typer
    from rich.table import Table

    from flows import alive
    from flows.cli.console import OUT
    from schemas.agreement import Role
    from schemas.money import pounds
    from tasks.clock import clock
    from tasks.instruct.plan import moves
    from tasks.ledger.overview import overview
    from tasks.office import openable
    from tasks.people.identity import admitted
    from tasks.settings import Settings

    table = Table(box=None, header_style="bold")
    for name in ("Run", "State", "Payments", "Pounds", "Paid on", "Bank files"):
        # What is too long for a narrow terminal goes on below; a run's name and a sum stay whole.
        table.add_column(name, no_wrap=name in ("Run", "Pounds"), min_width=len("published") * (name == "State"))
    moving = []
    settings = Settings()
    theirs = admitted(settings, who, "siller status", *Role)
    offices, lost = openable(settings)
    others = {office.tenant for office in offices} - {office.tenant for office in theirs}
    for office in theirs:
        with office.ledger.opened() as connection:
            moving += moves(office, connection, clock(office.mode, None).date())
            for run in overview(connection):
                table.add_row(
                    run.run_id,
                    run.state,
                    f"{run.payments:,}" if run.payments is not None else "",
                    pounds(run.pence) if run.pence is not None else "",
                    f"{run.entry_date:%-d %b %Y}" if run.entry_date else "",
                    str(run.bank_files or ""),
                )
    dead = (run.given_up for run in alive.given_up(settings.home) if run.parameters.get("tenant") not in others)
    wrong = (*lost, *dead)
    for said in wrong:
        OUT.print(said, style="bold red", soft_wrap=True, highlight=False)
    if table.row_count:
        OUT.print(table)
    elif not lost:
        OUT.print("There is no run yet. Pay a month with: siller run TENANT --period YYYY-MM")
    for move in moving:
        OUT.print(f"\n{move}", style="bold yellow", soft_wrap=True, highlight=False)
    if wrong:
        raise typer.Exit(1)
