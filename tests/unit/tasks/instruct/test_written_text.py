"""What the file writes otherwise is kept as counts, and given to the body text by text."""

import stat
from pathlib import Path

import pytest

from schemas.contract.contract import Contract
from tasks.instruct.stage import instruct
from tasks.instruct.written_text import WrittenText
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests.month import NOVEMBER, ROWS, context, deliver, ingest


def named(row: str, name: str, reference: str) -> str:
    cells = row.split(",")
    return ",".join([cells[0], name, *cells[2:6], reference, cells[7]])


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    of = context(tmp_path)
    two_lines = named(ROWS[0], '"Ann\nLee"', "ILF 1")  # which is refused, and moves the lines after it
    deliver(of, [two_lines, named(ROWS[1], "Siân O’Neill", "ILF 2"), ROWS[2]])
    run_id = ingest(of)
    validate(of, run_id, NOVEMBER)
    instruct(of, run_id, NOVEMBER)
    return of


def test_the_body_gets_each_text_as_sent_beside_as_written(ilf: TenantContext) -> None:
    path = ilf.paths.written_otherwise("ilf-2026-11-rehearsal-1")
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines[:2] == ["line of the file,column,as sent,as written", "4,Recipient Name,Siân O’Neill,SIAN ONEILL"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (
        Contract.load(ilf.settings.contracts / "ilf" / "extract.odcs.yaml").column("payee_name").physical_name
        in lines[1]
    )


def test_the_ledger_keeps_counts_and_no_text(ilf: TenantContext) -> None:
    with ilf.ledger.opened() as connection:
        run = runs.run_row(connection, "ilf-2026-11-rehearsal-1")
        kept = WrittenText.kept(connection, run.run_no, entry_of(connection, run.run_id, Instruct))
    assert ("â", "A", 1) in kept.characters
    assert ("’", "", 1) in kept.characters
    assert kept.alike == ()
    assert all(len(character) == 1 for character, *_ in kept.characters)
