"""Faults that a cell of any column may have, whatever its contract says: nothing is coerced or passed over unseen.

They are rules like those of :mod:`schemas.contract.rules`, and stand behind a column's own. A contract need not name
them: they are asked of every column whose own rules let such a cell through.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from schemas.contract.plain import PLAIN, Plain, RuleFunction, plain
from schemas.contract.said import says
from schemas.extract_files.wanted import NOT_TEXT

_INVISIBLE = (
    r"[\p{Cf}\p{Co}\p{Cn}\p{Zs}\x{34F}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}--[ ]]"
)
_LOOK_ALIKE_SCRIPTS = r"[\p{Cyrillic}\p{Greek}\p{Armenian}\p{Cherokee}\p{Coptic}\p{Lisu}]"
_LOOK_ALIKE_SIGNS = r"[\x{FF01}-\x{FF5E}\x{1D400}-\x{1D7FF}\p{Nd}--[0-9]]"
_CONTINUED = r"[\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
"""What the bytes 0x80 to 0xBF are in Latin-1 and Windows-1252: in UTF-8 they go on with a character."""
_MOJIBAKE = rf"[ÂÃÄÅ]{_CONTINUED}|â[€\x{{80}}]{_CONTINUED}|ï[»¿]|\x{{FFFD}}"
_PLAIN = r"[^ !\x22$-<>-Z^-~À-ÁÄ-ÖØ-îð-öø-őŔ-şŢ-ŷŹ-żſẠ-ỹ’–]|[ÄÅ][’–]"
"""What is none of the signs that most names have alone, or is of them and may be garbled."""


@plain()
@says(
    "{column} is a formula",
    ": what it comes to is not in the file. Write the value itself, as text, {send}",
)
def is_no_formula(value: pl.Expr) -> pl.Expr:
    """The cell is no formula: what it comes to was reckoned elsewhere, and may come to something else there."""
    return value.str.contains(r"^\s*=").not_()


@plain()
@says(
    "{column} is what a spreadsheet shows where it could reckon nothing",
    ". Take it from the award system, write it as text {send}",
)
def is_no_spreadsheet_error(value: pl.Expr) -> pl.Expr:
    """The cell is not what a spreadsheet shows where it could reckon nothing, such as ``#N/A``."""
    return value.str.contains(r"^\s*#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)\s*$").not_()


@plain()
@says(
    "{column} is stored as a number or a date and not as text",
    ", so that nobody can tell what was written: leading zeros may be gone. Make the column text, write it from the"
    " award system {send}",
)
def is_stored_as_text(value: pl.Expr) -> pl.Expr:
    """The cell was stored as text: a number has no leading zeros, and a day was perhaps none before."""
    return value.str.ends_with(NOT_TEXT).not_()


@plain()
@says(
    "{column} has a character that nobody sees, or a blank that is not the keyboard's",
    ", as text copied from a web page or a document has. Type it anew {send}",
)
def has_no_invisible_characters(value: pl.Expr) -> pl.Expr:
    """The cell has no character that nobody sees, and no blank but the one of the keyboard.

    Control characters are the business of ``is_on_one_line``.
    """
    return value.str.contains(_INVISIBLE).not_()


@plain()
@says(
    "{column} has letters or digits that only look like those of the Latin alphabet",
    ". Type it anew {send}",
)
def has_no_look_alikes(value: pl.Expr) -> pl.Expr:
    """The cell has no letters of two alphabets that look alike, and no sign that only looks like a letter or digit."""
    mixed = value.str.contains(r"\p{Latin}") & value.str.contains(_LOOK_ALIKE_SCRIPTS)
    return (mixed | value.str.contains(_LOOK_ALIKE_SIGNS)).not_()


@plain()
@says(
    "{column} has garbled characters, such as Ã© for é",
    ": the file was written in one encoding and read in another on the way. Take it from the award system, save the"
    " file in the agreed encoding {send}",
)
def is_not_garbled(value: pl.Expr) -> pl.Expr:
    """The cell has no characters that were read in another encoding than they were written in, or were lost so."""
    return value.str.contains(_MOJIBAKE).not_()


CELL_FAULTS: dict[str, RuleFunction] = {
    rule.__name__: rule
    for rule in (
        is_no_formula,
        is_no_spreadsheet_error,
        is_stored_as_text,
        has_no_invisible_characters,
        has_no_look_alikes,
        is_not_garbled,
    )
}
"""Each by its id."""

# Most cells have plain signs alone, and one look proves all of it.
PLAIN[is_no_formula.__name__] = Plain(
    lambda value: value.str.contains(_PLAIN).not_(), frozenset({*CELL_FAULTS, "is_on_one_line"})
)

_OF_THEIR_COLUMN = {
    "payee_name": ("has_a_letter_or_digit",),
    "sort_code": ("is_not_all_zeros",),
    "account_number": ("is_not_all_zeros",),
}
_LET_NONE_THROUGH = {"has_exact_digits", "is_a_number", "is_a_date", "is_the_pay_day", "is_a_pay_day"}


def faults_to_ask(column: str, rules: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """Yield the ids of the rules that a column has without its contract's word.

    Args:
        column: siller's name of it.
        rules: id and limits of those that the contract gives it.
    """
    given = dict(rules)
    yield from (rule for rule in _OF_THEIR_COLUMN.get(column, ()) if rule not in given)
    if not any(_lets_none_through(rule, limits) for rule, limits in given.items()):
        yield from (rule for rule in CELL_FAULTS if rule not in given)


def _lets_none_through(rule: str, limits: Mapping[str, Any]) -> bool:
    """Whether a cell that keeps a rule can have none of these faults, being written in harmless signs alone."""
    if rule == "has_the_agreed_form":
        signs = _without_ranges(limits.get("pattern"))
        return re.fullmatch(r"[\w /()?*+|{},\[\]-]*", signs, re.ASCII) is not None and not re.search(
            r"\[[^\]]*[^\[\]]-[^\]]", signs
        )
    if rule == "has_only_permitted_characters":
        return re.fullmatch(r"[\w .,/&'()+:;]*-?", _without_ranges(limits.get("permitted")), re.ASCII) is not None
    return rule in _LET_NONE_THROUGH


def _without_ranges(signs: object) -> str:
    return re.sub("A-Z|a-z|0-9", "", str(signs))
