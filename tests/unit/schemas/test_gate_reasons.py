"""Which gates a typed reason leaves without one."""

import pytest

from schemas.gate_reasons import Referring, how_to_give_reasons, match_reasons, to_complete, without_a_reason

SHARES = (Referring("refused_share"), Referring("change_in_total"))
BIGGEST, DETAILS = Referring("biggest_change_for_one_payee"), Referring("changed_details_share")
MIXED = (BIGGEST, DETAILS, *SHARES)


@pytest.mark.parametrize(
    "reason",
    [
        "refused share: known; change in total: a new scheme",
        "Refused Share : known\nchange_in_total: a new scheme",
        "refused share, change in total: seen with the body",
        "all: seen with the body",
        "ALL: seen with the body",
        "seen with the body",
        "The body said: pay the rest.",
        "refused share: the body said: pay the rest; change in total: as planned",
        "refused share: known; the rest is as planned",
    ],
)
def test_every_share_of_the_whole_has_one(reason: str) -> None:
    assert without_a_reason(reason, SHARES) == ()


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("", SHARES),
        ("none", SHARES),
        ("all:", SHARES),
        ("all: none", SHARES),
        ("refused share: known", SHARES[1:]),
        ("refused share: ; change in total: x", SHARES[:1]),
    ],
)
def test_some_have_none(reason: str, missing: tuple[Referring, ...]) -> None:
    assert without_a_reason(reason, SHARES) == missing
    said = how_to_give_reasons(missing, SHARES)
    assert all(gate.short in said for gate in missing)


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("seen with the body", (BIGGEST, DETAILS)),
        ("all: seen with the body", (BIGGEST, DETAILS)),
        ("biggest change: a lump sum; all: seen with the body", (DETAILS,)),
        ("biggest change: a lump sum; changed details: ; seen with the body", (DETAILS,)),
        ("biggest change: a lump sum; changed details: checked ten of them", SHARES),
        ("biggest change: a lump sum\nchanged details: checked ten\nseen with the body", ()),
        ("biggest change, changed details: seen; all: seen", ()),
        ("biggest_change_for_one_payee: a lump sum; changed_details_share: checked; all: seen", ()),
    ],
)
def test_a_gate_that_names_payees_or_money_of_its_own_wants_a_line_of_its_own(
    reason: str, missing: tuple[Referring, ...]
) -> None:
    assert without_a_reason(reason, MIXED) == missing


def test_what_is_asked_for_counts_once_it_is_completed() -> None:
    assert to_complete(MIXED) == ["biggest change:", "changed details:", "all:"]
    assert to_complete(SHARES) == ["all:"]
    assert to_complete((BIGGEST, DETAILS)) == ["biggest change:", "changed details:"]
    for gates in (MIXED, SHARES, (BIGGEST, DETAILS)):
        assert without_a_reason("; ".join(f"{part} as the body said" for part in to_complete(gates)), gates) == ()


def test_what_a_refused_answer_is_told_to_write_counts() -> None:
    missing = without_a_reason("seen with the body", MIXED)
    said = how_to_give_reasons(missing, MIXED)
    assert "`biggest change: why; changed details: why`" in said
    assert without_a_reason(f"seen with the body; {said.split('`')[1]}", MIXED) == ()


@pytest.mark.parametrize("gate", [SHARES[0], BIGGEST])
def test_a_single_gate_takes_plain_words(gate: Referring) -> None:
    assert without_a_reason("seen with the body", (gate,)) == ()
    assert without_a_reason("none", (gate,)) == (gate,)


def test_one_that_only_has_no_month_to_compare_with_names_nobody() -> None:
    first_month = (Referring("biggest_change_for_one_payee", compared=False), Referring("change_in_total", False))
    assert without_a_reason("compared by hand", first_month) == ()


def test_each_gate_has_the_words_that_were_for_it() -> None:
    assert match_reasons("biggest change: a lump sum; as planned; changed details: ten checked", MIXED) == {
        "biggest_change_for_one_payee": "a lump sum",
        "changed_details_share": "ten checked",
        "refused_share": "as planned",
        "change_in_total": "as planned",
    }


def test_where_no_gate_refers_none_is_needed() -> None:
    assert without_a_reason("", ()) == ()
