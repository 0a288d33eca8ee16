"""Templates: what stands in them is what the contract asks for, and filled in they are taken."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from python_calamine import load_workbook

from schemas.contract.contract import Contract
from schemas.contract.extract import read_extract
from schemas.extract_files.form import FileKind
from schemas.no_go import NoGo
from tasks.body_tools.template import template_form, write_template
from tests.council import CONTRACT, FORMS, form

NAMES = ["Ref", "First Name", "Surname", "Sort Code", "Account", "Pay"]


def made(contract: str, kind: FileKind | None, folder: Path) -> tuple[Contract, Path, list[str]]:
    read = Contract.parsed(contract.encode(), "extract.odcs.yaml")
    path = folder / "template"
    return read, path, write_template(read, template_form(read, kind), path)


def test_a_csv_has_the_header_line_and_nothing_else(tmp_path: Path) -> None:
    _, path, said = made(CONTRACT, None, tmp_path)
    assert path.read_bytes() == b"\xef\xbb\xbfRef,First Name,Surname,Sort Code,Account,Pay\r\n"
    assert said == []


def test_delimiter_encoding_and_records_are_the_contract_s(tmp_path: Path) -> None:
    _, path, said = made(FORMS["pipes, Windows-1252, records"], None, tmp_path)
    assert path.read_bytes().split(b"\r\n") == [b"H|GRANTS", "|".join(NAMES).encode(), b"T|0|0", b""]
    assert said == [
        "Its first line begins with H|GRANTS.",
        "Its last line begins with T| and says the rows and total: put in what your rows come to.",
    ]
    _, path, said = made(FORMS["no quotes, UTF-16, lines of LF, gzip"], None, tmp_path)
    assert path.read_bytes().decode("utf-16") == "\t".join(NAMES) + "\n"
    assert said == ["Before you send it, pack it with gzip."]


def test_a_workbook_has_text_columns_the_named_sheet_and_the_header_in_its_row(tmp_path: Path) -> None:
    contract, path, said = made(FORMS["Excel"], None, tmp_path)
    workbook = load_workbook(io.BytesIO(path.read_bytes()))
    assert workbook.sheet_names == ["Payments"]
    rows = workbook.get_sheet_by_name("Payments").to_python(skip_empty_area=False)
    assert [rows[0][0], rows[1][0], rows[2]] == ["", "", NAMES]
    with zipfile.ZipFile(path) as archive:
        sheet, styles = (archive.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    (style,) = re.findall('<cols><col min="1" max="6" [^>]*style="([0-9]+)"[^>]*/></cols>', sheet)
    format_of = re.findall('<xf numFmtId="([0-9]+)"', styles.split("<cellXfs")[1])[int(style)]
    assert format_of == "49"  # Excel's number for text
    assert said[0].startswith("Its columns are text")
    with pytest.raises(NoGo, match="no rows"):
        list(read_extract(path, contract))


def test_a_workbook_to_fill_in_says_how_it_is_then_saved(tmp_path: Path) -> None:
    _, path, said = made(CONTRACT, FileKind.XLSX, tmp_path)
    assert load_workbook(io.BytesIO(path.read_bytes())).get_sheet_by_index(0).to_python() == [NAMES]
    assert said[1] == "It is for filling in: before you send it, save it as CSV UTF-8."


@pytest.mark.parametrize(
    ("contract", "kind", "said"),
    [
        (FORMS["fixed width"], None, "Ref from 1 to 12, First Name from 13 to 157, Surname from 158 to 302, "),
        (FORMS["Parquet"], None, "with text columns Ref, First Name, Surname"),
        (form("xlsx"), FileKind.CSV, "This body sends an Excel workbook"),
    ],
    ids=["fixed width", "Parquet", "CSV for Excel"],
)
def test_where_nobody_could_send_it_a_sentence_says_why(
    tmp_path: Path, contract: str, kind: FileKind | None, said: str
) -> None:
    with pytest.raises(NoGo, match=said):
        made(contract, kind, tmp_path)
