"""Nasty workbooks and Parquet files."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from tests.golden.nasty import (
    COLUMN,
    FIRST,
    GOOD,
    NAMES,
    PENCE,
    SECOND,
    THIRD,
    Nasty,
    paid,
    refused,
    row_refused,
    text,
)
from tests.workbooks import Cell, Raw, day, error, formula, number, sheet_xml, truth, workbook, zipped


def sheet(*rows: Sequence[Cell], above: int = 0) -> bytes:
    return workbook({"Payments": [*[["November"]] * above, NAMES, *(rows or GOOD)]})


def with_cell(column: str, value: Cell) -> list[Sequence[Cell]]:
    place = COLUMN[column]
    return [[*FIRST[:place], value, *FIRST[place + 1 :]], SECOND, THIRD]


XLSX = {"type": "xlsx"}


def workbooks() -> list[Nasty]:
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
        refused("a formula that says no place", workbook({"A": placeless}), "where they stand", **XLSX),
        *otherwise_placed(),
        *found_twice(),
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


def otherwise_placed() -> list[Nasty]:
    """Sheets whose XML one reader takes for a cell near by, and another for one far away, or that has a cell twice."""
    good, far, twice = sheet_xml([NAMES, *GOOD]), "where they stand", "a cell stands twice"
    again = '<row r="2"><c r="F2" t="inlineStr"><is><t>9999.00</t></is></c></row></sheetData>'
    known = '<c r="F2" t="inlineStr">'

    def placed(name: str, words: str, instead: str, of: str = known) -> Nasty:
        assert of in good
        return refused(name, workbook({"P": good.replace(of, instead)}), words, **XLSX)

    return [
        paid("a sheet whose tags have a prefix", workbook({"P": _prefixed(good)}), **XLSX),
        paid("a place behind the type", workbook({"P": good.replace(known, "<c t='inlineStr' r='F2'>")}), **XLSX),
        placed("a row of eleven digits", far, '<c r="F99999999999" t="inlineStr">'),
        placed("a place in small letters", far, '<c r="f1048576" t="inlineStr">'),
        placed("a place twice in a tag", far, '<c r="F2" r="F99999999999" t="inlineStr">'),
        placed("a place behind a bracket", far, '<c x=">" r="F99999999999" t="inlineStr">'),
        placed("a place with a strange prefix", far, '<é:c r="F99999999999" t="inlineStr">'),
        placed("a row that says its place for its cells", far, '<row r="4000000000"><c', '<row r="2"><c r="A2"'),
        placed("a row that stands twice", twice, again, "</sheetData>"),
        placed("a cell that stands twice", twice, f"{known}<is><t>1.00</t></is></c>{known}"),
        placed("a sheet without an end of a tag", "no proper XML", "x" * 6_000_000, '><row r="2">'),
    ]


def found_twice() -> list[Nasty]:
    """Workbooks in which one reader finds the sheet here, and another one there."""
    book, relations, part = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"
    rows = [[*row[:5], "9999.00", *row[6:]] for row in GOOD]
    two, other = workbook({"Payments": [NAMES, *GOOD], "Q": [NAMES, *rows]}), sheet_xml([NAMES, *rows])
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    again = f'<Relationship Id="rId1" Type="{space}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'

    def changed(name: str, words: str, edit: Callable[[dict[str, str]], object]) -> Nasty:
        with zipfile.ZipFile(io.BytesIO(two)) as archive:
            members = {each: archive.read(each).decode() for each in archive.namelist()}
        edit(members)
        return refused(name, zipped(members), words, **XLSX, sheet="Payments")

    def instead(part: str, *pairs: tuple[str, str]) -> Callable[[dict[str, str]], object]:
        def edit(members: dict[str, str]) -> None:
            for old, new in pairs:
                assert old in members[part]
                members[part] = members[part].replace(old, new)

        return edit

    two_ids = (f'xmlns:r="{space}"', f'xmlns:q="{space}" xmlns:r="u"'), ('r:id="rId1"', 'q:id="rId1" r:id="rId2"')
    return [
        changed("two sheets of one name", "of one name", instead(book, ('name="Q"', 'name="Payments"'))),
        changed(
            "two sheets of one name in another case", "of one name", instead(book, ('name="Q"', 'name="PAYMENTS"'))
        ),
        changed("a part twice", "of one name", lambda parts: parts.update({part.replace("sheet1", "Sheet1"): other})),
        changed("a relation twice", "of one name", instead(relations, ("</Relationships>", again))),
        changed("a sheet with two relations", "damaged workbook", instead(book, *two_ids)),
        changed("a sheet by another way", "no table", instead(relations, ('"worksheets/s', '"xl/worksheets/s'))),
    ]


def _prefixed(sheet: str) -> str:
    return re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheet).replace("xmlns=", "xmlns:x=")


PARQUET = {"type": "parquet"}


def parquets() -> list[Nasty]:
    frame = pl.DataFrame(dict(zip(NAMES, zip(*GOOD, strict=True), strict=True)))

    def sent(*changed: pl.Expr) -> bytes:
        file = io.BytesIO()
        frame.with_columns(*changed).write_parquet(file)
        return file.getvalue()

    good, amounts = sent(), [Decimal(row[5]) for row in GOOD]
    all_rows = {row: {"amount is_a_number"} for row in range(3)}
    arrow = pa.table({name: [row[place] for row in GOOD] for place, name in enumerate(NAMES)})

    def written(column: str, values: pa.Array) -> bytes:
        file = io.BytesIO()
        pq.write_table(arrow.set_column(arrow.schema.get_field_index(column), column, values), file)
        return file.getvalue()

    far = pa.array([2**31 - 1] * 3, pa.int32()).cast(pa.date32())
    huge = pa.array([Decimal(10**37)] * 3, pa.decimal128(38, 0))
    accented = written(NAMES[1], pa.array(["Zoë", *(row[1] for row in GOOD[1:])]))
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
        refused("Parquet of lists", sent(pl.concat_list(NAMES[1]).alias(NAMES[1])), "lists, records", **PARQUET),
        refused("Parquet of bytes", written(NAMES[1], pa.array([b"A", b"B", b"C"])), "bytes", **PARQUET),
        refused(
            "Parquet of lengths of time", written(NAMES[7], pa.array([1] * 3, pa.duration("s"))), "of time", **PARQUET
        ),
        refused(
            "Parquet of wider numbers than any", written(NAMES[5], huge.cast(pa.decimal256(60, 2))), "lists", **PARQUET
        ),
        refused(
            "Parquet with bytes that are no text", accented.replace("ë".encode(), b"\xff\xfe"), "damaged", **PARQUET
        ),
        refused("Parquet with a name that is no text", good.replace(b"Net Am", b"Net \xffm"), "damaged", **PARQUET),
        Nasty("Parquet of numbers too large", written(NAMES[5], huge), refused=all_rows, form=PARQUET),
        Nasty(
            "Parquet of days that no calendar has",
            written(NAMES[7], far),
            refused={row: {"pay_date is_a_date"} for row in range(3)},
            form=PARQUET,
        ),
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
