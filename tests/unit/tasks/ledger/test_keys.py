"""A tenant's keys: made once, private, one a use."""

import json
import stat
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.ledger import keys
from tasks.settings import Settings


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


def test_a_key_that_was_in_use_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "ilf.pseudonym.key"
    with pytest.raises(NoGo, match=r"The key ilf\.pseudonym is gone"):
        keys.kept(path, keys.random_key, in_use=True)
    assert not path.exists()


class TestOfTheEnvironment:
    """One key a name, as JSON: for machines whose secrets are not files."""

    def test_it_serves_in_place_of_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": "given"}))
        assert keys.kept(tmp_path / "ilf.ledger.key", keys.random_key, in_use=True) == "given"
        assert not list(tmp_path.iterdir())
        assert keys.kept(tmp_path / "other.ledger.key", keys.random_key) != "given", "it is one tenant's alone"

    def test_beside_another_one_in_a_file_it_is_a_no_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "ilf.ledger.key"
        in_the_file = keys.kept(path, keys.random_key)
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": "given"}))
        with pytest.raises(NoGo, match="holds another") as said:
            keys.kept(path, keys.random_key)
        assert in_the_file not in str(said.value)
        assert "given" not in str(said.value).replace("gives", "")

    def test_siller_does_not_change_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": "given"}))
        with pytest.raises(NoGo, match="which siller cannot change"):
            keys.replaced(tmp_path / "ilf.ledger.key", "new")

    def test_it_is_in_no_ones_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": "given"}))
        assert "given" not in repr(Settings()) + str(Settings().model_dump())
