"""``siller retention``: what is kept of payees until when, what forbids to erase it, and its erasure."""

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from datetime import date

    from tasks.retention.due import Stands


def retention(
    tenant: Annotated[str, typer.Argument(help="The body whose payees they are.")],
    erase: Annotated[str, typer.Option(metavar="PERIOD", help="Erase this period, for example 2026-10.")] = "",
    hold: Annotated[str, typer.Option(metavar="NAME", help="Place a legal hold of this name.")] = "",
    lift: Annotated[str, typer.Option(metavar="NAME", help="Lift the legal hold of this name.")] = "",
    held: Annotated[str, typer.Option("--period", help="The period that is held. [default: every one]")] = "",
    agreeing: Annotated[str, typer.Option(help="The approver or decision owner who agrees; somebody else.")] = "",
    reason: Annotated[str, typer.Option(help="Why, in a sentence that says nothing of a payee.")] = "",
    who: Who = "",
    rehearsal: Annotated[bool, typer.Option("--rehearsal", help="Of the rehearsals, not of the live runs.")] = False,
) -> None:
    """Say what is kept of each period until when, and what is due; erase a period, or place and lift a legal hold.

    To erase, to hold and to lift take two people, each with a proof of their own, and a reason.
    """
    from flows.console import OUT, waiting_for
    from schemas.agreement import Role
    from schemas.pay_run import Mode
    from schemas.period import Period
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.people.identity import identify
    from tasks.retention import due, holds
    from tasks.retention.erase import erase as erased
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    if sum(map(bool, (erase, hold, lift))) > 1:
        raise typer.BadParameter("erase, hold and lift are said one at a time")
    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    context, now, people = TenantContext(tenant, mode, Settings()), clock(mode, None), (who, agreeing)
    with error_boundary("retention"):
        if erase:
            with waiting_for(f"Erasing {erase} of {tenant} ({mode})"):
                said = erased(context, Period.parsed(erase), reason, people, now)
        elif hold:
            said = holds.place(context, hold, Period.parsed(held) if held else None, reason, people, now)
        elif lift:
            said = holds.lift(context, lift, reason, people, now)
        else:
            identify(context, who, "siller retention", Role.OPERATOR, Role.APPROVER, Role.DECISION_OWNER, Role.AUDITOR)
            said = "\n".join(_told(stands, now.date()) for stands in due.list_periods(context, now))
            said = said or f"{tenant} ({mode}) has no period yet."
    OUT.print(said, soft_wrap=True, highlight=False)


def _told(stands: "Stands", today: "date") -> str:
    kept = ", ".join(f"{name} {count:,}" for name, count in stands.kept)
    if stands.erasure:
        half = f" It is not erased to the end: say it again (--erase {stands.period})." if stands.is_half_erased else ""
        still = f" There is something of it again: {kept}." if kept and not stands.is_half_erased else ""
        until = f" It is also in backups until {stands.in_backups_until}." if stands.in_backups_until else ""
        return f"{stands.period}: erased. {stands.erasure.said}.{half}{still}{until}"
    until = f"kept until {stands.until}" if stands.until else "kept without end: the agreement has no years for it"
    word = "due" if stands.is_due(today) else "kept"
    return "\n  ".join((f"{stands.period}: {word}. It is {until}.", f"There is: {kept}.", *stands.forbids))
