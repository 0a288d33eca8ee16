"""Nothing but ``schemas/period.py`` knows how long a pay period is, reads one from text, or has its text in an order.

The ledger, file names and tables keep a period's text, which is as good as the period for being the same. It is not for
being earlier or later, nor for taking it apart: the next body is paid by the week.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PERIOD = "schemas/period.py"
FOLDERS = [ROOT / package for package in ("schemas", "tasks", "flows")]
SOURCES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.py")) if not path.samefile(ROOT / PERIOD)]
QUERIES = [path for folder in FOLDERS for path in sorted(folder.rglob("*.sql"))]

TEXT_COMES_IN = {
    "flows/pay_run.py": "Prefect hands a flow its parameters",
    "tasks/order.py": "and the flow hands them on",
    "tasks/ingest/task.py": "to the first stage",
    "flows/cli/run.py": "what was typed at the command",
    "flows/cli/contract.py": "what was typed at the command",
    "flows/cli/manifest.py": "what was typed at the command",
    "flows/cli/plan.py": "what was typed at the command",
    "schemas/standing/records.py": "what stands in Prefect's database, which may be anything",
}
"""Where a name says period and holds text, with the reason."""

NAMES = {"period", "pay_period"}
FORM = re.compile(r"%Y-%m(?!-%d)|YYYY-MM(?!-DD)|0\[1-9\]\|1\[0-2\]|(?:\[0-9\]|\\d)\{4\}-(?:\[0-9\]|\\d)\{2\}(?!-)")
"""A month's text, as a format, as people read it, and as a pattern."""

SQL = re.compile(r"\b(?:SELECT|FROM|WHERE|JOIN)\b")
COLUMN = r"(?:\w+\.)?\b(?:pay_)?period\b"
ORDERED = re.compile(
    rf"{COLUMN}\s*(?:<(?!>)|>)|(?:(?<!<)>|<(?!>))=?\s*{COLUMN}"
    rf"|\bORDER BY\b[^();]*{COLUMN}|{COLUMN}\s+(?:NOT\s+)?(?:BETWEEN|LIKE)\b"
    rf"|\b(?:min|max|arg_min|arg_max|first|last|left|right|substr|substring|strptime|split_part|greatest|least|concat)"
    rf"\s*\([^()]*{COLUMN}|{COLUMN}\s*(?:\[|::|\|\|)|\|\|\s*{COLUMN}",
    re.IGNORECASE,
)
"""SQL that has periods in an order, or takes one apart."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def taken_for_text(source: str) -> Iterator[str]:
    """What in a module takes a period for text, or a month's text for a period: the line and what it is."""
    tree = ast.parse(source)
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
        and isinstance(node.body[0].value, ast.Constant)
    }
    for node in ast.walk(tree):
        if id(node) not in documentation and takes_it_apart(node):
            yield f"{getattr(node, 'lineno', 0)}: {ast.unparse(node)}"


def takes_it_apart(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=str(text)):
            return bool(FORM.search(text) or (SQL.search(text) and ORDERED.search(without_comments(text))))
        case ast.Subscript(value=whole, slice=piece):
            return is_period(whole) or cuts_a_day(piece)
        case ast.Attribute(value=whole, attr=name):
            return is_period(whole) and (hasattr(str, name) or name in ("year", "month"))
        case ast.JoinedStr(values=parts):
            return any(goes_on_with_a_day(before, after) for before, after in pairwise(parts))
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=1), ast.Constant(value=13)]):
            return True
    return False


def is_period(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "str" and node.args:
        return is_period(node.args[0])
    return (isinstance(node, ast.Name) and node.id in NAMES) or (isinstance(node, ast.Attribute) and node.attr in NAMES)


def cuts_a_day(piece: ast.AST) -> bool:
    """The month of a day's text, which ends at its seventh letter."""
    return isinstance(piece, ast.Slice) and isinstance(piece.upper, ast.Constant) and piece.upper.value == 7


def goes_on_with_a_day(before: ast.AST, after: ast.AST) -> bool:
    """A period that becomes a day's text."""
    match before, after:
        case [ast.FormattedValue(value=value), ast.Constant(value=str(text))]:
            return is_period(value) and re.match(r"-\d", text) is not None
    return False


def held_as_text(source: str) -> Iterator[str]:
    """Names that say period and hold text."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.arg(arg=name, annotation=ast.AST() as said) if name in NAMES:
                pass
            case ast.AnnAssign(target=target, annotation=said) if is_period(target):
                pass
            case _:
                continue
        if any(isinstance(each, ast.Name) and each.id == "str" for each in ast.walk(said)):
            yield f"{node.lineno}: {ast.unparse(node)}"


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*|COMMENT ON[^;]*;", "", sql)


def found_in(paths: Iterable[Path], looked_for: Callable[[str], Iterable[object]]) -> dict[str, list[object]]:
    """What is found of it in which files."""
    found = {relative(path): list(looked_for(path.read_text(encoding="utf-8"))) for path in paths}
    return {path: each for path, each in found.items() if each}


def test_no_module_takes_a_period_for_text():
    assert found_in(SOURCES, taken_for_text) == {}


def test_what_is_called_a_period_is_one():
    text = found_in(SOURCES, held_as_text)
    assert text.keys() == TEXT_COMES_IN.keys(), text


def test_no_query_has_periods_in_an_order():
    assert len(QUERIES) > 50
    assert found_in(QUERIES, lambda query: ORDERED.findall(without_comments(query))) == {}


@pytest.mark.parametrize(
    "source",
    [
        'period = f"{now:%Y-%m}"',
        'days.dt.strftime("%Y-%m")',
        'P = r"[0-9]{4}-(0[1-9]|1[0-2])"',
        r'P = r"\d{4}-\d{2}"',
        'help = "The pay period, YYYY-MM."',
        "year = int(run.period[:4])",
        "year, month = manifest.pay_period.split('-')",
        "str(run.period)[5:]",
        "month = str(today)[:7]",
        "for month in range(1, 13): ...",
        'date.fromisoformat(f"{run.period}-01")',
        'connection.execute("SELECT 1 FROM run WHERE period < ?")',
    ],
)
def test_taking_a_period_for_text_is_seen(source):
    assert list(taken_for_text(source))


@pytest.mark.parametrize(
    "source",
    [
        '"""Asked for as YYYY-MM."""',
        'said = f"{run.period} was not paid"',
        'D = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"',
        'formats = ["%Y-%m-%d"]',
        "earlier = run.period < other.period",
        'connection.execute("SELECT 1 FROM run WHERE (period, kind) <> (?, ?) AND period = ? AND run_no > 1")',
    ],
)
def test_a_period_that_is_told_or_in_its_own_order_is_no_text(source):
    assert not list(taken_for_text(source))


@pytest.mark.parametrize(
    "query",
    [
        "earlier.period < this.period",
        "WHERE this.run_no >= 1 AND '2026-11' >= period",
        "SELECT max(period) FROM released",
        "arg_max(run_id, later.period)",
        "SELECT DISTINCT period FROM before ORDER BY kind, period DESC LIMIT 3",
        "period LIKE '2026%'",
        "substr(run.period, 1, 4)",
        "(pay_period || '-01')::DATE",
    ],
)
def test_an_order_of_text_is_seen(query):
    assert ORDERED.search(query)


@pytest.mark.parametrize(
    "source",
    ["def pay(period: str): ...", "class Run:\n    period: str", "def pay(pay_period: str | None = None): ..."],
)
def test_text_that_is_called_a_period_is_seen(source):
    assert list(held_as_text(source))
