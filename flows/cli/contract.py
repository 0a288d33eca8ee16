"""``siller contract``: what a body and siller have agreed on the extract."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from schemas.period import Period
    from tasks.body_tools.broken import Wanted
    from tasks.tenant_context import TenantContext

contract = typer.Typer(
    help="The contract on a body's extract: what another version of it breaks, a page on it, samples of it.",
    no_args_is_help=True,
)

Tenant = Annotated[str, typer.Argument(help="Whose contract, for example ilf.")]
OfPeriod = Annotated[
    str | None, typer.Option(help="The pay period whose pay day examples have. [default: the one in which today is]")
]


@contract.command()
def diff(
    old: Annotated[Path, typer.Argument(help="The contract that stands.")],
    new: Annotated[Path, typer.Argument(help="The contract that is to follow it.")],
) -> None:
    """Say what a new version of a contract changes; 1 if it breaks what was agreed without a new major version."""
    from flows.console import OUT
    from schemas.contract.compared import changes_between, is_major
    from schemas.contract.contract import Contract

    before, after = Contract.load(old), Contract.load(new)
    changes = changes_between(before, after)
    for change in sorted(changes, key=lambda change: not change.breaks):
        OUT.print(f"{'Breaks: ' if change.breaks else ''}{change.said}", markup=False, highlight=False, soft_wrap=True)
    breaking = sum(change.breaks for change in changes)
    OUT.print(
        f"{before.version} to {after.version}: {len(changes)} changes, {breaking} of them break what was agreed.",
        highlight=False,
        soft_wrap=True,
    )
    if breaking and not is_major(before.version, after.version):
        OUT.print("That needs a new major version.", highlight=False)
        raise typer.Exit(1)


@contract.command()
def samples(
    tenant: Tenant,
    out: Annotated[Path, typer.Option(help="The folder to write them into.", file_okay=False)],
    period: OfPeriod = None,
) -> None:
    """Make up a good sample, which is accepted whole, and a bad one, each row of which breaks one rule.

    Needs the contract and the agreement alone. All names and accounts are invented or of published test cases.
    """
    from flows.console import OUT
    from tasks.body_tools.samples import write_samples
    from tasks.ingest.landing import manifest_of

    context, of_period, today = _asked(tenant, period)
    made = write_samples(context, of_period, today, out)
    for said in (
        f"{made.good} is accepted whole: siller check {tenant} {made.good} --manifest {manifest_of(made.good)}",
        f"{made.bad} has a row for each rule, and {made.labels} says which line breaks which.",
    ):
        OUT.print(said, highlight=False, soft_wrap=True)
    if made.without:
        OUT.print(
            "It has none for these: another rule is always broken before, a file of this form cannot have such a cell, "
            "or the rule is the contract's own.",
            highlight=False,
            soft_wrap=True,
        )
        OUT.print(_table(made.without))


@contract.command()
def page(
    tenant: Tenant,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to write it. [default: TENANT-contract.html in this folder]", dir_okay=False),
    ] = None,
    period: OfPeriod = None,
) -> None:
    """Write the contract as a page for people: what each column must hold, an example, what is changed and refused.

    Needs the contract and the agreement alone.
    """
    from flows.console import OUT
    from tasks.body_tools.contract_page import contract_page
    from tasks.storage.atomic_write import write_atomic

    path = out or Path(f"{tenant}-contract.html")
    if not path.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent} to write {path.name} to.")
    write_atomic(path, contract_page(*_asked(tenant, period)).encode())
    OUT.print(
        f"{path} says what {tenant} and siller have agreed. Open it in a browser.", highlight=False, soft_wrap=True
    )


def _table(without: "list[Wanted]") -> "Table":
    """Columns, each with its rules of which no row could be made up."""
    from rich.table import Table

    table = Table("Column", "Rules", box=None, header_style="bold", pad_edge=False)
    for column in dict.fromkeys(each.column for each in without):
        table.add_row(column, ", ".join(each.rule for each in without if each.column == column))
    return table


def _asked(tenant: str, period: str | None) -> "tuple[TenantContext, Period, date]":
    """Whose contract, for which period, and today."""
    from schemas.pay_run import Mode
    from schemas.period import Period
    from tasks.clock import clock
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context, today = TenantContext(tenant, Mode.LIVE, Settings()), clock(Mode.LIVE, None).date()
    return context, Period.parsed(period) if period else context.agreement.periods.around(today), today
