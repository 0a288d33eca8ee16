"""No import leads back to where it began, from module to module or from room to room; one inside a function counts.

A room is a folder of a package, such as ``tasks/ingest``, or a module beside the folders.
"""

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "tasks", "flows")

Graph = Mapping[str, set[str]]


def modules(root: Path) -> dict[str, Path]:
    found = [path.relative_to(root) for package in PACKAGES for path in (root / package).rglob("*.py")]
    return {".".join(path.with_suffix("").parts).removesuffix(".__init__"): root / path for path in found}


def by_module(known: Mapping[str, Path]) -> Graph:
    """What each module imports, and whose ``__init__`` runs at that; its own package runs already."""
    return {
        name: {
            each
            for imported in imports(path, known)
            for each in (imported, *packages_of(imported))
            if each in known and each != name and not (each != imported and name.startswith(f"{each}."))
        }
        for name, path in known.items()
    }


def by_room(known: Mapping[str, Path]) -> Graph:
    rooms: dict[str, set[str]] = {}
    for name, path in known.items():
        others = {room(each) for each in imports(path, known)}
        rooms.setdefault(room(name), set()).update(others - {room(name)})
    return rooms


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def packages_of(module: str) -> Iterator[str]:
    while module := module.rpartition(".")[0]:
        yield module


def imports(path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    """Our own modules that a file imports anywhere; what only a type checker reads is never run."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in for_types:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name, which this test does not follow"
            names = [
                f"{node.module}.{alias.name}" if f"{node.module}.{alias.name}" in known else str(node.module)
                for alias in node.names
            ]
        else:
            continue
        yield from (name for name in names if name in known)


def circle(graph: Graph) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


@pytest.mark.parametrize("graph_of", [by_module, by_room], ids=["modules", "rooms"])
def test_no_import_leads_back_to_where_it_began(graph_of):
    graph = graph_of(modules(ROOT))
    assert len(graph) > 50
    assert circle(graph) == []


@pytest.fixture
def house(tmp_path):
    """A house of four modules in two rooms, without a circle."""
    for name, text in {
        "tasks/__init__.py": "",
        "tasks/one/__init__.py": "",
        "tasks/one/early.py": "",
        "tasks/one/late.py": "from tasks.one.early import thing",
        "tasks/two/__init__.py": "",
        "tasks/two/early.py": "",
        "tasks/two/late.py": "from tasks.one import late",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_a_house_in_order_has_no_circle(house):
    known = modules(house)
    assert by_module(known)["tasks.two.late"] == {"tasks.one", "tasks.one.late"}
    assert (circle(by_module(known)), circle(by_room(known))) == ([], [])


def test_an_import_inside_a_function_closes_a_circle(house):
    (house / "tasks/one/early.py").write_text("def lazily():\n    from tasks.one.late import thing\n")
    assert set(circle(by_module(modules(house)))) == {"tasks.one.early", "tasks.one.late"}


def test_a_package_that_imports_its_own_user_closes_a_circle(house):
    (house / "tasks/one/__init__.py").write_text("from tasks.two import late")
    assert {"tasks.one", "tasks.two.late"} <= set(circle(by_module(modules(house))))


def test_two_rooms_that_reach_into_each_other_are_a_circle_without_one_of_modules(house):
    (house / "tasks/one/early.py").write_text("import tasks.two.early")
    assert circle(by_module(modules(house))) == []
    assert set(circle(by_room(modules(house)))) == {"tasks.one", "tasks.two"}


def test_what_only_a_type_checker_reads_closes_no_circle(house):
    (house / "tasks/one/early.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from tasks.one.late import thing\n"
    )
    assert circle(by_module(modules(house))) == []
