"""Where a row stands in the body's own file, whatever form it has."""

import json
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.contract.extract import read_extract
from schemas.extract_files.wanted import Seen
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger.file_line import file_lines, row_of_line
from tasks.ledger.runs import run_row
from tasks.lineage.trace import trace
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.council import HEADER as COUNCIL_HEADER
from tests.council import ROWS as COUNCIL
from tests.council import council, deliver
from tests.golden.nasty import FIRST, NAMES, SECOND, THIRD, described
from tests.golden.nasty_texts import WIDTHS
from tests.month import NOVEMBER, ROWS, UPLOADER, extract_of, ingest, manifest_of
from tests.people import register_uploaders, sign
from tests.workbooks import workbook

RUN = "ilf-2026-11-rehearsal-1"
NOTES = ('"one\ntwo"', "", '"\r\n\r"')
IN_TWO_LINES = [SECOND[0], "Two\nlines", *SECOND[2:]]
ROWS_SENT = [FIRST, IN_TWO_LINES, THIRD]


def delimited(*before: str, names: list[str] = NAMES) -> bytes:
    quoted = [[f'"{cell}"' if "\n" in cell else cell for cell in cells] for cells in (names, *ROWS_SENT)]
    return "\n".join([*before, *map(",".join, quoted), ""]).encode()


def fixed_width(*before: str) -> bytes:
    padded = ("".join(cell.ljust(width) for cell, width in zip(row, WIDTHS.values(), strict=True)) for row in SAME_LINE)
    return "\n".join([*before, *padded, ""]).encode()


def given_back() -> bytes:
    """The rows as siller gives them back, in a file that has a header and no record before it."""
    quoted = [[f'"{cell}"' if "\n" in cell else cell for cell in cells] for cells in ROWS_SENT]
    names = ",".join(["Line", "Pay run", *NAMES])
    return "\n".join([names, *(",".join(["line 7", RUN, *row]) for row in quoted), ""]).encode()


def parquet(path: Path) -> bytes:
    pq.write_table(pa.table({name: [row[at] for row in ROWS_SENT] for at, name in enumerate(NAMES)}), path)
    return path.read_bytes()


SAME_LINE = [FIRST, [SECOND[0], "Two lines", *SECOND[2:]], THIRD]
HEADER_RECORD = {"headerRecord": {"begins": "H|"}}
FIXED = {"type": "fixed_width", "widths": WIDTHS}


@dataclass(frozen=True)
class Sent:
    """A file, and on which lines an editor, or in which rows a spreadsheet, shows its three payments."""

    name: str
    content: bytes
    lines: list[int]
    form: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


SENT = [
    Sent("CSV", delimited(), [2, 3, 5]),
    Sent("a header record", delimited("H|NOVEMBER"), [3, 4, 6], HEADER_RECORD),
    Sent(
        "a name of two lines",
        delimited(names=["ILF\nRef", *NAMES[1:]]),
        [3, 4, 6],
        names={"physicalName: ILF Ref": 'physicalName: "ILF\\nRef"'},
    ),
    Sent("fixed width", fixed_width(), [1, 2, 3], FIXED),
    Sent("fixed width with a header record", fixed_width("H|NOVEMBER"), [2, 3, 4], FIXED | HEADER_RECORD),
    Sent("a worksheet", workbook({"Grants": [NAMES, *ROWS_SENT]}), [2, 3, 4], {"type": "xlsx"}),
    Sent(
        "a worksheet whose header stands in row 4",
        workbook({"Grants": [["ILF payments"], [], ["November"], NAMES, *ROWS_SENT]}),
        [5, 6, 7],
        {"type": "xlsx", "headerRow": 4},
    ),
]


def received(home: Path, sent: Sent) -> TenantContext:
    shutil.copytree(PROJECT / "data_contracts", home / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
    contract = home / "contracts" / "ilf" / "extract.odcs.yaml"
    text = contract.read_text(encoding="utf-8").replace("physicalType: csv", described(sent.form))
    for was, to in sent.names.items():
        assert was in text
        text = text.replace(was, to)
    contract.write_text(text, encoding="utf-8")
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, contracts=home / "contracts", modulus_table=None))
    hand_in(of, sent.content)
    register_uploaders(of)
    return of


