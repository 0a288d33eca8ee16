"""The ``siller`` command.

One module a command, and each imports what it needs when it is called, so that ``siller --help``
answers at once. A no-go is a sentence and exit code 1, wrong use is exit code 2.
"""

import typer

from flows.cli.check import check
from flows.cli.demo import demo
from flows.cli.key_dates import calendar
from flows.cli.record import record
from flows.cli.run import run
from flows.cli.status import status
from flows.cli.trace import trace
from flows.cli.up import up
from flows.cli.verify import verify
from schemas.no_go import NoGo

app = typer.Typer(
    help="Pays people on behalf of public bodies, and proves it to the penny.",
    no_args_is_help=True,
    add_completion=False,
    # A traceback with local values would show people's names and accounts.
    pretty_exceptions_enable=False,
)
for command in (check, run, up, status, trace, verify, calendar, demo):
    app.command()(command)
app.add_typer(record, name="record")


def main() -> None:
    """Run the command line; say a no-go in one sentence, and a fault by its kind and place alone."""
    try:
        app()
    except NoGo as no_go:
        said = str(no_go)
    except Exception as error:  # noqa: BLE001  # its traceback could show people's names and accounts
        from tasks.guard import kind_and_place

        said = f"siller failed, and did not decide that: {kind_and_place(error)}. Nothing was released by it."
    else:
        return
    from flows.cli.console import ERR

    ERR.print(said, style="bold red", highlight=False, soft_wrap=True)
    raise SystemExit(1)
