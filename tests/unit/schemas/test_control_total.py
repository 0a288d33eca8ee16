"""A control total as people type it: what is read, and what could mean another sum and is refused."""

import pytest

from schemas.control_total import EXAMPLES, typed_total

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"


@pytest.mark.parametrize(
    "text",
    [
        "10,708,609.22",
        "£10,708,609.22",
        "£10708609.22",
        " £ 10708609.22\n",
        "10 708 609.22",
        "£10 708 609.22",
        f"£{NBSP}10{NBSP}708{NBSP}609.22",
        f"10{THIN}708{THIN}609.22",
        f"10{NARROW}708{NARROW}609.22",
        "010708609.22",
    ],
)
def test_commas_spaces_and_the_pound_sign_say_nothing_of_the_sum(text: str) -> None:
    assert typed_total(text) == 1_070_860_922


@pytest.mark.parametrize("text", ["£10 708 609", "10,708,609", "10708609", "10708609.00", "£10,708,609.00"])
def test_pence_may_be_left_out_where_there_are_none(text: str) -> None:
    assert typed_total(text) == 1_070_860_900


@pytest.mark.parametrize(
    "text",
    [
        "",
        "£",
        "ten",
        "10708609.2",
        "10708609.",
        "10708609.222",
        ".22",
        "10.708.609,22",
        "10708609,22",
        "10,708 609.22",
        "1,2,3",
        "1,070,8609.22",
        "106,51415.60",
        "1,06,514.15",
        ",708,609.22",
        "10  708 609.22",
        "10 708 609 .22",
        "-10,708,609.22",
        "£-5.00",
        "+5.00",
        "(5.00)",
        "5.00 GBP",
        "$5.00",
        "1.07e7",
        "1e6",
        "nan",
        "1_000.00",
        "１０７０８６０９.２２",
        "٥.٠٠",
        "10\t708\t609.22",
        "10\n708\n609.22",
        "9" * 5000,
        "1000000000000000.00",
    ],
)
def test_what_could_mean_another_sum_is_refused_with_a_clear_sentence_that_does_not_repeat_it(text: str) -> None:
    with pytest.raises(ValueError, match="a point before two digits of pence") as refused:
        typed_total(text)
    assert len(text) < 4 or text not in str(refused.value)


def test_the_examples_are_one_made_up_sum() -> None:
    assert {typed_total(example) for example in EXAMPLES} == {123_456_789}
