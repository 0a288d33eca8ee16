"""The reader gives the rows as sent, and says clearly what it cannot read."""

import csv
import io
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.contract.extract import read_extract
from schemas.extract_files import text as streams
from schemas.no_go import NoGo

HEADER = "ILF Ref,Recipient Name,Sort Code,Account No,Roll No,Net Amount,Payment Reference,Pay Date"
NAMES = HEADER.split(",")
ROW = "ILF100001,Zoë Planted,089999,66374958,,520.00,ILF 2611 100001,30/11/2026"
PERSONAL = re.compile("Planted|66374958|089999|520|ILF100001|ILF 2611")


def write(folder: Path, content: str | bytes) -> Path:
    path = folder / "ilf.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, contract) -> pl.DataFrame:
    return pl.concat(read_extract(path, contract))


def refusal(path: Path, contract) -> str:
    with pytest.raises(NoGo) as refused:
        read(path, contract)
    said = str(refused.value)
    assert path.name in said
    assert not PERSONAL.search(said)
    assert refused.value.__context__ is None  # the reader's own message quotes the row
    return said


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("last", [True, False], ids=["last line ended", "last line open"])
def test_every_usual_form_of_the_text_reads_the_same(tmp_path, ilf, end, mark, last):
    text = end.join([HEADER, ROW, ROW]) + (end if last else "")
    rows = read(write(tmp_path, mark + text.encode()), ilf)
    assert rows.columns == ["row_number", *(column.name for column in ilf.columns)]
    assert rows.rows() == [(0, *ROW.split(",")), (1, *ROW.split(","))]
    assert set(rows.drop("row_number").dtypes) == {pl.String}
    assert rows["row_number"].dtype == pl.Int32


def test_the_columns_order_does_not_matter(tmp_path, ilf):
    turned = "\n".join(",".join(reversed(line.split(","))) for line in (HEADER, ROW))
    assert read(write(tmp_path, turned), ilf).rows() == [(0, *ROW.split(","))]


def test_nothing_is_trimmed_padded_or_taken_for_a_number(tmp_path, ilf):
    cells = [" ILF1", "NULL", "012345 ", "6.64E+07", '""', "00.10", "nan", "30/11/2026"]
    rows = read(write(tmp_path, f"{HEADER}\n{','.join(cells)}\n"), ilf)
    assert rows.row(0)[1:] == (" ILF1", "NULL", "012345 ", "6.64E+07", "", "00.10", "nan", "30/11/2026")


def test_row_numbers_go_on_from_frame_to_frame(tmp_path, ilf, monkeypatch):
    monkeypatch.setattr(streams, "BLOCK_BYTES", 1000)
    path = write(tmp_path, "\n".join([HEADER, *[ROW] * 550]))
    frames = list(read_extract(path, ilf, frame_rows=100))
    assert [frame.height for frame in frames] == [100, 100, 100, 100, 100, 50]
    assert pl.concat(frames)["row_number"].to_list() == list(range(550))
    assert all(frame.null_count().sum_horizontal().item() == 0 for frame in frames)


# No bare carriage return: Python's own writer leaves it without quotation marks.
CELLS = st.text(st.sampled_from("ab 09,\"\n'é;=-"), max_size=6)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(*[CELLS] * 8), min_size=1, max_size=30),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    block=st.sampled_from([700, 4000, 1 << 20]),
)
def test_what_a_csv_writer_wrote_is_read_back(tmp_path, ilf, monkeypatch, rows, quoting, end, block):
    monkeypatch.setattr(streams, "BLOCK_BYTES", block)
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting, lineterminator=end).writerows([NAMES, *rows])
    found = read(write(tmp_path, file.getvalue()), ilf)
    assert [row[1:] for row in found.rows()] == rows


