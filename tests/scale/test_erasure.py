"""A period is erased in one home: nothing of its payees is left in any, nor in the store that they share."""

import json
import shutil
from pathlib import Path

import pytest

from schemas.period import Period
from tasks.ledger import verify
from tasks.release.outboxes import outbox_of
from tasks.storage.atomic_write import write_atomic
from tasks.storage.bucket_address import shared_store
from tasks.storage.custody import sha256_of_file
from tasks.storage.working_copy import POINTER
from tests.e2e.s3 import BUCKET, CREDENTIALS
from tests.month import context
from tests.scale.homes import Home, Shared
from tests.unit.tasks.retention.test_erase import CORRECTED, erased, october_home, search, settled_home

__all__ = ["october_home", "settled_home"]


@pytest.mark.long
def test_nothing_of_its_payees_is_left_in_any_home_or_in_the_store(
    server: str, settled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shutil.copytree(settled_home, tmp_path / "first", symlinks=True)
    keys = {path.stem: path.read_text() for path in (first / "rehearsal" / "keys").glob("*.key")}
    for name, value in Home(first, Shared(server, "erasure")).settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SILLER_KEYS", json.dumps(keys))
    released = shutil.move(first / "rehearsal" / "outbox" / "ilf", tmp_path / "released")
    of, other = context(first), context(tmp_path / "other")
    for path in sorted(Path(released).iterdir()):
        outbox_of(of).copy(path.name, path, sha256_of_file(path))
    with of.ledger.put_into_store():
        pass
    shutil.copytree(first / "rehearsal" / "keys", other.settings.home / "rehearsal" / "keys")
    with other.ledger.opened():
        pass
    places = other.paths
    late = [folder / "not-shared-yet.csv" for folder in (places.recalls(CORRECTED), places.payee_checks(CORRECTED))]
    late += [places.changed(CORRECTED), *places.correction_files("ilf", Period.parsed("2026-10"))]
    for path in (places.staging(CORRECTED) / "file", places.reports(CORRECTED) / "gates" / "page.html", *late):
        write_atomic(path, b"Quine Plantagenet 1")
    assert {found.where for found in search(other)} == {
        "continuity", "ledgers", "parts", "payee-checks", "recalls", "reports", "sealed", "staging", "to-the-body",
    }  # fmt: skip
    store = shared_store(of.settings, of.mode, "ilf")
    assert store is not None
    before = set(store.names())

    erased(of)

    assert search(of) == []
    ledgers = sorted(name for name in store.names() if name.endswith("-ilf.duckdb"))
    assert not before & set(ledgers)
    pointer = store.see(POINTER)
    assert pointer is not None
    last = int(json.loads(pointer.data)["number"])
    assert [int(name[:8]) for name in ledgers] == [last - 1, last], "the copy that was made anew, and that it is"
    third = context(tmp_path / "third")
    shutil.copytree(first / "rehearsal" / "keys", third.settings.home / "rehearsal" / "keys")
    for each in (other, third):
        with each.ledger.opened() as connection:
            assert list(verify.problems(connection, each.paths.parts("ilf"))) == []
        assert search(each) == []


@pytest.mark.long
def test_released_files_go_from_a_bucket_that_lets_siller(
    server: str, settled_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shutil.copytree(settled_home, tmp_path / "home", symlinks=True)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": server, "SILLER_OUTBOX": f"s3://{BUCKET}/erased"}.items():
        monkeypatch.setenv(name, value)
    of = context(home)
    for path in sorted((home / "rehearsal" / "outbox" / "ilf").iterdir()):
        outbox_of(of).copy(path.name, path, sha256_of_file(path))
    before = set(outbox_of(of).names())
    erased(of)
    gone = before - set(outbox_of(of).names())
    assert gone == {name for name in before if "2026-10" in name and not name.endswith(".manifest.json")} != set()
