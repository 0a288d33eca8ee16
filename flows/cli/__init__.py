"""The ``siller`` command.

One module a command, and each imports what it needs when it is called, so that ``siller --help``
answers at once. A no-go is a sentence and exit code 1, wrong use is exit code 2.
"""

import warnings
from getpass import GetPassWarning
from typing import Annotated

import typer

from flows.cli.agreement import agreement
from flows.cli.answers import answers
from flows.cli.audit import audit
from flows.cli.authorised_payees import authorised_payees
from flows.cli.backup import backup, restore, settle_restore
from flows.cli.board import board
from flows.cli.check import check
from flows.cli.close import close
from flows.cli.compare import compare
from flows.cli.completion import completion
from flows.cli.continuity import continuity
from flows.cli.contract import contract
from flows.cli.correction_file import correction_file
from flows.cli.decision import decision
from flows.cli.demo import demo
from flows.cli.deployments import deployments
from flows.cli.enquiries import enquiries
from flows.cli.exceptions import exceptions
from flows.cli.find import find
from flows.cli.funding import funding
from flows.cli.hand_over import hand_over
from flows.cli.holds import holds
from flows.cli.inspect import inspect
from flows.cli.key_dates import calendar
from flows.cli.keys import keys
from flows.cli.lessons import lessons
from flows.cli.manifest import manifest
from flows.cli.modulus_table import modulus_table
from flows.cli.notices import notices
from flows.cli.overpayments import overpayments
from flows.cli.payee_check import payee_check
from flows.cli.people import people
from flows.cli.plan import plan
from flows.cli.postings import postings
from flows.cli.practice_bank import practice_bank
from flows.cli.rebuild_lake import rebuild_lake
from flows.cli.recall import recall
from flows.cli.reconcile import reconcile
from flows.cli.record import record
from flows.cli.rehearse import rehearse
from flows.cli.retention import retention
from flows.cli.run import run
from flows.cli.server import server
from flows.cli.sign import sign
from flows.cli.status import status
from flows.cli.stop import stop
from flows.cli.submitted import submitted
from flows.cli.template import template
from flows.cli.tenant import tenant
from flows.cli.trace import trace
from flows.cli.up import up
from flows.cli.upgrade import upgrade
from flows.cli.verify import verify
from flows.cli.vouchers import vouchers
from flows.cli.worker import worker
from schemas.no_go import NoGo

app = typer.Typer(
    help="Pays people on behalf of public bodies, and proves it to the penny.",
    epilog="The bank's answers need no command: put its files into SILLER_HOME/bank/TENANT/. The daily run at 08:15 "
    "takes them in; to have it at once, give the command: siller answers TENANT.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    # A traceback with local values would show people's names and accounts.
    pretty_exceptions_enable=False,
)
for command in (
    template,
    manifest,
    sign,
    check,
    inspect,
    compare,
    rehearse,
    run,
    up,
    deployments,
    server,
    worker,
    status,
    notices,
    board,
    decision,
    funding,
    hand_over,
    submitted,
    answers,
    reconcile,
    exceptions,
    correction_file,
    authorised_payees,
    holds,
    enquiries,
    overpayments,
    stop,
    recall,
    postings,
    close,
    lessons,
    find,
    trace,
    verify,
    audit,
    backup,
    restore,
    settle_restore,
    upgrade,
    retention,
    rebuild_lake,
    calendar,
    plan,
    practice_bank,
    demo,
    completion,
):
    app.command()(command)
groups = {
    "agreement": agreement,
    "record": record,
    "people": people,
    "continuity": continuity,
    "contract": contract,
    "keys": keys,
    "modulus-table": modulus_table,
    "payee-check": payee_check,
    "tenant": tenant,
    "vouchers": vouchers,
}
for name, group in groups.items():
    app.add_typer(group, name=name)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from flows.console import OUT
        from tasks.lineage.source_version import described_version

        OUT.print(f"siller {described_version()}", highlight=False)
        raise typer.Exit


@app.callback()
def _siller(
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which siller this is.")
    ] = False,
) -> None:
    """Take the options of ``siller`` itself; what stands above as help is what people read."""


def main() -> None:
    """Run the command line; say a no-go in one sentence, and a fault by its kind and place alone."""
    try:
        # Without a terminal it would be shown while it is typed, and Python would only warn of that.
        with warnings.catch_warnings(action="error", category=GetPassWarning):
            app(prog_name="siller")
    except NoGo as no_go:
        said = str(no_go)
    except GetPassWarning:
        said = "What is asked for here is typed unseen, and there is no terminal to type it in. Nothing was done."
    except Exception as error:  # noqa: BLE001  # its traceback could show people's names and accounts
        from tasks.error_boundary import is_full, kind_and_place

        if is_full(error):
            said = (
                "The disk is full, so the command did not end. Nothing was released by it. Make room, then try again."
            )
        else:
            said = f"siller failed, and did not decide that: {kind_and_place(error)}. Nothing was released by it."
    else:
        return
    from flows.console import ERR

    ERR.print(said, style="bold red", highlight=False, soft_wrap=True)
    raise SystemExit(1)
