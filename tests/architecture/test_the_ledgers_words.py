"""Names of stages and events, columns and counters of the ledger: each is written in one place, by name."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from schemas.stages import Event, Stage

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "tasks", "flows")
SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
QUERIES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.sql"))]

NAMES = {*Stage, *Event}
_A_NAME = re.compile(rf"({'|'.join(NAMES)})( \d*)?")
_ASKED_OF_THE_JOURNAL = re.compile(r"\bstage\s*(?:=|<>|!=|IN\s*\()\s*('\w+'(?:\s*,\s*'\w+')*)")
_INSERT = re.compile(r"INSERT\s+INTO\s+[\w.{}\[\]]+(?:\s+(BY NAME|\([a-z{]))?")
_COUNTER = re.compile(r"max\([^)]*\)(?:,\s*0\))?\s*\+\s*1")

CATALOGUE = ("schemas/stages.py", "tasks/ledger/catalogue/")
ANOTHER_MEANING = {
    "flows/approval.py": {"approval"},  # what the keys of forms begin with
    "flows/cli/__init__.py": {"continuity"},  # a command
    "flows/demo/demo.py": {"approve"},
    "flows/rehearsal/approval.py": {"approve"},
    "flows/service/door/people.py": {"door"},  # a logger
    "flows/service/door/record.py": {"door"},
    "flows/form_inputs.py": {"door"},  # what Prefect keeps beside a form
    "schemas/approval.py": {"approve"},
    "schemas/notices/catalogue.py": {"stopped"},  # of what somebody is told
    "schemas/payment_state.py": {"stopped", "submitted", "paid_elsewhere"},  # where a payment stands
    "schemas/contract/later_rules.py": {"paid_elsewhere"},  # a rule that holds a row
    "schemas/standing/tables.py": {"stopped", "submitted"},  # where a run stands
    "schemas/tenant_keys.py": {"continuity"},  # a key
    "tasks/approve/stage.py": {"approval"},  # what a code is given for
    "tasks/audit/wording.py": {"door"},  # by whose password an answer came
    "tasks/continuity/how_to_use.py": {"continuity"},
    "tasks/continuity/leave.py": {"continuity"},
    "tasks/continuity/opening.py": {"continuity"},
    "tasks/continuity/settle.py": {"continuity"},
    "tasks/ledger/describe.py": {"approval", "credential", "code_try", "bank_file", "paid_elsewhere"},  # tables
    "tasks/ledger/bank_rows.py": {"bank_file"},  # a table
    "tasks/ledger/rows.py": {"approval", "credential", "code_try", "paid_elsewhere"},
    "tasks/lineage/trace.py": {"submitted"},
    "tasks/retention/places.py": {"approval", "credential", "code_try", "bank_file", "paid_elsewhere"},  # tables
    "tasks/stop/stop.py": {"stopped"},  # what was done to a payment
    "tasks/storage/paths.py": {"continuity"},  # a folder
    "tasks/release/manifest.py": {"approval"},  # a part of the manifest
}
"""Where the same word is said and no stage or event is meant."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def texts(path: Path) -> Iterator[str]:
    """Every string of a module; of one that is put together, each piece."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def queries(path: Path) -> Iterator[str]:
    """The text of a query, or every string of a module as one: one that is put together with its gaps."""
    if path.suffix == ".sql":
        yield path.read_text(encoding="utf-8")
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


def test_a_stage_or_an_event_is_named_in_the_catalogue_alone() -> None:
    named, asked = {}, []
    for path in SOURCES:
        if relative(path).startswith(CATALOGUE):
            continue
        said = list(texts(path))
        if found := {match[1] for text in said if (match := _A_NAME.fullmatch(text))}:
            named[relative(path)] = found
        asked += [(relative(path), text) for text in said if _ASKED_OF_THE_JOURNAL.search(text)]
    assert named == ANOTHER_MEANING
    assert asked == []


def test_a_query_asks_the_journal_for_names_that_there_are() -> None:
    asked = {
        name
        for path in QUERIES
        for names in _ASKED_OF_THE_JOURNAL.findall(path.read_text(encoding="utf-8"))
        for name in re.findall(r"\w+", names)
    }
    assert {Stage.RELEASE, Stage.RELEASE_PENDING} <= asked <= NAMES


def test_rows_are_written_by_the_names_of_their_columns() -> None:
    written = [
        (relative(path), match[0], match[1])
        for path in [*SOURCES, *QUERIES]
        for query in queries(path)
        for match in _INSERT.finditer(query)
    ]
    assert len(written) > 15
    assert [where for *where, columns in written if not columns] == []


def test_what_comes_next_is_counted_in_one_place() -> None:
    counting = {relative(path) for path in [*SOURCES, *QUERIES] for query in queries(path) if _COUNTER.search(query)}
    assert counting == {"tasks/ledger/counters.py"}
