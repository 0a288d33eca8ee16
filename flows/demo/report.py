"""How the demonstration ends: a short table, where everything is, and what stopped December."""

import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from flows.demo.demo import Paid
from schemas.money import pounds
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Outcome, Reconciliation, SentFile
from tasks.storage.paths import Paths


def show_end(out: Console, home: Path, paid: Sequence[Paid]) -> None:
    """Print the periods that were paid, and the paths of every result."""
    out.print(_table(paid))
    paths = Paths(home, Mode.REHEARSAL)
    results = [
        *(
            ("What analysts query", paths.published(tenant) / "analytics.duckdb")
            for tenant in dict.fromkeys(each.tenant for each in paid)
        ),
        ("Lineage (OpenLineage events)", paths.lineage()),
    ]
    for each in paid:
        results += [
            (f"Report, {each.run_id}", each.reports / "reconciliation.html"),
            (f"Payment file, {each.run_id}", each.payment_file),
        ]
        if each.left_out.exists():
            results.append((f"Rows left out, for the body, {each.run_id}", each.left_out))
    for what, path in results:
        out.print(f"{what}:\n ", Text(str(path), style=f"link {path.as_uri()}"), soft_wrap=True, highlight=False)
    contracts = home / "contracts"
    siller = _siller()
    look_on = [
        f"export SILLER_HOME={shlex.quote(str(home))}",
        *([f"export SILLER_CONTRACTS={shlex.quote(str(contracts))}"] if contracts.exists() else []),
        f"{siller} status",
        f"{siller} verify",
        f"{siller} trace {paid[-1].run_id}/0",
        f"{siller} up    # the Prefect UI",
    ]
    # Each on a line of its own, as long as it is: so it is copied whole.
    out.print("\nLook on:", *(f"  {command}" for command in look_on), sep="\n", soft_wrap=True, highlight=False)


def _siller() -> str:
    """How the command that is running is called from where it was called."""
    program, here = Path(sys.executable).with_name("siller"), Path.cwd()
    return shlex.quote(str(program.relative_to(here) if program.is_relative_to(here) else program))


def show_stopped(out: Console, reason: str) -> None:
    """Print what stopped December."""
    out.print(Panel(reason, title="December was stopped, and nothing of it was released", style="red"))


def _table(paid: Sequence[Paid]) -> Table:
    table = Table("", *(each.run_id for each in paid), header_style="bold", box=None)
    for column in table.columns[1:]:
        column.justify, column.overflow = "right", "fold"
    rows: dict[str, Callable[[Reconciliation], str]] = {
        "Rows in the extract": lambda run: f"{run.extract.rows:,}",
        "Refused": lambda run: f"{run.extract.refused_rows:,}",
        "Payable": lambda run: f"{_sent(run).payments:,}",
        "Pounds in the file": lambda run: pounds(_sent(run).pence),
        "Rejected by the bank": lambda run: _bucket(run, Outcome.REJECTED),
        "Returned by the bank": lambda run: _bucket(run, Outcome.RETURNED),
        "Credited": lambda run: _bucket(run, Outcome.CREDITED),
        "Unexplained": lambda run: f"£{run.unexplained_pounds:,.2f}",
    }
    for what, figure in rows.items():
        table.add_row(what, *(figure(each.reconciliation) for each in paid))
    return table


def _sent(run: Reconciliation) -> SentFile:
    assert run.sent is not None  # the demo shows only what it paid
    return run.sent


def _bucket(run: Reconciliation, outcome: Outcome) -> str:
    bucket = run.bucket(outcome)
    return f"{bucket.rows:,} = £{bucket.pounds:,.2f}"
