"""A tenant's keys: made once, private, one a use."""

import base64
import json
import os
import stat
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.settings import Settings
from tasks.storage import keys
from tasks.storage.custody import identities
from tasks.storage.paths import Paths

GIVEN = base64.b64encode(bytes(range(32))).decode()
AGE = "AGE-SECRET-KEY-1TLCWYX328MS86ZAUA5VQZ3SJ4FCA4X3KY9Z9SXPVX8FHKKUYWCKQN3MASX"


def test_a_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "ilf.ledger.key"
    first = keys.load_or_create(path, keys.random_key)
    assert keys.load_or_create(path, keys.random_key) == first
    assert len(first) == 44
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["ilf.ledger.key"], "nothing is left beside it"


def test_of_two_that_make_a_key_at_once_the_first_counts(tmp_path: Path) -> None:
    path = tmp_path / "ilf.ledger.key"

    other, own = keys.random_key(), keys.random_key()

    def late() -> str:
        path.write_text(other)
        return own

    assert keys.load_or_create(path, late) == other
    assert [each.name for each in tmp_path.iterdir()] == ["ilf.ledger.key"]


@pytest.mark.parametrize("again", range(3))
def test_no_two_keys_are_alike(again: int) -> None:
    assert keys.random_key() != keys.random_key()


def test_a_key_that_was_in_use_is_not_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "ilf.pseudonym.key"
    with pytest.raises(NoGo, match=r"The key ilf\.pseudonym is gone"):
        keys.load_or_create(path, keys.random_key, in_use=True)
    assert not path.exists()


DAMAGED = [
    "",
    "xqz",
    f"{GIVEN}x",
    GIVEN[:-1],
    "Rosie's key'; DROP TABLE run; --",
    AGE,
    f"{GIVEN}\n{GIVEN}",
    "\x00" * 44,
]


class TestADamagedKey:
    """It is turned away where it is read, and nothing of it is in the sentence."""

    @pytest.mark.parametrize("content", DAMAGED)
    @pytest.mark.parametrize("use", ["ledger", "pseudonym"])
    def test_of_random_bytes(self, tmp_path: Path, use: str, content: str) -> None:
        path = tmp_path / f"ilf.{use}.key"
        path.write_text(content)
        with pytest.raises(NoGo, match=rf"is not the key ilf\.{use}: it is to be 32 bytes in base64") as said:
            keys.load_or_create(path, keys.random_key)
        assert not content or content not in str(said.value)
        assert path.read_text() == content, "it is left for a person to see"

    @pytest.mark.parametrize("content", ["", GIVEN, AGE[:-1], f"{AGE} {AGE[:-1]}", AGE.lower()])
    def test_of_age(self, tmp_path: Path, content: str) -> None:
        path = tmp_path / "ilf.sealed.key"
        path.write_text(content)
        with pytest.raises(NoGo, match=r"is not the key ilf\.sealed") as said:
            keys.load_or_create(path, keys.random_key)
        assert not content or content not in str(said.value)

    def test_with_one_letter_wrong(self, tmp_path: Path) -> None:
        paths = Paths(tmp_path, Mode.LIVE)
        wrong = AGE[:-1] + ("Q" if AGE[-1] != "Q" else "P")
        paths.key("ilf", "sealed").parent.mkdir()
        paths.key("ilf", "sealed").write_text(wrong)
        with pytest.raises(NoGo, match=r"is not the key ilf\.sealed: it is to be whole") as said:
            identities(paths, "ilf")
        assert wrong not in str(said.value)

    @pytest.mark.parametrize("content", DAMAGED)
    def test_of_the_environment(self, tmp_path: Path, content: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": content}))
        with pytest.raises(NoGo, match=r"What stands in SILLER_KEYS is not the key ilf\.ledger") as said:
            keys.load_or_create(tmp_path / "ilf.ledger.key", keys.random_key)
        assert not content or content not in str(said.value)

    def test_that_is_no_file(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "ilf.ledger.key")
        with pytest.raises(NoGo, match="is a pipe and no file"):
            keys.load_or_create(tmp_path / "ilf.ledger.key", keys.random_key)

    def test_that_is_a_link_to_nothing_is_not_made_anew(self, tmp_path: Path) -> None:
        (tmp_path / "ilf.ledger.key").symlink_to(tmp_path / "taken away")
        with pytest.raises(NoGo, match="There is no file"):
            keys.load_or_create(tmp_path / "ilf.ledger.key", keys.random_key)


class TestOfTheEnvironment:
    """One key a name, as JSON: for machines whose secrets are not files."""

    def test_it_serves_in_place_of_a_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": GIVEN}))
        assert keys.load_or_create(tmp_path / "ilf.ledger.key", keys.random_key, in_use=True) == GIVEN
        assert not list(tmp_path.iterdir())
        assert keys.load_or_create(tmp_path / "other.ledger.key", keys.random_key) != GIVEN, "it is one tenant's alone"

    def test_beside_another_one_in_a_file_it_is_a_no_go(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "ilf.ledger.key"
        in_the_file = keys.load_or_create(path, keys.random_key)
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": GIVEN}))
        with pytest.raises(NoGo, match="holds another") as said:
            keys.load_or_create(path, keys.random_key)
        assert in_the_file not in str(said.value)
        assert GIVEN not in str(said.value)

    def test_siller_does_not_change_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": GIVEN}))
        with pytest.raises(NoGo, match="which siller cannot change"):
            keys.replace_key(tmp_path / "ilf.ledger.key", "new")

    def test_it_is_in_no_ones_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SILLER_KEYS", json.dumps({"ilf.ledger": GIVEN}))
        assert GIVEN not in repr(Settings()) + str(Settings().model_dump())
