"""Rules on a cell as text: that it is there, how it is written, and which signs it may have."""

import polars as pl

from schemas.contract.plain import begins_with, plain
from schemas.contract.said import says
from schemas.digits import number_of

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
    "{agreed_form}. Check it against the award system, correct it {send}",
    must="be written as the contract says{agreed_form}",
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
