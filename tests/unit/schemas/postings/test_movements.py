"""Sums of what moved: what is posted now and what was before come to what stands, and each line has its other side."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.no_go import NoGo
from schemas.postings.agreed import Postings
from schemas.postings.lines import Line, check_balanced, make_lines
from schemas.postings.movements import Key, Moved, Movement, Sums, bank_pence, list_unposted, sum_up

TODAY = date(2026, 12, 3)
AGREED = Postings.model_validate(
    {
        "accounts": [
            {"pays": "FOSTER", "bank": "1010", "spending": "5310"},
            {"pays": "DIRECT", "bank": "1011", "spending": "5320"},
        ],
        "returned": "2190",
        "rejected": "2191",
        "recalled": "2192",
        "vouchers": {"provider": "1400", "outstanding": "2180", "spending": "5330"},
    }
)
PAID, DIRECT = Key("paid", "FOSTER", "2026-11-30"), Key("paid", "DIRECT", "2026-11-30")
SIDES = [
    ("paid", 1, "5310", "1010"),
    ("rejected", 1, "1010", "2191"),
    ("returned", 1, "1010", "2190"),
    ("returned by recall", 1, "1010", "2192"),
    ("paid outside", 1, "2190", "1010"),
    ("paid", -1, "1010", "5310"),
    ("returned", -1, "2190", "1010"),
    ("paid outside", -1, "1010", "2190"),
]


def made(stands: Sums, posted: Sums) -> list[list[Line]]:
    return [make_lines(AGREED, part) for part in list_unposted(stands, posted, TODAY)]


@pytest.mark.parametrize(("movement", "sign", "debit", "credit"), SIDES, ids=[f"{m} {s}" for m, s, *_ in SIDES])
def test_each_movement_has_its_two_sides(movement: str, sign: int, debit: str, credit: str) -> None:
    key = Key(movement, "FOSTER", "2026-11-30" if movement == "paid" else "")
    stands, posted = ({key: Moved(1, 500)}, {}) if sign > 0 else ({}, {key: Moved(1, 500)})
    [lines] = made(stands, posted)
    assert [(line.code, line.debit, line.credit) for line in lines] == [(debit, 500, 0), (credit, 0, 500)]


def test_each_account_and_each_pay_day_by_itself() -> None:
    later = Key("paid", "FOSTER", "2026-12-01")
    back = Key("returned", "DIRECT", "")
    found = list(
        list_unposted({PAID: Moved(2, 700), DIRECT: Moved(1, 50), later: Moved(1, 9), back: Moved(1, 50)}, {}, TODAY)
    )
    assert [each.accounting_date for each in found] == [date(2026, 11, 30), date(2026, 12, 1), TODAY]
    assert [set(each.sums) for each in found] == [{PAID, DIRECT}, {later}, {back}]
    assert bank_pence(sum_up([each.sums for each in found])) == 709


def test_what_was_posted_is_not_posted_again() -> None:
    assert made({PAID: Moved(2, 700)}, {PAID: Moved(2, 700)}) == []


KEYS = st.builds(Key, st.sampled_from(Movement), st.sampled_from(["FOSTER", "DIRECT"]), st.just("2026-11-30"))
SUMS = st.dictionaries(KEYS, st.builds(Moved, st.integers(1, 9), st.integers(1, 10**12)), max_size=6)


@settings(max_examples=50)
@given(SUMS, SUMS)
def test_all_that_was_posted_comes_to_what_stands(stands: dict[Key, Moved], posted: dict[Key, Moved]) -> None:
    parts = [part.sums for part in list_unposted(stands, posted, TODAY)]
    come_to = sum_up([posted, *parts])
    assert {key: moved.pence for key, moved in come_to.items() if moved.pence} == {
        key: moved.pence for key, moved in stands.items()
    }
    for lines in made(stands, posted):
        assert sum(line.debit for line in lines) == sum(line.credit for line in lines) > 0


def test_what_does_not_balance_is_not_posted() -> None:
    with pytest.raises(NoGo, match="Debits of 500 pence and credits of 499 pence do not balance"):
        check_balanced([Line("5310", 500, 0, "paid"), Line("1010", 0, 499, "paid")])


def test_an_account_that_the_agreement_has_no_more_is_named() -> None:
    with pytest.raises(NoGo, match="paid from the account KINSHIP, of which the agreement has no codes any more"):
        made({Key("paid", "KINSHIP", "2026-11-30"): Moved(1, 500)}, {})
