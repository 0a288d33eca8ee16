"""Gates are monotone: a worse figure never gives a better verdict, whatever the thresholds."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from schemas.bank_days import LONDON
from schemas.manifest import Kind
from schemas.period import Period
from tasks.assess.authorised import Authorised
from tasks.assess.context import AccountTable, Context
from tasks.assess.following import Following, LastFull, Repeats
from tasks.assess.gates import THRESHOLDS, gates
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.payees_checked import PayeesChecked
from tasks.assess.previous import BiggestChange, OnePayee, Previous
from tasks.assess.verdicts import GateResult, Verdict, results, work_out, worst
from tasks.ledger.runs import RunRow

DAY = date(2026, 11, 20)
RUN = RunRow(
    run_no=2,
    run_id="ilf-2026-11-live-1",
    tenant="ilf",
    period=Period.parsed("2026-11"),
    mode="live",
    kind=Kind.FULL,
    extract_sha256="0" * 64,
    extract_name="ilf-2026-11.csv",
    submitted_by="finance.officer@ilf.example",
    declared_rows=1000,
    declared_total=Decimal("5000.00"),
    pay_date=DAY + timedelta(10),
    today=DAY,
    opened_at=datetime(2026, 11, 20, 9, 30, tzinfo=LONDON),
    joins=None,
    first_line=2,
    is_text=True,
)
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
CONTEXT = Context(
    found_total=Decimal("5000.00"),
    hash_matches=True,
    account_table=AccountTable.FULL,
    account_table_age_days=0,
    now=NOW,
    latest_input=NOW + timedelta(6),
    processing_date=DAY + timedelta(7),
    processing_is_a_bank_day=True,
)
PREVIOUS = Previous(
    run_id="ilf-2026-10-live-1",
    period=Period.parsed("2026-10"),
    payments=1000,
    pence=500_000,
    payees=1000,
    joiners=0,
    leavers=0,
    unchanged=0,
    usual_pence=500,
    biggest_change=None,
    totals=(500_000,) * 12,
)
FULL = LastFull("ilf-2026-11-live-1", Period.parsed("2026-11"), payees=1000, pence=500_000, usual_pence=500)
GOOD = Metrics(
    run=RUN,
    context=CONTEXT,
    found_rows=1000,
    refused_rows=0,
    held_rows=0,
    payable_payments=1000,
    payable_pence=500_000,
    largest_amount_pence=500,
    payees=1000,
    previous=PREVIOUS,
    left_out=(),
    shared_accounts=(),
    payees_checked=PayeesChecked(),
    authorised=Authorised(listed=1000, confirmed_on=DAY),
    referred_rows=(),
    advised_rows=(),
)

Worsened = Callable[[int], Metrics]
"""The good month made worse by so many steps."""


def previous_with(**changes: object) -> Metrics:
    return replace(GOOD, previous=replace(PREVIOUS, **changes))


def context_with(**changes: object) -> Metrics:
    return replace(GOOD, context=replace(CONTEXT, **changes))


def details_with(**changes: object) -> Metrics:
    return previous_with(details=replace(PREVIOUS.details, **changes))


def following_with(**changes: object) -> Metrics:
    nothing = Following(payees=0, pence=0, largest_row=None, largest_pence=0, full=FULL)
    return replace(GOOD, previous=None, following=replace(nothing, **changes))


def repeating(steps: int) -> Metrics:
    return replace(GOOD, repeats=Repeats(tuple(range(steps)), ("ilf-2026-11-live-1",)))


def unauthorised(steps: int) -> Metrics:
    return replace(GOOD, authorised=Authorised(tuple(range(steps)), 1000, DAY))


def biggest(steps: int, up: bool) -> Metrics:
    now, then = (100 + steps, 100) if up else (100, 100 + steps)
    return previous_with(biggest_change=BiggestChange(0, now, then))


def left_out(steps: int) -> Metrics:
    return replace(GOOD, left_out=(LeftOut("refused", "amount", "is_a_number", steps, Decimal(0), steps, steps, 0),))


WORSE: Mapping[str, tuple[Worsened, ...]] = {
    "extract_hash_matches": (lambda steps: context_with(hash_matches=steps == 0),),
    "declared_rows_match": (
        lambda steps: replace(GOOD, found_rows=1000 + steps),
        lambda steps: replace(GOOD, found_rows=1000 - steps),
    ),
    "declared_total_matches": (
        lambda steps: context_with(found_total=Decimal(5000) + Decimal(steps) / 100),
        lambda steps: context_with(found_total=Decimal(5000) - Decimal(steps) / 100),
    ),
    "account_table_is_current": (lambda steps: context_with(account_table=AccountTable(max(0, 2 - steps))),),
    "processing_date_is_possible": (
        lambda steps: context_with(now=NOW + timedelta(steps)),
        lambda steps: context_with(processing_date=DAY + timedelta(7 + steps)),
        lambda steps: context_with(processing_is_a_bank_day=steps == 0),
    ),
    "something_is_payable": (lambda steps: replace(GOOD, payable_payments=1000 - steps),),
    "there_is_a_month_to_compare": (lambda steps: GOOD if steps == 0 else replace(GOOD, previous=None),),
    "nobody_paid_last_time_is_left_out": (left_out,),
    "accounts_fit_the_account_table": (lambda steps: replace(GOOD, referred_rows=tuple(range(steps))),),
    "advised_details_are_updated": (lambda steps: replace(GOOD, advised_rows=tuple(range(steps))),),
    "payees_are_matched": (lambda steps: replace(GOOD, payees_checked=PayeesChecked(steps)),),
    "account_table_age_days": (lambda steps: context_with(account_table_age_days=steps),),
    "refused_share": (lambda steps: replace(GOOD, refused_rows=steps),),
    "change_in_total": (
        lambda steps: replace(GOOD, payable_pence=500_000 + 500 * steps),
        lambda steps: replace(GOOD, payable_pence=500_000 - 500 * steps),
    ),
    "change_in_payments": (
        lambda steps: replace(GOOD, payable_payments=1000 + steps),
        lambda steps: replace(GOOD, payable_payments=1000 - steps),
    ),
    "joiners_share": (lambda steps: previous_with(joiners=steps),),
    "leavers_share": (lambda steps: previous_with(leavers=steps),),
    "changed_details_share": (lambda steps: details_with(changed=tuple(range(steps))),),
    "total_outside_range": (
        lambda steps: replace(GOOD, payable_pence=500_000 + 500 * steps),
        lambda steps: replace(GOOD, payable_pence=500_000 - 500 * steps),
    ),
    "same_as_last_time_share": (lambda steps: previous_with(unchanged=steps),),
    "returners_share": (lambda steps: previous_with(returners=tuple(range(steps))),),
    "biggest_first_payment": (lambda steps: details_with(biggest_first=OnePayee(0, steps)),),
    "biggest_to_changed_details": (lambda steps: details_with(biggest_changed=OnePayee(0, steps)),),
    "names_changed_with_details_share": (lambda steps: details_with(renamed=tuple(range(steps))),),
    "payees_new_to_one_account": (lambda steps: details_with(one_account=tuple(range(steps))),),
    "same_as_paid_share": (repeating,),
    "unauthorised_share": (unauthorised,),
    "biggest_change_for_one_payee": (lambda steps: biggest(steps, True), lambda steps: biggest(steps, False)),
}
OF_FOLLOWERS: Mapping[str, tuple[Worsened, ...]] = {
    "following_total_share": (lambda steps: following_with(pence=500 * steps),),
    "following_payees_share": (lambda steps: following_with(payees=steps),),
    "following_changed_details_share": (lambda steps: following_with(changed=tuple(range(steps))),),
    "following_largest_payment": (lambda steps: following_with(largest_row=0, largest_pence=steps),),
}

bounds = st.tuples(st.floats(0, 2), st.floats(0, 2)).map(lambda both: (min(both), max(both)))
thresholds_of = st.fixed_dictionaries(dict.fromkeys(THRESHOLDS, bounds))
ways = st.sampled_from([(gate, worsened) for gate, ways in {**WORSE, **OF_FOLLOWERS}.items() for worsened in ways])


def said(metrics: Metrics, thresholds: dict[str, tuple[float, float]]) -> dict[str, GateResult]:
    asked = gates(metrics, thresholds)
    figures = metrics.figures()
    return {each.gate: each for each in results(asked, figures, work_out(asked, figures))}


def test_every_gate_can_be_made_worse() -> None:
    lenient = dict.fromkeys(THRESHOLDS, (1.0, 1.0))
    good, following = said(GOOD, lenient), said(following_with(), lenient)
    assert set(good) == set(WORSE)
    assert set(following) - set(good) == set(OF_FOLLOWERS)
    assert worst(following.values()) is Verdict.GO
    assert worst(good.values()) is Verdict.GO
    strict = dict.fromkeys(THRESHOLDS, (0.0, 0.5)) | {"biggest_change_for_one_payee": (1.0, 1.5)}
    for gate, worsened in {**WORSE, **OF_FOLLOWERS}.items():
        assert all(said(worse(1000), strict)[gate].verdict is not Verdict.GO for worse in worsened), gate


@given(way=ways, steps=st.tuples(st.integers(0, 1000), st.integers(0, 1000)), thresholds=thresholds_of)
def test_a_worse_figure_never_gives_a_better_verdict(
    way: tuple[str, Worsened], steps: tuple[int, int], thresholds: dict[str, tuple[float, float]]
) -> None:
    gate, worsened = way
    better, worse = (said(worsened(step), thresholds)[gate].verdict for step in sorted(steps))
    assert worse.severity >= better.severity


@given(way=ways, steps=st.integers(0, 1000), thresholds=thresholds_of)
def test_one_worse_gate_never_betters_the_run(
    way: tuple[str, Worsened], steps: int, thresholds: dict[str, tuple[float, float]]
) -> None:
    gate, worsened = way
    results_now = said(worsened(steps), thresholds)
    assert worst(results_now.values()).severity >= results_now[gate].verdict.severity


@given(
    way=ways,
    steps=st.integers(0, 1000),
    thresholds=thresholds_of,
    name=st.sampled_from(sorted(THRESHOLDS)),
    tighter=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_tighter_threshold_never_gives_a_better_verdict(
    way: tuple[str, Worsened],
    steps: int,
    thresholds: dict[str, tuple[float, float]],
    name: str,
    tighter: tuple[float, float],
) -> None:
    metrics = way[1](steps)
    refer, no_go = thresholds[name]
    tight = thresholds | {name: (refer * tighter[0], no_go * tighter[1])}
    before, after = said(metrics, thresholds), said(metrics, tight)
    assert before.keys() == after.keys()
    if name in before:
        assert after[name].verdict.severity >= before[name].verdict.severity


@given(way=ways, steps=st.integers(0, 1000), thresholds=thresholds_of, data=st.data())
def test_an_answer_less_never_gives_a_better_verdict(
    way: tuple[str, Worsened], steps: int, thresholds: dict[str, tuple[float, float]], data: st.DataObject
) -> None:
    """Neither a missing figure nor a missing answer lets anything go."""
    metrics = way[1](steps)
    asked = gates(metrics, thresholds)
    figures = metrics.figures()
    answers = work_out(asked, figures)
    whole = results(asked, figures, answers)
    lost = data.draw(st.sampled_from(sorted(answers)))
    for each, other in zip(whole, results(asked, figures, {**answers, lost: None}), strict=True):
        assert other.verdict.severity >= each.verdict.severity
    gone = data.draw(st.sampled_from(sorted(figures)))
    without = {**figures, gone: None}
    for each, other in zip(whole, results(asked, without, work_out(asked, without)), strict=True):
        assert other.verdict.severity >= each.verdict.severity
