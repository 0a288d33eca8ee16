"""Words with which a gate was let go in each of the last three periods."""

from pathlib import Path

import pytest

from schemas.period import Period
from tasks.assess.gate import NOTHING_TO_COMPARE
from tasks.assess.same_words import MOST_CHARACTERS, SaidAgain, find_repeated
from tasks.ledger import record
from tasks.ledger.catalogue.stages import ReleasePending
from tasks.ledger.runs import run_row
from tasks.tenant_context import TenantContext
from tests.entries import entry
from tests.month import APPROVER, NOVEMBER, context

LEFT_OUT, BIGGEST = "nobody_paid_last_time_is_left_out", "biggest_change_for_one_payee"
JULY, *PERIODS = (Period.parsed(f"2026-{month:02d}") for month in range(7, 11))
AUGUST, SEPTEMBER, OCTOBER = PERIODS
WORDS = "The body wants the rest paid."


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    return context(tmp_path)


def let_go(
    of: TenantContext,
    period: Period,
    reason: str,
    *gates: str,
    kind: str = "full",
    verdict: str = "approved",
    figure: str = "120 payees",
) -> str:
    """A run whose gates referred it, with an answer of this verdict; one that was approved was released."""
    with of.ledger.transaction(create=True) as connection:
        (number,) = connection.execute("SELECT count(*) + 1 FROM run").fetchone() or (0,)
        run_id = f"ilf-{period}-rehearsal-{number}"
        connection.execute(
            "INSERT INTO run VALUES (?, ?, 'ilf', ?, 'rehearsal', ?, 'ab', 'x.csv', 'x', 1, 1, ?, ?, ?, NULL, 2, true)",
            [number, run_id, str(period), kind, NOVEMBER.date(), NOVEMBER.date(), NOVEMBER],
        )
        for gate in gates:
            connection.execute(
                "INSERT INTO out_gate VALUES (?, ?, 'judgement', 'refer', ?, '', '')", [number, gate, figure]
            )
        connection.execute(
            "INSERT INTO approval VALUES (?, ?, 'flow', ?, 'approve', ?, ?, ?, '', 'f', 'p', 'a', ?)",
            [number, number, run_id, APPROVER, reason, verdict, NOVEMBER],
        )
        if verdict != "refused":
            record(connection, number, run_id, entry(ReleasePending), "asked", NOVEMBER)
    return run_id


def found(of: TenantContext, period: Period = OCTOBER.next, kind: str = "full") -> dict[str, SaidAgain]:
    this = let_go(of, period, "", kind=kind, verdict="refused")
    with of.ledger.opened() as connection:
        return find_repeated(connection, run_row(connection, this))


def test_three_periods_running(ilf: TenantContext) -> None:
    for period, words in zip(PERIODS, (WORDS, " the body  WANTS the rest paid", WORDS), strict=True):
        let_go(ilf, period, words, LEFT_OUT)
    assert found(ilf) == {LEFT_OUT: SaidAgain(WORDS, tuple(PERIODS))}


def test_a_line_of_its_own_and_a_plain_sentence_are_each_for_their_gate(ilf: TenantContext) -> None:
    for number, period in enumerate(PERIODS):
        let_go(ilf, period, f"biggest change: a lump sum; month {number} as planned", LEFT_OUT, BIGGEST)
    assert found(ilf) == {BIGGEST: SaidAgain("a lump sum", tuple(PERIODS))}


@pytest.mark.parametrize("changed", PERIODS, ids=str)
def test_other_words_once_are_enough(ilf: TenantContext, changed: Period) -> None:
    for period in PERIODS:
        let_go(ilf, period, "Forty rows came back." if period == changed else WORDS, LEFT_OUT)
    assert found(ilf) == {}


def test_two_periods_are_too_few_and_the_last_three_count(ilf: TenantContext) -> None:
    let_go(ilf, SEPTEMBER, WORDS, LEFT_OUT)
    let_go(ilf, OCTOBER, WORDS, LEFT_OUT)
    assert found(ilf) == {}
    let_go(ilf, JULY, "Other words.", LEFT_OUT)
    let_go(ilf, AUGUST, WORDS, LEFT_OUT)
    assert found(ilf) == {LEFT_OUT: SaidAgain(WORDS, tuple(PERIODS))}


def test_a_period_in_which_the_gate_said_go_breaks_the_row(ilf: TenantContext) -> None:
    let_go(ilf, JULY, WORDS, LEFT_OUT)
    let_go(ilf, AUGUST, WORDS, LEFT_OUT)
    let_go(ilf, SEPTEMBER, WORDS, BIGGEST)
    let_go(ilf, OCTOBER, WORDS, LEFT_OUT)
    assert found(ilf) == {}


def test_one_of_two_approvers_is_enough_and_an_answer_that_did_not_count_is_none(ilf: TenantContext) -> None:
    for period in PERIODS:
        run_id = let_go(ilf, period, f"My own words in {period}.", LEFT_OUT)
        with ilf.ledger.transaction() as connection:
            run_no = run_row(connection, run_id).run_no
            for number, reason, verdict in ((100, WORDS, "first"), (200, "Never mind.", "refused")):
                connection.execute(
                    "INSERT INTO approval VALUES (?, ?, 'flow', ?, 'approve', ?, ?, ?, '', 'f', 'p', 'a', ?)",
                    [run_no + number, run_no, f"{run_id}-{number}", APPROVER, reason, verdict, NOVEMBER],
                )
    assert found(ilf) == {LEFT_OUT: SaidAgain(WORDS, tuple(PERIODS))}


def test_arrears_are_held_against_arrears_alone(ilf: TenantContext) -> None:
    for period in PERIODS:
        let_go(ilf, period, WORDS, LEFT_OUT, kind="arrears")
    assert found(ilf) == {}
    assert found(ilf, kind="arrears") == {LEFT_OUT: SaidAgain(WORDS, tuple(PERIODS))}


def test_what_is_shown_again_is_one_line_of_plain_words(ilf: TenantContext) -> None:
    typed = "all: **Pay** `them`\x07 <b>now</b> \u202e" + "x" * 500
    for period in PERIODS:
        let_go(ilf, period, typed, LEFT_OUT, figure=NOTHING_TO_COMPARE)
    shown = found(ilf)[LEFT_OUT].words
    assert shown.startswith("Pay them b now /b x")
    assert len(shown) == MOST_CHARACTERS
