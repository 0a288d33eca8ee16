"""What each gate says in each outcome, as a person reads it in the pack, the check and the audit."""

import re
from dataclasses import replace

import pytest

from schemas.gate_words import GATE_WORDS
from schemas.period import Period
from tasks.assess.authorised import Authorised
from tasks.assess.following import Following, LastFull
from tasks.assess.gate import NOTHING_TO_COMPARE, Gate, Limit, Thresholds
from tasks.assess.gates import THRESHOLDS, gates
from tasks.assess.metrics import Metrics
from tasks.assess.payees_checked import PayeesChecked
from tasks.assess.verdicts import MISSING, NOT_ANSWERED, GateResult, Verdict
from tests.unit.tasks.assess.conftest import CONTRACTS
from tests.unit.tasks.assess.test_pack import FAULT, InstructedFile, date, pack

NAMES = tuple(GATE_WORDS)
FILE = InstructedFile("ab" * 32, 5_229, 1_065_141_560, (date(2026, 11, 30),))


@pytest.fixture(scope="module")
def asked(november: Metrics, thresholds: Thresholds) -> dict[str, Gate]:
    months = replace(november, advised_rows=(), payees_checked=PayeesChecked(), authorised=Authorised())
    weeks = replace(months, run=replace(months.run, period=Period.parsed("2026-W48")))
    arrears = replace(months, following=Following(1, 100, 0, 100, LastFull("x", months.run.period, 10, 1000, 100)))
    return {gate.name: gate for each in (weeks, arrears, months) for gate in gates(each, thresholds)}


def outcomes(gate: Gate) -> list[Verdict]:
    """What a gate can say of a figure that it has."""
    limits = {bound.limit for bound in gate.bounds}
    return [
        Verdict.GO,
        *([Verdict.REFER] if Limit.REFER in limits else []),
        *([Verdict.NO_GO] if Limit.NO_GO in limits else []),
    ]


def said(gate: Gate, verdict: Verdict, explanation: str = "") -> GateResult:
    return GateResult(gate.name, gate.kind, verdict, gate.figure, gate.threshold, explanation or gate.why)


def shown(metrics: Metrics, result: GateResult) -> str:
    """The line of the pack that tells of a gate."""
    text = pack("ILF", FAULT, metrics, [result], FILE, {}).markdown
    return next(line for line in text.splitlines() if line.startswith(f"- **{result.verdict}: "))


def test_every_gate_has_its_words_and_nothing_else_has(asked: dict[str, Gate]) -> None:
    assert set(NAMES) == set(asked)


def test_every_threshold_has_its_story_in_the_docs() -> None:
    page = (CONTRACTS.parent / "docs" / "operating" / "gates.md").read_text("utf-8")
    of_the_extract = {"refused_share", "change_in_total", "joiners_share", "account_table_age_days"}
    assert {name for name in THRESHOLDS if f"`{name}`" not in page} == of_the_extract


@pytest.mark.parametrize("name", NAMES)
def test_it_says_one_thing_where_all_is_well_and_the_opposite_where_it_is_not(
    november: Metrics, asked: dict[str, Gate], name: str
) -> None:
    gate, words = asked[name], GATE_WORDS[name]
    assert words.kept != words.broken
    assert said(gate, Verdict.GO).says == words.kept
    for verdict in outcomes(gate)[1:]:
        line = shown(november, said(gate, verdict))
        assert line.startswith(f"- **{verdict}: {words.broken}:** {gate.figure} (threshold: {gate.threshold}). ")
        assert words.kept not in line
        # The gate's name says what should be: beside "refer" it would say the opposite of what is so.
        assert name.replace("_", " ") not in line.replace(f"{words.short}: why", "")


@pytest.mark.parametrize("name", NAMES)
def test_exactly_one_of_the_two_denies(name: str) -> None:
    """One sentence is the other one denied, or has nothing to deny: no two that could both be true."""
    denials = re.compile(r"\b(not|no|nobody|nothing)\b|\bolder\b")
    words = GATE_WORDS[name]
    assert bool(denials.search(words.kept)) != bool(denials.search(words.broken))


@pytest.mark.parametrize("name", NAMES)
def test_they_read_as_words_of_a_sentence(name: str) -> None:
    words = GATE_WORDS[name]
    for text in (words.short, words.kept, words.broken):
        assert text == text.strip() == text[0].lower() + text[1:]
        assert not set("_.:;,") & set(text)


def test_the_short_names_can_be_told_apart_and_none_is_the_word_for_all() -> None:
    shorts = [words.short for words in GATE_WORDS.values()]
    assert len(set(shorts)) == len(shorts)
    for name, words in GATE_WORDS.items():
        others = {other.replace("_", " ") for other in NAMES if other != name}
        assert words.short not in others
    assert "all" not in shorts


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("explanation", [NOT_ANSWERED.format(cause="it crashed"), MISSING + "why"])
def test_one_that_could_not_be_judged_says_neither(asked: dict[str, Gate], name: str, explanation: str) -> None:
    words = GATE_WORDS[name]
    assert said(asked[name], Verdict.NO_GO, explanation).says == f"{words.short}: could not be judged"


def test_where_there_is_no_month_to_compare_nothing_is_said_of_the_change(
    november: Metrics, thresholds: Thresholds
) -> None:
    first = gates(replace(november, previous=None), thresholds)
    waiting = [gate for gate in first if gate.figure == NOTHING_TO_COMPARE]
    assert len(waiting) == 14
    for gate in waiting:
        assert said(gate, Verdict.REFER).says == f"{GATE_WORDS[gate.name].short}: cannot be compared"
    (only,) = [gate for gate in first if gate.name == "there_is_a_month_to_compare"]
    assert said(only, Verdict.REFER).says == "there is no earlier month to compare with"
    assert only.figure == "none"
