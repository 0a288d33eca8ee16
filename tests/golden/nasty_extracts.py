"""Extracts as nobody should send them, and some that only look so, each labelled by hand.

All are of one invented November of three payments. A label says that the file is refused and with which words, or
which rows are refused by which rule, and of each row that is paid its pence.
"""

import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from tests.month import HEADER, ROWS
from tests.workbooks import Cell, Raw, day, error, formula, number, truth, workbook, zipped

NAMES = HEADER.split(",")
FIRST, SECOND, THIRD = (row.split(",") for row in ROWS)
GOOD = (FIRST, SECOND, THIRD)
PENCE = (2981_60, 1900_00, 1050_00)
ALL = dict(enumerate(PENCE))
OTHERS = {1: 1900_00, 2: 1050_00}
COLUMN = dict(
    zip(
        ("payee_reference", "name", "sort_code", "account", "roll", "amount", "reference", "pay_date"),
        range(8),
        strict=True,
    )
)


@dataclass(frozen=True)
class Nasty:
    """An extract and what is to become of it.

    Attributes:
        name: what is the matter.
        content: the file.
        file: words of the sentence with which the whole file is refused; empty if it is read.
        refused: by row, the column and rule of each reason.
        paid: by row, the pence.
        form: physicalType and the custom properties of the contract.
    """

    name: str
    content: bytes
    file: str = ""
    refused: Mapping[int, set[str]] = field(default_factory=dict)
    paid: Mapping[int, int] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)


def text(rows: Sequence[Sequence[str]] = GOOD, names: Sequence[str] = NAMES, by: str = ",", end: str = "\r\n") -> str:
    return end.join([by.join(names), *map(by.join, rows), ""])


def first(column: str, cell: str) -> list[list[str]]:
    """The three rows, with another cell in the first."""
    place = COLUMN[column]
    return [[*FIRST[:place], cell, *FIRST[place + 1 :]], SECOND, THIRD]


def refused(name: str, content: str | bytes, words: str, **form: Any) -> Nasty:
    return Nasty(name, content.encode() if isinstance(content, str) else content, file=words, form=form)


def paid(name: str, content: str | bytes, pays: Mapping[int, int] = ALL, **form: Any) -> Nasty:
    return Nasty(name, content.encode() if isinstance(content, str) else content, paid=pays, form=form)


def row_refused(name: str, content: str | bytes, *why: str, **form: Any) -> Nasty:
    """The first row is refused, and the other two are paid."""
    sent = content.encode() if isinstance(content, str) else content
    return Nasty(name, sent, refused={0: set(why)}, paid=OTHERS, form=form)


def cell(name: str, column: str, value: str, *why: str) -> Nasty:
    """A cell of the first row for which that row is refused."""
    quoted = f'"{value}"' if set(value) & set(',\n"') else value
    return row_refused(name, text(first(column, quoted)), *why)


