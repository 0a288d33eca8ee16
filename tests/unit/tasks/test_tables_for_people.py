"""Of a run whose payees are called like formulas, no table for people has a cell that a spreadsheet would reckon."""

import csv
import io
import re
from pathlib import Path

import pytest

from schemas.period import Period
from tasks.continuity.leave import leave
from tasks.correction_file.stage import write_correction_files
from tasks.release.stage import release
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.age_reader import decrypted
from tests.council import council
from tests.council import deliver as deliver_council
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver, ingest

NAMES = ("+SUM(A1)", "@SUM(A1)", "-1+1")
RUN = "ilf-2026-11-rehearsal-1"
RECKONED = re.compile(r"\s*[=+\-@]|[\t\r\n]")


def renamed(row: str, name: str) -> str:
    cells = row.split(",")
    return ",".join([cells[0], name, *cells[2:]])


@pytest.fixture(scope="module")
def of(tmp_path_factory: pytest.TempPathFactory) -> TenantContext:
    """Two payments released, and one row refused that stands in the correction file."""
    of = context(tmp_path_factory.mktemp("formulas"))
    rows = [renamed(row, name) for row, name in zip(ROWS, NAMES, strict=True)]
    deliver(of, [*rows[:2], rows[2].replace(rows[2].split(",")[2], "+12", 1)])
    run_id = assessed(of)
    approve(of, run_id)
    leave(of, run_id, NOVEMBER)
    release(of, run_id, NOVEMBER)
    write_correction_files(of, Period.parsed("2026-11"), NOVEMBER)
    return of


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")) for cell in row]


def tables(of: TenantContext) -> dict[str, str]:
    """Every CSV file below the home, by what it is, the encrypted one opened."""
    key = of.paths.key("ilf", "continuity").read_text().strip()
    found = {
        path.name: path.read_text("utf-8") for path in of.settings.home.rglob("*.csv") if "landing" not in path.parts
    }
    return found | {"continuity": decrypted(of.paths.continuity_file(RUN).read_bytes(), key).decode()}


def test_every_table_names_them_and_none_of_their_cells_is_a_formula(of: TenantContext) -> None:
    found = tables(of)
    named = {
        f"{RUN}.left-out.csv": NAMES[2:],
        f"{RUN}.written-otherwise.csv": NAMES[:2],
        "ilf-2026-11.correction-supplementary.csv": NAMES[2:],
        "continuity": NAMES[:2],
    }
    assert found.keys() == named.keys()
    for file, names in named.items():
        there = cells(found[file])
        assert not [cell for cell in there if RECKONED.match(cell)], file
        assert {f"'{name}" for name in names} <= set(there), file


def test_what_functions_changed_is_listed_without_one_too(tmp_path: Path) -> None:
    of = council(tmp_path)
    deliver_council(of, "20.00", "C2,  -Jo ,,10 79 99,88837491,20.00,")
    validate(of, ingest(of), NOVEMBER)
    there = cells(of.paths.changed(RUN).read_text("utf-8"))
    assert "'  -Jo  | " in there
    assert not [cell for cell in there if RECKONED.match(cell)]


def test_the_page_of_causes_has_counts_lines_and_what_to_do_and_nobody_s_name(of: TenantContext) -> None:
    page = of.paths.left_out_summary(RUN).read_text("utf-8")
    assert "<h1>1 of 3 rows is not paid</h1>" in page
    assert "Sort Code is not exactly 6 digits." in page
    assert '<td class="number">1</td><td>4</td>' in page
    assert f"<code>{RUN}.left-out.csv</code>" in page
    assert "No money has moved." in page
    assert page.count('<th scope="col"') == 5
    assert of.paths.left_out_summary(RUN).stat().st_mode & 0o777 == 0o600
    personal = {cell for row in ROWS for cell in (*NAMES, *row.split(",")[2:4], row.split(",")[0])}
    assert not [cell for cell in personal if cell in page]
