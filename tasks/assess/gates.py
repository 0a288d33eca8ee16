"""The go/no-go gates: which there are, what each looks at, and what it says to a person.

Integrity gates ask whether the run is what it claims to be; nobody can override them. Judgement gates
ask whether a person should look; their thresholds are agreed with the body. What a gate is stands in
``gate.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from schemas.gate_reasons import Referring
from schemas.money import pounds
from schemas.period import Rhythm
from tasks.assess.gate import Bound, Gate, Kind, Limit, Number, Thresholds
from tasks.assess.metrics import AccountTable, Metrics

MOST_DAYS_AHEAD = 31
"""How far ahead banks take the date of a payment file."""

MOST_ROWS_NAMED = 10
"""How many rows a gate names; the ledger has all."""

NOTHING_TO_COMPARE = "there is no month to compare with"
"""The figure of each gate that compares, where there is nothing; a gate of its own says it for all."""

NO_PERIOD_TO_COMPARE = "there is no period to compare with"
"""The same for a body that is not paid by the month."""


def gates(metrics: Metrics, thresholds: Thresholds) -> tuple[Gate, ...]:
    """The gates of a run, integrity first.

    Args:
        metrics: the run's figures.
        thresholds: the agreement's, one of each name of ``THRESHOLDS``.

    Raises:
        KeyError: a threshold is missing.
    """
    return (*_integrity(metrics), *_judgement(metrics, thresholds))


def referring(found: Iterable[tuple[str, str]]) -> tuple[Referring, ...]:
    """The gates that refer a run to a person, as an approver gives reasons for them.

    Args:
        found: the name of each, and the figure that it found.
    """
    return tuple(Referring(gate, figure not in (NOTHING_TO_COMPARE, NO_PERIOD_TO_COMPARE)) for gate, figure in found)


def _integrity(metrics: Metrics) -> Iterator[Gate]:
    def gate(name: str, figure: str, threshold: str, why: str, *bounds: Bound) -> Gate:
        return Gate(name, Kind.INTEGRITY, bounds, figure, threshold, why)

    context = metrics.context
    yield gate(
        "extract_hash_matches",
        "the file that the manifest names" if context.hash_matches else "another file than the manifest names",
        "the SHA-256 of the manifest",
        "What is paid must be what the body sent, byte by byte. Otherwise send the extract and its manifest again.",
        _at_least("extract_hash_matches", 1),
    )
    yield gate(
        "declared_rows_match",
        f"{metrics.found_rows:,} rows found, {metrics.run.declared_rows:,} declared",
        "no difference",
        "A row more or less was lost or added on the way. Send the extract and its manifest again.",
        Bound(Limit.NO_GO, "rows_difference", 0, 0),
    )
    difference = abs(context.found_total - metrics.run.declared_total)
    yield gate(
        "declared_total_matches",
        f"a difference of £{difference:,.2f}" if difference else "no difference",
        "no difference",
        "The amounts must add up to what the body declared. Find the difference and send both files again.",
        _at_least("declared_total_matches", 1),
    )
    yield gate(
        "account_table_is_current",
        _ACCOUNT_TABLE[context.account_table],
        "the full table" if metrics.is_live else "the full table, or in a rehearsal the practice table",
        "A mistyped account is only caught by the bank industry's table. Install it: siller modulus-table install.",
        _at_least("account_table", AccountTable.FULL if metrics.is_live else AccountTable.PRACTICE),
    )
    yield gate(
        "processing_date_is_possible",
        f"processed on {context.processing_date:%-d %B %Y}, to be sent by {context.latest_input:%H:%M on %-d %B}, "
        f"assessed at {context.now:%H:%M on %-d %B}",
        f"a day of {context.rail.service}, still to be reached, at most {MOST_DAYS_AHEAD} days ahead",
        "An impossible date may be moved to the current day (by Bacs), and money leaves early. Agree another pay day.",
        _at_least("seconds_to_input", 0),
        Bound(Limit.NO_GO, "days_to_processing", None, MOST_DAYS_AHEAD),
        _at_least("processing_is_a_bank_day", 1),
    )
    yield gate(
        "something_is_payable",
        f"{metrics.payable_payments:,} payments",
        "at least 1",
        "There is nothing to pay: see what was refused and held, and send a corrected extract.",
        _at_least("payable_payments", 1),
    )


_ACCOUNT_TABLE = {
    AccountTable.FULL: "the full table",
    AccountTable.PRACTICE: "the practice table, which knows few banks",
    AccountTable.NONE: "no table: accounts were not checked",
}


def _at_least(figure: str, least: int) -> Bound:
    return Bound(Limit.NO_GO, figure, least)


@dataclass(frozen=True)
class _Judged:
    """A judgement gate with a threshold.

    Attributes:
        found: the figure as a person reads it; compared ones are only asked if there is a period to compare.
        compares: whether it needs one.
        as_text: how its thresholds are written.
        why: the sentence.
    """

    found: Callable[[Metrics], str]
    compares: bool
    as_text: Callable[[Number], str]
    why: str


def _judgement(metrics: Metrics, thresholds: Thresholds) -> Iterator[Gate]:
    period = "month" if _is_of_months(metrics) else "period"
    yield Gate(
        f"there_is_a_{period}_to_compare",
        Kind.JUDGEMENT,
        (Bound(Limit.REFER, "months_to_compare", 1),),
        _period_to_compare(metrics),
        f"an earlier {period} that was paid",
        "Without one, nothing shows what has changed. Compare with the body's own figures before approving.",
    )
    yield _compared(
        metrics,
        "nobody_paid_last_time_is_left_out",
        _counted(metrics.paid_last_time_and_left_out or 0, "payee"),
        "nobody",
        "Each is somebody who lives on this money. The decision owner chooses: wait, pay the rest, or abandon.",
        Bound(Limit.REFER, "paid_last_time_and_left_out", None, 0),
    )
    yield Gate(
        "accounts_fit_the_account_table",
        Kind.JUDGEMENT,
        (Bound(Limit.REFER, "referred_payments", None, 0),),
        _referred(metrics.referred_rows),
        "0 payments",
        "The same payees had money in these accounts within a year that did not come back, so they are paid. "
        "See that the account table is the newest; if it is, ask these payees for their details.",
    )
    if metrics.advised_rows is not None:
        yield Gate(
            "advised_details_are_updated",
            Kind.JUDGEMENT,
            (Bound(Limit.REFER, "advised_rows", None, 0),),
            f"{_counted(len(metrics.advised_rows), 'row')}{_at(metrics.advised_rows)}",
            "0 rows",
            "The bank paid these payees into another account and advised to change the records (AWACS). It may not do "
            "so again: let the body confirm the details with them.",
        )
    for name, judged in THRESHOLDS.items():
        refer, no_go = thresholds[name]
        bounds = (Bound(Limit.REFER, name, None, float(refer)), Bound(Limit.NO_GO, name, None, float(no_go)))
        threshold = f"refer above {judged.as_text(refer)}, no-go above {judged.as_text(no_go)}"
        if judged.compares:
            found = judged.found(metrics) if metrics.previous else ""
            yield _compared(metrics, name, found, threshold, judged.why, *bounds)
        else:
            yield Gate(name, Kind.JUDGEMENT, bounds, judged.found(metrics), threshold, judged.why)


def _is_of_months(metrics: Metrics) -> bool:
    return metrics.run.period.rhythm is Rhythm.MONTH


def _period_to_compare(metrics: Metrics) -> str:
    if metrics.previous:
        return f"{metrics.previous.period}, {metrics.previous.run_id}"
    return f"no figures: {metrics.erased.words} was erased by rule" if metrics.erased else "none"


def _compared(metrics: Metrics, name: str, found: str, threshold: str, why: str, *bounds: Bound) -> Gate:
    """A gate that compares with the period before; without one it asks a person instead of saying go."""
    if metrics.previous is None:
        bounds = (Bound(Limit.REFER, "months_to_compare", 1),)
        found = NOTHING_TO_COMPARE if _is_of_months(metrics) else NO_PERIOD_TO_COMPARE
    return Gate(name, Kind.JUDGEMENT, bounds, found, threshold, why)


def _referred(rows: tuple[int, ...]) -> str:
    if not rows:
        return "every account fits, or cannot be checked"
    return f"{_counted(len(rows), 'payment')}{_at(rows)}"


def _at(rows: tuple[int, ...]) -> str:
    return f", at {rows_named(rows)}" if rows else ""


def rows_named(rows: Sequence[int]) -> str:
    """Name rows of an extract by their numbers, the first few of them."""
    named = ", ".join(map(str, rows[:MOST_ROWS_NAMED]))
    more = f" and {len(rows) - MOST_ROWS_NAMED:,} more" if len(rows) > MOST_ROWS_NAMED else ""
    return f"{'row' if len(rows) == 1 else 'rows'} {named}{more}"


def _counted(number: int, of: str) -> str:
    return f"{number:,} {of}{'' if number == 1 else 's'}"


def _percent(share: Number | Fraction | None) -> str:
    return "unknown" if share is None else f"{float(share):.2%}"


def _change(share: Fraction | None) -> str:
    return "unknown" if share is None else f"{float(share):+.2%}"


def _times(multiple: Number | Fraction | None) -> str:
    return "unknown" if multiple is None else f"{float(multiple):,.4g} times"


def _refused(metrics: Metrics) -> str:
    return f"{metrics.refused_rows:,} of {metrics.found_rows:,} rows ({_percent(metrics.refused_share)})"


def _total(metrics: Metrics) -> str:
    assert metrics.previous
    was, now = pounds(metrics.previous.pence), pounds(metrics.payable_pence)
    return f"{was} then, {now} now ({_change(metrics.change_in_total)})"


def _payments(metrics: Metrics) -> str:
    assert metrics.previous
    was, now = metrics.previous.payments, metrics.payable_payments
    return f"{was:,} then, {now:,} now ({_change(metrics.change_in_payments)})"


def _joiners(metrics: Metrics) -> str:
    assert metrics.previous
    return f"{metrics.previous.joiners:,} of {metrics.payees:,} payees ({_percent(metrics.joiners_share)})"


def _leavers(metrics: Metrics) -> str:
    assert metrics.previous
    previous = metrics.previous
    return f"{previous.leavers:,} of {previous.payees:,} payees of then ({_percent(metrics.leavers_share)})"


def _changed_details(metrics: Metrics) -> str:
    assert metrics.previous
    changed = metrics.previous.changed_details
    return f"{changed:,} of {metrics.payable_payments:,} payments ({_percent(metrics.changed_details_share)})"


def _days(days: Number) -> str:
    return f"{days:,.0f} days"


def _account_table_age(metrics: Metrics) -> str:
    if metrics.context.account_table is not AccountTable.FULL:
        return "the practice table, which has no age"
    return f"valid for {_days(metrics.context.account_table_age_days)}"


def _biggest_change(metrics: Metrics) -> str:
    assert metrics.previous
    biggest = metrics.previous.biggest_change
    if biggest is None or biggest.times == 1:
        return "nobody paid both times has another amount"
    way = "up" if biggest.pence > biggest.pence_last_time else "down"
    return f"{_times(biggest.times)}, {way}, at row {biggest.row_number}"


THRESHOLDS: Mapping[str, _Judged] = {
    "refused_share": _Judged(
        _refused,
        False,
        _percent,
        "Many refused rows mean that something went wrong with the extract as a whole, not with single rows.",
    ),
    "change_in_total": _Judged(
        _total, True, _percent, "A total that jumps is a mistake until the body has said where it comes from."
    ),
    "change_in_payments": _Judged(
        _payments, True, _percent, "Many payments more or fewer can mean a wrong month, a part, or everything twice."
    ),
    "joiners_share": _Judged(
        _joiners, True, _percent, "Payees who appear in numbers should be known to the body's award team."
    ),
    "leavers_share": _Judged(
        _leavers, True, _percent, "Payees who vanish in numbers may have been lost from the extract."
    ),
    "changed_details_share": _Judged(
        _changed_details,
        True,
        _percent,
        "Many new accounts at once can be fraud, or a column that slipped. Check some with their payees.",
    ),
    "biggest_change_for_one_payee": _Judged(
        _biggest_change,
        True,
        _times,
        "One payment many times its last one is often a slipped decimal point. Check the row with the award team.",
    ),
    "account_table_age_days": _Judged(
        _account_table_age,
        False,
        _days,
        "An old account table refuses good accounts of newer banks. Install the newest: siller modulus-table install.",
    ),
}
"""The judgement gates with a threshold, by their name in the agreement."""
