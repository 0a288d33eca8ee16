"""What everything that is kept in a store relies on, asked of a folder and of two S3 servers alike."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.stub import Stubber

from schemas.no_go import NoGo
from tasks.storage.bucket import Bucket
from tasks.storage.conditions import check_conditions
from tasks.storage.folder import Folder
from tasks.storage.store import Store
from tests.e2e.s3 import BUCKET, CREDENTIALS, client, objects, s3_server
from tests.scale.seaweedfs import seaweedfs

DATA = b"a part of rows" * 50_000
SHA256 = hashlib.sha256(DATA).hexdigest()
CONFIGURATION = {"LocationConstraint": CREDENTIALS["AWS_DEFAULT_REGION"]}
_prefixes = count()


@pytest.fixture(scope="module")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "moto.log") as address:
        yield address


@pytest.fixture(scope="module")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with seaweedfs(tmp_path_factory.mktemp("weed")) as address:
        yield address


@pytest.fixture(params=["folder", "moto", "weed"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    if request.param == "folder":
        return Folder("store", tmp_path / "store")
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": request.getfixturevalue(request.param)}.items():
        monkeypatch.setenv(name, value)
    return Bucket("store", BUCKET, f"{next(_prefixes)}/live/ilf/")


def test_nothing_is_there_at_first(store: Store, tmp_path: Path) -> None:
    found = store.names(), store.has("x"), store.get("x"), store.sha256_of("x"), store.text_of("x"), store.see("x")
    assert found == ([], False, None, None, None, None)
    assert not store.fetch("x", tmp_path / "x", 10)


def test_what_was_put_is_got_and_listed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(DATA)
    store.put_if_absent("b", b"second")
    store.put_if_absent("empty", b"")
    store.copy("a", tmp_path / "source", SHA256)
    content = store.get("b")
    assert content is not None
    with content:
        assert content.read() == b"second"
    assert (store.names(), store.has("a"), store.text_of("b")) == (["a", "b", "empty"], True, "second")
    assert (store.sha256_of("a"), store.text_of("empty")) == (SHA256, "")
    assert store.fetch("a", tmp_path / "fetched", len(DATA)) and (tmp_path / "fetched").read_bytes() == DATA
    store.remove("a")
    store.remove("a")
    assert store.names() == ["b", "empty"]


def test_the_same_bytes_again_are_fine_and_others_a_no_go(store: Store, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(DATA)
    for _ in range(2):
        store.put_if_absent("name", DATA)
        store.copy("name", tmp_path / "source", SHA256)
    with pytest.raises(NoGo, match="The store already holds another file named name"):
        store.put_if_absent("name", b"other")
    assert store.sha256_of("name") == SHA256


def test_what_is_copied_is_not_what_is_written_later(store: Store, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(DATA)
    store.copy("name", tmp_path / "source", SHA256)
    with (tmp_path / "source").open("r+b") as file:
        file.write(b"written later")
    assert store.sha256_of("name") == SHA256


def test_a_pointer_is_moved_by_who_has_seen_it_as_it_is(store: Store) -> None:
    assert store.swap("head", b"one", None)
    assert not store.swap("head", b"other", None), "it is there by now"
    one = store.see("head")
    assert one is not None and one.data == b"one"
    assert store.swap("head", b"two", one)
    assert not store.swap("head", b"late", one), "it was moved since"
    assert store.swap("head", b"two", one), "who says the same has moved it, whatever became of the answer"
    assert store.text_of("head") == "two"
    store.remove("head")
    assert not store.swap("head", b"three", one), "it is gone"


def test_of_racing_writers_one_wins(store: Store) -> None:
    check_conditions(store)
    assert store.names() == [], "and nothing of it stays"


@pytest.mark.parametrize("ignored", ["IfNoneMatch", "IfMatch"])
def test_a_server_that_ignores_a_condition_is_refused_by_name(
    moto: str, monkeypatch: pytest.MonkeyPatch, ignored: str
) -> None:
    asks = BaseClient._make_api_call

    def ignoring(self: BaseClient, operation: str, asked: Mapping[str, Any]) -> object:
        return asks(self, operation, {name: value for name, value in asked.items() if name != ignored})

    monkeypatch.setattr(BaseClient, "_make_api_call", ignoring)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": moto}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(
        NoGo, match=rf"The store s3://{BUCKET}/broken/ must not be used: it let 4 of 4 .*{ignored[2:4]}"
    ):
        check_conditions(Bucket("store", BUCKET, "broken/"))
    assert not [key for key in objects(moto) if key.startswith("broken/")]


@pytest.mark.parametrize("server", ["moto", "weed"])
def test_an_object_is_forgotten_with_its_versions_unless_a_lock_keeps_it(
    server: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = request.getfixturevalue(server)
    for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": address}.items():
        monkeypatch.setenv(name, value)
    s3, name = client(address), f"versions-{server}"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True, CreateBucketConfiguration=CONFIGURATION)
    for key in ("out/sent.txt", "out/sent.txt", "out/sent.txt.manifest"):
        s3.put_object(Bucket=name, Key=key, Body=DATA)
    s3.delete_object(Bucket=name, Key="out/sent.txt")
    until = datetime.now(UTC) + timedelta(days=1)
    s3.put_object(Bucket=name, Key="out/kept.txt", Body=b"an earlier version, which no lock keeps")
    for key in ("out/kept.txt", "out/taken.txt"):
        s3.put_object(
            Bucket=name,
            Key=key,
            Body=DATA,
            ObjectLockMode="COMPLIANCE",
            ObjectLockRetainUntilDate=until,
            ChecksumAlgorithm="SHA256",
        )
    s3.delete_object(Bucket=name, Key="out/taken.txt")  # as a sender does with what they have taken
    bucket = Bucket("outbox", name, "out/")
    assert [bucket.forget(each) for each in ("sent.txt", "never-there.txt")] == [True, True]
    assert [bucket.forget(each) for each in ("kept.txt", "taken.txt")] == [False, False]
    left = s3.list_object_versions(Bucket=name)
    stay = ["out/kept.txt", "out/sent.txt.manifest", "out/taken.txt"]
    assert sorted(each["Key"] for each in left["Versions"]) == stay
    assert [each["Key"] for each in left["DeleteMarkers"]] == ["out/taken.txt"]
    assert not bucket.has("taken.txt"), "nobody finds it there again, and sends it a second time"


def test_a_store_that_knows_no_versions_lets_an_erasure_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some that speak S3 answer so; where it was an error, nothing after it of an erasure was ever done."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    bucket = Bucket("outbox", BUCKET, "out/")
    with Stubber(bucket._s3) as answers:
        answers.add_client_error("list_object_versions", "NotImplemented", http_status_code=501)
        answers.add_response("delete_object", {}, {"Bucket": BUCKET, "Key": "out/sent.txt"})
        assert bucket.forget("sent.txt")
        answers.assert_no_pending_responses()
