"""What is nested deeper than any reader can follow is a sentence, and no end of the process."""

from pathlib import Path

import pytest

from schemas.documents import check_answered, parse_yaml, read_json, read_yaml
from schemas.no_go import NoGo

DEEP = 20_000


@pytest.mark.parametrize("opening", ["[", '{"a": '], ids=["lists", "mappings"])
@pytest.mark.parametrize("reader", [read_yaml, read_json], ids=["yaml", "json"])
def test_a_file_that_is_nested_too_deep_is_a_sentence(reader, opening: str, tmp_path: Path) -> None:
    file = tmp_path / "agreement"
    file.write_text(f'{{"a": {opening * DEEP}')
    with pytest.raises(NoGo, match="can be read"):
        reader(file)


def test_a_draft_names_what_awaits_an_answer_and_looks_into_everything_once() -> None:
    """Aliases make a document of a few lines that would be walked through for ever, or that holds itself."""
    bomb = "\n".join(["x0: &x0 [1]", *(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]" for n in range(1, 40))])
    check_answered(parse_yaml(f"{bomb}\na: &a [*a]\n".encode(), "x.yaml"), "x.yaml")
    asked = f"{bomb}\nb: '???'\nc: [{{name: '???'}}, {{name: d, e: {{f: '???'}}}}]\n"
    with pytest.raises(NoGo, match=r"x\.yaml is a draft.* stands yet under: b, c, d\."):
        check_answered(parse_yaml(asked.encode(), "x.yaml"), "x.yaml")
