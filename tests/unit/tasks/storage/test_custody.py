"""Custody: what was sent can be opened again, byte for byte, and by nobody else."""

import hashlib
import stat
from pathlib import Path

import pyrage
import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.storage.custody import Sealed, seal, still_sealed
from tasks.storage.paths import Paths
from tests.month import SAMPLES

EXTRACT = SAMPLES / "ilf-2026-11.csv"
SHA256 = hashlib.sha256(EXTRACT.read_bytes()).hexdigest()


def sealed_from(path: Path, paths: Paths, tenant: str, sha256: str) -> Path:
    with path.open("rb") as file:
        return seal(Sealed.EXTRACT, file, path.name, paths, tenant, sha256)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, Mode.REHEARSAL)


def test_the_sealed_bytes_open_again_without_siller(paths: Paths) -> None:
    sealed = sealed_from(EXTRACT, paths, "ilf", SHA256)
    key = pyrage.x25519.Identity.from_str(paths.key("ilf", "sealed").read_text())
    assert pyrage.decrypt(sealed.read_bytes(), [key]) == EXTRACT.read_bytes()
    assert sealed.name == f"{SHA256}.sealed"
    assert still_sealed(paths, "ilf", SHA256)


def test_nothing_sent_can_be_read_from_them(paths: Paths) -> None:
    sealed = sealed_from(EXTRACT, paths, "ilf", SHA256).read_bytes()
    for line in EXTRACT.read_bytes().splitlines()[1:200]:
        assert line.split(b",")[1] not in sealed
        assert line not in sealed


def test_files_and_folder_are_their_owners_alone(paths: Paths) -> None:
    sealed = sealed_from(EXTRACT, paths, "ilf", SHA256)
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.key("ilf", "sealed").stat().st_mode) == 0o600


def test_sealing_twice_changes_nothing(paths: Paths) -> None:
    first = sealed_from(EXTRACT, paths, "ilf", SHA256).read_bytes()
    assert sealed_from(EXTRACT, paths, "ilf", SHA256).read_bytes() == first
    assert len(list(paths.sealed("ilf", SHA256).parent.iterdir())) == 1


@pytest.mark.parametrize("place", [0, 40, 300, -1])
def test_a_changed_byte_is_found(paths: Paths, place: int) -> None:
    sealed = sealed_from(EXTRACT, paths, "ilf", SHA256)
    content = bytearray(sealed.read_bytes())
    content[place] ^= 1
    sealed.write_bytes(content)
    assert not still_sealed(paths, "ilf", SHA256)


def test_what_is_cut_short_missing_or_another_file_is_found(paths: Paths, tmp_path: Path) -> None:
    sealed = sealed_from(EXTRACT, paths, "ilf", SHA256)
    sealed.write_bytes(sealed.read_bytes()[:-1000])
    assert not still_sealed(paths, "ilf", SHA256)
    other = tmp_path / "other.csv"
    other.write_bytes(b"another extract")
    sealed_from(other, paths, "ilf", hashlib.sha256(b"another extract").hexdigest()).replace(sealed)
    assert not still_sealed(paths, "ilf", SHA256)
    sealed.unlink()
    assert not still_sealed(paths, "ilf", SHA256)


def test_what_no_longer_opens_is_sealed_anew_from_the_same_bytes(paths: Paths) -> None:
    sealed_from(EXTRACT, paths, "ilf", SHA256).write_bytes(b"")
    sealed_from(EXTRACT, paths, "ilf", SHA256)
    assert still_sealed(paths, "ilf", SHA256)


def test_an_extract_that_is_not_the_one_that_was_hashed_is_not_sealed(paths: Paths) -> None:
    with pytest.raises(NoGo, match=r"ilf-2026-11\.csv changed while it was being read"):
        sealed_from(EXTRACT, paths, "ilf", "0" * 64)
    assert not list(paths.sealed("ilf", SHA256).parent.iterdir())


def test_a_lost_key_is_told_and_not_replaced(paths: Paths) -> None:
    sealed_from(EXTRACT, paths, "ilf", SHA256)
    sealed = paths.sealed("ilf", SHA256).read_bytes()
    paths.key("ilf", "sealed").unlink()
    assert not still_sealed(paths, "ilf", SHA256)
    with pytest.raises(NoGo, match=r"key ilf\.sealed is gone"):
        sealed_from(EXTRACT, paths, "ilf", SHA256)
    assert not paths.key("ilf", "sealed").exists()
    assert paths.sealed("ilf", SHA256).read_bytes() == sealed, "what the lost key opens is kept"


def test_each_tenant_has_a_key_of_its_own(paths: Paths) -> None:
    sealed_from(EXTRACT, paths, "ilf", SHA256)
    sealed_from(EXTRACT, paths, "other", SHA256)
    paths.sealed("ilf", SHA256).replace(paths.sealed("other", SHA256))
    assert not still_sealed(paths, "other", SHA256)
