"""An archive under AES is opened with its password, as far as any archive, and tells when somebody changed it."""

from pathlib import Path

import polars as pl
import pytest
import pyzipper
from pydantic import SecretStr
from pyzipper.zipfile_aes import WZ_AES_V1

from schemas.contract.contract import Contract
from schemas.contract.extract import read_extract
from schemas.no_go import NoGo
from tests.golden.nasty import SECOND, described, text
from tests.locked import PASSWORD, locked
from tests.month import SAMPLES
from tests.workbooks import zipped

ILF = (SAMPLES.parent / "extract.odcs.yaml").read_text(encoding="utf-8")
GOOD = text().encode()


def read(folder: Path, archive: bytes, password: str | None = PASSWORD, packed: str = "aes-zip") -> pl.DataFrame:
    contract = Contract.parsed(
        ILF.replace("physicalType: csv", described({"compression": packed})).encode(), "extract.odcs.yaml"
    )
    (folder / "ilf.zip").write_bytes(archive)
    given = None if password is None else SecretStr(password)
    return pl.concat(read_extract(folder / "ilf.zip", contract, password=given))


@pytest.mark.parametrize(
    "archive",
    [
        locked(GOOD),
        locked(GOOD, nbits=128),
        locked(GOOD, nbits=192),
        locked(GOOD, force_wz_aes_version=WZ_AES_V1),
        locked(GOOD, packing=pyzipper.ZIP_STORED),
    ],
    ids=["256 bits", "128 bits", "192 bits", "AE-1", "stored"],
)
def test_what_was_packed_is_read(archive: bytes, tmp_path: Path) -> None:
    assert read(tmp_path, archive)["amount"].to_list() == ["2981.60", "1900.00", "1050.00"]


def old_encryption() -> bytes:
    archive = bytearray(zipped({"ilf.csv": GOOD}))
    for magic, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.find(magic) + place] |= 1
    return bytes(archive)


def lying(archive: bytes) -> bytes:
    """The same archive, whose list of files says ten bytes fewer: it stands outside of what AES proves."""
    place = archive.rfind(b"PK\x01\x02") + 24
    size = int.from_bytes(archive[place : place + 4], "little") - 10
    return archive[:place] + size.to_bytes(4, "little") + archive[place + 4 :]


BOMB = GOOD + (",".join(SECOND) + "\r\n").encode() * 400_000


@pytest.mark.parametrize(
    ("archive", "words"),
    [
        (locked(GOOD, password="another password"), "does not open with the password in the key store"),
        (zipped({"ilf.csv": GOOD}), "an archive without a password, and one encrypted with AES is agreed"),
        (old_encryption(), r"the old encryption of ZIP \(ZipCrypto\)"),
        (locked(GOOD, GOOD), "an archive of 2 files"),
        (locked(), "an archive of 0 files"),
        (b"PK\x01\x02" * 10_001 + locked(GOOD), "more than 10,000 files"),
        (locked(BOMB), "unpacks to far more"),
        (locked(GOOD)[:-30], "is damaged"),
        (GOOD, "is no ZIP archive"),
        (lying(locked(GOOD)), "is damaged"),
        (lying(locked(GOOD, packing=pyzipper.ZIP_STORED)), "is damaged"),
    ],
    ids=["wrong", "open", "ZipCrypto", "two", "none", "too many", "bomb", "cut off", "text", "lying", "stored, lying"],
)
def test_what_is_not_as_agreed_is_refused_in_words(archive: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(NoGo, match=rf"^ilf\.zip .*{words}") as said:
        read(tmp_path, archive)
    assert PASSWORD not in str(said.value)


def test_an_archive_with_a_password_is_refused_where_none_is_agreed(tmp_path: Path) -> None:
    with pytest.raises(NoGo, match="an archive with a password, and none is agreed"):
        read(tmp_path, locked(GOOD), packed="zip")


@pytest.mark.parametrize("packing", [pyzipper.ZIP_STORED, pyzipper.ZIP_DEFLATED], ids=["stored", "deflated"])
def test_no_changed_byte_pays_anything_else(packing: int, tmp_path: Path) -> None:
    archive = locked(GOOD, packing=packing)
    sent, found = read(tmp_path, archive), 0
    for place in range(0, len(archive), 5):
        changed = bytearray(archive)
        changed[place] ^= 1 << place % 8
        try:
            assert read(tmp_path, bytes(changed)).equals(sent), "a byte that means nothing was changed"
        except NoGo:
            found += 1
    assert found > len(GOOD) // 2 // 5


def test_a_password_is_in_no_contract(tmp_path: Path) -> None:
    said = ILF.replace("physicalType: csv", described({"compression": "aes-zip", "passwordKey": "x"}))
    with pytest.raises(NoGo, match="a contract says nothing of a password"):
        Contract.parsed(said.encode(), "extract.odcs.yaml")
