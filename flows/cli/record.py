"""``siller record``: what happened outside siller and must be known to it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.who import Who

if TYPE_CHECKING:
    from tasks.manual_payments.stage import Recorded, RecordingAct

Tenant = Annotated[str, typer.Argument(help="The body on whose behalf they were made.")]
Approver = Annotated[str, typer.Option(help="The approver who has held file and evidence against each other.")]
Rehearsal = Annotated[bool, typer.Option("--rehearsal", help="In the ledger of rehearsals.")]

record = typer.Typer(help="Record what happened outside siller.", no_args_is_help=True)


@record.callback()
def _of_what() -> None:
    """A command of its own for each thing that can be recorded."""


@record.command("paid-elsewhere")
def paid_elsewhere(
    file: Annotated[Path, typer.Argument(help="The payments, as CSV; docs/operating/payday.md has the columns.")],
    tenant: Tenant,
    approver: Approver,
    evidence: Annotated[Path, typer.Option(help="What the bank shows of the payments, a statement or a page.")],
    who: Who = "",
    rehearsal: Rehearsal = False,
) -> None:
    """Record payments that were made through the bank's portal, so that siller never makes them too.

    All lines count or none. The same file again returns what stands.
    """
    from flows.console import OUT
    from schemas.money import pounds
    from tasks.manual_payments.stage import record_paid_elsewhere

    said = _recorded(record_paid_elsewhere, "paid-elsewhere", tenant, file, evidence, (who, approver), rehearsal)
    payments = f"{said.payments:,} payments, {pounds(said.pence)}, "
    done = "had been recorded before; nothing was done." if said.stood else "are recorded as paid elsewhere."
    OUT.print(f"{payments}{done} This is recording {said.number}.", highlight=False, soft_wrap=True)
    if said.instead:
        OUT.print(
            f"siller will not make {len(said.instead):,} of them: {', '.join(said.instead)}. A run that waits with one "
            "of them cannot be released; start its extract again.",
            highlight=False,
            soft_wrap=True,
        )
    if said.beyond:
        OUT.print(
            f"{len(said.beyond):,} of them are more than was left of their voucher: {', '.join(said.beyond)}. What is "
            f"too much stands among the overpayments: siller overpayments {tenant}.",
            style="bold red",
            highlight=False,
            soft_wrap=True,
        )
    if said.earlier:
        OUT.print(
            "Of vouchers of an earlier period something is still left for payees of this recording: "
            f"{', '.join(said.earlier)}. If any of it was paid in the place of one, it stands under the wrong period, "
            "and what is left would be paid too: record it as come back (siller record came-back) and anew under the "
            "period of the voucher, and have the provider cancel what can still be cashed (siller vouchers cancel).",
            style="bold red",
            highlight=False,
            soft_wrap=True,
        )
    if said.twice:
        OUT.print(
            f"{len(said.twice):,} of them were paid twice, siller had released them too: {', '.join(said.twice)}. "
            "Recall them at the bank; of a voucher have the provider cancel what is left (siller vouchers cancel).",
            style="bold red",
            highlight=False,
            soft_wrap=True,
        )


@record.command("came-back")
def came_back(
    file: Annotated[Path, typer.Argument(help="The payments as they were recorded; paid_on: when each came back.")],
    tenant: Tenant,
    approver: Approver,
    evidence: Annotated[Path, typer.Option(help="What the bank shows of it, a statement or a page.")],
    who: Who = "",
    rehearsal: Rehearsal = False,
) -> None:
    """Record that payments made through the bank's portal have come back, so that they can be paid again.

    All lines count or none. The same file again returns what stands.
    """
    from flows.console import OUT
    from schemas.money import pounds
    from tasks.manual_payments.stage import record_came_back

    said = _recorded(record_came_back, "came-back", tenant, file, evidence, (who, approver), rehearsal)
    done = "had been recorded before; nothing was done" if said.stood else "are recorded as come back"
    OUT.print(
        f"{said.payments:,} payments, {pounds(-said.pence)}, {done}. They no longer count as paid elsewhere: an "
        f"extract of their period, or the portal, can pay them again. This is recording {said.number}.",
        highlight=False,
        soft_wrap=True,
    )


def _recorded(
    act: "RecordingAct", command: str, tenant: str, file: Path, evidence: Path, people: tuple[str, str], rehearsal: bool
) -> "Recorded":
    """Have two people record a file in the tenant's ledger."""
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.error_boundary import error_boundary
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    mode = Mode.REHEARSAL if rehearsal else Mode.LIVE
    with error_boundary(f"record {command}"):
        return act(TenantContext(tenant, mode, Settings()), file, evidence, *people, clock(mode, None))
