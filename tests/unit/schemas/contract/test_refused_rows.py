"""The refused rows go back as sent, safe to open in a spreadsheet."""

import csv
import io

import polars as pl

from schemas.contract.refused_rows import refused_rows_file

REASONS = pl.DataFrame(
    [(1, "sort_code", "has_exact_digits"), (1, "amount", "is_not_negative"), (3, "payee_name", "is_present")],
    schema={"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String},
    orient="row",
)


def rows(ilf, names: list[str]) -> pl.DataFrame:
    cells = {column.name: [f"{column.name} {number}" for number in range(4)] for column in ilf.columns}
    cells["payee_name"] = names
    lines = {"line": ["2", "3", "6", "2 of correction.csv"]}
    return pl.DataFrame(lines | cells).with_row_index("row_number").cast({"row_number": pl.Int32})


def test_one_line_a_reason_with_the_row_as_sent(ilf):
    written = refused_rows_file(rows(ilf, ["a", 'Zoë "Z" Green, Ltd', "c", ""]), REASONS, ilf)
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\r\n") == 4
    found = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [(row["Line of the file"], row["Column"], row["Rule"]) for row in found] == [
        ("3", "Sort Code", "has_exact_digits"),
        ("3", "Net Amount", "is_not_negative"),
        ("2 of correction.csv", "Recipient Name", "is_present"),
    ]
    assert found[0]["Recipient Name"] == 'Zoë "Z" Green, Ltd'
    assert found[0]["Sort Code"] == "sort_code 1"
    assert "6 digits" in found[0]["What to do"]
    assert found[2]["Recipient Name"] == ""


def test_no_cell_is_a_formula(ilf):
    for name in ("=1+1", "+44", "-412.00", "@SUM(A1)", "\t=1", "\r=1"):
        written = refused_rows_file(rows(ilf, ["a", name, "c", "d"]), REASONS, ilf).decode("utf-8-sig")
        found = list(csv.DictReader(io.StringIO(written, newline="")))
        assert found[0]["Recipient Name"] == f"'{name}"


def test_no_reason_gives_a_header_alone(ilf):
    written = refused_rows_file(rows(ilf, list("abcd")), REASONS.clear(), ilf)
    assert written.count(b"\r\n") == 1
