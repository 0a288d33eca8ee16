"""How the outcome of a check is written: as JSON for a machine, on the terminal and as a page for a person.

What a person reads is the same on both.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from rich.padding import Padding

from flows.console import OUT
from schemas.money import pounds
from schemas.sanitise import visible
from tasks.account_table.shelf import is_for_practice
from tasks.assess.verdicts import GateResult, Verdict
from tasks.check import OF_THE_RUN, Checked, Finding
from tasks.publish.pages import page
from tasks.storage.atomic_write import write_atomic
from tasks.tenant_context import TenantContext

SHOWN = 50
"""Lines named of a cause; the JSON has all."""

_TEMPLATE = Path(__file__).with_name("check.html.j2")
_MOST_ON_THE_PAGE = 2000
"""Rows listed one by one: a browser shows no more at once with ease. The JSON has all."""


def write_json(result: Checked, path: Path) -> None:
    """Write what was found; no value of a row stands in it."""
    document = {
        "outcome": "refused" if result.reason else "accepted",
        "reason": result.reason,
        **describe_rows(result),
    }
    path.write_text(json.dumps(document) + "\n", encoding="utf-8")


def write_page(
    result: Checked, context: TenantContext, extract: Path, manifest: Path | None, path: Path, now: datetime
) -> None:
    """Write what was found as one HTML page for the body; no value of a row stands in it."""
    findings = {"refused": result.refused, "held": result.held}
    counts = {said: len({finding.row for finding in found}) for said, found in findings.items()}
    # Once, also where one cell makes two columns, of which the same is said.
    once = {(each.row, each.message): (each.line, said, each) for said, found in findings.items() for each in found}
    listed = sorted(once.values(), key=lambda each: each[0])
    written = page(
        _TEMPLATE,
        title=f"What would come of {visible(extract.name)}",
        service=context.agreement.name,
        rehearsal=False,
        made=f"Checked on {now:%-d %B %Y at %H:%M} by siller {version('siller')}. Nothing was written to a ledger.",
        outcome=visible(outcome(result, extract)),
        is_refused=result.reason is not None,
        paid=(len(result.payable_rows), pounds(result.payable_pence)),
        rows=result.rows,
        counts=counts,
        causes={
            said: [(*cause, named_lines(cause.lines)) for cause in causes(found)] for said, found in findings.items()
        },
        listed=listed[:_MOST_ON_THE_PAGE],
        more=max(0, len(listed) - _MOST_ON_THE_PAGE),
        gates=gates_said(result, now),
        limits=list(limits(context, manifest)),
        contract=context.contract.version,
    )
    write_atomic(path, written.encode())


def describe_rows(result: Checked) -> dict[str, object]:
    """What becomes of each row, as JSON has it."""
    return {
        "rows": result.rows,
        "payable": {"rows": result.payable_rows, "pence": result.payable_pence},
        "refused": [asdict(finding) for finding in result.refused],
        "held": [asdict(finding) for finding in result.held],
    }


def show(result: Checked, context: TenantContext, extract: Path, manifest: Path | None, now: datetime) -> None:
    """Say what was found: the outcome first, then by rule what to do, then where."""
    OUT.print(outcome(result, extract), style="bold red" if result.reason else "bold", highlight=False, soft_wrap=True)
    for limit in limits(context, manifest):
        OUT.print(limit, highlight=False, soft_wrap=True)
    for heading, raised in gates_said(result, now).items():
        OUT.print(f"\n{heading}:", style="bold", highlight=False)
        for said in raised:
            OUT.print(Padding(said, (0, 0, 0, 2)), highlight=False)
    _show_findings("refused", result.refused)
    _show_findings("held", result.held)


def outcome(result: Checked, extract: Path) -> str:
    """Whether an extract would be accepted, and what would be paid."""
    if result.reason:
        return f"Refused. {result.reason}"
    return (
        f"Accepted. {extract.name} has {result.rows:,} rows; {len(result.payable_rows):,} can be paid, "
        f"{pounds(result.payable_pence)}."
    )


def limits(context: TenantContext, manifest: Path | None) -> Iterator[str]:
    """Say what has not been looked at."""
    if manifest is None:
        yield "No manifest was named, so declared rows and total were not compared."
    if is_for_practice(context.settings):
        yield (
            "Accounts were checked with the practice table only, which knows a few sort codes. "
            "Install Vocalink's table: siller modulus-table install."
        )


def gates_said(result: Checked, now: datetime) -> dict[str, list[str]]:
    """What the gates say, by heading: of the extract those that would not say go, and whatever those of the day say."""
    split: dict[bool, list[GateResult]] = {False: [], True: []}
    for gate in result.gates:
        split[gate.gate in OF_THE_RUN].append(gate)
    if not result.gates:
        of_the_day = ["They were not made: the extract is refused before that."]
    else:
        of_the_day = gates_raised(split[True]) or [f"go: {', '.join(gate.short for gate in split[True])}."]
    raised = gates_raised(split[False])
    on_the_day = f"Checks of the day and the machine, as at {now:%-d %B %Y}, which say nothing of the extract itself"
    return ({"Gates that would not say go in a run": raised} if raised else {}) | {on_the_day: of_the_day}


def gates_raised(gates: list[GateResult]) -> list[str]:
    """Name every gate that would not say go, and what it found."""
    # Without an earlier period, half of the gates have nothing to compare with: that is said once.
    alike: dict[tuple[str, str], list[GateResult]] = {}
    for gate in gates:
        if gate.verdict is not Verdict.GO:
            alike.setdefault((gate.verdict, gate.figure), []).append(gate)
    return [f"{verdict}: {_found(figure, gates_alike)}." for (verdict, figure), gates_alike in alike.items()]


def _found(figure: str, gates_alike: list[GateResult]) -> str:
    if len(gates_alike) == 1:
        return f"{gates_alike[0].says}: {figure} (asked for: {gates_alike[0].threshold})"
    return f"{figure}: {', '.join(gate.short for gate in gates_alike)}"


class Cause(NamedTuple):
    """One thing that is wrong with some rows.

    Attributes:
        message: what is wrong and what to do.
        rules: the id of the rule, or of both where one cell makes two columns: sort code and account.
        lines: where the rows stand in the body's own file.
    """

    message: str
    rules: str
    lines: list[int]


def causes(findings: list[Finding]) -> list[Cause]:
    """What is wrong with rows, that of most rows first."""
    # What reads the same is one cause, and a row counts once in it: a cell may make two columns, sort code and account.
    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(finding.message, []).append(finding)
    found = (
        Cause(
            message,
            ", ".join(dict.fromkeys(each.rule for each in those)),
            list({each.row: each.line for each in those}.values()),
        )
        for message, those in alike.items()
    )
    return sorted(found, key=lambda cause: -len(cause.lines))


def named_lines(lines: list[int]) -> str:
    """Lines of the file, the first of them if there are many."""
    more = f" and {len(lines) - SHOWN:,} more" if len(lines) > SHOWN else ""
    return ", ".join(map(str, lines[:SHOWN])) + more


def counted(rows: int) -> str:
    """So many rows."""
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def _show_findings(outcome: str, findings: list[Finding]) -> None:
    if not findings:
        return
    OUT.print(f"\n{counted(len({finding.row for finding in findings}))} {outcome}:", style="bold", highlight=False)
    for cause in causes(findings):
        where = f"Rule {cause.rules}; lines of the file: {named_lines(cause.lines)}"
        said = f"{counted(len(cause.lines))}: {cause.message}\n{where}"
        OUT.print(Padding(said, (1, 0, 0, 2)), highlight=False)
