"""The rules that a tenant's contract can put on a column.

Each rule is a function that takes the cell as text, and its limits, and returns one polars expression:
true where the cell keeps the rule. The function's name is the rule's id in contracts, reports and
tests. A rule may be handed any text, also none: it answers false and never raises. Which column has
which rules, in which order and with which limits, is said by the contract alone.

Beside each rule stand its text (:mod:`schemas.contract.said`) and its plain test (:mod:`schemas.contract.plain`).
"""

from datetime import date

import polars as pl

from schemas import money
from schemas.contract.cell_faults import CELL_FAULTS
from schemas.contract.plain import RuleFunction, begins_with, plain
from schemas.contract.said import says
from schemas.digits import number_of
from schemas.period import Period

_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_DATE = "%d/%m/%Y"
_ZEROS = "0" * 32
_VISIBLE = (("!", "\x7f"),)
_LETTERS_AND_DIGITS = (("0", ":"), ("A", "["), ("a", "{"), ("À", "×"))


def is_blank(value: pl.Expr) -> pl.Expr:
    """True where there is no text: null, empty, or nothing but white space.

    No rule itself; optional columns use it to leave empty cells alone.
    """
    return value.fill_null("").str.contains(r"^\s*$")


@plain(lambda value: begins_with(value, *_VISIBLE))
@says("{column} is empty", ". Fill it in {send}", must="be filled in")
def is_present(value: pl.Expr) -> pl.Expr:
    """The cell holds something other than white space."""
    return is_blank(value).not_()


@plain()
@says(
    "{column} is in scientific notation",
    ": a spreadsheet shortened it and its digits are lost. Take it from the award system, keep the column"
    " as text {send}",
    must="be written out, and not as 1.23E+07",
)
def is_not_in_scientific_notation(value: pl.Expr) -> pl.Expr:
    """The cell is not a number such as ``6.64E+07``, whose digits a spreadsheet has thrown away."""
    return value.str.contains(r"^\s*[+-]?[0-9]+([.,][0-9]*)?[eE][+-]?[0-9]+\s*$").not_()


@plain(lambda value, digits: number_of(value, digits).is_not_null(), proves=(is_present, is_not_in_scientific_notation))
@says(
    "{column} is not exactly {digits} digits",
    ". A spreadsheet may have dropped a leading zero, or there are spaces or hyphens: check it against the"
    " payee's record, write all {digits} digits {send}",
    must="be exactly {digits} digits",
)
def has_exact_digits(value: pl.Expr, digits: int) -> pl.Expr:
    """The cell is exactly so many digits 0 to 9, with nothing before, between or after."""
    return value.str.contains(rf"^[0-9]{{{digits}}}$")


# What comes after zeros in the order of texts, and is no longer than they are, has something else than zeros.
@plain(lambda value: (value > _ZEROS) & (value.str.len_bytes() <= len(_ZEROS)))
@says(
    "{column} is zeros",
    ", which stand for bank details that nobody knows. Ask the payee for them, fill them in {send}",
    must="have another digit than 0",
)
def is_not_all_zeros(value: pl.Expr) -> pl.Expr:
    """The cell has something else than the digit 0: zeros alone are no bank's sort code and nobody's account."""
    return value.str.contains("[^0]")


@plain(lambda value: begins_with(value, *_LETTERS_AND_DIGITS), proves=(is_present,))
@says(
    "{column} has neither a letter nor a digit",
    ", so it names nobody. Write the name of the account's holder {send}",
    must="have a letter or a digit",
)
def has_a_letter_or_digit(value: pl.Expr) -> pl.Expr:
    """The cell has a letter or a digit, of whatever script: a hyphen or a point stands for a name that is missing."""
    return value.str.contains(r"[\p{L}\p{N}]")


@plain()
@says(
    "{column} has a blank before or behind it, two blanks together, or an accent that is a sign of its own",
    ": it would be told apart from the same reference without, and a payee paid twice. Write it as the award system has"
    " it {send}",
    must="have no blank before, behind or twice within it, and no accent as a sign of its own",
)
def is_written_one_way(value: pl.Expr) -> pl.Expr:
    """The cell has no blank that nobody sees, and no accent beside its letter: one reference is one text."""
    return value.str.contains(r"^\s|\s$|\s\s|\p{M}").not_()