def _structure() -> list[Nasty]:
    good, lines = text(), text().split("\r\n")
    third = f'"{THIRD[1]}"'
    return [
        refused("no bytes", "", "is empty"),
        refused("a byte order mark alone", b"\xef\xbb\xbf", "is empty"),
        refused("blank lines alone", "\r\n \r\n", "is empty"),
        refused("a header alone", HEADER + "\r\n", "a header and no rows"),
        refused("no header", "\r\n".join(ROWS), "names none of the contract's columns"),
        refused("header on line 2", "\r\n" + good, "header stands on line 2"),
        refused("a title above", "ILF payments,,,,,,,\r\nNovember,,,,,,,\r\n" + good, "header stands on line 3"),
        refused("header twice", "\r\n".join([*lines[:3], HEADER, *lines[3:]]), "header stands there a second time"),
        refused("sep line", "sep=,\r\n" + good, '"sep="'),
        refused("semicolons", text(by=";"), "separated by semicolons"),
        refused("tabs", text(by="\t"), "separated by tabs"),
        refused("vertical bars", text(by="|"), "separated by vertical bars"),
        refused("header in capitals", text(names=HEADER.upper().split(",")), "capitals and small letters differ"),
        refused(
            "blank in a header", text(names=[*NAMES[:2], "Sort Code ", *NAMES[3:]]), "column C (number 3) is to be"
        ),
        refused("no-break space in a header", text(names=[*NAMES[:7], "Pay\u00a0Date"]), "no-break space"),
        refused(
            "column missing", text([row[:5] + row[6:] for row in GOOD], NAMES[:5] + NAMES[6:]), "Net Amount is missing"
        ),
        refused("column twice", text([[*row, row[5]] for row in GOOD], [*NAMES, NAMES[5]]), "stands twice"),
        refused("column too many", text([[*row, "x"] for row in GOOD], [*NAMES, "Note"]), "column I (number 9) of the"),
        refused("empty columns", text([[*row, "", ""] for row in GOOD], [*NAMES, "", ""]), "no name for column I"),
        refused("short row", text([FIRST, SECOND[:7], THIRD]), "line 3 of the file has 7 fields"),
        refused("long row", text([FIRST, [*SECOND, ""], THIRD]), "line 3 of the file has 9 fields"),
        refused("comma in a name without marks", text(first("name", "Brown, J")), "line 2 of the file has 9 fields"),
        refused("empty line", text([FIRST, [""], SECOND]), "line 3 of the file is an empty line"),
        refused("empty line at the end", good + "\r\n", "line 5 of the file is an empty line"),
        refused("Ctrl-Z", good + "\x1a", "end-of-file mark"),
        refused("a NUL", good.replace("Royal", "Ro\0al").replace(FIRST[1][:3], FIRST[1][:2] + "\0"), "no text"),
        refused(
            "a NUL far down",
            text([SECOND] * 1500 + [[*FIRST[:6], "A\0B", FIRST[7]]]),
            "line 1502 of the file has a byte of 0",
        ),
        refused(
            "mark never closed",
            text([FIRST, [SECOND[0], '"' + SECOND[1], *SECOND[2:]], THIRD]),
            "line 3 of the file opens",
        ),
        refused(
            "text after a closing mark", text(first("name", '"J \\"M\\" Brown"')), "column B (number 2) Recipient Name"
        ),
        refused(
            "blank after a closing mark", text(first("name", '"J Brown" ')), "text after the closing quotation mark"
        ),
        refused(
            "mark after a closing mark",
            text([FIRST, SECOND, [THIRD[0], third + '"', *THIRD[2:]]]),
            "line 4 of the file",
        ),
        refused("a line of totals", text([*GOOD, ["Total", "", "", "", "", "5931.60", "", ""]]), "a line of totals"),
        refused(
            "a line of grand totals",
            text([*GOOD, ["", "Grand total:", "", "", "", "5931.60", "", ""]]),
            "a line of totals",
        ),
        refused("UTF-16", good.encode("utf-16"), "text in UTF-16"),
        refused("UTF-16 without a mark", good.encode("utf-16-le"), "is no text"),
        refused("Windows-1252", text([SECOND, [*THIRD[:1], "Zoë", *THIRD[2:]]]).encode("cp1252"), "that is not UTF-8"),
        refused("old workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel workbook"),
        refused("workbook", workbook({"A": [NAMES, *GOOD]}), "an Excel workbook"),
        refused("PDF", "%PDF-1.7\n", "a PDF"),
        refused("image", b"\x89PNG\r\n\x1a\n", "an image"),
        refused("packed", gzip.compress(good.encode()), "a compressed file"),
        refused("half uploaded", good[:-30], "line 4 of the file has"),
        refused("half uploaded within marks", text(first("name", '"Brown, J"'))[: len(lines[0]) + 18], "never closed"),
        refused("a very long line", "\r\n".join([lines[0], "," * (3 << 20), *lines[1:]]), "longer than 2 MB"),
        refused("a header of very many columns", "," * (1 << 17) + "\r\n" + good, "longer than 64 kB"),
        refused("HTML", "<html><body>Please log in</body></html>", "names none of the contract's columns"),
        paid("byte order mark", "\ufeff" + good),
        paid("LF", text(end="\n")),
        paid("CR", text(end="\r")),
        paid("last line open", good.rstrip()),
        paid("all in marks", text([[f'"{each}"' for each in row] for row in GOOD], [f'"{each}"' for each in NAMES])),
        paid("columns turned round", text([row[::-1] for row in GOOD], NAMES[::-1])),
        paid("a comma within marks", text(first("name", '"Brown, J"'))),
        paid("a nickname in doubled marks", text(first("name", '"J ""M"" Brown"'))),
        paid("a nickname in a cell without marks", text(first("name", 'J "M" Brown'))),
        row_refused("a name on two lines", text(first("name", '"J\r\nBrown"')), "payee_name is_on_one_line"),
        row_refused(
            "a row of commas",
            text([[""] * 8, SECOND, THIRD]),
            *(f"{each} is_present" for each in ("payee_reference", "payee_name", "sort_code", "account_number")),
            *(f"{each} is_present" for each in ("amount", "payment_reference", "pay_date")),
        ),
    ]


