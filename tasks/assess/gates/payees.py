"""Gates of who is paid, and of how much that is for one payee."""

from collections.abc import Iterator, Mapping

from tasks.assess.gate import Bound, Gate, Limit
from tasks.assess.gates.judged import Asked, Judged, at, compared, counted, percent, times
from tasks.assess.metrics import Metrics


def without_threshold(metrics: Metrics) -> Iterator[Gate]:
    """Those whose bound is the same for every body."""
    if metrics.following:
        return
    yield compared(
        metrics,
        "nobody_paid_last_time_is_left_out",
        lambda found: counted(found.paid_last_time_and_left_out or 0, "payee"),
        "nobody",
        "Each is somebody who lives on this money. The decision owner chooses: wait, pay the rest, or abandon.",
        Bound(Limit.REFER, "paid_last_time_and_left_out", None, 0),
    )


def _joiners(metrics: Metrics) -> str:
    assert metrics.previous
    return f"{metrics.previous.joiners:,} of {metrics.payees:,} payees ({percent(metrics.joiners_share)})"


def _leavers(metrics: Metrics) -> str:
    assert metrics.previous
    previous = metrics.previous
    return f"{previous.leavers:,} of {previous.payees:,} payees of then ({percent(metrics.leavers_share)})"


def _biggest_change(metrics: Metrics) -> str:
    assert metrics.previous
    biggest = metrics.previous.biggest_change
    if biggest is None or biggest.times == 1:
        return "nobody paid both times has another amount"
    way = "up" if biggest.pence > biggest.pence_last_time else "down"
    return f"{times(biggest.times)}, {way}, at row {biggest.row_number}"


def _returners(metrics: Metrics) -> str:
    assert metrics.previous
    rows = metrics.previous.returners
    return f"{len(rows):,} of {metrics.payees:,} payees ({percent(metrics.returners_share)}){at(rows)}"


def _first_payment(metrics: Metrics) -> str:
    assert metrics.previous
    biggest = metrics.previous.details.biggest_first
    if biggest is None:
        return "nobody is paid for the first time"
    return f"{times(metrics.previous.times_usual(biggest))} what is usual, at row {biggest.row_number}"


def _unauthorised(metrics: Metrics) -> str:
    assert metrics.authorised
    beside = metrics.authorised
    if beside.confirmed_on is None:
        return "no list of authorised payees is kept"
    of = f"{len(beside.rows):,} of {metrics.payable_payments:,} payments ({percent(metrics.unauthorised_share)})"
    listed = f"beside the {beside.listed:,} of the list of {beside.confirmed_on:%-d %B %Y}"
    return f"{of}{at(beside.rows)}, {listed}"


JUDGED: Mapping[str, Judged] = {
    "joiners_share": Judged(
        _joiners,
        Asked.BESIDE_LAST_TIME,
        percent,
        "Payees who appear in numbers should be known to the body's award team.",
    ),
    "leavers_share": Judged(
        _leavers,
        Asked.BESIDE_LAST_TIME,
        percent,
        "Payees who vanish in numbers may have been lost from the extract.",
    ),
    "biggest_change_for_one_payee": Judged(
        _biggest_change,
        Asked.BESIDE_LAST_TIME,
        times,
        "One payment many times its last one is often a slipped decimal point. Check the row with the award team.",
    ),
    "biggest_first_payment": Judged(
        _first_payment,
        Asked.BESIDE_LAST_TIME,
        times,
        "A payee of whom nothing is known gets many times what others get. See the award itself, and not the extract.",
    ),
    "returners_share": Judged(
        _returners,
        Asked.BESIDE_LAST_TIME,
        percent,
        "They were paid within a year, stood in no extract last time, and are back. Who had left may be paid by an "
        "old list: ask the award team whether each has an award again.",
    ),
    "unauthorised_share": Judged(
        _unauthorised,
        Asked.BESIDE_THE_LIST,
        percent,
        "Who is paid and stands on no list was authorised by nobody, or the list is old. Let the award team say of "
        "each since when they have an award; two who send no extracts confirm a new list: siller authorised-payees.",
    ),
}
"""Those with a threshold, by their name in the agreement."""
