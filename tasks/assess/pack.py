"""The go/no-go pack: what an approver reads above the form, which is narrow: lists, and no tables.

It has counts, sums and rules; no name, account, reference or single amount, and not the extract's
declared total, which the approver has to bring from the body's own records.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from schemas.gate_reasons import to_complete
from schemas.manifest import Kind
from schemas.money import pounds
from schemas.sanitise import in_markdown
from tasks.assess import facts
from tasks.assess.facts import Fault, InstructedFile
from tasks.assess.gates import referring
from tasks.assess.gates.judged import rows_named
from tasks.assess.metrics import Metrics
from tasks.assess.same_words import MOST_CHARACTERS, SaidAgain
from tasks.assess.verdicts import GateResult, Verdict, worst

__all__ = ["Fault", "InstructedFile", "Pack", "pack"]

MOST_LISTED = 5
"""How many sizes of shared accounts the pack lists, the largest."""


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
    asking = referring((each.gate, each.figure) for each in results if each.verdict is Verdict.REFER)
    raised, not_compared = facts.split(results)
    agreed, verdict = metrics.context.agreed, worst(results)
    text = template().render(
        tenant_name=tenant_name,
        period=metrics.run.period.words,
        kind=facts.say_kind(metrics),
        metrics=metrics,
        previous=metrics.previous,
        file=file,
        agreed=agreed,
        vouchers=facts.say_vouchers(file) if file else "",
        accounts=facts.say_accounts(agreed.accounts) if agreed else "",
        due=facts.say_due(agreed, metrics.run.submitted_by) if agreed else "",
        groups=facts.say_groups(metrics),
        evidence=facts.say_evidence(metrics),
        checked=facts.say_payees_checked(metrics),
        carried=list(facts.say_carried(metrics)),
        money=facts.trend_of_money(metrics.history),
        owners={each.gate: facts.owner_of(each.gate, agreed.people) if agreed else "" for each in raised},
        trends={each.gate: facts.trend_of(metrics.history, each.gate) for each in raised},
        next=list(facts.say_next(metrics, file, verdict)),
        verdict=verdict,
        raised=raised,
        not_compared=not_compared,
        going=[each for each in results if each.verdict is Verdict.GO],
        asking={each.gate: each for each in asking},
        own_lines=len(asking) > 1 and any(each.own_line for each in asking),
        to_complete="; ".join(f"{name} why" for name in to_complete(asking)),
        again=again,
        kinds=Kind,
        in_words=lambda cause: facts.in_words(cause, fault),
        most_listed=MOST_LISTED,
    )
    return Pack(re.sub(r"\n{3,}", "\n\n", text).strip() + "\n")


@cache
def template() -> Template:
    """The pack's own, compiled: once in a process, and in all copies of it."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # markdown, and all that goes in is siller's own
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(pounds=pounds, day=facts.day, moment=facts.moment, rows_named=rows_named)
    environment.filters.update(count="{:,}".format, payees=lambda number: "payee" if number == 1 else "payees")
    environment.filters.update(written=facts.as_written, unless_single=facts.unless_single, in_markdown=_typed)
    return environment.get_template("pack.md.j2")


def _typed(text: str) -> str:
    """What somebody has typed, as markdown that says just that."""
    return in_markdown(text, MOST_CHARACTERS)