def _cells() -> list[Nasty]:
    sort_code, account, amount = "sort_code has_exact_digits", "account_number has_exact_digits", "amount is_a_number"
    name, pence, pay_date = "payee_name ", "amount has_two_decimals", "pay_date is_a_date"
    unseen, alike = name + "has_no_invisible_characters", name + "has_no_look_alikes"
    return [
        cell("sort code without its zero", "sort_code", "89999", sort_code),
        cell("sort code with hyphens", "sort_code", "30-84-79", sort_code),
        cell("sort code with blanks", "sort_code", "30 84 79", sort_code),
        cell("sort code as a formula", "sort_code", '=""308479""', sort_code),
        cell("sort code with an apostrophe", "sort_code", "'308479", sort_code),
        cell("sort code in Arabic digits", "sort_code", "٣٠٨٤٧٩", sort_code),
        cell("sort code in wide digits", "sort_code", "３０８４７９", sort_code),
        cell("sort code with a blank that nobody sees", "sort_code", "308479\u200b", sort_code),
        cell("sort code with an O", "sort_code", "3O8479", sort_code),
        cell("sort code of zeros", "sort_code", "000000", "sort_code is_not_all_zeros"),
        cell("account without its zero", "account", "8962004", account),
        cell("account of ten digits", "account", "8962004800", account),
        cell("account as a decimal number", "account", "89620048.0", account),
        cell("account with a no-break space", "account", "8962\u00a00048", account),
        cell("account in scientific notation", "account", "8.96E+07", "account_number is_not_in_scientific_notation"),
        cell("account of zeros", "account", "00000000", "account_number is_not_all_zeros"),
        cell("account missing", "account", "", "account_number is_present"),
        cell("amount in scientific notation", "amount", "1.23E+07", "amount is_not_in_scientific_notation"),
        cell("amount in brackets", "amount", "(100.00)", amount),
        cell("amount of the continent", "amount", "1.234,50", amount),
        cell("amount with a thousands comma", "amount", "1,234.50", amount),
        cell("amount with a decimal comma", "amount", "1234,50", amount),
        cell("amount with a pound sign", "amount", "£100.00", amount),
        cell("amount with minus behind", "amount", "100.00-", amount),
        cell("amount of a credit", "amount", "100.00 CR", amount),
        cell("amount with a no-break space", "amount", "1\u00a0234.50", amount),
        cell("amount with a blank behind", "amount", "100.00 ", amount),
        cell("amount in wide digits", "amount", "１００.００", amount),
        cell("amount with another minus", "amount", "\u2212100.00", amount),
        cell("amount with plus", "amount", "+100.00", amount),
        cell("amount of whole pounds", "amount", "100", pence),
        cell("amount with one decimal", "amount", "100.5", pence),
        cell("amount with three decimals", "amount", "100.005", pence),
        cell("amount below nothing", "amount", "-1.00", "amount is_not_negative"),
        cell("amount of nothing", "amount", "0.00", "amount is_not_zero"),
        cell("amount above what Bacs carries", "amount", "20000000.01", "amount is_at_most"),
        cell("amount with very many digits", "amount", "9" * 60 + ".00", "amount is_at_most"),
        cell("amount of an error", "amount", "#VALUE!", amount),
        cell("date of America", "pay_date", "11/30/2026", pay_date),
        cell("date of ISO", "pay_date", "2026-11-30", pay_date),
        cell("date of two digits", "pay_date", "30/11/26", pay_date),
        cell("date in words", "pay_date", "30 November 2026", pay_date),
        cell("date as a spreadsheet's number", "pay_date", "46356", pay_date),
        cell("date with an hour", "pay_date", "30/11/2026 00:00", pay_date),
        cell("date of no calendar", "pay_date", "31/11/2026", pay_date),
        cell("date of the month before", "pay_date", "30/10/2026", "pay_date is_in_the_pay_month"),
        cell("date of another day", "pay_date", "27/11/2026", "pay_date is_the_pay_day"),
        cell("name of a hyphen", "name", "-", name + "has_a_letter_or_digit"),
        cell("name of points", "name", "...", name + "has_a_letter_or_digit"),
        cell("name missing", "name", "", name + "is_present"),
        cell("name of blanks", "name", "   ", name + "is_present"),
        cell("name of a formula", "name", "=A1&B1", name + "is_no_formula"),
        cell("name of an error", "name", "#N/A", name + "is_no_spreadsheet_error"),
        cell("name of another error", "name", "#REF!", name + "is_no_spreadsheet_error"),
        cell("name with a blank that nobody sees", "name", "J\u200bBrown", unseen),
        cell("name with a soft hyphen", "name", "J Bro\u00adwn", unseen),
        cell("name with a mark of direction", "name", "J Brown\u200f", unseen),
        cell("name with a no-break space", "name", "J\u00a0Brown", unseen),
        cell("name with a byte order mark", "name", "\ufeffJ Brown", unseen),
        cell("name with a private sign", "name", "J \ue000 Brown", unseen),
        cell("name with a Cyrillic letter", "name", "J Вrown", alike),
        cell("name with a Greek letter", "name", "J Βrown", alike),
        cell("name in wide letters", "name", "Ｊ Ｂｒｏｗｎ", alike),
        cell("name in letters of mathematics", "name", "𝐉 𝐁𝐫𝐨𝐰𝐧", alike),
        cell("name garbled", "name", "RenÃ©e", name + "is_not_garbled"),
        cell("name garbled in capitals", "name", "RENÃ‰E", name + "is_not_garbled"),
        cell("name with a garbled apostrophe", "name", "Oâ€™Neill", name + "is_not_garbled"),
        cell("name with a lost letter", "name", "Ren\ufffde", name + "is_not_garbled"),
        cell("name garbled at its beginning", "name", "ï»¿Brown", name + "is_not_garbled"),
        cell("name with a tab", "name", "J\tBrown", name + "is_on_one_line"),
        cell("name with a line separator", "name", "J\u2028Brown", name + "is_on_one_line"),
        cell("name in Chinese", "name", "李明", name + "text_can_be_written"),
        cell("name of 141 letters", "name", "J" * 141, name + "is_not_too_long"),
        cell("reference too long", "reference", "ILF 2611 100002 ABC", "payment_reference is_not_too_long"),
        cell("reference with an accent", "reference", "ILF É", "payment_reference has_only_permitted_characters"),
        cell("reference of an error", "reference", "#N/A", "payment_reference has_only_permitted_characters"),
        cell("roll number with a comma", "roll", "D,1", "roll_number has_only_permitted_characters"),
        cell("payee's reference with a blank", "payee_reference", "ILF100002 ", "payee_reference has_the_agreed_form"),
        cell(
            "payee's reference in small letters", "payee_reference", "ilf100002", "payee_reference has_the_agreed_form"
        ),
        cell(
            "payee's reference with a Cyrillic letter",
            "payee_reference",
            "ІLF100002",
            "payee_reference has_the_agreed_form",
        ),
        paid("name with an umlaut", text(first("name", "Zoë Ångström"))),
        paid("name with an accent before an s", text(first("name", "ÉDITÉ'S"))),
        paid("name with a curled apostrophe", text(first("name", "Miss O’Neill"))),
        paid("name with a tilde", text(first("name", "João ÃO"))),
        paid("name of digits", text(first("name", "3663 Ltd"))),
    ]


