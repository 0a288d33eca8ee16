"""Text as Bacs can carry it: the written table from what people are called to what a file may say.

A Bacs text field holds ``A-Z``, ``0–9``, ``.``, ``&``, ``/``, ``-`` and the space, 18 characters at most (the
scheme's permitted characters, on which the vendors' guides agree). What is not among them is written by
the tables below, never by a stand-in sign:

1. accents fall away (Unicode NFKD without its combining marks), ligatures and wide letters open up;
2. letters that Unicode does not take apart are written as their nearest Latin letters, as CLDR's
   ``Latin-ASCII`` transliteration does (``LETTERS``);
3. signs are dropped, or written as the table ``SIGNS`` says;
4. letters become capitals, runs of spaces one space, spaces at both ends go;
5. what is left is cut after 18 characters, and a space at the cut goes too.

A character with no line in the tables, such as another script's letter or a ``?`` (which most often
stands for a letter that was lost before the text came here), has *no mapping*: the row is for a person.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl
import pyarrow.compute as pc

#: The permitted characters, as the inside of a regular expression's brackets. The hyphen stands last.
PERMITTED = "A-Z0-9.&/ -"

#: What a Bacs text field holds at most.
TEXT_LENGTH = 18

#: Letters without a decomposition, capital and small together, and how they are written.
LETTERS = {
    "Ææ": "AE",
    "Œœ": "OE",
    "Øø": "O",
    "Łł": "L",
    "ẞß": "SS",
    "Þþ": "TH",
    "ÐðĐđƉɖƊɗ": "D",
    "Ħħ": "H",
    "ı": "I",
    "ĸ": "Q",
    "Ŋŋ": "N",
    "Ŧŧ": "T",
    "Ɓɓ": "B",
    "Ƙƙ": "K",
    "Ƴƴ": "Y",
    "Ɛɛ": "E",
    "Ɔɔ": "O",
    # Gaelic letters in the insular form, and the yogh of Scots names, which print turned into a z.
    "Ꝺꝺ": "D",
    "Ꝼꝼ": "F",
    "Ᵹᵹ": "G",
    "Ꞃꞃ": "R",
    "Ꞅꞅ": "S",
    "Ꞇꞇ": "T",
    "Ȝȝ": "Z",
}

#: Signs, and how they are written. An empty text drops the sign: O'Neill is written ONEILL.
SIGNS = {
    "'’‘‛ʼʻʽʹ′`´": "",  # apostrophes, and what is typed in their place
    '"“”„‟″‚«»‹›': "",
    "‐‑‒–—―−_": "-",
    ",;:": " ",
    "()[]{}<>": " ",
    "*•": " ",
    "!·®©": "",
    "\\|⁄∕": "/",
    "+⁊": "&",
    "@": " AT ",
    "%": "PC",
    "#": " NO ",
    "£": "GBP",
    "€": "EUR",
    "\t\n\v\f\r\x85\u2028\u2029": " ",  # a line end inside a field would break the file into other lines
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff": "",  # soft hyphen, zero-width and direction marks
}

_NEEDS_NO_TABLE = "^[A-Z0-9.&/-]+( [A-Z0-9.&/-]+)*$"

_COMBINING_MARKS = frozenset(chr(point) for point in range(0x300, 0x370))


@lru_cache(maxsize=1)
def mapping() -> dict[str, str]:
    """Every character that is not permitted as it is, and how it is written.

    ASCII letters are absent: capitals stand for themselves and small ones become capitals. The table is made
    from ``LETTERS``, ``SIGNS`` and the NFKD decompositions of the Basic Multilingual Plane.
    """
    own = {sign: written for table in (LETTERS, SIGNS) for signs, written in table.items() for sign in signs}
    permitted = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.&/- ")
    table = dict.fromkeys(_COMBINING_MARKS, "") | own
    for point in range(0x80, 0x10000):
        sign = chr(point)
        if sign in table:
            continue
        parts = [part for part in unicodedata.normalize("NFKD", sign) if part not in _COMBINING_MARKS]
        written = "".join(own.get(part, part.upper()) for part in parts)
        if permitted.issuperset(written):
            table[sign] = written
    return table


def fold(text: pl.Expr) -> pl.Expr:
    """The text in permitted characters, as long as it comes out; null where a character has no mapping."""
    return text.map_batches(_folded, return_dtype=pl.String, is_elementwise=True)


def as_bacs_text(text: pl.Expr) -> pl.Expr:
    """The text as the file carries it: cut after 18 characters, without a space at the cut.

    Null where it cannot be written: what has no mapping is neither dropped nor replaced. Null stays null.
    """
    return text.map_batches(lambda sent: _cut(_folded(sent)), return_dtype=pl.String, is_elementwise=True)


def either(first: pl.Expr, second: pl.Expr) -> pl.Expr:
    """The first text if there is one, as long as it comes out, and else the second, cut: both as the file carries them.

    Null where it cannot be written.
    """
    return pl.map_batches([first, second], _either, return_dtype=pl.String, is_elementwise=True)


def has_no_mapping(text: pl.Expr) -> pl.Expr:
    """Whether the text cannot be written: a character has no mapping, or nothing would be left of it.

    Blank and missing text is not this rule's matter and answers false.
    """
    written = fold(text)
    lost = (written == "") & (text.str.strip_chars() != "")
    return (written.is_null() & text.is_not_null()) | lost.fill_null(False)


def in_capitals(text: pl.Series) -> pl.Series:
    """The text with ASCII's small letters as capitals, and no other letter changed."""
    return pl.Series(text.name, pc.ascii_upper(text.to_arrow()))


