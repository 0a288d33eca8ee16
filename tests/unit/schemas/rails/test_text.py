"""The written table: what names and references become in a Bacs file."""

import re
import unicodedata

import polars as pl
import pytest

from schemas.rails import text

PERMITTED = re.compile(r"[A-Z0-9.&/ -]*")


def apply(rule, *values):
    return pl.DataFrame({"text": values}, schema={"text": pl.String}).select(rule(pl.col("text")))["text"].to_list()


@pytest.mark.parametrize(
    ("sent", "written"),
    [
        ("Renée", "RENEE"),
        ("Rene\u0301e", "RENEE"),
        ("O'Neill", "ONEILL"),
        ("O’Neill", "ONEILL"),
        ("Ó Néill", "O NEILL"),
        ("Mòrag NicLeòid", "MORAG NICLEOID"),
        ("Llŷr Siân ap Ŵyn", "LLYR SIAN AP WYN"),
        ("Łukasz Żółtowski", "LUKASZ ZOLTOWSKI"),
        ("Søren Åsa", "SOREN ASA"),
        ("Đặng Nguyễn", "DANG NGUYEN"),
        ("Strauß", "STRAUSS"),
        ("Æthel Œuvre", "AETHEL OEUVRE"),
        ("Þór Guðrún", "THOR GUDRUN"),
        ("Işık", "ISIK"),
        ("ﬁona", "FIONA"),
        ("Menȝies", "MENZIES"),
        ("Smith – Jones", "SMITH - JONES"),
        ("Smith, J (Trust)", "SMITH J TRUST"),
        ('"Care" + 50% @ Home', "CARE & 50PC AT HOM"),
        ("  Ann \t  Lee  ", "ANN LEE"),
        ("line\r\nbreak", "LINE BREAK"),
        ("Ann\u00a0Lee", "ANN LEE"),
        ("A.B&C/D-E 9", "A.B&C/D-E 9"),
        ("", ""),
        (None, None),
    ],
)
def test_text_is_written_by_the_table(sent, written):
    assert apply(text.as_bacs_text, sent) == [written]
    assert apply(text.has_no_mapping, sent) == [False]


def test_text_is_cut_after_18_characters_and_leaves_no_space_at_the_cut():
    assert apply(text.as_bacs_text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ["ABCDEFGHIJKLMNOPQR"]
    assert apply(text.as_bacs_text, "ABCDEFGHIJKLMNOPQ STUV") == ["ABCDEFGHIJKLMNOPQ"]
    assert apply(text.BACS_TEXT.is_cut, "ABCDEFGHIJKLMNOPQR", "ABCDEFGHIJKLMNOPQRS", "Strauß ABCDEFGHIJ", None) == [
        False,
        True,
        False,
        False,
    ]
    # 18 characters as sent, 19 as written.
    assert apply(text.BACS_TEXT.is_cut, "Strauß ABCDEFGHIJK") == [True]


@pytest.mark.parametrize(
    "sent",
    [
        "Ren?e",
        "Ren\ufffde",
        "Иван",
        "Ανδρέας",
        "李",
        "Ann 😀",
        "a\x00b",
        "a\x1bb",
        "A=B",
        "'",
        "\u200b",
        '’ "',
    ],
)
def test_what_has_no_mapping_or_leaves_nothing_is_for_a_person(sent):
    assert apply(text.has_no_mapping, sent) == [True]


def test_blank_text_is_another_rules_matter():
    assert apply(text.has_no_mapping, "", "   ", "\t", None) == [False] * 4


def test_the_table_writes_permitted_characters_and_agrees_with_unicode():
    table = text.mapping()
    assert all(PERMITTED.fullmatch(written) for written in table.values())
    assert all(len(sign) == 1 for sign in table)
    # Every Latin letter that Unicode makes of a base letter and accents is written as that base letter.
    for point in range(0xC0, 0x1F00):
        base = "".join(c for c in unicodedata.normalize("NFKD", chr(point)) if not 0x300 <= ord(c) < 0x370)
        if base.isascii() and base.isalpha():
            assert table[chr(point)] == base.upper()


def test_a_line_end_in_a_name_cannot_make_another_line():
    ends = ["a\nb", "a\rb", "a\x0bb", "a\x0cb", "a\x85b", "a\u2028b"]
    assert apply(text.as_bacs_text, *ends) == ["A B"] * len(ends)