LINES = st.lists(
    st.sampled_from(
        [
            *[ROW, ROW, ROW, "", ",,,,,,,", "a,b"],
            *['a,"b,c,d,e,f,g,h', 'a,b",c,d,e,f,g,h', '"a""b",b,c,d,e,f,g,h', 'a,"b "c" d",c,d,e,f,g,h'],
        ]
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, block=st.sampled_from([300, 1 << 20]))
def test_a_spoiled_file_reads_as_pythons_own_reader_does_or_is_refused(tmp_path, ilf, monkeypatch, lines, block):
    monkeypatch.setattr(streams, "BLOCK_BYTES", block)
    text = "\n".join([HEADER, *lines]) + "\n"
    path = write(tmp_path, text)
    try:
        naive = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    except csv.Error:  # text after a closing quotation mark, or none that closes
        naive = [[]]
    # A row that is longer than a block, a megabyte in life, is taken for a quotation mark that nobody closes.
    assume(all(len(",".join(row)) < block // 2 for row in naive))
    if all(len(row) == 8 for row in naive):
        assert [list(row[1:]) for row in read(path, ilf).rows()] == naive
    else:
        refusal(path, ilf)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"\xef\xbb\xbf", b"  \r\n \r\n"], ids=["0 bytes", "LF", "BOM", "spaces"]
)
def test_an_empty_file(tmp_path, ilf, content):
    assert "empty" in refusal(write(tmp_path, content), ilf)


def test_a_missing_file_and_a_folder(tmp_path, ilf):
    assert "no file" in refusal(tmp_path / "ilf.csv", ilf)
    (tmp_path / "ilf.csv").mkdir()
    assert "no file" in refusal(tmp_path / "ilf.csv", ilf)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_only_a_header(tmp_path, ilf, end):
    assert "no rows" in refusal(write(tmp_path, HEADER + end), ilf)


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image"),
        (b"%PDF-1.7\n", "PDF"),
        (workbook(), "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16"), "UTF-16"),
        (f"{HEADER}\n{ROW}\n".encode("utf-16-le"), "no text"),
        (bytes(range(256)), "no text"),
    ],
    ids=["PNG", "JPEG", "PDF", "workbook", "old workbook", "UTF-16 with mark", "UTF-16", "any bytes"],
)
def test_a_file_that_is_no_csv(tmp_path, ilf, content, named):
    assert named in refusal(write(tmp_path, content), ilf)


def test_a_column_missing_is_named(tmp_path, ilf):
    short = "\n".join(",".join(line.split(",")[:5] + line.split(",")[6:]) for line in (HEADER, ROW))
    assert "Net Amount is missing" in refusal(write(tmp_path, short), ilf)


def test_a_column_too_many_is_placed_and_not_repeated(tmp_path, ilf):
    said = refusal(write(tmp_path, f"{HEADER},Zoë Planted\n{ROW},x\n"), ilf)
    assert "column I (number 9) of the header is not in the contract" in said


def test_a_column_twice_is_named(tmp_path, ilf):
    said = refusal(write(tmp_path, f"{HEADER},Sort Code\n{ROW},089999\n"), ilf)
    assert "Sort Code (column C (number 3) and column I (number 9)) stands twice" in said


@pytest.mark.parametrize(
    "content",
    [
        f"{ROW}\n{ROW}\n",
        "<svg/>\n",
        "{}\n",
    ],
    ids=["no header", "SVG", "JSON"],
)
def test_a_first_line_that_is_no_header(tmp_path, ilf, content):
    assert "first line names none" in refusal(write(tmp_path, content), ilf)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("sep=,\n" + HEADER, 'first line is the "sep="'),
        ("SEP=;\n" + HEADER.replace(",", ";"), 'first line is the "sep="'),
        (HEADER.replace(",", ";"), "separated by semicolons"),
        ('"' + HEADER.replace(",", '"\t"') + '"', "separated by tabs"),
        (
            HEADER.replace("Sort Code", "Sort Code "),
            "column C (number 3) is to be Sort Code, and there is a blank before or",
        ),
        (
            HEADER.replace("Sort Code", "SORT CODE"),
            "column C (number 3) is to be Sort Code, and capitals and small letters",
        ),
        (
            HEADER.replace("Sort Code", "sort_code"),
            "column C (number 3) is to be Sort Code, and blanks, signs or capitals",
        ),
        (HEADER.replace(" ", "\u00a0"), "column H (number 8) is to be Pay Date, and it has a no-break space"),
        ("\n" + HEADER, "header stands on line 2 and not on the first"),
        ("ILF payments for November,,,,,,,\n" + HEADER, "header stands on line 2 and not on the first"),
        ("x" * 70_000, "first line is longer than 64 kB"),
        (HEADER.upper(), "column A (number 1) is to be ILF Ref, and capitals and small letters differ; column B"),
        (HEADER + ",, ", "no name for column I (number 9), column J (number 10)"),
    ],
)
def test_a_header_that_is_nearly_right_is_told_what_stands_there(tmp_path, ilf, header, says):
    assert says in refusal(write(tmp_path, f"{header}\n{ROW},,\n"), ilf)


