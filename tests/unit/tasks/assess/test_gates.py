"""What each gate says of which figure, judged by plain arithmetic; Great Expectations is held against it elsewhere."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest

from schemas.bank_days import LONDON
from schemas.period import Period
from schemas.thresholds import Gates
from tasks.assess.context import AccountTable
from tasks.assess.gate import NOTHING_TO_COMPARE, Kind, Thresholds
from tasks.assess.gates import THRESHOLDS, gates
from tasks.assess.gates.judged import Asked
from tasks.assess.metrics import LeftOut, Metrics
from tasks.assess.previous import BiggestChange
from tasks.assess.verdicts import GateResult, Verdict, results, work_out, worst

GO, REFER, NO_GO = Verdict.GO, Verdict.REFER, Verdict.NO_GO
INTEGRITY = {
    "extract_hash_matches",
    "declared_rows_match",
    "declared_total_matches",
    "account_table_is_current",
    "processing_date_is_possible",
    "something_is_payable",
}


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


def said(metrics: Metrics, thresholds: Thresholds) -> dict[str, GateResult]:
    asked = gates(metrics, thresholds)
    return {each.gate: each for each in results(asked, metrics.figures(), work_out(asked, metrics.figures()))}


def live(metrics: Metrics) -> Metrics:
    return replace(metrics, run=replace(metrics.run, mode="live"))


def test_the_agreement_has_a_threshold_for_every_gate_that_needs_one() -> None:
    assert set(THRESHOLDS) == set(Gates.model_fields)


def test_november_asks_a_person_for_the_people_left_out(november: Metrics, thresholds: Thresholds) -> None:
    verdicts = said(november, thresholds)
    assert worst(verdicts.values()) is REFER
    left_out = verdicts["nobody_paid_last_time_is_left_out"]
    assert (left_out.verdict, left_out.figure) == (REFER, "120 payees")
    refers = {name for name, result in verdicts.items() if result.verdict is REFER}
    assert refers == {"refused_share", "nobody_paid_last_time_is_left_out"}
    assert verdicts["change_in_total"].figure == "£10,580,696.00 then, £10,651,415.60 now (+0.67%)"
    assert verdicts["joiners_share"].figure == "152 of 5,269 payees (2.88%)"
    assert verdicts["leavers_share"].figure == "83 of 5,200 payees of then (1.60%)"


def test_the_first_month_is_referred_and_not_waved_through(october: Metrics, thresholds: Thresholds) -> None:
    verdicts = said(october, thresholds)
    refers = {name for name, result in verdicts.items() if result.verdict is REFER}
    beside_last_time = {name for name, each in THRESHOLDS.items() if each.asked is Asked.BESIDE_LAST_TIME}
    assert refers == beside_last_time | {
        "there_is_a_month_to_compare",
        "nobody_paid_last_time_is_left_out",
    }
    assert verdicts["there_is_a_month_to_compare"].figure == "none"
    waiting = {name for name in refers if verdicts[name].figure == NOTHING_TO_COMPARE}
    assert refers - waiting == {"there_is_a_month_to_compare"}
    assert worst(verdicts.values()) is REFER


def test_a_month_that_was_erased_has_no_figures(october: Metrics, thresholds: Thresholds) -> None:
    verdicts = said(replace(october, erased=Period.parsed("2026-09")), thresholds)
    compared = verdicts["there_is_a_month_to_compare"]
    assert (compared.verdict, compared.figure) == (REFER, "no figures: September 2026 was erased by rule")


def test_december_is_stopped_by_its_total(december: Metrics, thresholds: Thresholds) -> None:
    verdicts = said(december, thresholds)
    total = verdicts["declared_total_matches"]
    assert (total.kind, total.verdict, total.figure) == (Kind.INTEGRITY, NO_GO, "a difference of £1,000.00")
    outlier = verdicts["biggest_change_for_one_payee"]
    assert (outlier.verdict, outlier.figure) == (REFER, "31.26 times, up, at row 1717")


def test_what_cannot_be_overridden_is_marked_so(november: Metrics, thresholds: Thresholds) -> None:
    kinds = {gate.name: gate.kind for gate in gates(november, thresholds)}
    assert {name for name, kind in kinds.items() if kind is Kind.INTEGRITY} == INTEGRITY


@pytest.mark.parametrize(
    ("gate", "change"),
    [
        ("extract_hash_matches", {"hash_matches": False}),
        ("declared_total_matches", {"found_total": Decimal("10708609.21")}),
        ("declared_total_matches", {"found_total": Decimal("10708609.2200000001")}),
        ("account_table_is_current", {"account_table": AccountTable.NONE}),
        ("processing_date_is_possible", {"now": at(2026, 11, 27, 9)}),
        ("processing_date_is_possible", {"now": at(2026, 10, 26, 9)}),
        ("processing_date_is_possible", {"processing_is_a_bank_day": False}),
    ],
)
def test_an_integrity_gate_is_a_no_go_or_nothing(
    november: Metrics, thresholds: Thresholds, gate: str, change: dict[str, object]
) -> None:
    worse = replace(november, context=replace(november.context, **change))
    assert said(november, thresholds)[gate].verdict is GO
    assert said(worse, thresholds)[gate].verdict is NO_GO


@pytest.mark.parametrize(("found", "verdict"), [(5268, NO_GO), (5269, GO), (5270, NO_GO)])
def test_a_row_more_or_less_is_a_no_go(november: Metrics, thresholds: Thresholds, found: int, verdict: Verdict) -> None:
    assert said(replace(november, found_rows=found), thresholds)["declared_rows_match"].verdict is verdict


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (at(2026, 10, 26, 23, 59), NO_GO),
        (at(2026, 10, 27, 0), GO),
        (at(2026, 11, 26, 22, 30), GO),
        (at(2026, 11, 26, 22, 31), NO_GO),
        (at(2026, 11, 27, 0), NO_GO),
    ],
)
def test_a_file_can_be_sent_until_its_input_day_closes_and_31_days_ahead(
    november: Metrics, thresholds: Thresholds, now: datetime, verdict: Verdict
) -> None:
    """November is processed on Friday 27 November 2026; its input day is the Thursday before."""
    assert november.context.processing_date == date(2026, 11, 27)
    then = replace(november, context=replace(november.context, now=now))
    assert said(then, thresholds)["processing_date_is_possible"].verdict is verdict


@pytest.mark.parametrize(("days", "verdict"), [(0, GO), (180, GO), (181, REFER), (730, REFER), (731, NO_GO)])
def test_an_account_table_grows_old(november: Metrics, thresholds: Thresholds, days: int, verdict: Verdict) -> None:
    context = replace(november.context, account_table=AccountTable.FULL, account_table_age_days=days)
    found = said(replace(november, context=context), thresholds)["account_table_age_days"]
    assert (found.verdict, found.figure) == (verdict, f"valid for {days} days")
    assert found.threshold == "refer above 180 days, no-go above 730 days"


@pytest.mark.parametrize(
    ("rows", "verdict", "figure"),
    [
        ((), GO, "every account fits, or cannot be checked"),
        ((7,), REFER, "1 payment, at row 7"),
        (tuple(range(12)), REFER, "12 payments, at rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more"),
    ],
)
def test_who_is_paid_against_the_table_is_shown_to_a_person(
    november: Metrics, thresholds: Thresholds, rows: tuple[int, ...], verdict: Verdict, figure: str
) -> None:
    found = said(replace(november, referred_rows=rows), thresholds)["accounts_fit_the_account_table"]
    assert (found.verdict, found.figure) == (verdict, figure)


@pytest.mark.parametrize(
    ("table", "verdict"), [(AccountTable.NONE, NO_GO), (AccountTable.PRACTICE, NO_GO), (AccountTable.FULL, GO)]
)
def test_a_live_run_needs_the_full_account_table(
    november: Metrics, thresholds: Thresholds, table: AccountTable, verdict: Verdict
) -> None:
    run = live(replace(november, context=replace(november.context, account_table=table)))
    assert said(run, thresholds)["account_table_is_current"].verdict is verdict


def test_nothing_to_pay_is_a_no_go(november: Metrics, thresholds: Thresholds) -> None:
    nothing = replace(november, payable_payments=0, payable_pence=0)
    assert said(nothing, thresholds)["something_is_payable"].verdict is NO_GO


@pytest.mark.parametrize(("times", "verdict"), [(2, GO), (3, GO), (31, REFER), (50, REFER), (51, NO_GO), (100, NO_GO)])
@pytest.mark.parametrize("up", [True, False])
def test_the_biggest_change_counts_up_and_down(
    november: Metrics, thresholds: Thresholds, times: int, up: bool, verdict: Verdict
) -> None:
    assert november.previous
    change = BiggestChange(7, 1000 * times if up else 1000, 1000 if up else 1000 * times)
    metrics = replace(november, previous=replace(november.previous, biggest_change=change))
    assert said(metrics, thresholds)["biggest_change_for_one_payee"].verdict is verdict


@pytest.mark.parametrize(
    ("pence_last_time", "verdict"), [(100_000, GO), (105_000, GO), (105_001, REFER), (125_000, REFER), (125_001, NO_GO)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_threshold_itself_is_still_kept(
    november: Metrics, thresholds: Thresholds, pence_last_time: int, sign: int, verdict: Verdict
) -> None:
    """The agreement says above: 5 in a hundred is go, the next penny is not; down counts like up."""
    assert november.previous
    now = 100_000 + sign * (pence_last_time - 100_000)
    metrics = replace(november, payable_pence=now, previous=replace(november.previous, pence=100_000))
    assert said(metrics, thresholds)["change_in_total"].verdict is verdict


def test_one_person_left_out_is_enough_to_ask(november: Metrics, thresholds: Thresholds) -> None:
    nobody = replace(november, left_out=())
    assert said(nobody, thresholds)["nobody_paid_last_time_is_left_out"].verdict is GO
    one = replace(november, left_out=(LeftOut("held", "payee_reference", "already_released", 1, Decimal(1), 1, 0, 0),))
    assert said(one, thresholds)["nobody_paid_last_time_is_left_out"].verdict is REFER


def test_a_figure_that_cannot_be_had_is_a_no_go(november: Metrics, thresholds: Thresholds) -> None:
    """The month before paid nothing, so no share of it can be had: asked for, and missing."""
    assert november.previous
    metrics = replace(november, previous=replace(november.previous, pence=0, payments=0))
    assert metrics.figures()["change_in_total"] is None
    result = said(metrics, thresholds)["change_in_total"]
    assert result.verdict is NO_GO
    assert result.explanation.startswith("A figure that this gate needs is missing")


def test_each_gate_fails_closed_when_its_judge_does_not_answer(november: Metrics, thresholds: Thresholds) -> None:
    asked = gates(november, thresholds)
    answers = work_out(asked, november.figures())
    for condition in answers:
        for broken in ({**answers, condition: None}, {name: answers[name] for name in answers if name != condition}):
            (no_go,) = [each for each in results(asked, november.figures(), broken) if each.verdict is NO_GO]
            assert condition.startswith(f"{no_go.gate}/")


def test_each_gate_fails_closed_when_its_judge_errs(november: Metrics, thresholds: Thresholds) -> None:
    asked = gates(november, thresholds)
    answers = work_out(asked, november.figures())
    for condition, answer in answers.items():
        wrong = {**answers, condition: not answer}
        (no_go,) = [each for each in results(asked, november.figures(), wrong) if each.verdict is NO_GO]
        assert "disagree" in no_go.explanation


def test_no_gate_at_all_is_a_no_go() -> None:
    assert worst([]) is NO_GO


def test_a_gate_without_its_threshold_is_an_error(november: Metrics, thresholds: Thresholds) -> None:
    short = {name: bounds for name, bounds in thresholds.items() if name != "joiners_share"}
    with pytest.raises(KeyError, match="joiners_share"):
        gates(november, short)
