"""The store that is a bucket, on a real server, where it has ways of its own; and what has landed in one."""

import hashlib
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from botocore.client import BaseClient

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from tasks.ingest.task import ingest
from tasks.ingest.to_start import find_arrived
from tasks.storage.bucket import Bucket
from tasks.storage.custody import still_sealed
from tasks.tenant_context import TenantContext
from tests.e2e.s3 import BUCKET, CREDENTIALS, client, objects, s3_server
from tests.killed import IN_A_BUCKET, at_every_step
from tests.month import NOVEMBER, ROWS, context, deliver, extract_of

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


def test_a_large_object_is_copied_in_parts(store: Bucket, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(BIG)
    for _ in range(2):
        store.link_or_copy("name", tmp_path / "source", hashlib.sha256(BIG).hexdigest())
    with pytest.raises(NoGo, match="The bucket of parts already holds another file named name"):
        store.put_if_absent("name", SMALL)
    assert store.sha256_of("name") == hashlib.sha256(BIG).hexdigest()


@pytest.mark.parametrize("data", [SMALL, BIG], ids=["in one request", "in parts"])
def test_killed_anywhere_a_name_is_absent_or_whole_and_the_next_start_finishes(
    server: str, store: Bucket, tmp_path: Path, data: bytes
) -> None:
    source, sha256 = tmp_path / "source", hashlib.sha256(data).hexdigest()
    source.write_bytes(data)
    # Each try has keys of its own: nothing is ever removed from a bucket.
    loads = "from pathlib import Path\nfrom tasks.storage import bucket"
    program = f"""
bucket.PART_BYTES = {SMALLEST_PART}
store = bucket.Bucket("bucket of parts", {BUCKET!r}, {store.prefix!r} + str(dies_at) + "/")
store.link_or_copy("name", Path({str(source)!r}), {sha256!r})
"""
    kills = 0
    for step in at_every_step(IN_A_BUCKET, loads, program):
        kills += 1
        here = Bucket("bucket of parts", BUCKET, f"{store.prefix}{step}/")
        assert here.sha256_of("name") in (None, sha256)
        here.link_or_copy("name", source, sha256)
        assert (here.names(), here.sha256_of("name"), unfinished(server, here)) == (["name"], sha256, 0)
    assert kills >= 6


@pytest.fixture
def ilf(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """A body whose extracts land in a bucket, where its manifest and signature have arrived, and nothing else of it."""
    home = tmp_path / "home"
    place = f"{next(_prefixes)}/in"
    settings = {"SILLER_HOME": str(home), "SILLER_LANDING": f"s3://{BUCKET}/{place}", "AWS_ENDPOINT_URL_S3": server}
    for name, value in {**CREDENTIALS, **settings}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("SILLER_MODULUS_TABLE", raising=False)
    of = context(home)
    deliver(of)
    s3 = client(server)
    for path in of.paths.landing("ilf").glob("*.manifest.json*"):
        s3.put_object(Bucket=BUCKET, Key=f"{place}/rehearsal/ilf/{path.name}", Body=path.read_bytes())
    for other in ("live/ilf/", "rehearsal/ilf/sent/", "rehearsal/ilf2/"):
        s3.put_object(Bucket=BUCKET, Key=f"{place}/{other}x.csv.manifest.json", Body=b"another's, and no JSON")
    shutil.rmtree(of.paths.landing("ilf"))
    return of


def key(of: TenantContext) -> dict[str, str]:
    return {
        "Bucket": BUCKET,
        "Key": f"{str(of.settings.landing).removeprefix(f's3://{BUCKET}/')}/rehearsal/ilf/ilf.csv",
    }


def take_in(flow: str) -> str:
    return ingest("ilf", "2026-11", Mode.REHEARSAL, NOVEMBER.date(), flow)


def fetched(of: TenantContext) -> list[Path]:
    return list(of.paths.fetched("ilf").rglob("*"))


def test_an_extract_is_taken_in_once_from_a_bucket_and_stays_there(server: str, ilf: TenantContext) -> None:
    s3, extract = client(server), extract_of(ROWS)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    begun = {**key(ilf), "UploadId": s3.create_multipart_upload(**key(ilf))["UploadId"]}
    part = s3.upload_part(**begun, PartNumber=1, Body=extract)
    with pytest.raises(
        NoGo, match=r"names the extract ilf\.csv, which is not in .*\. If it is still on its way, start"
    ):
        take_in("flow-1")
    s3.complete_multipart_upload(**begun, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    before = objects(server)
    run_id = take_in("flow-2")
    assert take_in("flow-3") == run_id, "the same extract is the same run"
    assert still_sealed(ilf.paths, "ilf", hashlib.sha256(extract).hexdigest())
    assert objects(server) == before, "nothing is moved"
    assert fetched(ilf) == [], "what was fetched is gone"

    s3.put_object(**key(ilf), Body=extract + b"X")
    with pytest.raises(NoGo, match=r"ilf\.csv is not the file that its manifest declares"):
        take_in("flow-4")
    assert fetched(ilf) == []
    s3.delete_object(**key(ilf))
    with pytest.raises(NoGo, match=r"which is not in"):
        take_in("flow-5")
    assert take_in("flow-2") == run_id, "what has begun needs nothing of the bucket"


@pytest.mark.parametrize(
    ("landing", "said"),
    [
        ("s3://nowhere/in", r"The landing s3://nowhere/in/rehearsal/ilf/ cannot be used: NoSuchBucket"),
        ("/srv/landing", r"SILLER_LANDING is '/srv/landing', which is no bucket: write it s3://BUCKET"),
    ],
    ids=["no such bucket", "no bucket at all"],
)
def test_a_landing_that_is_not_there_is_a_sentence(
    ilf: TenantContext, monkeypatch: pytest.MonkeyPatch, landing: str, said: str
) -> None:
    monkeypatch.setenv("SILLER_LANDING", landing)
    with pytest.raises(NoGo, match=said):
        take_in("flow-1")


def test_names_are_listed_page_by_page(server: str, store: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "abcde":
        store.put_if_absent(name, SMALL)
    asks, pages = BaseClient._make_api_call, list[str]()

    def asking_for_two(self: BaseClient, operation: str, asked: dict[str, object]) -> object:
        pages.append(operation)
        return asks(self, operation, {**asked, "MaxKeys": 2})

    monkeypatch.setattr(BaseClient, "_make_api_call", asking_for_two)
    assert (store.names(), pages) == ([*"abcde"], ["ListObjectsV2"] * 3)


def test_the_dispatcher_finds_what_has_come_into_a_bucket_and_reads_each_manifest_once(
    server: str, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    november, s3, extract = Period.parsed("2026-11"), client(server), extract_of(ROWS)
    assert find_arrived(ilf) == {}, "the extract itself has not come"
    s3.put_object(**key(ilf), Body=extract)
    (sha256,) = find_arrived(ilf)[november]
    name = key(ilf)["Key"] + ".manifest.json"
    manifest = s3.get_object(Bucket=BUCKET, Key=name)["Body"].read()
    assert sha256 == hashlib.sha256(manifest).hexdigest()

    asked = list[str]()
    asks = BaseClient._make_api_call

    def asking(self: BaseClient, operation: str, given: dict[str, object]) -> object:
        asked.append(operation)
        return asks(self, operation, given)

    monkeypatch.setattr(BaseClient, "_make_api_call", asking)
    assert find_arrived(ilf) == {november: (sha256,)}
    assert asked == ["ListObjectsV2"]
    s3.put_object(Bucket=BUCKET, Key=name, Body=manifest + b"\n")
    assert find_arrived(ilf) == {november: (hashlib.sha256(manifest + b"\n").hexdigest(),)}, "it is another one now"
    s3.put_object(Bucket=BUCKET, Key=name, Body=b"{")
    assert find_arrived(ilf) == {}, "the run that takes it in says what is wrong with it"
    assert fetched(ilf) == []
