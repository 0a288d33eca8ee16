"""Which gates a typed reason leaves without one."""

import pytest

from schemas.gate_reasons import how_to_give_reasons, without_a_reason

TWO = ("refused_share", "change_in_total")


@pytest.mark.parametrize(
    "reason",
    [
        "refused share: known; change in total: a new scheme",
        "Refused Share : known\nchange_in_total: a new scheme",
        "refused share, change in total: seen with the body",
        "all: seen with the body",
        "refused share: the body said: pay the rest; change in total: as planned",
    ],
)
def test_every_gate_has_one(reason: str) -> None:
    assert without_a_reason(reason, TWO) == ()


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        ("seen with the body", TWO),
        ("", TWO),
        ("all:", TWO),
        ("all: none", TWO),
        ("refused share: known", TWO[1:]),
        ("refused share: ; change in total: x", TWO[:1]),
        ("another gate: known", TWO),
    ],
)
def test_some_have_none(reason: str, missing: tuple[str, ...]) -> None:
    assert without_a_reason(reason, TWO) == missing
    said = how_to_give_reasons(missing)
    assert all(gate.replace("_", " ") in said for gate in missing)


def test_a_single_gate_takes_plain_words() -> None:
    assert without_a_reason("seen with the body", TWO[:1]) == ()
    assert without_a_reason("none", TWO[:1]) == TWO[:1]


def test_where_no_gate_refers_none_is_needed() -> None:
    assert without_a_reason("", ()) == ()