@dataclass(frozen=True)
class Carried:
    """How one column of a payment file carries text: by the tables above, and what a channel wants beside them.

    Attributes:
        length: the most characters that it takes.
        instead: permitted signs that it does not take, each with how it is written.
    """

    length: int = TEXT_LENGTH
    instead: tuple[tuple[str, str], ...] = ()

    def fold(self, text: pl.Expr) -> pl.Expr:
        """The text in the column's characters, as long as it comes out; null where a character has no mapping."""
        if not self.instead:
            return fold(text)
        written = fold(text).str.replace_many(dict(self.instead))
        return written.str.strip_chars(" ").str.replace_all(" {2,}", " ")

    def cut(self, text: pl.Expr) -> pl.Expr:
        """The same, cut after the column's length, without a space at the cut."""
        if self == BACS_TEXT:
            return as_bacs_text(text)
        return self.fold(text).str.head(self.length).str.strip_chars_end(" ")

    def is_cut(self, text: pl.Expr) -> pl.Expr:
        """Whether the text, once written, is longer than the column and loses its end."""
        return (self.fold(text).str.len_bytes() > self.length).fill_null(False)

    @property
    def table(self) -> Mapping[str, str]:
        """Every character that the column does not take as it is, and how it is written."""
        instead = dict(self.instead)
        if not instead:
            return mapping()
        table = str.maketrans(instead)
        return {sign: written.translate(table) for sign, written in mapping().items()} | instead


BACS_TEXT = Carried()
"""How Bacs itself carries text, and every rail that asks for nothing else."""


def _folded(text: pl.Series) -> pl.Series:
    # ASCII's letters alone, here, at a third of the time: all others are in the tables, as capitals.
    text = in_capitals(text)
    # Most text needs no more, and the tables cost ten times as much as finding that out.
    others = (~text.str.contains(_NEEDS_NO_TABLE)).arg_true()
    if others.is_empty():
        return text
    by_table = text.gather(others).str.replace_many(mapping())
    # Nor does most text need more after the tables.
    rest = (~by_table.str.contains(_NEEDS_NO_TABLE)).arg_true()
    if not rest.is_empty():
        spaced = by_table.gather(rest).str.strip_chars(" ").str.replace_all(" {2,}", " ")
        refused = (~spaced.str.contains(f"^[{PERMITTED}]*$")).arg_true()
        by_table = by_table.scatter(rest, spaced.scatter(refused, None))
    return text.scatter(others, by_table)


def _cut(written: pl.Series) -> pl.Series:
    long = (written.str.len_bytes() > TEXT_LENGTH).fill_null(False).arg_true()
    if long.is_empty():
        return written
    return written.scatter(long, written.gather(long).str.head(TEXT_LENGTH).str.strip_chars_end(" "))


def _either(texts: Sequence[pl.Series]) -> pl.Series:
    first, second = texts
    given = (first.str.strip_chars() != "").fill_null(False).arg_true()
    written = _cut(_folded(second))
    return written if given.is_empty() else written.scatter(given, _folded(first.gather(given)))
