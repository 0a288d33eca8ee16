"""The go/no-go pack: what an approver reads above the form, which is narrow: lists, and no tables.

It has counts, sums and rules; no name, account, reference or single amount, and not the extract's
declared total, which the approver has to bring from the body's own records.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.gate_reasons import to_complete
from schemas.manifest import Kind
from schemas.money import pounds
from schemas.rails.totals import Debit
from tasks.assess.gates import referring
from tasks.assess.gates.judged import rows_named
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.same_words import SaidAgain
from tasks.assess.verdicts import GateResult, Verdict, worst
from tasks.instruct.written_text import WrittenText
from tasks.validate.changed import Changed

MOST_LISTED = 5
"""How many sizes of shared accounts the pack lists, the largest."""

Fault = Callable[[str, str], str]
"""What is wrong with a row, given siller's name of the column and the rule: the body's contract has the words."""


@dataclass(frozen=True)
class InstructedFile:
    """The payment file that waits for approval.

    Attributes:
        sha256: of its bytes.
        payments: in it.
        pence: their sum.
        entry_dates: the days on which payees have their money.
        text: what the file writes otherwise than it was sent.
        text_listed_in: the body's file that lists it, by its place below ``SILLER_HOME``.
        debits: where the bank debits several sums for it, what each is.
        changed: how many cells of which column each function of the contract has changed.
        changed_listed_in: the body's file that lists them, by its place below ``SILLER_HOME``.
    """

    sha256: str
    payments: int
    pence: int
    entry_dates: tuple[date, ...]
    text: WrittenText = field(default_factory=WrittenText)
    text_listed_in: str = ""
    debits: tuple[Debit, ...] = ()
    changed: tuple[Changed, ...] = ()
    changed_listed_in: str = ""


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
    fault: Fault,
    metrics: Metrics,
    results: list[GateResult],
    file: InstructedFile | None,
    again: Mapping[str, SaidAgain],
) -> Pack:
    """Write the pack.

    Args:
        tenant_name: the body as people call it.
        fault: what is wrong with a row that is left out.
        metrics: the run's figures.
        results: what the gates said.
        file: the payment file; None if there is none because nothing may be paid.
        again: by a gate's name, the words with which it was let go in each of the last periods.
    """
    not_compared = [each for each in results if each.waits_for_a_period]
    asking = referring((each.gate, each.figure) for each in results if each.verdict is Verdict.REFER)
    raised = [each for each in results if each.verdict is not Verdict.GO and each not in not_compared]
    text = (
        _environment()
        .get_template("pack.md.j2")
        .render(
            tenant_name=tenant_name,
            period=metrics.run.period.words,
            metrics=metrics,
            previous=metrics.previous,
            file=file,
            verdict=worst(results),
            raised=sorted(raised, key=lambda each: -each.verdict.severity),
            not_compared=not_compared,
            going=[each for each in results if each.verdict is Verdict.GO],
            label=Kind.FULL.label(metrics.run.period),
            asking={each.gate: each for each in asking},
            own_lines=len(asking) > 1 and any(each.own_line for each in asking),
            to_complete="; ".join(f"{name} why" for name in to_complete(asking)),
            again=again,
            kinds=Kind,
            in_words=lambda cause: _cause(cause, fault),
            most_listed=MOST_LISTED,
        )
    )
    return Pack(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # markdown, and all that goes in is siller's own
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(pounds=pounds, day=_day, count=_count, rows_named=rows_named)
    environment.filters.update(written=_written, unless_single=_unless_single, payees=_payees)
    return environment


def _cause(cause: LeftOut, fault: Fault) -> str:
    return f"{cause.outcome}: {fault(cause.column_name, cause.rule)}" if cause.rule else "missing from this extract"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"


def _count(number: int) -> str:
    return f"{number:,}"


def _payees(number: int) -> str:
    return "payee" if number == 1 else "payees"


def _written(amount: Decimal) -> str:
    """Pounds as they were written: with pence, or with as many decimals as there are."""
    decimals = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{'-' if amount < 0 else ''}£{abs(amount):,.{decimals}f}"


def _unless_single(money: str, payees: int) -> str:
    """Leave out a sum that is one payee's own amount."""
    return "one amount, not shown" if payees == 1 else money