PLAIN = [FIRST, [SECOND[0], "J Brown", *SECOND[2:]], [THIRD[0], "J Brown", *THIRD[2:]]]
"""The three rows without a letter that encodings write otherwise."""
PIPES = {"delimiter": "|", "quoting": "none", "encoding": "Windows-1252"}
WITH_RECORDS = {
    **PIPES,
    "headerRecord": {"begins": "H|"},
    "trailerRecord": {"begins": "T|", "count": 2, "totalPence": 3},
}


def _texts() -> list[Nasty]:
    good, accented = text(PLAIN, by="|"), text([first("name", "Renée")[0], *PLAIN[1:]], by="|")
    utf_16 = {"encoding": "UTF-16"}
    return [
        paid("pipes", good, **PIPES),
        paid("Windows-1252 as agreed", accented.encode("cp1252"), **PIPES),
        paid("marks are signs", text([first("name", 'J "M" Brown')[0], *PLAIN[1:]], by="|"), **PIPES),
        row_refused("UTF-8 where Windows-1252 was agreed", accented, "payee_name is_not_garbled", **PIPES),
        refused("a mark of UTF-8 where Windows-1252 was agreed", "\ufeff" + good, "text in UTF-8", **PIPES),
        refused(
            "a byte that Windows-1252 does not define",
            text(first("name", "Ren?e"), by="|").encode().replace(b"?", b"\x81"),
            "line 2 of the file has a character in column B (number 2) Recipient Name that is not of Windows-1252",
            **PIPES,
        ),
        refused("commas where pipes were agreed", text(), "separated by commas, not by vertical bars", **PIPES),
        paid("semicolons as agreed", text(by=";"), delimiter=";"),
        paid("tabs as agreed", text(by="\t"), delimiter="\t"),
        paid("UTF-16 as agreed", text(first("name", "Renée")).encode("utf-16"), **utf_16),
        paid("UTF-16 the other way round", "\ufeff".encode("utf-16-be") + text().encode("utf-16-be"), **utf_16),
        refused("UTF-16 without its mark", text().encode("utf-16-le"), "byte order mark of UTF-16", **utf_16),
        refused("UTF-8 where UTF-16 was agreed", text(), "byte order mark of UTF-16", **utf_16),
        row_refused(
            "half a character of UTF-16",
            text(first("name", "Ren?e")).encode("utf-16").replace("?".encode("utf-16-le"), b"\x00\xd8"),
            "payee_name is_not_garbled",
            **utf_16,
        ),
        paid("CRLF as agreed", text(), lineEnd="CRLF"),
        refused("LF where CRLF was agreed", text(end="\n"), "ends with LF", lineEnd="CRLF"),
        refused("one line where CRLF was agreed", HEADER, "has no end", lineEnd="CRLF"),
    ]


