"""The same payments sent again in another form, or by another version of the contract, pay nobody twice."""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger.verify import problems
from tasks.release.stage import release
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.by_hand import parts_beside
from tests.council import ROWS as COUNCIL_ROWS
from tests.council import council
from tests.council import deliver as deliver_council
from tests.golden.nasty import GOOD, NAMES
from tests.month import (
    NOVEMBER,
    ROWS,
    approve,
    assessed,
    context,
    deliver,
    extract_of,
    ingest,
    manifest_of,
    released,
)
from tests.people import register_uploaders, sign
from tests.workbooks import Cell, number, workbook


@pytest.fixture(scope="module")
def paid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A machine on which November was sent as CSV, and released."""
    machine = tmp_path_factory.mktemp("machine")
    shutil.copytree(PROJECT / "data_contracts", machine / "contracts", ignore=shutil.ignore_patterns("__pycache__"))
    released(on(machine))
    return machine


def on(machine: Path) -> TenantContext:
    settings = Settings(home=machine / "home", contracts=machine / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


@pytest.fixture
def as_workbook(paid: Path, tmp_path: Path) -> TenantContext:
    """The same machine, whose contract has a new version: the extract comes as a workbook."""
    machine = shutil.copytree(paid, tmp_path / "machine")
    contract = machine / "contracts" / "ilf" / "extract.odcs.yaml"
    said = contract.read_text(encoding="utf-8")
    contract.write_text(said.replace("physicalType: csv", "physicalType: xlsx"), encoding="utf-8")
    return on(machine)


def deliver_workbook(of: TenantContext, **declared: object) -> None:
    """The three rows, two of them with accounts as a spreadsheet may store them, with their manifest."""
    rows: list[list[Cell]] = [[*row] for row in GOOD]
    rows[0][3], rows[2][5] = number(GOOD[0][3]), number("1050")
    landing = of.paths.landing(of.tenant)
    shutil.rmtree(landing)
    landing.mkdir()
    extract = landing / "ilf.xlsx"
    extract.write_bytes(workbook({"Payments": [NAMES, *rows]}))
    said = manifest_of(extract_of(ROWS), extract.name, sha256=sha256(extract.read_bytes()).hexdigest(), **declared)
    manifest = landing / "ilf.xlsx.manifest.json"
    manifest.write_text(said)
    sign(manifest, json.loads(said)["submitted_by"])
    register_uploaders(of)


def test_no_second_full_extract_is_taken(as_workbook: TenantContext) -> None:
    deliver_workbook(as_workbook)
    with pytest.raises(NoGo, match="stands for 2026-11"):
        ingest(as_workbook, flow="flow-2")


def test_all_of_a_supplementary_one_is_held(as_workbook: TenantContext) -> None:
    deliver_workbook(as_workbook, kind="supplementary")
    run_id = ingest(as_workbook, flow="flow-2")
    said = validate(as_workbook, run_id, NOVEMBER).figures
    assert (said.payable, said.refused, said.held) == (0, 0, 3)


def test_a_malformed_copy_opens_no_second_payment_after_the_release(tmp_path: Path) -> None:
    """Its payee has a refused row, and was paid by the other."""
    of = context(tmp_path)
    nameless = ROWS[0].replace("Royal & Ancient Holdings plc", "")
    deliver(of, [nameless, *ROWS])
    run_id = assessed(of)
    approve(of, run_id, control_total="8,913.20")
    release(of, run_id, NOVEMBER)
    deliver(of, [ROWS[0].replace("2981.60", "2981.61")], kind="supplementary")
    said = validate(of, ingest(of, flow="flow-2"), NOVEMBER).figures
    assert (said.payable, said.held) == (0, 1)
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT rule FROM core_left_out WHERE run_no = 2").fetchall()
        assert list(problems(connection, parts_beside(connection))) == []
    assert found == [("already_released",)]


def test_one_reference_is_no_two_payees_by_a_blank_or_an_accent(tmp_path: Path) -> None:
    """Contracts need not say how a reference is written, and a spreadsheet shows no blank behind it."""
    of = council(tmp_path)
    again = [COUNCIL_ROWS[2].replace("C3", other) for other in ("C3 ", " C3", "C  3", "É3", "E\u03013")]
    deliver_council(of, "36.25", COUNCIL_ROWS[2], *again[:2], *again[3:])
    run_id = ingest(of)
    said = validate(of, run_id, NOVEMBER).figures
    assert (said.payable, said.refused) == (2, 3), "C3 and É3"
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT row_number, column_name, rule FROM core_left_out ORDER BY ALL").fetchall()
    assert found == [(row, "payee_reference", "is_written_one_way") for row in (1, 2, 4)]
