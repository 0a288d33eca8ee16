"""Gates of the run as a whole: its rows, its total, its number of payments, and what there is to compare with."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from schemas.money import pounds
from tasks.assess.gate import Bound, Gate, Kind, Limit
from tasks.assess.gates.judged import Asked, Judged, is_of_months, percent
from tasks.assess.metrics import Metrics


def without_threshold(metrics: Metrics) -> Iterator[Gate]:
    """Those whose bound is the same for every body."""
    period = "month" if is_of_months(metrics) else "period"
    yield Gate(
        f"there_is_a_{period}_to_compare",
        Kind.JUDGEMENT,
        (Bound(Limit.REFER, "months_to_compare", 1),),
        _period_to_compare(metrics),
        f"an earlier {period} that was paid",
        "Without one, nothing shows what has changed. Compare with the body's own figures before approving.",
    )


def _period_to_compare(metrics: Metrics) -> str:
    if metrics.previous:
        return f"{metrics.previous.period}, {metrics.previous.run_id}"
    return f"no figures: {metrics.erased.words} was erased by rule" if metrics.erased else "none"


def _change(share: Fraction | None) -> str:
    return "unknown" if share is None else f"{float(share):+.2%}"


def _refused(metrics: Metrics) -> str:
    return f"{metrics.refused_rows:,} of {metrics.found_rows:,} rows ({percent(metrics.refused_share)})"


def _total(metrics: Metrics) -> str:
    assert metrics.previous
    was, now = pounds(metrics.previous.pence), pounds(metrics.payable_pence)
    return f"{was} then, {now} now ({_change(metrics.change_in_total)})"


def _payments(metrics: Metrics) -> str:
    assert metrics.previous
    was, now = metrics.previous.payments, metrics.payable_payments
    return f"{was:,} then, {now:,} now ({_change(metrics.change_in_payments)})"


JUDGED: Mapping[str, Judged] = {
    "refused_share": Judged(
        _refused,
        Asked.OF_ALL,
        percent,
        "Many refused rows mean that something went wrong with the extract as a whole, not with single rows.",
    ),
    "change_in_total": Judged(
        _total,
        Asked.BESIDE_LAST_TIME,
        percent,
        "A total that jumps is a mistake until the body has said where it comes from.",
    ),
    "change_in_payments": Judged(
        _payments,
        Asked.BESIDE_LAST_TIME,
        percent,
        "Many payments more or fewer can mean a wrong month, a part, or everything twice.",
    ),
}
"""Those with a threshold, by their name in the agreement."""