def _records() -> list[Nasty]:
    def sent(trailer: str = "T|3|593160\r\n", header: str = "H|GRANTS\r\n") -> bytes:
        return f"{header}{text(by='|')}{trailer}".encode("cp1252")

    pounds = {**WITH_RECORDS, "trailerRecord": {"begins": "T|", "totalPounds": 2}}
    return [
        paid("records that agree", sent(), **WITH_RECORDS),
        paid("a trailer record without its line's end", sent("T|3|593160"), **WITH_RECORDS),
        paid("a total in pounds", sent("T|5931.60"), **pounds),
        refused("a row too few", sent("T|4|593160"), "says 4 rows, and there are 3", **WITH_RECORDS),
        refused(
            "a penny too much", sent("T|3|593161"), "says £5,931.61, and the rows add up to £5,931.60", **WITH_RECORDS
        ),
        refused("a total of floats", sent("T|3|5931.6"), "figures cannot be read", **WITH_RECORDS),
        refused("a total with one decimal", sent("T|5931.6"), "figures cannot be read", **pounds),
        refused("a total missing", sent("T|3"), "figures cannot be read", **WITH_RECORDS),
        refused("cut off before the trailer record", sent(""), "has no trailer record", **WITH_RECORDS),
        refused("no header record", sent(header=""), "has no header record", **WITH_RECORDS),
        refused("records alone", b"H|GRANTS\r\nT|0|0\r\n", "is empty", **WITH_RECORDS),
    ]


WIDTHS = dict(zip(NAMES, (9, 40, 6, 8, 18, 12, 18, 10), strict=True))
FIXED = {"type": "fixed_width", "widths": WIDTHS}


