"""Field tables and what they refuse."""

from datetime import date

import pytest

from schemas.rails.bacs_standard_18 import contra, eof1, eof2, hdr1, hdr2, payment, uhl1, utl1, vol1
from schemas.rails.bacs_standard_18.layout import (
    Layout,
    PaymentFileError,
    blank,
    code,
    constant,
    day,
    day_of,
    number,
    text,
)

LAYOUTS = (
    *(module.LAYOUT for module in (vol1, hdr1, hdr2, uhl1, eof1, eof2, utl1)),
    *(module.layout(several_days) for module in (payment, contra) for several_days in (False, True)),
)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.name}-{layout.length}")
def test_each_character_belongs_to_one_field(layout):
    covered = [place for field in layout.fields for place in range(field.start, field.end + 1)]
    assert covered == list(range(1, layout.length + 1))
    assert layout.length in ((100, 106) if layout.name in ("payment", "contra") else (80,))
    assert all(field.rule for field in layout.fields)


def test_a_table_with_a_gap_or_an_overlap_is_refused():
    for start in (4, 6):
        with pytest.raises(ValueError, match="gap, overlap"):
            Layout("X", 10, (constant("label", 1, "ABCD", "-"), blank(start, 11 - start)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (number("d", 1, 3, "-"), 1234),
        (number("d", 1, 3, "-"), -1),
        (number("d", 1, 3, "-"), "1a"),
        (code("c", 1, 6, "-"), "89999"),
        (code("c", 1, 6, "-"), "0899999"),
        (code("c", 1, 6, "-"), 899999.0),
        (text("t", 1, "-"), "lower"),
        (text("t", 1, "-"), " A"),
        (text("t", 1, "-"), ""),
        (text("t", 1, "-"), "A" * 19),
        (day("t", 1, "-"), "26233"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_without_being_named(field, value):
    with pytest.raises(ValueError, match="is not") as refused:
        field.render(value)
    assert not str(value).strip() or str(value) not in str(refused.value)


def test_days_are_two_digits_of_the_year_and_three_of_the_day():
    assert day("d", 1, "-").render(date(2026, 8, 21)) == " 26233"
    assert day("d", 1, "-").render(date(2028, 12, 31)) == " 28366"
    assert day_of("26233", 4, 5) == date(2026, 8, 21)
    for none in ("26366", "26000", "28367"):
        with pytest.raises(PaymentFileError, match="line 4, column 5"):
            day_of(none, 4, 5)
