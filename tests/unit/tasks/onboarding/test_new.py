"""A draft says what the sample shows for certain, asks for the rest, and counts for nothing before it is answered."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from schemas.agreement import Agreement
from schemas.contract.contract import Contract
from schemas.contract.draft import draft_contract
from schemas.contract.extract import read_extract
from schemas.extract_files.sample import look_at
from schemas.no_go import NoGo
from tasks.onboarding.new import begin_tenant
from tasks.settings import Settings
from tasks.tenant_context import list_agreed_in_both_modes

HEADER = ("Berth", "Holder Forename", "Holder Surname", "SortCode", "Bank Account", "Net Pay", "Paid On", "Crane")
ROWS = (
    ("B-017", "Zoë", "O’Hara", "08-99-99", "66374958", "£1,234.50", "05/01/2026", "north"),
    ("B-018", "Jo", "Smith", "10-79-99", "88837491", "20.00", "05/01/2026", "south"),
)
CELLS = {cell for row in ROWS for cell in row}


def csv_of(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "cp1252") -> Path:
    path.write_bytes("\r\n".join(";".join(row) for row in ([header] if header else []) + list(rows)).encode(encoding))
    return path


def drafted(path: Path) -> str:
    return draft_contract("harbour", look_at(path))


def answered(text: str, *answers: tuple[str, str]) -> Contract:
    for old, new in answers:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Contract.parsed(text.encode(), "extract.odcs.yaml")


def test_what_is_certain_is_filled_in_and_the_rest_is_asked(tmp_path: Path) -> None:
    sample = csv_of(tmp_path / "harbour.csv", ROWS)
    text = drafted(sample)
    assert not [cell for cell in CELLS if cell in text], "nothing of the rows goes into the draft"
    with pytest.raises(NoGo) as said:
        answered(text)
    awaited = str(said.value).partition("under: ")[2].partition(". The comments")[0].split(", ")
    assert awaited == ["payee_reference", "roll_number", "payment_reference", "pay_date", "unread_1", "unread_2"]
    assert "can be read with day or month first in every row" in text
    contract = answered(
        text,
        ('physicalName: "???"', "physicalName: Berth"),
        ('value: "???"', "value: empty"),
        ('physicalName: "???"', "physicalName: Crane"),
        ('transformLogic: "???"', "transformLogic: date_with_day_first"),
        *(
            (
                f'      - name: unread_{n}\n        physicalName: "{name}"\n'
                '        customProperties: [{property: ignored, value: "???"}]\n',
                "",
            )
            for n, name in ((1, "Berth"), (2, "Crane"))
        ),
    )
    (rows,) = read_extract(sample, contract, None)
    assert rows.select("payee_reference", "payee_name", "sort_code", "account_number", "amount", "pay_date").rows() == [
        ("B-017", "Zoë O’Hara", "089999", "66374958", "1234.50", "05/01/2026"),
        ("B-018", "Jo Smith", "107999", "88837491", "20.00", "05/01/2026"),
    ]


DATES = {
    "day first": (("25/01/2026",), 'physicalName: "Paid On"'),
    "day first, with points": (("25.01.2026", "01.02.2026"), "transformLogic: date_with_day_first"),
    "month first": (("01/25/2026",), "transformLogic: date_with_month_first"),
    "year first": (("2026-01-25",), "transformLogic: date_with_year_first"),
    "both ways": (("01/02/2026", "12/12/2026"), 'transformLogic: "???"'),
    "both, mixed": (("25/01/2026", "01/25/2026"), 'transformLogic: "???"'),
}


@pytest.mark.parametrize(("days", "said"), DATES.values(), ids=DATES)
def test_the_order_of_a_date_is_told_by_a_day_that_is_no_month(tmp_path: Path, days: Sequence[str], said: str) -> None:
    text = drafted(csv_of(tmp_path / "x.csv", [(*ROWS[0][:6], day, "x") for day in days]))
    assert said in text.partition("- name: pay_date")[2].partition("- name:")[0]


ASKED = {
    "a sort code without its zero": (3, "89999", "sort_code", "1 of 2 rows have fewer: zeros in front are lost"),
    "an account without its zero": (4, "6637495", "account_number", "1 of 2 rows have fewer: zeros in front are lost"),
    "whole numbers, perhaps pence": (5, "123450", "amount", "Whole numbers may be pence: ask"),
    "a continental amount": (5, "1.234,50", "amount", "in pounds with two decimals?"),
    "a second amount": (7, "12.00", "amount", "in pounds with two decimals?"),
    "a second date": (7, "06/01/2026", "pay_date", "which of the dates"),
}


@pytest.mark.parametrize(("place", "cell", "column", "said"), ASKED.values(), ids=ASKED)
def test_what_could_pay_wrong_is_a_question(tmp_path: Path, place: int, cell: str, column: str, said: str) -> None:
    rows = [(*row[:place], cell if row is ROWS[0] or place > 4 else row[place], *row[place + 1 :]) for row in ROWS]
    text = drafted(csv_of(tmp_path / "x.csv", rows))
    above, _, lines = text.partition(f"- name: {column}\n")
    assert said in above.rpartition("# QUESTION")[2]
    assert lines.lstrip().startswith('physicalName: "???"')


def test_a_workbook_with_a_title_and_sort_codes_that_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "harbour.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, day = book.add_worksheet("January"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, ["Harbour payments for Zoë O’Hara"])
        sheet.write_row(2, 0, HEADER)
        sheet.write_row(3, 0, ["B-017", "Zoë", "O’Hara", 89999, "66374958", 1234.5])
        sheet.write_datetime(3, 6, date(2026, 1, 5), day)
        sheet.write(3, 7, "north")
    text = drafted(path)
    assert "{property: headerRow, value: 3}" in text
    assert "1 of 1 rows have fewer, stored as numbers: zeros in front are lost" in text
    for column, name in (("amount", "Net Pay"), ("pay_date", "Paid On"), ("account_number", "Bank Account")):
        assert f'- name: {column}\n        physicalName: "{name}"' in text
    assert "O’Hara" not in text and "Zo" not in text and "January" not in text


@pytest.mark.parametrize("title", ["Zoë O’Hara, rents, 1st, 2nd", "Rents for Zoë O’Hara;;;;;;;"])
def test_text_with_a_title_above_the_names(tmp_path: Path, title: str) -> None:
    """The title may name somebody: how it begins is asked."""
    text = drafted(csv_of(tmp_path / "x.csv", [HEADER, *ROWS], header=(title,)))
    assert '{property: delimiter, value: ";"}' in text
    assert 'headerRecord, value: {begins: "???"}' in text
    assert 'physicalName: "Net Pay"' in text or '["Net Pay"]' in text
    assert "O’Hara" not in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"B-017;Zoe;OHara;08-99-99;66374958;1.00\r\n", "no row of column names"),
        (";".join(HEADER).encode(), "column names and no rows"),
        (b"Jo;Smith;Ms;North Street;Leith\nRef;Name;Sort Code;Account;Net Pay\n", "may be somebody's name"),
        (b"", "is empty"),
        (b"\x1f\x8b\x08", "is packed"),
        (b"B-017      Zoe       08999966374958\r\n", "Fixed widths are not guessed"),
        (b"\0\1\2\3", "is neither text nor a workbook"),
        (b"PK\x03\x04", "workbook"),
        (b"PAR1", "Parquet"),
    ],
    ids=[
        "no header",
        "no rows",
        "people above the names",
        "empty",
        "packed",
        "fixed width",
        "bytes",
        "a broken workbook",
        "a broken Parquet file",
    ],
)
def test_a_sample_that_shows_nothing(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(NoGo, match=said):
        look_at(tmp_path / "x")


def test_people_above_the_header_of_a_workbook_are_no_columns(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Jo", "Smith", "Ms", "North Street", "Leith"])
        sheet.write_row(2, 0, HEADER)
        sheet.write_row(3, 0, ["B-017", "Ann", "Lee", "089999", "66374958", "1.00", "27/11/2026", "north"])
    assert "Smith" not in drafted(tmp_path / "x.xlsx")


def test_days_of_no_calendar_in_a_sample_are_no_days(tmp_path: Path) -> None:
    far = pl.Series("Paid On", [2**62, 0]).cast(pl.Datetime("ms"))
    frame = pl.DataFrame({**{name: ["200001", "200002"] for name in HEADER[:5]}, "Paid On": far})
    frame.write_parquet(tmp_path / "x.parquet")
    assert look_at(tmp_path / "x.parquet").column("Paid On") == ["01/01/1970"]


def test_nothing_is_written_over_and_no_draft_loads(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", contracts=tmp_path)
    sample = csv_of(tmp_path / "x.csv", ROWS)
    contract, agreement = begin_tenant("harbour", sample, settings)
    for load, file in ((Contract.load, contract), (Agreement.load, agreement)):
        with pytest.raises(
            NoGo, match=rf"{file.name} is a draft, and does not count before its questions are answered"
        ):
            load(file)
    assert [context.tenant for context in list_agreed_in_both_modes(settings)] == [], "it concerns nobody else yet"
    contract.write_text("mine")
    with pytest.raises(NoGo, match="nothing is written over"):
        begin_tenant("harbour", sample, settings)
    assert contract.read_text() == "mine"
    with pytest.raises(NoGo, match="no short name"):
        begin_tenant("../harbour", sample, settings)
