"""The rows that go back to the body: as sent, safe to open, in the body's own form, and read again as they were."""

import csv
import io
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from pydantic import SecretStr

from schemas.contract.added import Added, added_columns, pay_date_to_write
from schemas.contract.contract import Contract
from schemas.contract.extract import read_extract
from schemas.contract.given_back import refused_rows, write_rows
from schemas.extract_files.wanted import Seen
from schemas.no_go import NoGo
from tests.council import CONTRACT
from tests.golden.nasty import described
from tests.golden.nasty_texts import WIDTHS
from tests.locked import locked

REASONS = pl.DataFrame(
    [(1, "sort_code", "has_exact_digits"), (1, "amount", "is_not_negative"), (3, "payee_name", "is_present")],
    schema={"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String},
    orient="row",
)
PAY_DAY = date(2026, 11, 30)
RUN = "ilf-2026-11-live-1"
NAMES = ['Zoë "Z" Green, Ltd', "=1+1", "+44", "-412.00", "@SUM(A1)", "  =1", "'=1", "''+1", "O'Hara", "'t Hart", "a\tb"]
"""What a name can be: most of them are made safe, and each is to come back as it was."""


def rows(contract: Contract, names: list[str]) -> pl.DataFrame:
    cells = {name: [f"{name} {number}" for number in range(len(names))] for name in contract.kept_columns}
    lines = {"line": ["2 of correction.csv" if number == 3 else str(number + 2) for number in range(len(names))]}
    frame = pl.DataFrame(lines | cells | {"payee_name": names})
    return frame.with_row_index("row_number").cast({"row_number": pl.Int32})


def written(contract: Contract, listed: pl.DataFrame, path: Path) -> Path:
    with path.open("wb") as file:
        write_rows(file, listed, contract, path)
    return path


def refused(contract: Contract, path: Path, names: list[str], reasons: pl.DataFrame = REASONS) -> Path:
    return written(contract, refused_rows(rows(contract, names), reasons, contract, RUN, PAY_DAY), path)


def sent_as(**said: object) -> Contract:
    """ILF's contract with its extract in another form."""
    ilf = (Path(__file__).parents[4] / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")
    return Contract.parsed(ilf.replace("physicalType: csv", described(said)).encode(), "extract.odcs.yaml")


def test_one_line_a_row_with_all_that_is_wrong_and_the_row_as_sent(ilf: Contract, tmp_path: Path) -> None:
    content = refused(ilf, tmp_path / "back.csv", ["a", 'Zoë "Z" Green, Ltd', "c", ""]).read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == 3
    first, second = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert list(first)[:6] == ["Pay run", "Line", "Column", "What is wrong", "What to do", "Pay date to write"]
    assert (first["Pay run"], first["Line"], first["Column"]) == (RUN, "3", "Sort Code; Net Amount")
    assert first["What is wrong"] == (
        "Sort Code is not exactly 6 digits. Net Amount is negative: a payment cannot take money back."
    )
    assert "check it against the payee's record, write all 6 digits and send the row again." in first["What to do"]
    assert first["Pay date to write"] == (
        "30/11/2026 in a correction before the release; after it, the day that the file's manifest names"
    )
    assert (first["Recipient Name"], first["Sort Code"]) == ('Zoë "Z" Green, Ltd', "sort_code 1")
    assert (second["Line"], second["Column"], second["Recipient Name"]) == ("2 of correction.csv", "Recipient Name", "")


@pytest.mark.parametrize("name", NAMES[1:8])
def test_no_cell_is_a_formula(ilf: Contract, tmp_path: Path, name: str) -> None:
    content = refused(ilf, tmp_path / "back.csv", ["a", name, "c", "d"]).read_text("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(content, newline="")))
    assert found[0]["Recipient Name"] == f"'{name}"


FORMS = {
    "csv": {},
    "semicolons": {"delimiter": ";"},
    "lines": {"lineEnd": "LF"},
    "windows-1252": {"delimiter": "|", "encoding": "Windows-1252"},
    "utf-16": {"encoding": "UTF-16"},
    "unquoted": {"delimiter": "\t", "quoting": "none"},
    "packed": {"compression": "zip"},
    "records": {"delimiter": "|", "headerRecord": {"begins": "H"}, "trailerRecord": {"begins": "T", "count": 2}},
    "fixed width": {"type": "fixed_width", "widths": WIDTHS},
    "parquet": {"type": "parquet"},
    "xlsx": {"type": "xlsx", "sheet": "Pay list", "headerRow": 3},
}


@pytest.mark.parametrize("said", FORMS.values(), ids=FORMS.keys())
def test_what_goes_back_is_read_as_it_is_whatever_the_body_sends(tmp_path: Path, said: dict[str, object]) -> None:
    contract = sent_as(**said)
    reasons = pl.DataFrame(
        [(number, "payee_name", "is_present") for number in range(len(NAMES))], schema=REASONS.schema, orient="row"
    )
    kind = contract.form.for_people.kind
    assert kind == ("xlsx" if said.get("type") == "xlsx" else "csv")
    path, seen = refused(contract, tmp_path / f"back.{kind}", NAMES, reasons), Seen()
    read = pl.concat(read_extract(path, contract, seen=seen))
    assert read.drop("row_number").equals(rows(contract, NAMES).select(contract.kept_columns))
    assert seen.added == ["Pay run", "Line", "Column", "What is wrong", "What to do", "Pay date to write"]
    assert seen.given_back_by == {RUN}


def test_a_sign_that_the_encoding_has_not_makes_a_file_in_utf_8_that_is_read_too(tmp_path: Path) -> None:
    contract = sent_as(encoding="Windows-1252")
    path = refused(contract, tmp_path / "back.csv", ["a", "Wałęsa", "c", "d"])
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.concat(read_extract(path, contract))["payee_name"].to_list() == ["Wałęsa", "d"]


def test_what_was_sent_goes_back_and_not_what_functions_made(tmp_path: Path) -> None:
    contract = Contract.parsed(CONTRACT.encode(), "extract.odcs.yaml")
    sent = pl.DataFrame({"line": ["2"], "row_number": [0]}, schema_overrides={"row_number": pl.Int32}).with_columns(
        *(pl.lit("made").alias(name) for name in contract.kept_columns[:-1]),
        pl.lit('{"Ref":"C1","First Name":"-Jo","Surname":"","Sort Code":"1-2","Account":"3","Pay":"(4)"}').alias(
            contract.kept_columns[-1]
        ),
    )
    reasons = pl.DataFrame([(0, "account_number", "is_present")], schema=REASONS.schema, orient="row")
    path = written(contract, refused_rows(sent, reasons, contract, RUN, PAY_DAY), tmp_path / "back.csv")
    header, cells = csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    assert dict(zip(header, cells, strict=True))["First Name"] == "'-Jo"
    assert "Pay date to write" not in header, "the body sends none"
    [read] = pl.concat(read_extract(path, contract)).rows(named=True)
    assert read["as_sent"] == '{"Ref":"C1","First Name":"-Jo","Surname":"","Sort Code":"1-2","Account":"3","Pay":"(4)"}'


def test_in_the_body_s_own_extract_an_apostrophe_is_the_body_s(ilf: Contract, tmp_path: Path) -> None:
    path = refused(ilf, tmp_path / "back.csv", ["a", "-b", "c", "d"])
    own = pl.read_csv(path, infer_schema=False).select(pl.exclude(list(Added)))
    own.write_csv(path)
    seen = Seen()
    assert pl.concat(read_extract(path, ilf, seen=seen))["payee_name"].to_list() == ["'-b", "d"]
    assert seen.added == []


def test_a_column_of_the_body_s_own_is_never_dropped_for_siller_s(ilf: Contract, tmp_path: Path) -> None:
    taken = (Path(__file__).parents[4] / "data_contracts" / "ilf" / "extract.odcs.yaml").read_text(encoding="utf-8")
    contract = Contract.parsed(taken.replace("physicalName: Roll No", "physicalName: LINE").encode(), "c.yaml")
    assert added_columns(contract)[Added.LINE] == "Line (siller)"
    path, seen = refused(contract, tmp_path / "back.csv", list("abcd")), Seen()
    read = pl.concat(read_extract(path, contract, seen=seen))
    assert read["roll_number"].to_list() == ["roll_number 1", "roll_number 3"]
    assert seen.added[1] == "Line (siller)"


ENCRYPTED = {
    "csv": {"compression": "aes-zip"},
    "windows-1252": {"compression": "aes-zip", "encoding": "Windows-1252"},
    "utf-16": {"compression": "aes-zip", "encoding": "UTF-16"},
    "records": {"compression": "aes-zip", "headerRecord": {"begins": "H"}},
    "fixed width": {"compression": "aes-zip", "type": "fixed_width", "widths": WIDTHS},
}


@pytest.mark.parametrize("said", ENCRYPTED.values(), ids=ENCRYPTED.keys())
def test_where_an_encrypted_archive_is_agreed_what_went_back_comes_again_in_one(
    tmp_path: Path, said: dict[str, object]
) -> None:
    contract, password = sent_as(**said), "correct horse, battery"
    path = refused(contract, tmp_path / "back.csv", ["a", "-Zoë", "c", "d"])
    with pytest.raises(NoGo, match="in the open: the extract comes in an archive encrypted with AES"):
        list(read_extract(path, contract, password=SecretStr(password)))
    path.write_bytes(locked(path.read_bytes(), password=password))
    read = pl.concat(read_extract(path, contract, password=SecretStr(password)))
    assert read["payee_name"].to_list() == ["-Zoë", "d"]


def test_a_row_that_names_too_many_runs_is_not_remembered_for_ever(ilf: Contract, tmp_path: Path) -> None:
    path = refused(ilf, tmp_path / "back.csv", list("abcd"))
    header, row, _ = path.read_text("utf-8-sig").splitlines()
    path.write_text("\n".join([header, *(row.replace(RUN, f"run {number}") for number in range(1001)), ""]))
    with pytest.raises(NoGo, match="name more than 1,000 runs"):
        list(read_extract(path, ilf))


def test_the_run_that_gave_rows_back_stands_in_one_column(ilf: Contract, tmp_path: Path) -> None:
    path = refused(ilf, tmp_path / "back.csv", list("abcd"))
    path.write_text(path.read_text("utf-8-sig").replace("Column,", "Pay run,", 1))
    with pytest.raises(NoGo, match=r"Pay run \(.*\) stands twice"):
        list(read_extract(path, ilf))


def test_another_column_than_siller_s_is_still_refused(ilf: Contract, tmp_path: Path) -> None:
    path = refused(ilf, tmp_path / "back.csv", list("abcd"))
    path.write_text(path.read_text("utf-8-sig").replace("What to do", "Remarks", 1))
    with pytest.raises(NoGo, match=r"column E \(number 5\) of the header is not in the contract"):
        list(read_extract(path, ilf))


@pytest.mark.parametrize(
    ("function", "day"),
    [
        ("date_with_day_first", "30/11/2026"),
        ("date_with_year_first", "2026-11-30"),
        ("date_with_month_first", "11/30/2026"),
    ],
)
def test_the_pay_date_is_told_as_the_body_writes_days(function: str, day: str) -> None:
    said = CONTRACT.replace(
        "customProperties: [{property: absent, value: pay day}]",
        f"required: true\n        transformSourceObjects: [Day]\n        transformLogic: {function}",
    )
    contract = Contract.parsed(said.encode(), "extract.odcs.yaml")
    assert str(pay_date_to_write(contract, PAY_DAY)).startswith(f"{day} in a correction")
    assert pay_date_to_write(contract, None) == "the day that the file's manifest names"