def _fixed_width() -> list[Nasty]:
    def line(row: Sequence[str]) -> str:
        cells = zip(row, WIDTHS.items(), strict=True)
        return "".join(each.rjust(n) if name == "Net Amount" else each.ljust(n) for each, (name, n) in cells)

    good = [line(row) for row in GOOD]
    with_trailer = {**FIXED, "trailerRecord": {"begins": "T", "count": {"first": 2, "width": 6}}}
    return [
        paid("fixed width", "\r\n".join([*good, ""]), **FIXED),
        paid("fixed width with an accent", "\n".join([line(first("name", "Renée")[0]), *good[1:]]), **FIXED),
        paid("fixed width with a trailer record", "\n".join([*good, "T000003"]), **with_trailer),
        refused("fixed width, a row too few", "\n".join([*good, "T000004"]), "says 4 rows", **with_trailer),
        refused(
            "fixed width, blanks cut off",
            "\n".join([good[0], good[1][:-1], good[2]]),
            "line 2 of the file has 120",
            **FIXED,
        ),
        refused(
            "fixed width, a line too long", "\n".join([*good[:2], good[2] + "x"]), "line 3 of the file has 122", **FIXED
        ),
        refused(
            "fixed width, an empty line", "\n".join([good[0], "", good[1]]), "line 2 of the file is empty", **FIXED
        ),
        row_refused(
            "fixed width, other bytes",
            "\n".join([line(first("name", "Ren?e")[0]), *good[1:]]).encode().replace(b"?", b"\xff"),
            "payee_name is_not_garbled",
            **FIXED,
        ),
        row_refused(
            "fixed width, a zero lost",
            "\n".join([line(first("sort_code", "89999")[0]), *good[1:]]),
            "sort_code has_exact_digits",
            **FIXED,
        ),
        refused("fixed width, a workbook", workbook({"A": [NAMES]}), "an Excel workbook", **FIXED),
    ]


