"""``siller payee-check``: banks are asked whether name and account belong together, and payees are called."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.who import Who
from schemas.payee_checks.spoke_to import SpokeTo

Run = Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")]
Today = Annotated[str | None, typer.Option(help="The date to run as, YYYY-MM-DD; in a rehearsal only.")]

payee_check = typer.Typer(
    help="Ask banks about the accounts of payees, and record who called them.", no_args_is_help=True
)


@payee_check.callback()
def _of_a_run() -> None:
    """A command of its own for each step."""


@payee_check.command("request")
def request(run_id: Run, who: Who = "", today: Today = None) -> None:
    """Write the file by which the bank is asked about payees whom siller has not paid by these details before.

    Each is asked about once a run; the same again writes the same files.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.payee_checks.request import write_requests
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    as_of, context = date_of(today), TenantContext.of_run(run_id, Settings())
    by = identify(context, who, "siller payee-check request", Role.OPERATOR)
    with error_boundary("payee-check request"):
        requests = write_requests(context, run_id, by, clock(context.mode, as_of))
    if not requests:
        OUT.print(
            f"Nothing of {run_id} is to be asked of a bank: every payment that nothing else holds goes where its payee "
            "was paid before, or where the bank has matched it.",
            highlight=False,
            soft_wrap=True,
        )
        return
    for each in requests:
        asks = "1 payee is" if each.rows == 1 else f"{each.rows:,} payees are"
        when = "asked about now" if each.is_new else "asked about already"
        OUT.print(f"{asks} {when}: {each.path}", highlight=False, markup=False, soft_wrap=True)
    OUT.print(
        "It holds names and accounts: send it to the bank alone. When it has answered: siller payee-check answers "
        f"{run_id} FILE",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@payee_check.command("answers")
def answers(
    run_id: Run,
    file: Annotated[Path, typer.Argument(help="What the bank sent back.")],
    who: Who = "",
    today: Today = None,
) -> None:
    """Take in what the bank answered, once and whole.

    The same file again returns what stands. Start the same extract again then: the period's next run goes by it.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.payee_checks.answers import take_in
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    as_of, context = date_of(today), TenantContext.of_run(run_id, Settings())
    by = identify(context, who, "siller payee-check answers", Role.OPERATOR)
    with error_boundary("payee-check answers"):
        said = take_in(context, run_id, file, by, clock(context.mode, as_of))
    figures = said.figures
    done = "It had been taken in before; nothing was done." if said.stood else "It is taken in."
    unknown = (
        f" {said.unknown:,} have a code that the profile does not have: see what it means." if said.unknown else ""
    )
    OUT.print(
        f"The bank answers about {figures.rows:,} payees, and of {figures.matches:,} it says that name and account "
        f"belong together.{unknown} {said.missing:,} have no answer yet. {done}",
        highlight=False,
        soft_wrap=True,
    )
    OUT.print(
        f"Start the same extract again: it opens the next run, by what is known now. siller payee-check show {run_id} "
        "says of whom somebody has to be called.",
        highlight=False,
        soft_wrap=True,
    )


@payee_check.command("show")
def show(run_id: Run, who: Who = "", today: Today = None) -> None:
    """Show which payments of a run need more than the bank's word, and why; of a close match also the bank's name."""
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.payee_checks.standing import list_known
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    as_of, context = date_of(today), TenantContext.of_run(run_id, Settings())
    may_look = (Role.OPERATOR, Role.ENQUIRER, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
    by = identify(context, who, "siller payee-check show", *may_look)
    with error_boundary("payee-check show"):
        known = list_known(context, run_id, by, clock(context.mode, as_of))
    for each in known:
        OUT.print(f"{each.subject} ({each.line}): {each.said}.", highlight=False, markup=False, soft_wrap=True)
    if not known:
        OUT.print(
            f"No payment of {run_id} needs more than what is known of its payee's account.",
            highlight=False,
            soft_wrap=True,
        )


@payee_check.command("called")
def called(
    row: Annotated[str, typer.Argument(metavar="RUN/ROW", help="The row, as siller payee-check show names it.")],
    called_by: Annotated[str, typer.Option(help="Who called: never who sent the extract.")],
    on: Annotated[str, typer.Option(help="The day of the call, YYYY-MM-DD.")],
    number_from: Annotated[str, typer.Option(help="Where the number is from, such as: award file. Never the number.")],
    known_since: Annotated[str, typer.Option(help="Since when the body has had that number, YYYY-MM-DD.")],
    spoke_to: Annotated[SpokeTo, typer.Option(help="Whom the call reached.")] = SpokeTo.PAYEE,
    who: Who = "",
    today: Today = None,
) -> None:
    """Record that a payee was called, on a number known before, and confirmed the details of a row.

    An enquirer, an approver or the decision owner says so with a one-time code, never who sent the extract. Start the
    same extract again then.
    """
    from flows.cli.dates import date_of
    from flows.console import OUT
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.payee_checks.call_back import Call, record_call
    from tasks.people.two_people import Given
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if not who:
        raise typer.BadParameter("a call has a name behind it: say --as NAME")
    called_on, since, as_of = date_of(on), date_of(known_since), date_of(today)
    assert called_on and since
    call = Call(called_by, called_on, spoke_to, number_from, since)
    context = TenantContext.of_run(row.partition("/")[0], Settings())
    given = Given(who, typer.prompt(f"One-time code of {who}", hide_input=True))
    with error_boundary("payee-check called"):
        now = clock(context.mode, as_of)
        said = record_call(context, row, call, given, clock(Mode.LIVE, None), now)
    OUT.print(
        f"{said.called_by} called about {said.of} on {said.called_on:%-d %B %Y}. Start the same extract again: it "
        "opens the next run, by what is known now.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
