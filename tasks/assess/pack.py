"""The go/no-go pack: what an approver reads above the form, which is narrow: lists, and no tables.

It has counts, sums and rules; no name, account, reference or single amount, and not the extract's
declared total, which the approver has to bring from the body's own records.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.money import pounds
from schemas.rails.totals import Debit
from tasks.assess.gates import NOTHING_TO_COMPARE
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.verdicts import GateResult, Verdict, worst
from tasks.instruct.written_text import WrittenText, spelled

MOST_LISTED = 5
"""How many sizes of shared accounts the pack lists, the largest."""

_MONTH_GATE = "there_is_a_month_to_compare"


@dataclass(frozen=True)
class InstructedFile:
    """The payment file that waits for approval.

    Attributes:
        sha256: of its bytes.
        payments: in it.
        pence: their sum.
        entry_date: when payees have their money.
        text: what the file writes otherwise than it was sent.
        debits: where the bank debits several sums for it, what each is.
    """

    sha256: str
    payments: int
    pence: int
    entry_date: date
    text: WrittenText = field(default_factory=WrittenText)
    debits: tuple[Debit, ...] = ()


@dataclass(frozen=True)
class Pack:
    """What is shown.

    Attributes:
        markdown: GitHub's dialect, as Prefect renders it.
    """

    markdown: str

    @property
    def sha256(self) -> str:
        """Of the text; the approval is bound to it."""
        return hashlib.sha256(self.markdown.encode()).hexdigest()


def pack(
    tenant_name: str,
    column_names: Mapping[str, str],
    metrics: Metrics,
    results: list[GateResult],
    file: InstructedFile | None,
) -> Pack:
    """Write the pack.

    Args:
        tenant_name: the body as people call it.
        column_names: canonical column name to the body's own.
        metrics: the run's figures.
        results: what the gates said.
        file: the payment file; None if there is none because nothing may be paid.
    """
    not_compared = [each for each in results if _waits_for_a_month(each)]
    raised = [each for each in results if each.verdict is not Verdict.GO and each not in not_compared]
    text = (
        _environment()
        .get_template("pack.md.j2")
        .render(
            tenant_name=tenant_name,
            period=date.fromisoformat(f"{metrics.run.period}-01").strftime("%B %Y"),
            metrics=metrics,
            previous=metrics.previous,
            file=file,
            verdict=worst(results),
            raised=sorted(raised, key=lambda each: -each.verdict.severity),
            not_compared=not_compared,
            going=[each for each in results if each.verdict is Verdict.GO],
            nothing_to_compare=NOTHING_TO_COMPARE,
            in_words=lambda cause: _cause(cause, column_names),
            most_listed=MOST_LISTED,
        )
    )
    return Pack(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


def _waits_for_a_month(result: GateResult) -> bool:
    """One month without another to compare with makes many gates refer; the list has only the gate of that name."""
    return result.verdict is Verdict.REFER and result.figure == NOTHING_TO_COMPARE and result.gate != _MONTH_GATE


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # markdown, and all that goes in is siller's own
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(pounds=pounds, day=_day, count=_count, words=_words)
    environment.filters.update(spelled=spelled, written=_written, unless_single=_unless_single, payees=_payees)
    return environment


def _cause(cause: LeftOut, column_names: Mapping[str, str]) -> str:
    if not cause.rule:
        return "missing from this extract"
    column, rule = column_names[cause.column_name], _words(cause.rule)
    # A rule's name says what should be, what holds a row says what is.
    return f"refused: {column} breaks “{rule}”" if cause.outcome == "refused" else f"held: {column}, {rule}"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _count(number: int) -> str:
    return f"{number:,}"


def _payees(number: int) -> str:
    return "payee" if number == 1 else "payees"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _written(amount: Decimal) -> str:
    """Pounds as they were written: with pence, or with as many decimals as there are."""
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.{decimals}f}"


def _unless_single(money: str, payees: int) -> str:
    """Leave out a sum that is one payee's own amount."""
    return "one amount, not shown" if payees == 1 else money