def _archives() -> list[Nasty]:
    good, packed, zipped_up = text().encode(), {"compression": "gzip"}, {"compression": "zip"}
    archive = zipped({"ilf.csv": good})
    damaged = bytearray(zipped({"ilf.csv": good}))
    damaged[60] ^= 1
    locked = bytearray(archive)
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.find(magic) + place] |= 1
    bomb = (",".join(SECOND) + "\r\n").encode() * 400_000
    lying = bytearray(zipped({"ilf.csv": good + bomb}))
    at = lying.find(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return [
        paid("gzip", gzip.compress(good), **packed),
        paid("gzip in two pieces", gzip.compress(good[:200]) + gzip.compress(good[200:]), **packed),
        refused("gzip cut off", gzip.compress(good)[:-20], "is cut off", **packed),
        refused("gzip that is none", good, "not packed with gzip", **packed),
        refused("gzip with a tail", gzip.compress(good) + b"tail", "not packed with gzip", **packed),
        refused("gzip of nothing", gzip.compress(b""), "is empty", **packed),
        refused("gzip bomb", gzip.compress(good + bomb), "unpacks to far more", **packed),
        paid("ZIP", archive, **zipped_up),
        paid("ZIP with a folder", zipped({"november/": b"", "november/ilf.csv": good}), **zipped_up),
        refused("ZIP of two", zipped({"a.csv": good, "b.csv": good}), "an archive of 2 files", **zipped_up),
        refused("ZIP of none", zipped({}), "an archive of 0 files", **zipped_up),
        refused("ZIP with a password", bytes(locked), "an archive with a password", **zipped_up),
        refused("ZIP damaged", bytes(damaged), "is damaged", **zipped_up),
        refused("ZIP cut off", archive[:-30], "is damaged", **zipped_up),
        refused("ZIP that is none", good, "is no ZIP archive", **zipped_up),
        refused("ZIP bomb", zipped({"ilf.csv": good + bomb}), "unpacks to far more", **zipped_up),
        refused("ZIP bomb that lies", bytes(lying), "unpacks to far more", **zipped_up),
    ]


def sheet(*rows: Sequence[Cell], above: int = 0) -> bytes:
    return workbook({"Payments": [*[["November"]] * above, NAMES, *(rows or GOOD)]})


def with_cell(column: str, value: Cell) -> list[Sequence[Cell]]:
    place = COLUMN[column]
    return [[*FIRST[:place], value, *FIRST[place + 1 :]], SECOND, THIRD]


XLSX = {"type": "xlsx"}


def _workbooks() -> list[Nasty]:
    def odd(name: str, column: str, value: Cell, *why: str) -> Nasty:
        return row_refused(name, sheet(*with_cell(column, value)), *why, **XLSX)

    text_kept = "is_stored_as_text"
    far = Raw('><is/></c><c r="XFD1048576" t="str"', "<v> </v>")
    placeless = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    placeless += "<c><f>A1</f><v>1</v></c></row></sheetData></worksheet>"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    good = sheet()
    twelve = date(2026, 11, 30)
    return [
        paid("a workbook of text", good, **XLSX),
        paid("a long sheet beside", workbook({"P": [NAMES, *GOOD], "Q": [list(SECOND)] * 40_000}), **XLSX, sheet="P"),
        paid("its sheet by name", workbook({"Notes": [["x"]], "Payments": [NAMES, *GOOD]}), **XLSX, sheet="Payments"),
        paid("its header in row 3", sheet(above=2), **XLSX, headerRow=3),
        paid("columns turned round in a sheet", sheet_turned(), **XLSX),
        paid("empty rows at the end", sheet(*GOOD, [""] * 8, [" ".strip()] * 8), **XLSX),
        paid("an account as a number of eight digits", sheet(*with_cell("account", number(FIRST[3]))), **XLSX),
        paid("an amount as a number", sheet(*with_cell("amount", number("2981.6"))), **XLSX),
        paid("an amount as a spreadsheet stores it", sheet(*with_cell("amount", number("2981.5999999999999"))), **XLSX),
        paid("a day as a day", sheet(*with_cell("pay_date", day(twelve))), **XLSX),
        paid(
            "a formula beyond what is wanted",
            workbook({"P": [[*NAMES], *GOOD], "Q": [[formula("1", "1")]]}),
            **XLSX,
            sheet="P",
        ),
        odd("a sort code as a number", "sort_code", number("89999"), "sort_code has_exact_digits"),
        odd("an account as a number without its zero", "account", number("8962004"), "account_number has_exact_digits"),
        odd("an account as a number with decimals", "account", number("8962004.5"), "account_number has_exact_digits"),
        odd("an amount of three decimals", "amount", number("2981.605"), "amount has_two_decimals"),
        odd("an amount as a day", "amount", day(twelve), "amount is_a_number"),
        odd(
            "a payee's reference as a number",
            "payee_reference",
            number("100002"),
            "payee_reference has_the_agreed_form",
        ),
        odd("a name as a number", "name", number("3663"), f"payee_name {text_kept}"),
        odd("a name as a day", "name", day(twelve), f"payee_name {text_kept}"),
        odd("a name as a truth", "name", truth(True), f"payee_name {text_kept}"),
        odd("a reference as a day", "reference", day(twelve), "payment_reference has_only_permitted_characters"),
        odd("a name by a formula", "name", formula("A2", "J Brown"), "payee_name is_no_formula"),
        odd("an amount by a formula", "amount", formula("1+1", "2.00", "n"), "amount is_a_number"),
        odd("a sort code by a formula", "sort_code", formula("A1", FIRST[2]), "sort_code has_exact_digits"),
        odd("a name in error", "name", error("#N/A"), "payee_name is_no_spreadsheet_error"),
        odd("a roll number in error", "roll", error("#REF!"), "roll_number has_only_permitted_characters"),
        odd("a day with an hour", "pay_date", Raw(' s="1"', "<v>46356.5</v>"), "pay_date is_a_date"),
        odd("a day of the old calendar", "pay_date", number("46356"), "pay_date is_a_date"),
        odd("an account left empty", "account", "", "account_number is_present"),
        odd(
            "a name with a blank that nobody sees, in a sheet",
            "name",
            "J\u200bBrown",
            "payee_name has_no_invisible_characters",
        ),
        refused("two sheets and no name", workbook({"A": [NAMES, *GOOD], "B": [["x"]]}), "has 2 worksheets", **XLSX),
        refused("another sheet", good, "has no worksheet Grants", **XLSX, sheet="Grants"),
        refused("the header elsewhere", sheet(above=1), "header stands in row 2", **XLSX),
        refused("the header above", good, "header stands in row 1", **XLSX, headerRow=2),
        refused("no rows in a sheet", workbook({"A": [NAMES]}), "no rows", **XLSX),
        refused("nothing in a sheet", workbook({"A": []}), "has no header in row 1", **XLSX),
        refused(
            "a column too many in a sheet", workbook({"A": [[*NAMES, "Note"], *GOOD]}), "column I (number 9)", **XLSX
        ),
        refused(
            "a cell beside the table", sheet(FIRST, [*SECOND, "", "x"], THIRD), "row 3 has something beyond", **XLSX
        ),
        refused("the header twice in a sheet", sheet(*GOOD, NAMES), "a second time", **XLSX),
        refused("a blank very far away", sheet(*with_cell("roll", far)), "reaches too far", **XLSX),
        refused("a formula that says no place", workbook({"A": placeless}), "formulas or errors", **XLSX),
        refused("an old workbook", ole, "(.xls)", **XLSX),
        refused("a workbook with a password", ole + "EncryptedPackage".encode("utf-16-le"), "with a password", **XLSX),
        refused(
            "OpenDocument", zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "(.ods)", **XLSX
        ),
        refused("macros", workbook({"A": [NAMES, *GOOD]}, {"xl/vbaProject.bin": b"x"}), "(.xlsm)", **XLSX),
        refused("a binary workbook", zipped({"xl/workbook.bin": b"x"}), "(.xlsb)", **XLSX),
        refused("another archive", zipped({"ilf.csv": text()}), "no Excel workbook", **XLSX),
        refused("CSV named as a workbook", text(), "no Excel workbook", **XLSX),
        refused("a workbook cut off", good[:-100], "no workbook that can be read", **XLSX),
        refused(
            "a workbook that is no XML",
            workbook({"A": [NAMES]}, {"xl/workbook.xml": b"<x"}),
            "damaged workbook",
            **XLSX,
        ),
        refused(
            "a bomb in a workbook",
            workbook({"A": [NAMES, *GOOD]}, {"xl/media/x": bytes(64 << 20)}),
            "unpacks to far more",
            **XLSX,
        ),
    ]


def sheet_turned() -> bytes:
    return workbook({"Payments": [NAMES[::-1], *(row[::-1] for row in GOOD)]})


PARQUET = {"type": "parquet"}


def _parquets() -> list[Nasty]:
    frame = pl.DataFrame(dict(zip(NAMES, zip(*GOOD, strict=True), strict=True)))

    def sent(*changed: pl.Expr) -> bytes:
        file = io.BytesIO()
        frame.with_columns(*changed).write_parquet(file)
        return file.getvalue()

    good, amounts = sent(), [Decimal(row[5]) for row in GOOD]
    all_rows = {row: {"amount is_a_number"} for row in range(3)}
    as_numbers = sent(pl.Series(NAMES[3], [int(row[3]) for row in GOOD]))
    return [
        paid("Parquet of text", good, **PARQUET),
        paid("Parquet of decimals", sent(pl.Series(NAMES[5], amounts, dtype=pl.Decimal(12, 2))), **PARQUET),
        paid("Parquet of days", sent(pl.lit(date(2026, 11, 30)).alias(NAMES[7])), **PARQUET),
        Nasty(
            "Parquet of floats",
            sent(pl.Series(NAMES[5], [float(each) for each in amounts])),
            refused=all_rows,
            form=PARQUET,
        ),
        Nasty(
            "Parquet of account numbers",
            as_numbers,
            refused={1: {"account_number has_exact_digits"}},
            paid={0: PENCE[0], 2: PENCE[2]},
            form=PARQUET,
        ),
        row_refused(
            "Parquet with nothing in a cell",
            sent(pl.Series(NAMES[1], [None, SECOND[1], THIRD[1]])),
            "payee_name is_present",
            **PARQUET,
        ),
        refused("Parquet of lists", sent(pl.concat_list(NAMES[1]).alias(NAMES[1])), "lists or records", **PARQUET),
        refused("Parquet with a column missing", _without_amount(frame), "Net Amount is missing", **PARQUET),
        refused("Parquet cut off", good[:-10], "damaged Parquet file", **PARQUET),
        refused(
            "Parquet with its middle lost",
            good[:4] + bytes(len(good) - 400) + good[-396:],
            "damaged Parquet",
            **PARQUET,
        ),
        refused("CSV named as Parquet", text(), "no Parquet file", **PARQUET),
        refused("nothing as Parquet", b"", "is empty", **PARQUET),
    ]


def _without_amount(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.drop("Net Amount").write_parquet(file)
    return file.getvalue()


def described(form: Mapping[str, Any]) -> str:
    """The lines of a contract that say a form."""
    properties = [{"property": key, "value": value} for key, value in form.items() if key != "type"]
    return f"physicalType: {form.get('type', 'csv')}\n    customProperties: {json.dumps(properties)}"


NASTY = (
    *_structure(),
    *_cells(),
    *_texts(),
    *_records(),
    *_fixed_width(),
    *_archives(),
    *_workbooks(),
    *_parquets(),
)
"""All of them."""
