"""Each payment of two files is the same, different or alone, and none is lost."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.inspection.compare import FIELDS, compare
from schemas.inspection.findings import PAYMENTS

DAY = date(2026, 8, 21)
A = ("089999", "66374958", 300000, "ILF 1", "A", DAY, "GBP")
B = ("202959", "63748472", 132150, "ILF 2", "B", DAY, "GBP")


def frame(*payments):
    return pl.DataFrame([(place, *each) for place, each in enumerate(payments, start=1)], schema=PAYMENTS, orient="row")


def changed(payment, **fields):
    return tuple(fields.get(name, value) for name, value in zip(FIELDS, payment, strict=True))


def test_the_same_payments_in_another_order_agree():
    found = compare(frame(A, B, B), frame(B, A, B))
    assert (found.agree, found.same) == (True, 3)
    assert [str(total) for total in found.same_totals] == ["3 payments, £5,643.00"]


def test_a_payment_that_is_there_once_more_is_alone():
    found = compare(frame(A, B), frame(B, A, B))
    assert (found.same, found.only_old.height, found.only_new["amount_pence"].to_list()) == (2, 0, [132150])


def test_each_kind_of_difference_is_named():
    others = {
        "amount": changed(A, amount_pence=5),
        "account number": changed(A, account_number="11111111"),
        "sort code": changed(A, sort_code="111111"),
        "name": changed(A, payee_name="Z"),
        "reference": changed(A, reference="Z"),
        "day": changed(A, day=date(2026, 8, 24)),
        "currency": changed(A, currency="EUR"),
        "reference, name": changed(A, reference="Z", payee_name="Z"),
    }
    for says, other in others.items():
        found = compare(frame(B, A), frame(other, B))
        assert found.different.select("old_place", "new_place", "differs").rows() == [(2, 1, says)]
        assert (found.same, found.only_old.height, found.only_new.height) == (1, 0, 0)


def test_payments_with_nothing_in_common_are_alone():
    found = compare(frame(A), frame(B))
    assert (found.different.height, found.only_old.height, found.only_new.height) == (0, 1, 1)


def test_what_cannot_be_read_is_compared_too():
    unread = changed(A, amount_pence=None)
    assert compare(frame(unread), frame(unread)).agree
    assert compare(frame(unread), frame(A)).different["differs"].to_list() == ["amount"]


small = st.tuples(
    st.sampled_from(["089999", "202959", None]),
    st.sampled_from(["66374958", "63748472"]),
    st.sampled_from([1, 2, None]),
    st.sampled_from(["R", "S"]),
    st.sampled_from(["N", "M"]),
    st.just(DAY),
    st.sampled_from(["GBP", None]),
)


@given(st.lists(small, max_size=8), st.lists(small, max_size=8))
def test_every_payment_is_in_exactly_one_answer(old, new):
    found = compare(frame(*old), frame(*new))
    pairs = found.different
    assert found.same + pairs.height + found.only_old.height == len(old)
    assert found.same + pairs.height + found.only_new.height == len(new)
    assert pairs["old_place"].is_unique().all()
    assert pairs["new_place"].is_unique().all()
    assert all(pairs["differs"].str.len_chars() > 0)
    assert found.same == sum(min(old.count(each), new.count(each)) for each in set(old))
