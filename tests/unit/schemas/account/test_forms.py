"""Accounts of other than eight digits: the published rules, each only for the sort codes that it was agreed for."""

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.account.forms import AccountForms

AGREED = AccountForms(
    with_zeros_before=(6, 7),
    nine_digits=("720000-729999",),
    ten_digits_last_eight=("600000-609999",),
    ten_digits_first_eight=("080000-089999", "086090"),
    roll_number_needed=("309634",),
)


def applied(forms, *accounts):
    frame = pl.DataFrame(accounts, schema={"sort_code": pl.String, "account_number": pl.String}, orient="row")
    return forms.applied(frame).rows()


@pytest.mark.parametrize(
    ("sent", "carried"),
    [
        (("070116", "34012583"), ("070116", "34012583")),  # eight digits are what they are, under any rule
        (("720000", "12345678"), ("720000", "12345678")),
        (("200915", "1011166"), ("200915", "01011166")),
        (("200915", "011166"), ("200915", "00011166")),
        (("720000", "912345678"), ("720009", "12345678")),
        (("601234", "1212345678"), ("601234", "12345678")),
        (("086090", "0677474400"), ("086090", "06774744")),
        # No rule for this bank and so many digits: as sent, for the contract to refuse.
        (("200915", "912345678"), ("200915", "912345678")),
        (("200915", "1212345678"), ("200915", "1212345678")),
        (("610000", "1212345678"), ("610000", "1212345678")),
        (("200915", "11166"), ("200915", "11166")),
        (("601234", "12123456789"), ("601234", "12123456789")),
        (("60-12-34", "1212345678"), ("60-12-34", "1212345678")),
        (("601234", "121234567X"), ("601234", "121234567X")),
        ((None, "1212345678"), (None, "1212345678")),
        (("601234", None), ("601234", None)),
    ],
)
def test_an_account_is_carried_by_the_rule_that_was_agreed_for_its_bank(sent, carried):
    assert applied(AGREED, sent) == [carried]


def test_nothing_is_guessed_where_nothing_was_agreed():
    sent = [("720000", "912345678"), ("601234", "1212345678"), ("200915", "1011166"), ("200915", "011166")]
    assert applied(AccountForms(), *sent) == sent


def test_a_building_society_that_needs_a_roll_number_is_not_paid_without_one():
    rows = [("309634", ""), ("309634", "  "), ("309634", None), ("309634", "D/1234-5"), ("309635", ""), (None, "")]
    frame = pl.DataFrame(rows, schema={"sort_code": pl.String, "roll_number": pl.String}, orient="row")
    missing = [True, True, True, False, False, False]
    assert frame.select(AGREED.roll_number_is_missing()).to_series().to_list() == missing
    assert not frame.select(AccountForms().roll_number_is_missing()).to_series().any()


def test_a_sort_code_has_one_rule():
    with pytest.raises(ValidationError, match="a sort code in common"):
        AccountForms(ten_digits_last_eight=("600000-609999",), ten_digits_first_eight=("605000",))


@pytest.mark.parametrize(
    "wrong", [{"with_zeros_before": (5,)}, {"nine_digits": ("72",)}, {"nine_digits": ("72-00-00",)}, {"eleven": ()}]
)
def test_what_is_no_rule_is_refused(wrong):
    with pytest.raises(ValidationError):
        AccountForms(**wrong)
