"""The store that is a bucket, on a real server: the same promises as a folder's."""

import hashlib
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.storage.bucket import Bucket
from tests.e2e.s3 import BUCKET, CREDENTIALS, client, s3_server
from tests.killed import IN_A_BUCKET, at_every_step

SMALLEST_PART = 5 * 1024 * 1024
SMALL, BIG = b"small" * 1000, b"a part of rows " * 800_000
_prefixes = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "moto.log") as address:
        yield address


@pytest.fixture
def store(server: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": server}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("tasks.storage.bucket.PART_BYTES", SMALLEST_PART)
    return Bucket("bucket of parts", BUCKET, f"{next(_prefixes)}/parts/")


def unfinished(server: str, store: Bucket) -> int:
    return len(client(server).list_multipart_uploads(Bucket=BUCKET, Prefix=store.prefix).get("Uploads", ()))


def test_nothing_is_there_at_first(store: Bucket) -> None:
    assert (store.names(), store.has("x"), store.get("x"), store.sha256_of("x")) == ([], False, None, None)


def test_what_was_put_is_got_and_listed(store: Bucket, tmp_path: Path) -> None:
    store.put_if_absent("b", SMALL)
    (tmp_path / "source").write_bytes(BIG)
    store.link_or_copy("a", tmp_path / "source", hashlib.sha256(BIG).hexdigest())
    content = store.get("b")
    assert content is not None
    with content:
        assert content.read() == SMALL
    assert (store.names(), store.has("a"), store.text_of("b")) == (["a", "b"], True, SMALL.decode())
    assert store.sha256_of("a") == hashlib.sha256(BIG).hexdigest()


def test_the_same_bytes_again_are_fine_and_others_a_no_go(store: Bucket, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(SMALL)
    for _ in range(2):
        store.put_if_absent("name", SMALL)
        store.link_or_copy("name", tmp_path / "source", hashlib.sha256(SMALL).hexdigest())
    with pytest.raises(NoGo, match="The bucket of parts already holds another file named name"):
        store.put_if_absent("name", BIG)
    assert store.sha256_of("name") == hashlib.sha256(SMALL).hexdigest()


@pytest.mark.parametrize("data", [SMALL, BIG], ids=["in one request", "in parts"])
def test_killed_anywhere_a_name_is_absent_or_whole_and_the_next_start_finishes(
    server: str, store: Bucket, tmp_path: Path, data: bytes
) -> None:
    source, sha256 = tmp_path / "source", hashlib.sha256(data).hexdigest()
    source.write_bytes(data)
    # Each try has keys of its own: nothing is ever removed from a bucket.
    program = f"""
from pathlib import Path
from tasks.storage import bucket
bucket.PART_BYTES = {SMALLEST_PART}
store = bucket.Bucket("bucket of parts", {BUCKET!r}, {store.prefix!r} + str(dies_at) + "/")
store.link_or_copy("name", Path({str(source)!r}), {sha256!r})
"""
    kills = 0
    for step in at_every_step(IN_A_BUCKET, program):
        kills += 1
        here = Bucket("bucket of parts", BUCKET, f"{store.prefix}{step}/")
        assert here.sha256_of("name") in (None, sha256)
        here.link_or_copy("name", source, sha256)
        assert (here.names(), here.sha256_of("name"), unfinished(server, here)) == (["name"], sha256, 0)
    assert kills >= 6
