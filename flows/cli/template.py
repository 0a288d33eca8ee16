"""``siller template``: an empty file in the form that a contract agrees."""

from pathlib import Path
from typing import Annotated

import typer


def template(
    tenant: Annotated[str, typer.Argument(help="Whose extract, for example ilf.")],
    form: Annotated[
        str | None, typer.Option(help="csv or xlsx. [default: as the contract has it]", show_default=False)
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write it. [default: TENANT-template in this folder]", dir_okay=False)
    ] = None,
) -> None:
    """Write an empty extract to fill in: the columns' names, in Excel as columns of text.

    Needs the contract alone. A file of fixed width or Parquet has no template: a program writes it.
    """
    from flows.console import OUT
    from schemas.extract_files.form import FileKind
    from schemas.pay_run import Mode
    from tasks.body_tools.template import template_form, template_name, write_template
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if form not in (None, FileKind.CSV, FileKind.XLSX):
        raise typer.BadParameter(f"{form!r} is no form of a template: csv or xlsx.")
    contract = TenantContext(tenant, Mode.LIVE, Settings()).contract
    of = template_form(contract, FileKind(form) if form else None)
    path = out or Path(template_name(contract, of))
    if path.exists():
        raise typer.BadParameter(f"{path} stands there already, and somebody may have filled it in: name another one.")
    if not path.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.parent} to write {path.name} to.")
    for said in (f"{path} has the columns of {tenant}'s extract and no rows.", *write_template(contract, of, path)):
        OUT.print(said, highlight=False, soft_wrap=True)
