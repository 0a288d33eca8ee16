"""The refused rows go back, are corrected in a spreadsheet, and the file is sent again as it is: they are taken."""

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from python_calamine import load_workbook
from xlsxwriter import Workbook

from schemas.approval import canonical
from schemas.extract_files.form import FileKind
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.council import CONTRACT, council
from tests.month import NOVEMBER, ROWS, UPLOADER, context, extract_of, ingest, manifest_of
from tests.people import register_uploaders, sign

FIRST, SECOND = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
DROPPED = "Pay run, Line, Column, What is wrong, What to do"


def send(of: TenantContext, content: bytes, name: str, amounts: Sequence[str], **declared: object) -> str:
    """Have a file taken in and judged, as whoever sends it declares it; returns the run."""
    landing = of.paths.landing(of.tenant)
    landing.mkdir(parents=True, exist_ok=True)
    (landing / name).write_bytes(content)
    manifest = landing / f"{name}.manifest.json"
    said = {"rows": len(amounts), "total": f"{sum(map(Decimal, amounts)):f}", "sha256": sha256(content).hexdigest()}
    manifest.write_text(manifest_of(extract_of(()), name, **{**said, **declared}))
    sign(manifest, canonical(UPLOADER, of.agreement.people))
    register_uploaders(of)
    run_id = ingest(of, flow=name)
    validate(of, run_id, NOVEMBER)
    manifest.unlink()
    return run_id


def paid(of: TenantContext, run_id: str) -> list[tuple[str, str, str, int]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT payee_name, sort_code, account_number, amount_pence FROM core_payment JOIN run USING (run_no) "
            "JOIN raw_extract_row USING (run_no, row_number) WHERE run_id = ? ORDER BY row_number",
            [run_id],
        ).fetchall()


def dropped(of: TenantContext, run_id: str) -> str | None:
    with of.ledger.opened() as connection:
        return entry_of(connection, run_id, Ingest).dropped_columns


class TestCsv:
    """ILF's own form, opened and saved as text."""

    def test_it_is_taken_and_a_name_that_was_made_safe_is_the_name_that_was_sent(self, tmp_path: Path) -> None:
        of = context(tmp_path)
        cells = ROWS[1].split(",")
        sort_code, account = cells[2:4]
        odd = ",".join([cells[0], "+44 Kirk", "12", *cells[3:]])
        nameless = ROWS[2].replace(ROWS[2].split(",")[1], "", 1)
        sent = extract_of((ROWS[0], odd, nameless))
        assert send(of, sent, "first.csv", ["2981.60", "1900.00", "1050.00"]) == FIRST
        back = of.paths.left_out(FIRST).read_text("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(back, newline="")))
        assert [row["Recipient Name"] for row in rows] == ["'+44 Kirk", ""]
        rows[0]["Sort Code"] = sort_code
        rows[1]["Recipient Name"] = "'Zoe Green"
        corrected = io.StringIO(newline="")
        writer = csv.DictWriter(corrected, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        run_id = send(
            of,
            corrected.getvalue().encode("utf-8-sig"),
            "again.csv",
            ["1900.00", "1050.00"],
            kind="correction",
            corrects=sha256(sent).hexdigest(),
        )
        assert run_id == SECOND
        assert [name for name, *_ in paid(of, SECOND)] == [ROWS[0].split(",")[1], "+44 Kirk", "'Zoe Green"]
        assert paid(of, SECOND)[1] == ("+44 Kirk", sort_code, account, 190000)
        assert (dropped(of, FIRST), dropped(of, SECOND)) == (None, f"{DROPPED}, Pay date to write")
        with of.ledger.opened() as connection:
            assert runs.run_row(connection, SECOND).joins == runs.run_row(connection, FIRST).run_no
        assert not of.paths.left_out(SECOND).exists()


class TestExcel:
    """A council's workbook: split names, thousands commas, hyphened sort codes."""

    HEADER = ("Ref", "First Name", "Surname", "Sort Code", "Account", "Pay")
    ROWS = (
        ("C1", "Zoë", "O’Hara", "08-99-99", "66374958", "£1,234.50"),
        ("C2", "-Jo", "Kirk", "8-99-99", "66374958", "0020.00"),
        ("C3", "Ann", "Lee", "08-99-99", "66374958", "(7.25)"),
    )

    @pytest.fixture
    def of(self, tmp_path: Path) -> TenantContext:
        of = council(tmp_path)
        form = "physicalType: xlsx\n    customProperties: [{property: sheet, value: Pay list}]"
        contract = of.settings.contracts / "ilf" / "extract.odcs.yaml"
        contract.write_text(CONTRACT.replace("physicalType: csv", form), encoding="utf-8")
        return of

    def saved(self, rows: Sequence[Sequence[str]]) -> bytes:
        """As Excel saves it: shared strings, and the sheet's name kept."""
        file = io.BytesIO()
        with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as workbook:
            sheet = workbook.add_worksheet("Pay list")
            for number, cells in enumerate(rows):
                sheet.write_row(number, 0, cells)
        return file.getvalue()

    def test_it_goes_back_as_a_workbook_and_is_taken_as_it_is_saved(self, of: TenantContext) -> None:
        sent = self.saved((self.HEADER, *self.ROWS))
        assert send(of, sent, "first.xlsx", ["1234.50", "20.00"], rows=3) == FIRST
        path = of.paths.left_out(FIRST, FileKind.XLSX)
        assert not of.paths.left_out(FIRST).exists()
        back = load_workbook(str(path))
        assert back.sheet_names == ["Pay list"]
        header, *rows = back.get_sheet_by_name("Pay list").to_python()
        assert header == [*DROPPED.split(", "), *self.HEADER]
        assert [row[5:] for row in rows] == [list(row) for row in self.ROWS[1:]]
        rows[0][header.index("Sort Code")], rows[1][header.index("Pay")] = "08-99-99", "7.25"
        corrects = sha256(sent).hexdigest()
        content = self.saved((header, *rows))
        run_id = send(of, content, "again.xlsx", ["20.00", "7.25"], kind="correction", corrects=corrects)
        assert paid(of, run_id) == [
            ("Zoë O’Hara", "089999", "66374958", 123450),
            ("-Jo Kirk", "089999", "66374958", 2000),
            ("Ann Lee", "089999", "66374958", 725),
        ]
        assert dropped(of, run_id) == DROPPED