@plain()
@says(
    "{column} is not written as the contract says",
    " ({pattern}). Check it against the award system, correct it {send}",
    must="be written as the contract says ({pattern})",
)
def has_the_agreed_form(value: pl.Expr, pattern: str) -> pl.Expr:
    """The whole cell matches the contract's regular expression."""
    return value.str.contains(rf"^(?:{pattern})$")


# To look for what is not permitted takes three quarters of the time.
@plain(lambda value, permitted: value.str.contains(f"[^[{permitted}]]").not_())
@says(
    "{column} has a character that the payment file cannot carry",
    "; permitted are {permitted}. Write it without {send}",
    must="have nothing but {permitted}",
)
def has_only_permitted_characters(value: pl.Expr, permitted: str) -> pl.Expr:
    """Every character is permitted; ``permitted`` is the inside of a regular expression's ``[]``."""
    return value.str.contains(rf"^[{permitted}]*$")


# A character has one byte or more, and bytes need not be counted.
@plain(lambda value, characters: value.str.len_bytes() <= characters)
@says(
    "{column} has more than {characters} characters", ". Shorten it {send}", must="have {characters} characters at most"
)
def is_not_too_long(value: pl.Expr, characters: int) -> pl.Expr:
    """The cell has at most so many characters."""
    return value.str.len_chars() <= characters


@plain()
@says(
    "{column} has fewer than {characters} characters",
    ". Check that nothing of it is missing, write all of it {send}",
    must="have {characters} characters at least",
)
def is_not_too_short(value: pl.Expr, characters: int) -> pl.Expr:
    """The cell has at least so many characters."""
    return value.str.len_chars() >= characters


@plain()
@says(
    "{column} is none of the words that the contract allows",
    ", which are {values}. Write one of them {send}",
    must="be one of {values}",
)
def is_one_of(value: pl.Expr, values: list[str]) -> pl.Expr:
    """The whole cell is one of the contract's words, to the letter."""
    return value.is_in(values)


@plain()
@says(
    "{column} has a line break or another control character in it",
    ", often because a quotation mark is opened and not closed, which hides the rows after it. Write it on"
    " one line {send}",
    must="stand on one line",
)
def is_on_one_line(value: pl.Expr) -> pl.Expr:
    """The cell holds no line break and no other control character.

    A quotation mark that is opened and closed some rows later swallows the rows between into one
    cell; this is how it shows.
    """
    return value.str.contains(r"[\p{Cc}\x{2028}\x{2029}]").not_()


@plain(proves=(is_present, is_not_in_scientific_notation))
@says(
    "{column} is not a number",
    ". Write pounds and pence as digits with a point, without pound sign, letters, commas or spaces, {send}",
    must="be a number: digits, and a point before the pence",
)
def is_a_number(value: pl.Expr) -> pl.Expr:
    """The cell is a plain decimal number: digits, one point at most, perhaps a minus sign."""
    return value.str.contains(_NUMBER)


@plain(proves=(is_present, is_not_in_scientific_notation, is_a_number))
@says("{column} is not a whole number", ". Write it as digits alone {send}", must="be digits alone")
def is_a_whole_number(value: pl.Expr) -> pl.Expr:
    """The cell is digits 0 to 9 alone."""
    return value.str.contains("^[0-9]+$")


@plain(proves=(is_present, is_not_in_scientific_notation))
@says(
    "{column} does not have exactly two digits after the point",
    ". Write whole pence {send}",
    must="have two digits after the point",
)
def has_two_decimals(value: pl.Expr) -> pl.Expr:
    """The number has exactly two digits after the point, so that it is whole pence."""
    return value.str.contains(r"\.[0-9]{2}$")


@plain()
@says(
    "{column} is negative",
    ": a payment cannot take money back. Write what is to be paid {send} What is owed back is recovered"
    " outside the pay run.",
    must="have no minus sign",
)
def is_not_negative(value: pl.Expr) -> pl.Expr:
    """The number has no minus sign: Bacs credits cannot take money back."""
    return value.str.starts_with("-").not_()


