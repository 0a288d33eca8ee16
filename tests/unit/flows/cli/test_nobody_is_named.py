"""What the commands write to the screen names no payee, whether they succeed, refuse, or fail over a payee's row."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.ledger.parts import views
from tasks.tenant_context import TenantContext
from tests.month import ROWS, context, deliver, extract_of, gates_by_arithmetic
from tests.payees_found import known_of, named_in

Siller = Callable[..., Any]
RUN = "ilf-2026-11-rehearsal-1"
FOUND = ("--found", "100.00", "--why", "leaver", "--reason", "left")
BAD = ROWS[0].replace("2981.60", "2981.605").replace("ILF100002", "ILF100777")


@pytest.fixture(scope="module")
def known() -> list[str]:
    found = known_of(csv.DictReader(extract_of([*ROWS, BAD]).decode().splitlines()))
    assert {"ILF100002", "ILF100777", "Royal & Ancient Holdings plc"} <= set(found)
    return found


@pytest.fixture
def ilf(home: Path, finished_home: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    gates_by_arithmetic(monkeypatch)
    return context(shutil.copytree(finished_home, home))


def commands(of: TenantContext, tmp_path: Path) -> list[list[str | Path]]:
    """Every command that reads what the body sent or siller has written of it."""
    payment_file = of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt"
    changed = tmp_path / "changed.txt"
    changed.write_bytes(payment_file.read_bytes().replace(b"00000298160", b"00000298161"))
    (tmp_path / "folder").mkdir(exist_ok=True)
    extract = deliver(of, [*ROWS, BAD])
    return [
        ["status"],
        ["verify"],
        ["audit", RUN],
        ["audit", "ilf", "--rehearsal"],
        ["recall", RUN],
        ["recall", f"{RUN}/1", "--reason", "x", "--as", "a", "--agreeing", "b"],
        ["holds", "ilf", "--rehearsal"],
        ["enquiries", "ilf", "--rehearsal"],
        ["funding", RUN],
        ["overpayments", "ilf", "--rehearsal", "--payment", f"{RUN}/1", *FOUND],
        ["overpayments", "ilf", "--rehearsal"],
        ["exceptions", "ilf", "--rehearsal"],
        ["correction-file", "ilf", "2026-11", "--rehearsal"],
        ["trace", f"{RUN}/0"],
        ["trace", f"{RUN}/line/1"],
        ["check", "ilf", extract],
        ["check", "ilf", extract, "--manifest", extract.with_name("ilf.csv.manifest.json")],
        ["inspect", payment_file],
        ["inspect", changed],
        ["inspect", extract],
        ["compare", payment_file, changed],
        ["compare", payment_file, changed, "--csv", tmp_path / "folder"],
        ["people", "list", "ilf", "--rehearsal"],
        ["submitted", RUN, "--reference", "X1", "--at", "2026-11-20 10:00"],
        ["continuity", "open", RUN, "--as", "operator@siller.example", "--reason", "x", "--to", tmp_path / "folder"],
        ["retention", "ilf", "--rehearsal"],
        ["retention", "ilf", "--rehearsal", "--erase", "2026-11", "--agreeing", "a", "--reason", "x"],
        ["keys", "rotate", "ilf", "--rehearsal"],
    ]


def said(siller: Siller, of: TenantContext, tmp_path: Path) -> dict[str, str]:
    """What each command wrote to the screen."""
    found = {str(each): siller(*each) for each in commands(of, tmp_path)}
    return {command: each.out + each.err for command, each in found.items()}


def test_of_good_rows_and_bad_ones(siller: Siller, ilf: TenantContext, tmp_path: Path, known: list[str]) -> None:
    told = said(siller, ilf, tmp_path)
    assert all(told.values())
    assert named_in(told.values(), known) == [[]] * len(told)


def test_of_rows_that_a_command_trips_over(
    siller: Siller, ilf: TenantContext, tmp_path: Path, known: list[str]
) -> None:
    """The rows' numbers are made text that holds names: wherever DuckDB needs a number it says what it found."""
    with ilf.ledger.opened() as connection:
        connection.execute("CREATE TABLE earlier_row AS FROM raw_extract_row")
        connection.execute("ALTER TABLE earlier_row ALTER row_number TYPE VARCHAR")
        connection.execute("UPDATE earlier_row SET row_number = payee_reference || ' ' || payee_name")
        views.define(connection, ilf.paths.parts("ilf"))
        with pytest.raises(duckdb.ConversionException) as own:
            connection.execute("SELECT row_number::INTEGER FROM raw_extract_row").fetchall()
    assert named_in([str(own.value)], known) != [[]]
    told = said(siller, ilf, tmp_path)
    assert any("ConversionException" in text for text in told.values())
    assert named_in(told.values(), known) == [[]] * len(told)


def test_the_search_finds_what_is_there(ilf: TenantContext, known: list[str]) -> None:
    extract = deliver(ilf).read_text()
    payment_file = (ilf.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt").read_text()
    assert all(len(hits) >= 3 for hits in named_in([extract, payment_file], known))
