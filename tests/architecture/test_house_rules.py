"""The house rules of the design, held against every source file."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOOR = {"data_contracts": 0, "schemas": 1, "tasks": 2, "flows": 3}
SOURCES = [path for package in FLOOR for path in sorted((ROOT / package).rglob("*.py"))]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


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


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_an_import_only_points_to_the_right(path):
    own = path.relative_to(ROOT).parts[0]
    wrong = [name for name in imports(path) if FLOOR.get(name.split(".")[0], -1) > FLOOR[own]]
    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_prefect_is_imported_in_flows_alone(path):
    if relative(path).startswith("flows/"):
        return
    assert not [name for name in imports(path) if name.split(".")[0] == "prefect"]


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_duckdb_is_opened_by_the_ledger_and_publication_alone(path):
    if relative(path).startswith(("tasks/ledger/", "tasks/publish/")):
        return
    assert "duckdb.connect" not in set(calls(path))


@pytest.mark.parametrize("path", [path for path in SOURCES if relative(path).startswith("schemas/")], ids=relative)
def test_schemas_have_no_clock_no_settings_and_no_connection(path):
    assert not {"datetime.now", "date.today", "datetime.utcnow", "time.time"} & set(calls(path))
    assert not {name.split(".")[0] for name in imports(path)} & {"duckdb", "pydantic_settings", "httpx", "boto3"}


@pytest.mark.parametrize(
    "path", [path for path in SOURCES if relative(path).startswith(("tasks/", "flows/"))], ids=relative
)
def test_the_clock_is_read_in_one_place(path):
    if relative(path) == "tasks/clock.py":
        return
    assert not {"datetime.now", "date.today", "datetime.utcnow"} & set(calls(path))


READS_WHAT_OTHERS_SENT = (
    "schemas/",
    "tasks/ingest/",
    "tasks/manual_payments/",
    "tasks/reconcile/",
    "tasks/account_table/",
)
OWN_FILES = ("schemas/incoming.py", "schemas/rails/", "tasks/storage/custody.py")
"""The opener itself; payment files and sealed files, which siller wrote."""


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in SOURCES
        if relative(path).startswith((*READS_WHAT_OTHERS_SENT, "tasks/check.py", "flows/cli/"))
        and not relative(path).startswith(OWN_FILES)
    ],
    ids=relative,
)
def test_a_file_from_outside_is_opened_in_one_place(path):
    assert not {"read_bytes", "open", "sha256_of_file", "copyfile"} & {call.rpartition(".")[2] for call in calls(path)}


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_nothing_loops_in_python_over_payments(path):
    assert not {call.rpartition(".")[2] for call in calls(path)} & {
        "map_elements",
        "map_rows",
        "iter_slices",
        "to_dicts",
    }


QUERIES = [path for package in FLOOR for path in sorted((ROOT / package).rglob("*.sql"))]


@pytest.mark.parametrize("path", [*SOURCES, *QUERIES], ids=relative)
def test_which_payments_compete_is_said_in_one_place(path):
    """``Kind.payment_kind`` says it, and the ledger's macro of that name: nobody else tells arrears from the others."""
    if relative(path) == "schemas/manifest.py":
        return
    assert not re.search(r"""["']arrears["']|\bARREARS\b""", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_no_module_is_named_after_one_it_would_shadow_nor_for_everything(path):
    import sys

    assert path.stem not in {"utils", "helpers", "common", "misc"}
    assert path.parent != ROOT / "flows" or path.stem not in sys.stdlib_module_names


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_a_file_has_one_job(path):
    """Rarely over 250 lines, says the house; never over 330."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 330


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


@pytest.mark.parametrize("path", [path for path in SOURCES if not relative(path).startswith(REHEARSES)], ids=relative)
def test_nothing_that_pays_live_knows_the_practice_bank(path):
    assert not [name for name in imports(path) if name.startswith("tasks.practice_bank")]


WRITES_A_TABLE = {"write_csv", "sink_csv", "to_csv", "write_excel", "writerow", "writerows", "writer", "DictWriter"}
"""The last part of a call by which, in any library that is here, cells become a table that a spreadsheet opens."""
TABLES = "schemas/tables_for_people/"
IN_SQL = re.compile(r"\bCOPY\b[^;]{0,400}\bTO\b[^;]{0,400}\b(?i:csv)\b")


def test_a_table_for_people_is_written_in_one_place():
    """So that one place makes every cell safe to open; whoever writes one elsewhere is found, whatever it is called."""
    writers = {
        relative(path)
        for path in SOURCES
        if {call.rpartition(".")[2] for call in calls(path)} & WRITES_A_TABLE
        or {name.split(".")[0] for name in imports(path)} & {"xlsxwriter", "openpyxl"}
    }
    assert writers == {f"{TABLES}csv_text.py", f"{TABLES}workbook.py"}
    statements = [*SOURCES, *(path for package in FLOOR for path in (ROOT / package).rglob("*.sql"))]
    assert not [relative(path) for path in statements if IN_SQL.search(path.read_text(encoding="utf-8"))]
