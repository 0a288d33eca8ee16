"""A tenant's keys: made once, private, one a use."""

import stat
from pathlib import Path

import pytest

from tasks.ledger import keys


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ilf.ledger.key"
    first = keys.kept(path, keys.random_key)
    assert keys.kept(path, keys.random_key) == first
    assert len(first) == 44
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["ilf.ledger.key"], "nothing is left beside it"


def test_of_two_that_make_a_key_at_once_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "ilf.ledger.key"

    def late() -> str:
        path.write_text("of the other")
        return "of the late one"

    assert keys.kept(path, late) == "of the other"
    assert [each.name for each in tmp_path.iterdir()] == ["ilf.ledger.key"]


@pytest.mark.parametrize("again", range(3))
def test_no_two_keys_are_alike(again: int) -> None:
    assert keys.random_key() != keys.random_key()
