"""``siller trace``: one payment's way, in both directions."""

from typing import Annotated

import typer

from flows.cli.who import Who


def trace(
    payment: Annotated[
        str,
        typer.Argument(
            help="RUN/ROW, the extract's data row from 0; RUN/sent/N, a line of the body's file; or RUN/line/N, a line "
            "of the payment file."
        ),
    ],
    names: Annotated[
        bool,
        typer.Option("--names", help="Show name and reference too, as sent beside as written; it is kept who looked."),
    ] = False,
    who: Who = "",
) -> None:
    """Show one payment's way: from the extract's row to the bank's answer, and from the file's line back."""
    from datetime import datetime

    from rich.markup import escape
    from rich.table import Table

    from flows.console import OUT
    from schemas.agreement import Role
    from tasks.clock import clock
    from tasks.ledger import runs
    from tasks.lineage.texts import show_texts
    from tasks.lineage.trace import trace as traced
    from tasks.people.identity import identify
    from tasks.settings import Settings
    from tasks.tenant_context import TenantContext

    run_id = payment.partition("/")[0]
    context = TenantContext.of_run(run_id, Settings())
    may_know_names = (Role.ENQUIRER, Role.DECISION_OWNER, Role.AUDITOR, Role.OPERATOR)
    by = identify(context, who, f"siller trace of {run_id}", *(may_know_names if names else Role))
    with context.ledger.opened() as connection:
        now = max(clock(context.mode, None), runs.last_recorded(connection, run_id))
    found = traced(context.ledger, payment, now.date())
    table = Table("Step", "When", title=found.payment_id, title_justify="left", box=None, header_style="bold")
    table.add_column("What", overflow="fold")
    for step in found.steps:
        form = "%-d %b %Y %H:%M" if isinstance(step.when, datetime) else "%-d %b %Y"
        table.add_row(step.what, step.when.strftime(form) if step.when else None, step.detail)
    OUT.print(table)
    if names:
        texts = Table("Column", "As sent", "As written", box=None, header_style="bold")
        for text in show_texts(context, found.payment_id, by, now):
            texts.add_row(text.column, escape(text.sent), "not written" if text.written is None else text.written)
        OUT.print(texts)
