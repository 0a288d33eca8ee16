"""``siller decision``: who decided what upon which pack; and the decision owner's choice."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.approve.late import Late
    from tasks.approve.record import Record
    from tasks.tenant_context import TenantContext


def decision(
    run_id: Annotated[str, typer.Argument(metavar="RUN", help="The run, for example ilf-2026-11-live-1.")],
    choose: Annotated[
        str,
        typer.Option(metavar="wait|pay-the-rest|abandon", help="As the decision owner: what becomes of the run."),
    ] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")] = "",
    page: Annotated[
        Path | None,
        typer.Option(
            help="Write the pack as a page to this file: it says payees' references, and it is kept who had it."
        ),
    ] = None,
    who: Who = "",
) -> None:
    """Show who decided what of a run, when, and the pack as it was shown, held against its hash.

    With --choose the body's decision owner lets nobody approve the run until a correction has come (wait), lets an
    approver answer (pay-the-rest), or ends it (abandon). Exit code 1 if the pack is not what was shown any more.
    """
    from schemas.agreement import Role
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.approve.late import find_late
    from tasks.approve.record import read_record
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    context = TenantContext.of_run(run_id, Settings())
    if choose:
        _choose(context, run_id, choose, reason, who)
        return
    may_look = (Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
    by = identify(context, who, f"siller decision {run_id}", *may_look)
    with error_boundary("decision"):
        found = read_record(context, run_id)
        # A rehearsal has its days from whoever holds it.
        late = find_late(context, run_id, clock(context.mode, None)) if context.mode is Mode.LIVE else None
    _show(found, late)
    if page:
        _write_page(context, run_id, by, page)
    if found.problems:
        raise NoGo(" ".join(found.problems))


def _show(found: "Record", late: "Late | None") -> None:
    from flows.console import ERR, OUT

    def say(text: str) -> None:
        OUT.print(text, soft_wrap=True, highlight=False, markup=False)

    for word in found.words:
        say(f"{word.at:%-d %b %Y %H:%M} {word.by}: {word.decision} ({word.outcome}). Reason: {word.reason or 'none'}")
        say(f"  upon the pack {word.pack_sha256} and the payment file {word.file_sha256}")
    if not found.words:
        say("Nobody has decided anything of it.")
    if late:
        ERR.print(f"LATE: {late.said}", style="bold red", soft_wrap=True, highlight=False, markup=False)
        for said in filter(None, (late.first, *(f"- {what}: {how}" for what, how in late.choices))):
            say(said)
    say(f"\nThe pack as it was shown{'' if found.problems else ', which is what its hash says'}:\n\n{found.pack}")


def _write_page(context: "TenantContext", run_id: str, by: str, page: Path) -> None:
    from tasks.approve.record import open_page
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.storage.atomic_write import write_atomic

    with error_boundary("decision"):
        write_atomic(page, open_page(context, run_id, by, clock(context.mode, None)))


def _choose(context: "TenantContext", run_id: str, choice: str, reason: str, who: str) -> None:
    from flows.console import OUT
    from schemas.approval import ABANDON, PAY_THE_REST, WAIT, Answer, Decision, Outcome
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.approve.task import judge
    from tasks.clock import clock

    decisions: dict[str, Decision] = {"wait": WAIT, "pay-the-rest": PAY_THE_REST, "abandon": ABANDON}
    if choice not in decisions:
        raise typer.BadParameter(f"the choice is one of {', '.join(decisions)}")
    if not who:
        raise typer.BadParameter("a choice has a name: say --as NAME")
    code, at = typer.prompt(f"One-time code of {who}", hide_input=True), clock(Mode.LIVE, None)
    answer = Answer(decisions[choice], who, code, "", reason, at)
    verdict = judge(run_id, None, COMMAND, f"{run_id} {at.isoformat()}", answer)
    if verdict.outcome is Outcome.REFUSED:
        raise NoGo(f"{verdict.cause} Nothing was done.")
    OUT.print(verdict.cause or f"{run_id} is abandoned: nothing of it leaves.", soft_wrap=True, highlight=False)


COMMAND = "siller decision"
"""What the ledger has in the place of a flow run and its form."""
