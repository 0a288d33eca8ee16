"""Nasty text in other forms than ILF's: encodings, records, widths, archives."""

import gzip
from collections.abc import Sequence

from tests.golden.nasty import FIRST, GOOD, NAMES, SECOND, THIRD, Nasty, first, paid, refused, row_refused, text
from tests.month import HEADER
from tests.workbooks import workbook, zipped

PLAIN = [FIRST, [SECOND[0], "J Brown", *SECOND[2:]], [THIRD[0], "J Brown", *THIRD[2:]]]
"""The three rows without a letter that encodings write otherwise."""
PIPES = {"delimiter": "|", "quoting": "none", "encoding": "Windows-1252"}
WITH_RECORDS = {
    **PIPES,
    "headerRecord": {"begins": "H|"},
    "trailerRecord": {"begins": "T|", "count": 2, "totalPence": 3},
}


def texts() -> list[Nasty]:
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


def records() -> list[Nasty]:
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


def fixed_width() -> list[Nasty]:
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


def archives() -> list[Nasty]:
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
        refused("ZIP of ten thousand", b"PK\x01\x02" * 10_001 + archive, "more than 10,000 files", **zipped_up),
        refused("ZIP of none", zipped({}), "an archive of 0 files", **zipped_up),
        refused("ZIP with a password", bytes(locked), "an archive with a password", **zipped_up),
        refused("ZIP damaged", bytes(damaged), "is damaged", **zipped_up),
        refused("ZIP cut off", archive[:-30], "is damaged", **zipped_up),
        refused("ZIP that is none", good, "is no ZIP archive", **zipped_up),
        refused("ZIP bomb", zipped({"ilf.csv": good + bomb}), "unpacks to far more", **zipped_up),
        refused("ZIP bomb that lies", bytes(lying), "unpacks to far more", **zipped_up),
    ]
