"""A contract says in which form a file comes, and nothing that siller would not do."""

from pathlib import Path
from typing import Any

import pytest

from schemas.contract.contract import Contract
from schemas.extract_files.form import COMMA_SEPARATED, Compression, Encoding, FileKind, Form, Place, Record
from schemas.no_go import NoGo
from tests.golden.nasty import described
from tests.golden.nasty_texts import WIDTHS

ILF = (Path(__file__).parents[4] / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")


def form(**said: Any) -> Form:
    return Contract.parsed(ILF.replace("physicalType: csv", described(said)).encode(), "c.odcs.yaml").form


def test_without_a_word_a_file_is_comma_separated_utf_8() -> None:
    assert form() == COMMA_SEPARATED == Form()


def test_every_key_of_a_text_is_taken() -> None:
    record = {"begins": "T|", "count": 2, "totalPounds": 3}
    assert form(
        delimiter="|",
        quoting="none",
        lineEnd="CRLF",
        encoding="Windows-1252",
        compression="zip",
        headerRecord={"begins": "H|"},
        trailerRecord=record,
    ) == Form(
        FileKind.CSV,
        "|",
        False,
        "CRLF",
        Encoding.WINDOWS_1252,
        Compression.ZIP,
        Record("H|"),
        Record("T|", Place(2), Place(3), in_pence=False),
    )


def test_widths_and_places_of_a_file_of_fixed_width() -> None:
    total = {"begins": "T", "totalPence": {"first": 2, "width": 12}}
    found = form(type="fixed_width", widths=WIDTHS, trailerRecord=total)
    assert found.widths == tuple(WIDTHS.items())
    assert found.trailer_record == Record("T", None, Place(2, 12), in_pence=True)


def test_sheet_and_header_of_a_workbook() -> None:
    found = form(type="xlsx", sheet="Payments", headerRow=3)
    assert (found.kind, found.sheet, found.header_row) == (FileKind.XLSX, "Payments", 3)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"type": "ods"}, "physicalType is 'ods'; siller has csv, fixed_width, xlsx, parquet"),
        ({"colour": "red"}, "custom property colour means nothing for a csv file"),
        ({"sheet": "A"}, "custom property sheet means nothing for a csv file"),
        ({"type": "xlsx", "delimiter": ";"}, "custom property delimiter means nothing for a xlsx file"),
        ({"type": "xlsx", "encoding": "UTF-8"}, "custom property encoding means nothing"),
        ({"type": "parquet", "compression": "gzip"}, "custom property compression means nothing"),
        ({"widths": WIDTHS}, "custom property widths means nothing for a csv file"),
        ({"passwordKey": "zip"}, "a contract says nothing of a password"),
        ({"encoding": "latin-1"}, "encoding is 'latin-1'; siller has UTF-8, UTF-16, Windows-1252"),
        ({"quoting": "some"}, "quoting is 'some'"),
        ({"lineEnd": "LFCR"}, "lineEnd is 'LFCR'"),
        ({"compression": "rar"}, "compression is 'rar'"),
        ({"delimiter": ";;"}, "delimiter must be one sign"),
        ({"delimiter": "a"}, "delimiter must be one sign"),
        ({"delimiter": '"'}, "delimiter must be one sign"),
        ({"delimiter": "."}, "delimiter must be one sign"),
        ({"delimiter": "§"}, "delimiter must be one sign"),
        ({"delimiter": 1}, "delimiter must be one sign"),
        ({"headerRecord": "H"}, "headerRecord says what the line begins with"),
        ({"trailerRecord": {"begins": "T", "sum": 2}}, "trailerRecord says what the line begins with"),
        ({"trailerRecord": {"begins": "T", "totalPence": 2, "totalPounds": 3}}, "trailerRecord says what"),
        ({"trailerRecord": {"begins": "T", "count": 0}}, "by its number"),
        ({"trailerRecord": {"begins": "T", "count": {"first": 2, "width": 3}}}, "by its number"),
        (
            {"type": "fixed_width", "widths": WIDTHS, "trailerRecord": {"begins": "T", "count": 2}},
            "{first: 2, width: 8}",
        ),
        ({"type": "fixed_width"}, "needs the custom property widths"),
        ({"type": "fixed_width", "widths": {"ILF Ref": "9"}}, "needs the custom property widths"),
        ({"type": "xlsx", "sheet": ""}, "sheet is the name of a worksheet"),
        ({"type": "xlsx", "headerRow": 0}, "headerRow is the row"),
        ({"type": "xlsx", "headerRow": True}, "headerRow is the row"),
    ],
    ids=lambda each: str(each)[:60],
)
def test_what_siller_would_not_do_is_refused_by_name(said: dict[str, Any], words: str) -> None:
    with pytest.raises(NoGo) as refused:
        form(**said)
    assert words in str(refused.value)


def test_a_property_twice_is_refused() -> None:
    twice = (
        "physicalType: csv\n    customProperties: [{property: delimiter, value: ','}, {property: delimiter, value: ;}]"
    )
    with pytest.raises(NoGo, match="stands twice"):
        Contract.parsed(ILF.replace("physicalType: csv", twice).encode(), "c.odcs.yaml")
