"""``siller upgrade``: bring the ledgers of an earlier siller to the tables of this one."""

import sys
from typing import Annotated

import typer


def upgrade(yes: Annotated[bool, typer.Option("--yes", help="Upgrade without asking.")] = False) -> None:
    """Upgrade every ledger of SILLER_HOME, live and rehearsal: a backup first, and killed anywhere it starts again.

    Exit code 1: a ledger could not be upgraded, or something in one does not hold.
    """
    import duckdb

    from flows.cli.verify import told
    from flows.console import OUT, waiting_for
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import kind_and_place
    from tasks.people.account import account
    from tasks.settings import Settings
    from tasks.upgrade.upgrading import due
    from tasks.upgrade.upgrading import upgrade as upgraded

    settings = Settings()
    ledgers, refused = due(settings)
    for said in refused:
        OUT.print(said, style="bold red", soft_wrap=True, highlight=False)
    if not ledgers and not refused:
        OUT.print(f"Nothing to upgrade in {settings.home}.", soft_wrap=True, highlight=False)
    for ledger in ledgers:
        OUT.print(f"{ledger} Before it a backup: {ledger.backup}", soft_wrap=True, highlight=False)
    if ledgers and not yes:
        if not sys.stdin.isatty():
            raise NoGo("Nothing was changed: there is no terminal to ask. Say yes by: siller upgrade --yes")
        typer.confirm("Upgrade?", abort=True)
    done, stopped = [], bool(refused)
    for ledger in ledgers:
        whose = f"{ledger.context.tenant} ({ledger.context.mode})"
        try:
            with waiting_for(f"Upgrading {whose}"):
                upgraded(ledger, account(), clock(Mode.LIVE, None))
        except NoGo as said:  # the others are none the worse
            OUT.print(str(said), style="bold red", soft_wrap=True, highlight=False)
            stopped = True
        except (duckdb.Error, OSError) as error:  # its message might hold a row
            OUT.print(
                f"{whose} was not upgraded, and stands as it was: {kind_and_place(error)}. Its bytes may have changed: "
                "verify it with the siller that made it.",
                style="bold red",
                soft_wrap=True,
                highlight=False,
            )
            stopped = True
        else:
            OUT.print(f"{whose} is upgraded.", highlight=False)
            done.append(ledger.context)
    told(done)
    if stopped:
        raise typer.Exit(1)
