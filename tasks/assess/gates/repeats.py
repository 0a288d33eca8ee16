"""Gates of what is paid beside, or once more: what any run repeats, and how much may follow a full one."""

from collections.abc import Mapping

from schemas.money import pounds
from tasks.assess.following import Following
from tasks.assess.gates.judged import Asked, Judged, at, counted, percent, times
from tasks.assess.metrics import Metrics


def _same_as_paid(metrics: Metrics) -> str:
    repeats = metrics.repeats
    if not repeats.run_ids:
        return "nothing was released that it could repeat"
    of = f"{len(repeats.rows):,} of {metrics.payable_payments:,} payments ({percent(metrics.same_as_paid_share)})"
    return f"{of}{at(repeats.rows)}, beside {', '.join(repeats.run_ids)}"


def _total(metrics: Metrics) -> str:
    assert metrics.following and metrics.following.full
    following, full = metrics.following, metrics.following.full
    return f"{percent(following.total_share)} of the {pounds(full.pence)} of {full.period}{_together(following)}"


def _payees(metrics: Metrics) -> str:
    assert metrics.following and metrics.following.full
    following, full = metrics.following, metrics.following.full
    payees = f"{counted(following.payees, 'payee')} beside {full.payees:,} ({percent(following.payees_share)})"
    return f"{payees}{_together(following)}"


def _together(following: Following) -> str:
    return f", together with {', '.join(following.before)}" if following.before else ""


def _largest(metrics: Metrics) -> str:
    assert metrics.following
    following = metrics.following
    if following.largest_row is None:
        return "nobody is paid"
    usual = f"{times(following.largest_payment)} what is usual, at row {following.largest_row}"
    return f"{usual}{_together(following)}"


def _changed_details(metrics: Metrics) -> str:
    assert metrics.following
    rows, share = metrics.following.changed, percent(metrics.following.changed_share(metrics.payable_payments))
    return f"{len(rows):,} of {metrics.payable_payments:,} payments ({share}){at(rows)}"


JUDGED: Mapping[str, Judged] = {
    "same_as_paid_share": Judged(
        _same_as_paid,
        Asked.OF_ALL,
        percent,
        "These have the account or the payee, and to the penny the amount, of payments that left already. If they are "
        "not those payments once more, let the body say what each is for.",
    ),
    "following_total_share": Judged(
        _total,
        Asked.BESIDE_THE_FULL_RUN,
        percent,
        "What follows a full run is a small part of it. So much may be the whole once more: ask what it is made of.",
    ),
    "following_payees_share": Judged(
        _payees,
        Asked.BESIDE_THE_FULL_RUN,
        percent,
        "What follows a full run concerns few payees, unless all of them are owed something: ask who decided that.",
    ),
    "following_largest_payment": Judged(
        _largest,
        Asked.BESIDE_THE_FULL_RUN,
        times,
        "A difference is seldom larger than what it is a difference to. Check the row with the award team.",
    ),
    "following_changed_details_share": Judged(
        _changed_details,
        Asked.BESIDE_THE_FULL_RUN,
        percent,
        "They were last paid by other details. Whose payment came back may have others by now, and so has whoever "
        "is paid in their place: let somebody else at the body call each payee back, on a number known before.",
    ),
}
"""Those with a threshold, by their name in the agreement."""
