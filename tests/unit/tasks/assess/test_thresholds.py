"""Each gate at its threshold, and one unit beyond: a row, a payee, a penny, a day, a second.

The figures are written out here, so that a threshold that moves by one unit, in the agreement, in siller's own or in
the gate, is noticed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from schemas.payee_checks.finding import Finding
from tasks.assess.context import AccountTable
from tasks.assess.gate import Limit, Thresholds
from tasks.assess.gates import gates
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.payees_checked import PayeesChecked
from tasks.assess.previous import BiggestChange, OnePayee
from tasks.assess.verdicts import Verdict, results, work_out
from tests.property.test_gates import (
    CONTEXT,
    DAY,
    GOOD,
    NOW,
    OF_FOLLOWERS,
    WORSE,
    context_with,
    details_with,
    following_with,
    previous_with,
    repeating,
    unauthorised,
)

GO, REFER, NO_GO = Verdict.GO, Verdict.REFER, Verdict.NO_GO
Measured = Callable[[int], Metrics]
"""A month of a thousand payees with £5.00 each, in which a gate finds so many units."""


def left_out(payees: int) -> Metrics:
    return replace(GOOD, left_out=(LeftOut("held", "payee_reference", "x", payees, Decimal(0), payees, 0, 0),))


def rows(number: int) -> tuple[int, ...]:
    return tuple(range(number))


# Gate: how it finds so many units, and the most with which it still says go, and still no no-go; None: it never does.
AT: dict[str, list[tuple[Measured, int | None, int | None]]] = {
    "extract_hash_matches": [(lambda others: context_with(hash_matches=not others), None, 0)],
    "declared_rows_match": [
        (lambda more: replace(GOOD, found_rows=1000 + more), None, 0),
        (lambda fewer: replace(GOOD, found_rows=1000 - fewer), None, 0),
    ],
    "declared_total_matches": [
        (lambda pence: context_with(found_total=CONTEXT.found_total + Decimal(pence) / 100), None, 0),
        (lambda pence: context_with(found_total=CONTEXT.found_total - Decimal(pence) / 100), None, 0),
    ],
    "account_table_is_current": [(lambda worse: context_with(account_table=AccountTable(2 - worse)), None, 0)],
    "processing_date_is_possible": [
        (lambda seconds: context_with(now=CONTEXT.latest_input + timedelta(seconds=seconds)), None, 0),
        (lambda days: context_with(processing_date=DAY + timedelta(days), now=NOW), None, 31),
        (lambda closed: context_with(processing_is_a_bank_day=not closed), None, 0),
    ],
    "something_is_payable": [(lambda fewer: replace(GOOD, payable_payments=1 - fewer), None, 0)],
    "there_is_a_month_to_compare": [(lambda none: replace(GOOD, previous=None) if none else GOOD, 0, None)],
    "nobody_paid_last_time_is_left_out": [(left_out, 0, None)],
    "accounts_fit_the_account_table": [(lambda found: replace(GOOD, referred_rows=rows(found)), 0, None)],
    "advised_details_are_updated": [(lambda found: replace(GOOD, advised_rows=rows(found)), 0, None)],
    "payees_are_matched": [
        (lambda waiting: replace(GOOD, payees_checked=PayeesChecked(waiting)), 0, None),
        (lambda called: replace(GOOD, payees_checked=PayeesChecked(0, {}, {Finding.CHANGED: rows(called)})), 0, None),
    ],
    "refused_share": [(lambda refused: replace(GOOD, refused_rows=refused), 0, 50)],
    "change_in_total": [
        (lambda pence: replace(GOOD, payable_pence=500_000 + pence), 25_000, 125_000),
        (lambda pence: replace(GOOD, payable_pence=500_000 - pence), 25_000, 125_000),
    ],
    "change_in_payments": [
        (lambda more: replace(GOOD, payable_payments=1000 + more), 50, 250),
        (lambda fewer: replace(GOOD, payable_payments=1000 - fewer), 50, 250),
    ],
    "total_outside_range": [
        (lambda pence: replace(GOOD, payable_pence=500_000 + pence), 15_000, 125_000),
        (lambda pence: replace(GOOD, payable_pence=500_000 - pence), 15_000, 125_000),
    ],
    "same_as_last_time_share": [(lambda unchanged: previous_with(unchanged=unchanged), 999, None)],
    "joiners_share": [(lambda found: previous_with(joiners=found), 50, 250)],
    "leavers_share": [(lambda found: previous_with(leavers=found), 30, 200)],
    "biggest_change_for_one_payee": [
        (lambda pence: previous_with(biggest_change=BiggestChange(0, 100 + pence, 100)), 200, 4900),
        (lambda pence: previous_with(biggest_change=BiggestChange(0, 100, 100 + pence)), 200, 4900),
    ],
    "biggest_first_payment": [(lambda pence: details_with(biggest_first=OnePayee(0, pence)), 2500, 25_000)],
    "returners_share": [(lambda found: previous_with(returners=rows(found)), 10, 100)],
    "changed_details_share": [(lambda found: details_with(changed=rows(found)), 10, 100)],
    "biggest_to_changed_details": [(lambda pence: details_with(biggest_changed=OnePayee(0, pence)), 2500, 25_000)],
    "names_changed_with_details_share": [(lambda found: details_with(renamed=rows(found)), 0, 50)],
    "payees_new_to_one_account": [(lambda found: details_with(one_account=rows(found)), 3, None)],
    "unauthorised_share": [(unauthorised, 0, 50)],
    "account_table_age_days": [(lambda days: context_with(account_table_age_days=days), 180, 730)],
    "same_as_paid_share": [(repeating, 20, 490)],
    "following_total_share": [(lambda pence: following_with(pence=pence), 50_000, 500_000)],
    "following_payees_share": [(lambda found: following_with(payees=found), 250, 1000)],
    "following_changed_details_share": [(lambda found: following_with(changed=rows(found)), 0, None)],
    "following_largest_payment": [
        (lambda pence: following_with(largest_row=0, largest_pence=pence), 2500, 25_000),
    ],
}


def cases() -> Iterator[object]:
    for gate, ways in AT.items():
        for number, (measured, most_to_go, most_to_refer) in enumerate(ways, 1):
            for limit, most in ((REFER, most_to_go), (NO_GO, most_to_refer)):
                if most is not None:
                    yield pytest.param(gate, measured, most, limit, id=f"{gate}-{number}-{limit}")


def verdict_of(gate: str, metrics: Metrics, thresholds: Thresholds) -> Verdict:
    (asked,) = (each for each in gates(metrics, thresholds) if each.name == gate)
    (said,) = results((asked,), metrics.figures(), work_out((asked,), metrics.figures()))
    return said.verdict


@pytest.mark.parametrize(("gate", "measured", "most", "limit"), [*cases()])
def test_at_its_threshold_it_passes_and_one_unit_beyond_it_does_not(
    thresholds: Thresholds, gate: str, measured: Measured, most: int, limit: Verdict
) -> None:
    at, beyond = (verdict_of(gate, measured(units), thresholds) for units in (most, most + 1))
    assert at.severity < limit.severity
    assert beyond is limit


def test_every_gate_and_limit_is_among_them(thresholds: Thresholds) -> None:
    """But for a no-go that no share can reach: of last time's payments no more than all are the same."""
    assert set(AT) == {*WORSE, *OF_FOLLOWERS}
    for metrics in (GOOD, following_with()):
        for gate in gates(metrics, thresholds):
            limits = {bound.limit for bound in gate.bounds}
            tried = {
                limit
                for _, go, refer in AT[gate.name]
                for limit, most in ((Limit.REFER, go), (Limit.NO_GO, refer))
                if most is not None
            }
            assert limits - tried == ({Limit.NO_GO} if gate.name == "same_as_last_time_share" else set())
