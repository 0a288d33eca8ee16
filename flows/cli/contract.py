"""``siller contract``: what a body and siller have agreed on the extract."""

from pathlib import Path
from typing import Annotated

import typer

contract = typer.Typer(
    help="The contract on a body's extract: what another version of it breaks.", no_args_is_help=True
)


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