@plain(proves=(is_present,))
@says(
    "{column} is zero",
    ", and nothing cannot be paid. If the payee is owed money, write the amount {send} If not, leave the row out.",
    must="be more than zero",
)
def is_not_zero(value: pl.Expr) -> pl.Expr:
    """The number has a digit other than 0; a Bacs payment of nothing is not permitted."""
    return value.str.contains("[1-9]")


@plain(
    lambda value, pence: money.pence(value).is_between(1, pence),
    proves=(
        is_present,
        is_not_in_scientific_notation,
        is_a_number,
        has_two_decimals,
        is_not_negative,
        is_not_zero,
    ),
)
@says(
    "{column} is more than one payment may carry, which is {most}",
    ". Check the decimal point; if the amount is right, ask how to pay it another way.",
    must="be {most} at most",
)
def is_at_most(value: pl.Expr, pence: int) -> pl.Expr:
    """The amount, written with two decimals, is no more than so many pence.

    Compared as whole pence, never as a float; a number too long for 64 bits is too much.
    """
    return money.pence(value) <= pence


@plain()
@says(
    "{column} is less than the contract allows, which is {least} at least",
    ". Check the decimal point, correct it {send}",
    must="be {least} at least",
)
def is_at_least(value: pl.Expr, least_pence: int) -> pl.Expr:
    """The amount, written with two decimals, is no less than so many pence."""
    return money.pence(value) >= least_pence


@plain(proves=(is_present, is_not_in_scientific_notation))
@says("{column} is not a date written DD/MM/YYYY", ". Write it so {send}", must="be a date written DD/MM/YYYY")
def is_a_date(value: pl.Expr) -> pl.Expr:
    """The cell is a day of the calendar written ``DD/MM/YYYY``."""
    written_so = value.str.contains(r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$")
    return written_so & value.str.to_date(_DATE, strict=False).is_not_null()


@plain()
@says(
    "{column} is in another month than the pay day of this pay period",
    ", so the row may be left over from another period. Check that the payment is due now, write this"
    " period's pay day {send}",
    must="lie in the month of the pay day",
)
def is_in_the_pay_month(value: pl.Expr, pay_day: date) -> pl.Expr:
    """The date lies in the month of the pay day; another month's is a stale or an early row.

    For a body whose pay period is a month; ``is_in_the_pay_period`` is for any.
    """
    return value.str.ends_with(pay_day.strftime("/%m/%Y"))


@plain()
@says(
    "{column} is outside this pay period",
    ", so the row may be left over from another one. Check that the payment is due now, write this period's pay day"
    " {send}",
    must="lie in the pay period, or be its pay day",
)
def is_in_the_pay_period(value: pl.Expr, pay_day: date, period: Period) -> pl.Expr:
    """The date lies in the pay period, however long that is, or is its pay day, which may be agreed outside it."""
    day = value.str.to_date(_DATE, strict=False)
    return day.is_between(period.first, period.last) | (day == pay_day)


# In a year before 1000 the day would be written with fewer digits, and be no date.
@plain(
    lambda value, pay_day: is_the_pay_day(value, pay_day) & (value.str.len_bytes() == len("DD/MM/YYYY")),
    proves=(is_present, is_a_date, is_in_the_pay_month, is_in_the_pay_period),
)
@says(
    "{column} is not the pay day agreed for this pay period",
    ". Write the agreed day {send}",
    must="be the pay day that is agreed for the pay period",
)
def is_the_pay_day(value: pl.Expr, pay_day: date) -> pl.Expr:
    """The date is the very pay day that the agreement gives the pay period."""
    return value == pay_day.strftime(_DATE)


RULES: dict[str, RuleFunction] = {
    rule.__name__: rule
    for rule in (
        is_present,
        is_not_in_scientific_notation,
        has_exact_digits,
        is_not_all_zeros,
        has_a_letter_or_digit,
        is_written_one_way,
        has_the_agreed_form,
        has_only_permitted_characters,
        is_not_too_long,
        is_not_too_short,
        is_one_of,
        is_on_one_line,
        is_a_number,
        is_a_whole_number,
        has_two_decimals,
        is_not_negative,
        is_not_zero,
        is_at_most,
        is_at_least,
        is_a_date,
        is_in_the_pay_month,
        is_in_the_pay_period,
        is_the_pay_day,
    )
} | CELL_FAULTS
"""Every rule that a contract may name, by its id."""
