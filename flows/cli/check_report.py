"""How the outcome of a check is written: as JSON for a machine, as a table for a person."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

from rich.padding import Padding

from flows.console import OUT
from schemas.money import pounds
from tasks.account_table.shelf import is_for_practice
from tasks.assess.verdicts import GateResult, Verdict
from tasks.check import Checked, Finding
from tasks.tenant_context import TenantContext

SHOWN = 50
"""Findings listed on the screen; the JSON has all."""


def write_json(result: Checked, path: Path) -> None:
    """Write what was found; no value of a row stands in it."""
    document = {
        "outcome": "refused" if result.reason else "accepted",
        "reason": result.reason,
        **describe_rows(result),
    }
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def describe_rows(result: Checked) -> dict[str, object]:
    """What becomes of each row, as JSON has it."""
    return {
        "rows": result.rows,
        "payable": {"rows": result.payable_rows, "pence": result.payable_pence},
        "refused": [asdict(finding) for finding in result.refused],
        "held": [asdict(finding) for finding in result.held],
    }


def show(result: Checked, context: TenantContext, extract: Path, manifest: Path | None) -> None:
    """Say what was found: the outcome first, then by rule what to do, then where."""
    if result.reason:
        OUT.print(f"Refused. {result.reason}", style="bold red", highlight=False, soft_wrap=True)
    else:
        OUT.print(
            f"Accepted. {extract.name} has {result.rows:,} rows; {len(result.payable_rows):,} can be paid, "
            f"{pounds(result.payable_pence)}.",
            style="bold",
            highlight=False,
            soft_wrap=True,
        )
    if manifest is None:
        OUT.print("No manifest was named, so declared rows and total were not compared.", highlight=False)
    if is_for_practice(context.settings):
        OUT.print(
            "Accounts were checked with the practice table only, which knows a few sort codes. "
            "Install Vocalink's table: siller modulus-table install.",
            highlight=False,
            soft_wrap=True,
        )
    _show_gates(result.gates)
    _show_findings("refused", result.refused)
    _show_findings("held", result.held)


def _show_gates(gates: list[GateResult]) -> None:
    """Name every gate that would not say go, and what it found."""
    raised = [gate for gate in gates if gate.verdict is not Verdict.GO]
    if not raised:
        return
    OUT.print("\nGates that would not say go in a run today:", style="bold", highlight=False)
    # Without an earlier period, half of the gates have nothing to compare with: that is said once.
    alike: dict[tuple[str, str], list[GateResult]] = {}
    for gate in raised:
        alike.setdefault((gate.verdict, gate.figure), []).append(gate)
    for (verdict, figure), gates_alike in alike.items():
        if len(gates_alike) == 1:
            said = f"{gates_alike[0].says}: {figure} (asked for: {gates_alike[0].threshold})"
        else:
            said = f"{figure}: {', '.join(gate.short for gate in gates_alike)}"
        OUT.print(Padding(f"{verdict}: {said}.", (0, 0, 0, 2)), highlight=False)


def _show_findings(outcome: str, findings: list[Finding]) -> None:
    if not findings:
        return
    OUT.print(f"\n{_counted(len({finding.row for finding in findings}))} {outcome}:", style="bold", highlight=False)
    by_rule = Counter((finding.message, finding.rule) for finding in findings)
    for (message, rule), count in by_rule.most_common():
        lines = [f"{finding.line}" for finding in findings if (finding.message, finding.rule) == (message, rule)]
        more = f" and {count - SHOWN:,} more" if count > SHOWN else ""
        said = f"{_counted(count)}: {message}\nRule {rule}; lines of the file: {', '.join(lines[:SHOWN])}{more}"
        OUT.print(Padding(said, (1, 0, 0, 2)), highlight=False)


def _counted(rows: int) -> str:
    return f"{rows:,} row{'' if rows == 1 else 's'}"