def hand_in(of: TenantContext, content: bytes, **declared_too: str) -> None:
    landing = of.paths.landing("ilf")
    landing.mkdir(parents=True, exist_ok=True)
    (landing / "november.sent").write_bytes(content)
    manifest = landing / "november.sent.manifest.json"
    declared = manifest_of(extract_of(ROWS), "november.sent", sha256=sha256(content).hexdigest())
    manifest.write_text(json.dumps(json.loads(declared) | {"rows": 3} | declared_too))
    sign(manifest, UPLOADER)


def check_lines(of: TenantContext, lines: list[int], run_id: str = RUN) -> None:
    assert ingest(of, NOVEMBER, run_id) == run_id
    with of.ledger.opened() as connection:
        run = run_row(connection, run_id)
        assert file_lines(connection, run, range(3))["line"].to_list() == lines
        assert [row_of_line(connection, run, line) for line in lines] == [0, 1, 2]
        assert row_of_line(connection, run, lines[0] - 1) is None
        assert row_of_line(connection, run, lines[-1] + 1) is None


@pytest.mark.parametrize("sent", SENT, ids=lambda sent: sent.name)
def test_a_row_is_named_by_the_line_that_people_see(sent: Sent, tmp_path: Path) -> None:
    check_lines(received(tmp_path / "home", sent), sent.lines)


@pytest.mark.parametrize("sent", [Sent("fixed width", fixed_width(), [], FIXED), SENT[1]], ids=lambda sent: sent.name)
def test_rows_that_were_given_back_stand_on_the_lines_of_that_file(sent: Sent, tmp_path: Path) -> None:
    """It has a header and no record before it, whatever the form that is agreed."""
    of = received(tmp_path / "home", sent)
    assert ingest(of, NOVEMBER) == RUN
    hand_in(of, given_back(), replaces=sha256(sent.content).hexdigest())
    check_lines(of, [2, 3, 5], "ilf-2026-11-rehearsal-2")


def test_a_parquet_file_has_rows_from_1(tmp_path: Path) -> None:
    sent = Sent("Parquet", parquet(tmp_path / "sent.parquet"), [1, 2, 3], {"type": "parquet"})
    of = received(tmp_path / "home", sent)
    check_lines(of, sent.lines)
    with pytest.raises(NoGo, match="Its rows begin on line 1"):
        trace(of.ledger, f"{RUN}/sent/0", NOVEMBER.date())


def test_line_breaks_in_cells_that_are_ignored_move_the_rows_after_them(tmp_path: Path) -> None:
    of = council(tmp_path)
    rows = [f"{row.rpartition(',')[0]},{note}" for row, note in zip(COUNCIL, NOTES, strict=True)]
    extract = deliver(of, "2523.50", *rows, *(f"D{row[1:]}" for row in COUNCIL))
    run_id = ingest(of, NOVEMBER)
    with of.ledger.opened() as connection:
        lines = file_lines(connection, run_row(connection, run_id), range(6))["line"].to_list()
    shown = extract.read_bytes().decode().splitlines()
    assert [shown[line - 1][:2] for line in lines] == ["C1", "C2", "C3", "D1", "D2", "D3"]
    assert list(problems(of)) == []
    with of.ledger.opened() as connection:
        connection.execute("UPDATE line_break SET breaks = breaks + 1")
    assert list(problems(of))


def test_an_ignored_cell_may_be_in_any_encoding(tmp_path: Path) -> None:
    path, seen = tmp_path / "council.csv", Seen()
    path.write_bytes(f"{COUNCIL_HEADER}\n{COUNCIL[1]}".encode() + b'"caf\xe9\n\x81"\n')
    assert sum(rows.height for rows in read_extract(path, council(tmp_path).contract, seen=seen)) == 1
    assert pl.concat(seen.broken).rows() == [(0, 1)]


def test_the_texts_stand_where_the_labels_say() -> None:
    for sent in SENT[:5]:
        shown = sent.content.decode().splitlines()
        assert [shown[line - 1][: len(FIRST[0])] for line in sent.lines] == [FIRST[0], SECOND[0], THIRD[0]]
