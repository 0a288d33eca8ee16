"""Gates of where the money goes: which accounts, whose, and since when."""

from collections.abc import Iterator, Mapping

from tasks.assess.context import AccountTable
from tasks.assess.gate import Bound, Gate, Kind, Limit, Number
from tasks.assess.gates.judged import Asked, Judged, at, count, counted, percent, times
from tasks.assess.metrics import Metrics
from tasks.assess.payees_checked import PayeesChecked


def without_threshold(metrics: Metrics) -> Iterator[Gate]:
    """Those whose bound is the same for every body."""
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
            f"{counted(len(metrics.advised_rows), 'row')}{at(metrics.advised_rows)}",
            "0 rows",
            "The bank paid these payees into another account and advised to change the records (AWACS). It may not do "
            "so again: let the body confirm the details with them.",
        )
    if (checked := metrics.payees_checked) is not None:
        yield Gate(
            "payees_are_matched",
            Kind.JUDGEMENT,
            (Bound(Limit.REFER, "unmatched_payees", None, 0),),
            _checked(checked),
            "nobody waits, and nobody is paid upon a call",
            "Their banks did not match the name to the account, or the details are not those of before. Who waits is "
            "not paid until somebody has called them on a number that was known before, or the bank says otherwise "
            "(siller payee-check show). A match proves nothing of who asked for a change: a deceiver's own account "
            "matches in the deceiver's name.",
        )


def _checked(checked: PayeesChecked) -> str:
    called = checked.called_rows
    paid = f"; {counted(len(called), 'payment')} upon a call{at(called)}" if called else ""
    return f"{counted(checked.waiting, 'payee')} {'waits' if checked.waiting == 1 else 'wait'}{paid}"


def _referred(rows: tuple[int, ...]) -> str:
    if not rows:
        return "every account fits, or cannot be checked"
    return f"{counted(len(rows), 'payment')}{at(rows)}"


def _changed_details(metrics: Metrics) -> str:
    assert metrics.previous
    rows = metrics.previous.details.changed
    return (
        f"{len(rows):,} of {metrics.payable_payments:,} payments ({percent(metrics.changed_details_share)}){at(rows)}"
    )


def _biggest_to_changed(metrics: Metrics) -> str:
    assert metrics.previous
    biggest = metrics.previous.details.biggest_changed
    if biggest is None:
        return "nobody's details have changed"
    return f"{times(metrics.previous.times_usual(biggest))} what is usual, at row {biggest.row_number}"


def _renamed(metrics: Metrics) -> str:
    assert metrics.previous
    rows, share = metrics.previous.details.renamed, percent(metrics.names_changed_with_details_share)
    return f"{len(rows):,} of {metrics.payable_payments:,} payments ({share}){at(rows)}"


def _one_account(metrics: Metrics) -> str:
    assert metrics.previous
    rows = metrics.previous.details.one_account
    return f"{counted(len(rows), 'payee')}{at(rows)}"


def _days(days: Number) -> str:
    return f"{days:,.0f} days"


def _account_table_age(metrics: Metrics) -> str:
    if metrics.context.account_table is not AccountTable.FULL:
        return "the practice table, which has no age"
    return f"valid for {_days(metrics.context.account_table_age_days)}"


JUDGED: Mapping[str, Judged] = {
    "changed_details_share": Judged(
        _changed_details,
        Asked.BESIDE_LAST_TIME,
        percent,
        "Many new accounts at once can be fraud, or a column that slipped. Check some with their payees.",
    ),
    "biggest_to_changed_details": Judged(
        _biggest_to_changed,
        Asked.BESIDE_LAST_TIME,
        times,
        "Who redirects one payment picks a big one. Let somebody else at the body call the payee back, on a number "
        "that was known before.",
    ),
    "names_changed_with_details_share": Judged(
        _renamed,
        Asked.BESIDE_LAST_TIME,
        percent,
        "The reference is the same, and both name and account are another's: somebody else is paid. Let the body say "
        "of each who it is, and since when.",
    ),
    "payees_new_to_one_account": Judged(
        _one_account,
        Asked.BESIDE_LAST_TIME,
        count,
        "So many payees have one and the same account since last time. It may be a payroll organisation's, or one "
        "person's: ask the body whose it is.",
    ),
    "account_table_age_days": Judged(
        _account_table_age,
        Asked.OF_ALL,
        _days,
        "An old account table refuses good accounts of newer banks. Install the newest: siller modulus-table install.",
    ),
}
"""Those with a threshold, by their name in the agreement."""
