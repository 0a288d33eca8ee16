"""Each rule, on cells that keep it and on cells that break it."""

from datetime import date

import polars as pl
import pytest

from schemas.contract import rules
from schemas.period import Period

PAY_DAY = date(2026, 11, 30)
MILLION_TIMES_A_MILLION_TIMES_A_MILLION = "1" + "0" * 18 + ".00"

CASES = [
    ("is_present", {}, ["x", " x ", "0"], ["", " ", "  ", "\t", "\u00a0", None]),
    (
        "is_not_in_scientific_notation",
        {},
        ["66374958", "", "E", "1E", "E7", "1.5", "12-34"],
        ["6.64E+07", "6.64e+07", "6E7", "-6.6E-07", "6,64E+07", " 6.64E+07 ", "6.E+7", None],
    ),
    (
        "has_exact_digits",
        {"digits": 6},
        ["089999", "000000"],
        ["89999", "0089999", "08-99-99", " 089999", "089999 ", "08999O", "٠٨٩٩٩٩", "089999\n", "", None],
    ),
    ("is_not_all_zeros", {}, ["089999", "000001", "x"], ["000000", "0", "", None]),
    (
        "has_a_letter_or_digit",
        {},
        ["Zoë", "-A-", "7", "Żółtowski", "Иван", "李", "٣"],
        ["-", ".", "- / &", "--", " ", "", "\u200b", "?", None],
    ),
    (
        "is_written_one_way",
        {},
        ["C1", "c 1", "É1", ""],
        ["C1 ", " C1", "C  1", "C1\t", "E\u03011", " ", None],
    ),
    (
        "has_the_agreed_form",
        {"pattern": "ILF[0-9]{6}|X"},
        ["ILF100001", "X"],
        ["ILF10001", "ILF1000011", "ilf100001", "AILF100001", "XX", "ILF100001\n", "", None],
    ),
    (
        "has_only_permitted_characters",
        {"permitted": "A-Za-z0-9.&/ -"},
        ["ILF 2611 100236", "a-b/c.d&e", ""],
        ["O'NEILL", "É", "A,B", "A\nB", "A_B", "A+B", "A?", None],
    ),
    ("is_not_too_long", {"characters": 3}, ["", "abc", "éàü"], ["abcd", "    ", None]),
    ("is_not_too_short", {"characters": 3}, ["abc", "éàü", "abcd"], ["", "ab", None]),
    ("is_one_of", {"values": ["rent", "a b"]}, ["rent", "a b"], ["Rent", "rent ", "", "a", None]),
    ("is_on_one_line", {}, ["Zoë Green", "", "a  b"], ["a\nb", "a\rb", "a\tb", "a\0b", "a\u2028b", None]),
    (
        "is_a_number",
        {},
        ["1050.00", "0.00", "-412.00", "330.005", "520", "007"],
        [
            "TBC",
            "",
            "£520.00",
            "1,050.00",
            "520.",
            ".50",
            "1 050.00",
            "520.00 ",
            "+5.00",
            "5e2",
            "１",
            "--1",
            None,
        ],
    ),
    ("is_a_whole_number", {}, ["0", "007", "42"], ["", "1.0", "-1", "1 ", "٣", "1e3", None]),
    ("has_two_decimals", {}, ["1050.00", "-1.05"], ["1050", "1050.0", "330.005", "", None]),
    ("is_not_negative", {}, ["412.00", "0.00"], ["-412.00", "-0.00", None]),
    ("is_not_zero", {}, ["0.01", "10.00"], ["0.00", "000.00", "-0.00", "0", None]),
    (
        "is_at_most",
        {"pence": 2_000_000_000},
        ["20000000.00", "0.01", "00020000000.00"],
        ["20000000.01", "99999999999.99", MILLION_TIMES_A_MILLION_TIMES_A_MILLION, "TBC", None],
    ),
    ("is_at_least", {"least_pence": 500}, ["5.00", "1234.50"], ["4.99", "0.00", "5", "", None]),
    (
        "is_a_date",
        {},
        ["30/11/2026", "29/02/2028"],
        [
            "31/11/2026",
            "29/02/2026",
            "2026-11-30",
            "30/11/26",
            "1/11/2026",
            "30-11-2026",
            "11/30/2026",
            "",
            None,
        ],
    ),
    (
        "is_in_the_pay_month",
        {"pay_day": PAY_DAY},
        ["30/11/2026", "01/11/2026"],
        ["30/12/2026", "30/11/2025", "30/10/2026", None],
    ),
    (
        "is_in_the_pay_period",
        {"pay_day": date(2026, 12, 4), "period": Period.parsed("2026-W48")},
        ["23/11/2026", "29/11/2026", "04/12/2026"],
        ["22/11/2026", "30/11/2026", "03/12/2026", "23/11/2025", "2026-11-23", "31/02/2026", "", None],
    ),
    ("is_the_pay_day", {"pay_day": PAY_DAY}, ["30/11/2026"], ["27/11/2026", "30/12/2026", "", None]),
    (
        "is_a_pay_day",
        {"pay_day": date(2026, 12, 10), "pay_days": (date(2026, 11, 16), PAY_DAY)},
        ["16/11/2026", "30/11/2026"],
        ["10/12/2026", "27/11/2026", "16/11/26", "", None],
    ),
    ("is_no_formula", {}, ["J Brown", "", "A=B", "-1"], ["=A1", " =A1", '="089999"', None]),
    ("is_no_spreadsheet_error", {}, ["J Brown", "#1", "N/A", ""], ["#N/A", " #REF! ", "#VALUE!", "#NAME?", None]),
    ("is_stored_as_text", {}, ["3663", "", "[no text]"], ["3663 [no text]", "30/11/2026 [no text]", None]),
    (
        "has_no_invisible_characters",
        {},
        ["Zoë Ångström", "李 明", "a\nb", "", "O’Neill"],
        ["a\u200bb", "a\u00adb", "\ufeffa", "a\u00a0b", "a\u3000b", "a\u202eb", "a\ue000b", "a\u2800b", None],
    ),
    (
        "has_no_look_alikes",
        {},
        ["Zoë", "Иван", "Βασίλης", "李 Ltd", "7", ""],
        ["J Вrown", "J Βrown", "Ｊ", "𝐉", "٣ Ltd", "7７", None],
    ),
    (
        "is_not_garbled",
        {},
        ["Renée", "ÉDITH’S", "João ÃO", "Âme", "Åse", "âme", ""],
        ["RenÃ©e", "Oâ€™Neill", "Ren\ufffde", "ï»¿A", "Å‚", "Â£5", "RENÃ‰E", None],
    ),
]


@pytest.mark.parametrize(("name", "limits", "good", "bad"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_keeps_the_good_and_finds_the_bad(name, limits, good, bad):
    cells = pl.DataFrame({"cell": [*good, *bad]}, schema={"cell": pl.String})
    kept = cells.select(rules.RULES[name](pl.col("cell"), **limits).fill_null(False)).to_series().to_list()
    wrong = [cell for cell, keeps in zip(cells["cell"], kept, strict=True) if keeps is not (cell in good)]
    assert wrong == []


def test_every_rule_is_tried_here():
    assert [case[0] for case in CASES] == list(rules.RULES)


def test_twenty_million_is_compared_to_the_penny_and_not_as_a_float():
    # As a float of pounds both would be the same number.
    cells = pl.DataFrame({"cell": ["90071992547409.91", "90071992547409.92", "90071992547409.93"]})
    kept = cells.select(rules.is_at_most(pl.col("cell"), pence=9_007_199_254_740_992)).to_series()
    assert kept.to_list() == [True, True, False]
