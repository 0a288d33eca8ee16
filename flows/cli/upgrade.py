"""``siller upgrade``: bring the ledgers of an earlier siller to the tables of this one."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tasks.tenant_context import TenantContext


def upgrade(yes: Annotated[bool, typer.Option("--yes", help="Upgrade without asking.")] = False) -> None:
    """Upgrade every ledger of SILLER_HOME, live and rehearsal: a backup first, and killed anywhere it starts again.

    Exit code 1: a ledger could not be upgraded, or something in one does not hold.
    """
    from flows.cli.verify import told
    from flows.console import OUT, waiting_for
    from schemas.no_go import NoGo
    from tasks.people.account import account
    from tasks.settings import Settings
    from tasks.upgrade.upgrading import due

    settings = Settings()
    ledgers, refused = due(settings, lambda context: _apart(context)["version"])
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
                _apart(ledger.context, str(ledger.version), account())
        except NoGo as said:  # the others are none the worse
            OUT.print(str(said), style="bold red", soft_wrap=True, highlight=False)
            stopped = True
        else:
            OUT.print(f"{whose} is upgraded.", highlight=False)
            done.append(ledger.context)
    told(done)
    _tell_unadopted(done)
    if stopped:
        raise typer.Exit(1)


def _tell_unadopted(done: "Sequence[TenantContext]") -> None:
    """Say of each live ledger that no run goes on before its agreement is adopted: an earlier siller asked for none."""
    from flows.console import OUT
    from tasks.adoption.adopted import say_unadopted

    for context in done:
        with context.ledger.opened() as connection:
            if said := say_unadopted(connection, context):
                OUT.print(said, soft_wrap=True, highlight=False, markup=False)


def _apart(context: "TenantContext", *given: str) -> dict[str, Any]:
    """Let a process of its own look into a ledger, or upgrade it: a broken one can end it by a signal.

    Raises:
        NoGo: it says so, or it was ended.
    """
    import json
    import signal
    import tempfile
    from pathlib import Path

    from flows.service import child_process
    from schemas.no_go import NoGo

    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "said"
        process = child_process.start(["tasks.upgrade.child", context.tenant, context.mode, *given], written)
        try:
            code = process.wait()
        finally:
            child_process.stop(process)
        said = written.read_text(errors="replace")
    if code:
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        raise NoGo(
            f"The ledger of {context.tenant} ({context.mode}) ended the process that read it ({how}), and was not "
            "upgraded: it stands as it was. Its bytes have changed: verify it with the siller that made it, restore "
            "its newest backup."
        )
    answer: dict[str, Any] = json.loads(said.splitlines()[-1])
    if "refused" in answer:
        raise NoGo(answer["refused"])
    return answer
