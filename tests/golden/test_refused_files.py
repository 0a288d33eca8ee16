"""Files that a bank must refuse, each with the one line that says why.

Each file is the published worked example, or the same two payments as pain.001, with one thing wrong that its
name says. The reasons were written down from what `siller inspect` said and read one by one against the fault and
the field tables: they hold the words still, and are no proof apart from that reading. Where one fault has others in
its train, the first line names the one to correct.
"""

from pathlib import Path

import pytest

from schemas.inspection import inspect

FOLDER = Path(__file__).with_name("refused_files")
REASONS = dict(line.split("\t") for line in (FOLDER / "reasons.tsv").read_text().splitlines())


def test_every_file_has_its_reason():
    files = {path.name for path in FOLDER.iterdir() if path.suffix in (".txt", ".xml")}
    assert files == REASONS.keys()


@pytest.mark.parametrize("name", REASONS)
def test_the_file_is_refused_for_its_reason(name):
    found = inspect(FOLDER / name)
    assert found.refused
    assert str(found.findings[0]) == REASONS[name]


@pytest.mark.parametrize("name", REASONS)
def test_no_value_of_a_payment_is_told(name):
    told = "\n".join([*map(str, inspect(FOLDER / name).findings), *map(str, inspect(FOLDER / name).facts)])
    for value in ("66374958", "63748472", "88837491", "ONEILL", "ROYAL", "ILF 2608", "D/1234"):
        assert value not in told
