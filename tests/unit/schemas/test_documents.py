"""What is nested deeper than any reader can follow is a sentence, and no end of the process."""

from pathlib import Path

import pytest

from schemas.documents import read_json, read_yaml
from schemas.no_go import NoGo

DEEP = 20_000


@pytest.mark.parametrize("opening", ["[", '{"a": '], ids=["lists", "mappings"])
@pytest.mark.parametrize("reader", [read_yaml, read_json], ids=["yaml", "json"])
def test_a_file_that_is_nested_too_deep_is_a_sentence(reader, opening: str, tmp_path: Path) -> None:
    file = tmp_path / "agreement"
    file.write_text(f'{{"a": {opening * DEEP}')
    with pytest.raises(NoGo, match="can be read"):
        reader(file)
