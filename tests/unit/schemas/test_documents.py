"""What is nested deeper than any reader can follow is a sentence, and no end of the process."""

from pathlib import Path

import pytest
import yaml

from schemas import documents
from schemas.documents import check_answered, parse_yaml, read_json, read_yaml
from schemas.no_go import NoGo
from tasks.settings import PROJECT

DEEP = 20_000


@pytest.mark.parametrize("opening", ["[", '{"a": '], ids=["lists", "mappings"])
@pytest.mark.parametrize("reader", [read_yaml, read_json], ids=["yaml", "json"])
def test_a_file_that_is_nested_too_deep_is_a_sentence(reader, opening: str, tmp_path: Path) -> None:
    file = tmp_path / "agreement"
    file.write_text(f'{{"a": {opening * DEEP}')
    with pytest.raises(NoGo, match="can be read"):
        reader(file)


@pytest.mark.parametrize("opening", ["- ", "? ", "[\n", "{? ", "{a:\n"], ids=["dash", "key", "line", "asked", "flow"])
def test_yaml_that_is_nested_too_deep_in_whatever_way_is_a_sentence(opening: str) -> None:
    with pytest.raises(NoGo, match="can be read"):
        parse_yaml((opening * DEEP).encode(), "x.yaml")


def test_the_quick_loader_reads_every_document_that_siller_ships_as_the_other_does() -> None:
    found = [path.read_text("utf-8") for path in sorted((PROJECT / "data_contracts").rglob("*.yaml"))]
    assert len(found) > 10
    for text in found:
        assert documents._loader(text) is documents._QuickLoader
        assert yaml.load(text, documents._QuickLoader) == yaml.load(text, documents._Loader)


@pytest.mark.parametrize(
    ("text", "quick"),
    [("a: " + "[" * 150 + "]" * 150, True), ("a: " + "[" * 400 + "]" * 400, False), ("- " * 400 + "x", False)],
    ids=["not deep", "brackets", "dashes"],
)
def test_a_document_that_may_be_nested_deep_is_left_to_the_loader_in_python(text: str, quick: bool) -> None:
    assert (documents._loader(text) is documents._QuickLoader) == quick


def test_a_draft_names_what_awaits_an_answer_and_looks_into_everything_once() -> None:
    """Aliases make a document of a few lines that would be walked through for ever, or that holds itself."""
    bomb = "\n".join(["x0: &x0 [1]", *(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 40))])
    check_answered(parse_yaml(f"{bomb}\na: &a [*a]\n".encode(), "x.yaml"), "x.yaml")
    asked = f"{bomb}\nb: '???'\nc: [{{name: '???'}}, {{name: d, e: {{f: '???'}}}}]\n"
    with pytest.raises(NoGo, match=r"x\.yaml is a draft.* stands yet under: b, c, d\."):
        check_answered(parse_yaml(asked.encode(), "x.yaml"), "x.yaml")
