"""The pack as a page: the facts of the pack, with tables and lines, and with the biggest changes for single payees.

It says payees' references, so it is sealed, and opened for those who may see it (``siller decision``).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from jinja2 import Template

from schemas.money import pounds
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.assess import facts
from tasks.assess.facts import Fault, InstructedFile, Trend, counted, unless_single
from tasks.assess.metrics import Metrics
from tasks.assess.same_words import MOST_CHARACTERS
from tasks.assess.verdicts import GateResult, Verdict, worst
from tasks.publish.pages import compiled, page

_TEMPLATE = Path(__file__).with_name("pack.html.j2")

_MOODS = {Verdict.GO: "positive", Verdict.REFER: "warning", Verdict.NO_GO: "negative"}
_VERDICTS = {
    Verdict.GO: "The gates say go.",
    Verdict.REFER: "The gates refer it to an approver, who says why it may be paid all the same.",
    Verdict.NO_GO: "The gates say no-go: nothing may be paid.",
}

Row = tuple[str, ...]


def template() -> Template:
    """What it is written by, compiled."""
    return compiled(_TEMPLATE)


def pack_page(
    tenant_name: str,
    fault: Fault,
    metrics: Metrics,
    results: list[GateResult],
    file: InstructedFile,
    references: Mapping[int, str],
) -> str:
    """Write the page.

    Args:
        tenant_name: the body as people call it.
        fault: what is wrong with a row that is left out.
        metrics: the run's figures; the agreement's part of them must be there.
        results: what the gates said.
        file: the payment file.
        references: the payee's reference of each row that is named as a biggest change.
    """
    agreed, run, verdict = metrics.context.agreed, metrics.run, worst(results)
    assert agreed is not None  # a page is made of what people decide on
    raised, not_compared = facts.split(results)
    return page(
        _TEMPLATE,
        title=f"Go or no-go: {run.run_id}",
        service=f"{tenant_name}, {run.run_id}",
        rehearsal=run.mode == Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {run.run_id} when the gates had judged it. It holds payees' "
        "references: keep it to those who decide.",
        mood=_MOODS[verdict],
        file=file,
        pounds=pounds(file.pence),
        days=" and ".join(map(facts.day, file.entry_dates)),
        sentence=f"{tenant_name}, {run.period.words}: {counted(file.payments, 'payment')}, {pounds(file.pence)}, by "
        f"{metrics.context.rail.service} from {facts.say_accounts(agreed.accounts)}. {_VERDICTS[verdict]}",
        kind=facts.say_kind(metrics).replace("**", ""),
        may_approve=verdict is not Verdict.NO_GO,
        due=facts.say_due(agreed, run.submitted_by),
        left=_in_days_and_hours(agreed.approve_by - metrics.context.now),
        since=facts.moment(metrics.context.now),
        uploader=run.submitted_by,
        lessons=[sanitise(lesson, MOST_CHARACTERS) for lesson in metrics.lessons],
        debits=[(f"{each.sort_code} ****{each.account_number[-4:]}", pounds(each.pence)) for each in file.debits],
        groups=facts.say_groups(metrics),
        vouchers=f"{counted(file.vouchers, 'payment')}, {unless_single(pounds(file.voucher_pence), file.vouchers)}",
        compared=_compared(metrics, file),
        evidence=facts.say_evidence(metrics),
        checked=facts.say_payees_checked(metrics),
        close=[*metrics.payees_checked.close] if metrics.payees_checked else [],
        carried=list(facts.say_carried(metrics)),
        raised=[_gate(each, metrics) for each in raised],
        not_compared=", ".join(each.short for each in not_compared),
        gates=[_gate(each, metrics) for each in results],
        left_out=list(_left_out(metrics, fault)),
        left_out_rows=counted(sum(cause.rows for cause in metrics.left_out), "row"),
        changes=list(_changes(metrics, references)),
        previous=metrics.previous,
        trends=list(_trends(metrics, results)),
        next=list(facts.say_next(metrics, file, verdict)),
    )


def _gate(result: GateResult, metrics: Metrics) -> dict[str, str | Trend | None]:
    agreed = metrics.context.agreed
    assert agreed is not None
    return {
        "short": result.short,
        "says": result.says,
        "verdict": str(result.verdict),
        "mood": _MOODS[result.verdict],
        "figure": result.figure,
        "threshold": result.threshold,
        "explanation": result.explanation,
        "owner": facts.owner_of(result.gate, agreed.people),
        "trend": facts.trend_of(metrics.history, result.gate),
    }


def _compared(metrics: Metrics, file: InstructedFile) -> list[Row]:
    """What there was last period beside what there is now."""
    before = metrics.previous
    if before is None:
        return []
    return [
        ("Payments", f"{file.payments:,}", f"{before.payments:,}"),
        ("Pounds", pounds(file.pence), pounds(before.pence)),
        ("Payees in the extract", f"{metrics.payees:,}", f"{before.payees:,}"),
        ("Joiners", f"{before.joiners:,}", ""),
        ("Leavers", f"{before.leavers:,}", ""),
        ("Payments to an account that the payee did not have then", f"{before.changed_details:,}", ""),
    ]


def _left_out(metrics: Metrics, fault: Fault) -> Iterator[Row]:
    for cause in metrics.left_out:
        asks = facts.unless_single(facts.as_written(cause.readable_pounds), cause.rows) if cause.rows else ""
        had = facts.unless_single(pounds(cause.pence_last_time), cause.payees_paid_nothing_now)
        yield (
            facts.in_words(cause, fault),
            f"{cause.rows:,}",
            asks,
            f"{cause.payees_paid_last_time:,}",
            f"{cause.payees_paid_nothing_now:,}",
            had if cause.payees_paid_nothing_now else "",
        )


def _changes(metrics: Metrics, references: Mapping[int, str]) -> Iterator[Row]:
    for change in metrics.previous.changes if metrics.previous else ():
        yield (
            references[change.row_number],
            f"{change.row_number:,}",
            pounds(change.pence_last_time),
            pounds(change.pence),
            f"{float(change.times):,.4g} times, {'up' if change.pence > change.pence_last_time else 'down'}",
        )


def _trends(metrics: Metrics, results: list[GateResult]) -> Iterator[tuple[str, Trend]]:
    if money := facts.trend_of_money(metrics.history):
        yield "pounds paid", money
    for result in results:
        if trend := facts.trend_of(metrics.history, result.gate):
            yield result.short, trend


def _in_days_and_hours(left: timedelta) -> str:
    hours = int(left.total_seconds()) // 3600
    return f"{counted(hours // 24, 'day')} and {counted(hours % 24, 'hour')}" if hours > 0 else "less than an hour"