def test_an_end_of_file_mark_is_called_one(tmp_path, ilf):
    said = refusal(write(tmp_path, f"{HEADER}\n{ROW}\n\x1a"), ilf)
    assert "line 3 of the file is no row but an end-of-file mark (Ctrl-Z)" in said


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (ROW.rsplit(",", 1)[0], "has 7 fields and not 8:"),
        (ROW + ",x", "has 9 fields and not 8:"),
        ("x", "has 1 field and not 8:"),
        ('"a,b', "opens a quotation mark that is never closed"),
    ],
    ids=["short", "long", "one field", "open quotation mark"],
)
@pytest.mark.parametrize("block", [1000, 1 << 20], ids=["many blocks", "one block"])
def test_a_ragged_row_is_placed_and_its_fields_counted(tmp_path, ilf, monkeypatch, line, says, block):
    monkeypatch.setattr(streams, "BLOCK_BYTES", block)
    rows = [ROW] * 300
    rows[231] = line
    said = refusal(write(tmp_path, "\r\n".join([HEADER, *rows])), ilf)
    assert f"line 233 of the file {says}" in said


def test_the_line_of_a_ragged_row_counts_the_line_breaks_within_cells(tmp_path, ilf):
    with_a_break = ROW.replace("Zoë Planted", '"Zoë\nPlanted"')
    said = refusal(write(tmp_path, "\n".join([HEADER, with_a_break, "a,b", ROW])), ilf)
    assert "line 4 of the file has 2 fields" in said


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_empty_line_is_placed(tmp_path, ilf, end):
    said = refusal(write(tmp_path, end.join([HEADER, ROW, "", ROW])), ilf)
    assert "line 3 of the file is an empty line" in said


def test_a_row_of_empty_cells_is_a_row_like_any_other(tmp_path, ilf):
    rows = read(write(tmp_path, f"{HEADER}\n{ROW}\n,,,,,,,\n"), ilf)
    assert rows.row(1) == (1, *[""] * 8)


def test_another_encoding_is_placed(tmp_path, ilf):
    rows = "\n".join([HEADER, *["a,b,c,d,e,f,g,h"] * 10, ROW]) + "\n"
    said = refusal(write(tmp_path, rows.encode("windows-1252")), ilf)
    assert "line 12 of the file" in said
    assert "column B (number 2) Recipient Name that is not UTF-8" in said


@pytest.mark.parametrize("cell", ['"J \\"M\\" Brown"', '"J" Brown', '"J ""M"" "Brown'])
def test_text_after_a_closing_quotation_mark_is_placed(tmp_path, ilf, cell):
    rows = [ROW] * 300
    rows[231] = ROW.replace("Zoë Planted", cell)
    said = refusal(write(tmp_path, "\r\n".join([HEADER, *rows])), ilf)
    assert (
        "line 233 of the file has text after the closing quotation mark in column B (number 2) Recipient Name" in said
    )


@pytest.mark.parametrize("name", ['J "M" Brown', '5" pipe', "''", "J 'M' Brown"])
def test_a_quotation_mark_within_a_cell_without_any_is_a_sign_like_others(tmp_path, ilf, name):
    rows = read(write(tmp_path, f"{HEADER}\n{ROW.replace('Zoë Planted', name)}\n{ROW}\n"), ilf)
    assert rows["payee_name"].to_list() == [name, "Zoë Planted"]


def test_a_byte_of_0_far_down_is_placed(tmp_path, ilf):
    rows = [ROW] * 2000
    rows[1500] = ROW.replace("Planted", "Pl\0nted")
    said = refusal(write(tmp_path, "\n".join([HEADER, *rows])), ilf)
    assert "line 1502 of the file has a byte of 0 in column B (number 2) Recipient Name" in said


def test_a_line_longer_than_a_block_is_placed(tmp_path, ilf):
    said = refusal(write(tmp_path, "\n".join([HEADER, ROW, "," * (3 << 20), ROW])), ilf)
    assert "line 3 of the file is longer than 2 MB" in said


def test_a_quotation_mark_that_swallows_a_megabyte_is_placed(tmp_path, ilf):
    rows = [ROW] * 20_000
    rows[7] = ROW.replace("Zoë Planted", '"Zoë Planted')
    said = refusal(write(tmp_path, "\n".join([HEADER, *rows])), ilf)
    assert "line 9 of the file" in said
    assert "quotation mark" in said
