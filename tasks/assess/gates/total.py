"""Gates of the run as a whole: its rows, its total, its number of payments, and what there is to compare with."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from schemas.money import pounds
from tasks.assess.gate import Bound, Gate, Kind, Limit
from tasks.assess.gates.judged import Asked, Judged, is_of_months, percent
from tasks.assess.metrics import Metrics
from tasks.assess.previous import FEWEST_PERIODS_OF_A_RANGE


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
    before = metrics.previous if metrics.following is None else metrics.following.full
    if before:
        return f"{before.period}, {before.run_id}"
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


def _same_as_last_time(metrics: Metrics) -> str:
    assert metrics.previous
    of = f"{metrics.previous.unchanged:,} of {metrics.payable_payments:,} payments"
    return f"{of} ({percent(metrics.same_as_last_time_share)})"


def _range(metrics: Metrics) -> str:
    assert metrics.previous
    totals = metrics.previous.totals
    if len(totals) < FEWEST_PERIODS_OF_A_RANGE:
        return f"no range yet: fewer than {FEWEST_PERIODS_OF_A_RANGE} periods were paid"
    outside = metrics.previous.outside_range(metrics.payable_pence)
    lay = f"{pounds(min(totals))} to {pounds(max(totals))} in {len(totals)} periods"
    return f"{lay}, {pounds(metrics.payable_pence)} now" + (f" ({percent(outside)} outside)" if outside else "")


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
    "total_outside_range": Judged(
        _range,
        Asked.BESIDE_LAST_TIME,
        percent,
        "No period of the last twelve came to so much, or so little. Ask the body what is paid now and was not before.",
    ),
    "same_as_last_time_share": Judged(
        _same_as_last_time,
        Asked.BESIDE_LAST_TIME,
        percent,
        "Nobody has come, gone, moved or been reassessed: it may be last period's file, sent again. "
        "Ask the body when this one was made, and who joined and left since.",
    ),
}
"""Those with a threshold, by their name in the agreement."""
