"""The house rules of the design, held against every source file."""

import ast
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOOR = {"data_contracts": 0, "schemas": 1, "tasks": 2, "flows": 3}
SOURCES = [path for package in FLOOR for path in sorted((ROOT / package).rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def broken_by(breaks: Callable[[Path], object], paths: Iterable[Path] = SOURCES) -> list[str]:
    """The files that break a rule: of thousands of cases of a test each, most of the time went into having them."""
    return [relative(path) for path in paths if breaks(path)]


def called(path: Path) -> set[str]:
    """The last part of each call."""
    return {call.rpartition(".")[2] for call in calls(path)}


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def imports(path: Path) -> list[str]:
    found = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
    return found


@cache
def calls(path: Path) -> list[str]:
    return [ast.unparse(node.func) for node in nodes(path) if isinstance(node, ast.Call)]


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 50


def test_an_import_only_points_to_the_right() -> None:
    def points_back(path: Path) -> bool:
        own = FLOOR[path.relative_to(ROOT).parts[0]]
        return any(FLOOR.get(name.split(".")[0], -1) > own for name in imports(path))

    assert broken_by(points_back) == []


def test_prefect_is_imported_in_flows_alone() -> None:
    importing = broken_by(lambda path: any(name.split(".")[0] == "prefect" for name in imports(path)))
    assert [path for path in importing if not path.startswith("flows/")] == []


def test_duckdb_is_opened_by_the_ledger_and_publication_alone() -> None:
    opening = broken_by(lambda path: "duckdb.connect" in calls(path))
    assert [path for path in opening if not path.startswith(("tasks/ledger/", "tasks/publish/"))] == []


CLOCKS = {"datetime.now", "date.today", "datetime.utcnow"}


def test_schemas_have_no_clock_no_settings_and_no_connection() -> None:
    schemas = [path for path in SOURCES if relative(path).startswith("schemas/")]
    assert broken_by(lambda path: {*CLOCKS, "time.time"} & set(calls(path)), schemas) == []
    reaching = {"duckdb", "pydantic_settings", "httpx", "boto3"}
    assert broken_by(lambda path: {name.split(".")[0] for name in imports(path)} & reaching, schemas) == []


def test_the_clock_is_read_in_one_place() -> None:
    reading = broken_by(lambda path: CLOCKS & set(calls(path)))
    assert [path for path in reading if path.startswith(("tasks/", "flows/"))] == ["tasks/clock.py"]


READS_WHAT_OTHERS_SENT = (
    "schemas/",
    "tasks/ingest/",
    "tasks/manual_payments/",
    "tasks/reconcile/",
    "tasks/account_table/",
)
OWN_FILES = ("schemas/incoming.py", "schemas/rails/", "schemas/vouchers/voucher_file.py", "tasks/storage/custody.py")
"""The opener itself; payment files and sealed files, which siller wrote."""


def test_a_file_from_outside_is_opened_in_one_place() -> None:
    readers = [
        path
        for path in SOURCES
        if relative(path).startswith((*READS_WHAT_OTHERS_SENT, "tasks/check.py", "flows/cli/"))
        and not relative(path).startswith(OWN_FILES)
    ]
    assert len(readers) > 50
    assert broken_by(lambda path: {"read_bytes", "open", "sha256_of_file", "copyfile"} & called(path), readers) == []


def test_nothing_loops_in_python_over_payments() -> None:
    assert broken_by(lambda path: {"map_elements", "map_rows", "iter_slices", "to_dicts"} & called(path)) == []


QUERIES = [path for package in FLOOR for path in sorted((ROOT / package).rglob("*.sql"))]


def test_which_payments_compete_is_said_in_one_place() -> None:
    """``Kind.payment_kind`` says it, and the ledger's macro of that name: nobody else tells arrears from the others."""
    says_it = re.compile(r"""["']arrears["']|\bARREARS\b""")
    saying = broken_by(lambda path: says_it.search(path.read_text(encoding="utf-8")), [*SOURCES, *QUERIES])
    assert saying == ["schemas/manifest.py"]


def test_no_module_is_named_after_one_it_would_shadow_nor_for_everything() -> None:
    assert broken_by(lambda path: path.stem in {"utils", "helpers", "common", "misc"}) == []
    assert broken_by(lambda path: path.parent == ROOT / "flows" and path.stem in sys.stdlib_module_names) == []


def test_a_file_has_one_job() -> None:
    """Rarely over 250 lines, says the house; never over 330."""
    assert broken_by(lambda path: len(path.read_text(encoding="utf-8").splitlines()) > 330) == []


@pytest.mark.parametrize("name", ["flows", "tasks", "schemas", "data_contracts"])
def test_the_packages_are_ours(name):
    from importlib import import_module

    assert Path(str(import_module(name).__file__)).is_relative_to(ROOT)


REHEARSES = (
    "tasks/practice_bank/",
    "flows/demo/",
    "flows/rehearsal/",
    "flows/cli/demo.py",
    "flows/cli/practice_bank.py",
    "flows/cli/rehearse.py",
)
"""Who may ask the practice bank; behind its answers stands no money, so whatever pays live is not among them."""


def test_nothing_that_pays_live_knows_the_practice_bank() -> None:
    knowing = broken_by(lambda path: any(name.startswith("tasks.practice_bank") for name in imports(path)))
    assert [path for path in knowing if not path.startswith(REHEARSES)] == []


WRITES_A_TABLE = {"write_csv", "sink_csv", "to_csv", "write_excel", "writerow", "writerows", "writer", "DictWriter"}
"""The last part of a call by which, in any library that is here, cells become a table that a spreadsheet opens."""
TABLES = "schemas/tables_for_people/"
FOR_PROGRAMS = (
    "schemas/payee_checks/request_file.py",
    "schemas/vouchers/voucher_file.py",
    "tasks/practice_bank/payee_checks.py",
    "tasks/practice_bank/vouchers.py",
    "flows/rehearsal/authorised_payees.py",
)
"""What a bank's or a provider's program or siller reads, or stands in for what one wrote: a name in it is as it is, and
compared.
"""
IN_SQL = re.compile(r"\bCOPY\b[^;]{0,400}\bTO\b[^;]{0,400}\b(?i:csv)\b")


def test_a_table_for_people_is_written_in_one_place():
    """So that one place makes every cell safe to open; whoever writes one elsewhere is found, whatever it is called."""
    writers = {
        relative(path)
        for path in SOURCES
        if called(path) & WRITES_A_TABLE or {name.split(".")[0] for name in imports(path)} & {"xlsxwriter", "openpyxl"}
    }
    assert writers == {f"{TABLES}csv_text.py", f"{TABLES}workbook.py", *FOR_PROGRAMS}
    statements = [*SOURCES, *(path for package in FLOOR for path in (ROOT / package).rglob("*.sql"))]
    assert not [relative(path) for path in statements if IN_SQL.search(path.read_text(encoding="utf-8"))]
