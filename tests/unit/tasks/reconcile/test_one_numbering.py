"""One numbering of rows: the line in the body's own file, as an editor counts it, wherever a row is shown."""

import csv
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from flows.cli.check_report import write_json
from schemas.no_go import NoGo
from tasks.check import check
from tasks.ledger import runs
from tasks.ledger.file_line import file_lines, line_words
from tasks.lineage.trace import trace
from tasks.payee_search.find import find
from tests.month import HEADER, NOVEMBER, ROWS, SAMPLES, context, deliver, ingest
from tests.rehearsed import judged_by_arithmetic, office, rehearsed
from tests.unit.tasks.exceptions.test_settle import OPERATOR, enrol
from tests.unit.tasks.stop.test_stop import stopped

RUN = "ilf-2026-11-rehearsal-1"
TODAY = date(2026, 12, 4)
SAMPLE = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[1:60]
TORN = ROWS[1].replace("ILF", "ILF9").replace(ROWS[1].split(",")[1], '"Jane\r\n\r\nDoe"')
"""A name of three lines, the middle one blank: refused, and what follows it stands two lines further down."""
SPOILT = ROWS[2].replace("ILF", "ILF8").replace(".00", ".")
EXTRACT = "\r\n".join([HEADER, SAMPLE[0], TORN, *SAMPLE[1:30], SPOILT, *SAMPLE[30:], ""])
LINES = {row: 2 + row + 2 * (row > 1) for row in range(61)}
REFUSED = {1, 31}


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("numbered")
    (folder / "ilf-2026-11.csv").write_bytes(EXTRACT.encode())
    with pytest.MonkeyPatch.context() as patch:
        judged_by_arithmetic(patch)
        return folder, rehearsed(folder, [folder / "ilf-2026-11.csv"], behaviour="return-some")


def reference_at(line: int) -> str:
    """What an editor shows first on a line of the file."""
    return EXTRACT.splitlines()[line - 1].split(",")[0]


def test_the_lines_are_those_that_an_editor_shows() -> None:
    rows = list(csv.reader(StringIO(EXTRACT, newline="")))[1:]
    assert {row: reference_at(line) for row, line in LINES.items()} == {row: cells[0] for row, cells in enumerate(rows)}


def test_json_names_the_lines(paid: tuple[Path, dict[str, Any]]) -> None:
    _, told = paid
    refused = {each["row"]: each["line"] for each in told["runs"][RUN]["refused"]}
    assert refused == {row: LINES[row] for row in REFUSED}
    items = told["answers"]["runs"][RUN]["items"]
    assert items
    assert all(each["line"] == LINES[each["row"]] for each in items)


def test_the_files_and_the_page_name_the_same_lines(paid: tuple[Path, dict[str, Any]]) -> None:
    folder, told = paid
    of = office(folder)
    with of.paths.left_out(RUN).open(encoding="utf-8-sig", newline="") as file:
        assert {int(row["Line"]) for row in csv.DictReader(file)} == {LINES[row] for row in REFUSED}
    reports = of.paths.reports(RUN)
    with (reports / "to-follow-up.csv").open(encoding="utf-8", newline="") as file:
        items = {int(row["payment"].rpartition("/")[2]): int(row["line"]) for row in csv.DictReader(file)}
    returned = {each["row"] for each in told["answers"]["runs"][RUN]["items"]}
    assert items == {row: LINES[row] for row in returned | REFUSED}
    page = (reports / "reconciliation.html").read_text(encoding="utf-8")
    shown = re.findall(rf"{RUN}/(\d+)</code> <span class=\"secondary\">\(line (\d+) of", page)
    assert {int(row): int(line) for row, line in shown} == {row: LINES[row] for row in returned}


def test_check_and_trace_name_the_same_lines(paid: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    folder, _ = paid
    of = office(folder)
    for row, line in list(LINES.items())[:4]:
        traced = trace(of.ledger, f"{RUN}/sent/{line}", TODAY)
        assert traced.payment_id == f"{RUN}/{row}"
        assert traced.steps[1].detail.startswith(f"line {line} of the extract; ")
    for line in (0, 1, LINES[60] + 1, 9999):
        with pytest.raises(NoGo, match="Its rows begin on line 2"):
            trace(of.ledger, f"{RUN}/sent/{line}", TODAY)
    write_json(check(context(tmp_path), folder / "ilf-2026-11.csv", None, NOVEMBER), tmp_path / "checked.json")
    refused = json.loads((tmp_path / "checked.json").read_text())["refused"]
    assert {each["row"]: each["line"] for each in refused} == {row: LINES[row] for row in REFUSED}


def test_a_line_between_is_that_of_the_row_that_goes_on_there(paid: tuple[Path, dict[str, Any]]) -> None:
    for line in (4, 5):
        assert trace(office(paid[0]).ledger, f"{RUN}/sent/{line}", TODAY).payment_id == f"{RUN}/1"


def test_the_search_for_a_payee_names_the_same_lines(paid: tuple[Path, dict[str, Any]]) -> None:
    for row in (0, 1, 2, 31, 60):
        [found, *_] = find(office(paid[0]), reference_at(LINES[row]), "enquiries@ilf.example", NOVEMBER)
        assert (found.row_number, found.line, found.extract) == (row, LINES[row], "ilf-2026-11.csv")


def test_a_stop_takes_out_the_payment_at_the_line_that_an_editor_shows(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of, [line for line in EXTRACT.splitlines()[1:] if line != SPOILT])
    assert ingest(of) == RUN
    enrol(of, OPERATOR)
    for line in (1, LINES[59] + 1, 9999):
        with pytest.raises(NoGo, match="has no row in line"):
            stopped(of, line)
    assert stopped(of, LINES[2]) == f"stopped {RUN}/2"
    assert stopped(of, LINES[1] + 1) == f"stopped {RUN}/1"
    assert stopped(of, LINES[59]) == f"stopped {RUN}/59"


def test_words_are_of_the_rows_that_there_are(paid: tuple[Path, dict[str, Any]]) -> None:
    with office(paid[0]).ledger.opened() as connection:
        run = runs.run_row(connection, RUN)
        assert line_words(file_lines(connection, run, [2, 3, 99])) == {2: "line 6", 3: "line 7"}
        assert file_lines(connection, run, []).is_empty()
