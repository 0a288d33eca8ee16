"""Release into a bucket: one object, whole, once, whatever happens to the requests and their answers."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from tasks.instruct.stage import staged_file
from tasks.ledger.runs import stages_done
from tasks.release.outbox import Outbox
from tasks.release.released_file import LiveFile
from tasks.release.stage import release
from tasks.storage import bucket as bucket_module
from tasks.storage.bucket import Bucket
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.e2e.s3 import BUCKET, CREDENTIALS, Way, client, objects, s3_server, way_to
from tests.month import NOVEMBER, approved, context

RUN = "ilf-2026-11-live-1"
NAME = f"{RUN}.bacs18.txt"
CONTENT = b"UTL1" * 4096
SHA256 = hashlib.sha256(CONTENT).hexdigest()
_prefixes = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "moto.log") as address:
        yield address


@pytest.fixture
def way(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    with way_to(server) as opened:
        for name, value in {**CREDENTIALS, "AWS_ENDPOINT_URL_S3": opened.address}.items():
            monkeypatch.setenv(name, value)
        # Between tries botocore waits up to seconds, by lot.
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
        yield opened


@pytest.fixture
def bucket(way: Way) -> Bucket:
    return Bucket("outbox", BUCKET, f"{next(_prefixes)}/live/ilf/", patience=1.0)


@pytest.fixture
def outbox(bucket: Bucket) -> Outbox[LiveFile]:
    return Outbox(LiveFile, bucket)


@pytest.fixture
def file(tmp_path: Path) -> LiveFile:
    (tmp_path / NAME).write_bytes(CONTENT)
    return LiveFile(PayRun.of(RUN), tmp_path / NAME, SHA256)


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest parts that S3 takes, so that a file of the test has several."""
    monkeypatch.setattr(bucket_module, "PART_BYTES", 5 * 1024 * 1024)


@pytest.fixture
def big(tmp_path: Path) -> LiveFile:
    """Three parts: two whole, one small."""
    content = CONTENT * (11 * 64)
    (tmp_path / NAME).write_bytes(content)
    return LiveFile(PayRun.of(RUN), tmp_path / NAME, hashlib.sha256(content).hexdigest())


def standing(server: str, bucket: Bucket) -> dict[str, bytes]:
    found = objects(server).items()
    return {key.removeprefix(bucket.prefix): data for key, data in found if key.startswith(bucket.prefix)}


def unfinished(server: str, bucket: Bucket) -> list[str]:
    found = client(server).list_multipart_uploads(Bucket=BUCKET, Prefix=bucket.prefix).get("Uploads", ())
    return [each["UploadId"] for each in found]


class TestTheServerHonoursConditions:
    """What the rest relies on, proved first: a server that silently overwrites would make every test pass."""

    def test_on_creating_an_object(self, server: str) -> None:
        s3 = client(server)
        s3.put_object(Bucket=BUCKET, Key="condition", Body=b"first", IfNoneMatch="*")
        with pytest.raises(ClientError, match="PreconditionFailed"):
            s3.put_object(Bucket=BUCKET, Key="condition", Body=b"second", IfNoneMatch="*")
        assert objects(server)["condition"] == b"first"

    def test_on_completing_an_upload_in_parts(self, server: str) -> None:
        s3 = client(server)
        s3.put_object(Bucket=BUCKET, Key="parts", Body=b"first")
        where = {"Bucket": BUCKET, "Key": "parts"}
        where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
        tag = s3.upload_part(**where, PartNumber=1, Body=b"second")["ETag"]
        with pytest.raises(ClientError, match="PreconditionFailed"):
            s3.complete_multipart_upload(
                **where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]}, IfNoneMatch="*"
            )
        assert objects(server)["parts"] == b"first"
        s3.abort_multipart_upload(**where)


def test_it_appears_whole_and_can_be_read_back(
    server: str, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile
) -> None:
    assert (bucket.names(), bucket.sha256_of(NAME), bucket.text_of(NAME)) == ([], None, None)
    outbox.put(file)
    outbox.put_manifest(file, "{}")
    assert standing(server, bucket) == {NAME: CONTENT, f"{NAME}.manifest.json": b"{}"}
    assert bucket.names() == [NAME, f"{NAME}.manifest.json"]
    assert (bucket.sha256_of(NAME), bucket.text_of(f"{NAME}.manifest.json")) == (SHA256, "{}")


def test_again_leaves_the_very_same_object(
    server: str, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile
) -> None:
    outbox.put(file)
    key = {"Bucket": BUCKET, "Key": f"{bucket.prefix}{NAME}"}
    before = client(server).head_object(**key)["LastModified"]
    file.staged.unlink()
    outbox.put(file)
    assert client(server).head_object(**key)["LastModified"] == before


def test_another_object_is_never_written_over(
    server: str, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile
) -> None:
    client(server).put_object(Bucket=BUCKET, Key=f"{bucket.prefix}{NAME}", Body=b"another")
    with pytest.raises(NoGo, match="already holds another file named"):
        outbox.put(file)
    with pytest.raises(NoGo, match="already holds another file named"):
        outbox.put_manifest(file, "one")
        outbox.put_manifest(file, "another")
    assert standing(server, bucket) == {NAME: b"another", f"{NAME}.manifest.json": b"one"}


def test_what_was_not_approved_does_not_appear(
    server: str, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile
) -> None:
    file.staged.write_bytes(CONTENT.replace(b"UTL1", b"UTL2", 1))
    with pytest.raises(NoGo, match="is not the file that was approved"):
        outbox.put(file)
    assert standing(server, bucket) == {}


def test_two_at_once_make_one_object(server: str, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile) -> None:
    others = [Outbox(LiveFile, Bucket("outbox", BUCKET, bucket.prefix)) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(other.put, file) for other in others]:
            done.result()
    assert standing(server, bucket) == {NAME: CONTENT}


class TestFaults:
    """500s, timeouts, and answers that are lost after the server has done what it was asked."""

    @pytest.mark.parametrize("fault", ["500", "503", "hang", "cut", "cut after"])
    @pytest.mark.parametrize("method", ["GET", "PUT"])
    def test_a_request_is_tried_again(
        self, server: str, way: Way, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile, method: str, fault: str
    ) -> None:
        way.wrong = [(method, fault)] * 2
        outbox.put(file)
        assert way.wrong == []
        assert standing(server, bucket) == {NAME: CONTENT}

    @pytest.mark.parametrize("fault", ["500", "503", "hang", "cut", "cut after"])
    def test_an_outbox_that_stays_away_is_a_sentence_and_the_next_start_finishes(
        self, server: str, way: Way, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile, fault: str
    ) -> None:
        way.wrong = [("PUT", fault)] * 5
        with pytest.raises(NoGo, match=r"The outbox s3://payments/.* cannot be used: .*by starting the run again"):
            outbox.put(file)
        # The server has done what it was asked when only its answers are lost; siller cannot know it yet.
        assert standing(server, bucket) == ({NAME: CONTENT} if fault == "cut after" else {})
        outbox.put(file)
        assert standing(server, bucket) == {NAME: CONTENT}

    def test_a_server_that_refuses_is_asked_once(
        self, server: str, way: Way, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile
    ) -> None:
        way.wrong = [("PUT", "403")]
        with pytest.raises(NoGo, match="cannot be used: AccessDenied"):
            outbox.put(file)
        assert way.seen.count("PUT") == 1

    def test_a_server_that_is_not_there(
        self, outbox: Outbox[LiveFile], bucket: Bucket, file: LiveFile, way: Way
    ) -> None:
        way.shutdown()
        way.server_close()
        with pytest.raises(NoGo, match="cannot be used: EndpointConnectionError"):
            outbox.put(file)

    def test_a_bucket_that_is_not_there(self, file: LiveFile, way: Way) -> None:
        with pytest.raises(NoGo, match="s3://nowhere/live/ilf/ cannot be used: NoSuchBucket"):
            Outbox(LiveFile, Bucket("outbox", "nowhere", "live/ilf/")).put(file)


@pytest.mark.usefixtures("in_parts")
class TestInParts:
    """A file above the size of one request."""

    def test_it_appears_whole(self, server: str, outbox: Outbox[LiveFile], bucket: Bucket, big: LiveFile) -> None:
        outbox.put(big)
        assert standing(server, bucket) == {NAME: big.staged.read_bytes()}
        tag = client(server).head_object(Bucket=BUCKET, Key=f"{bucket.prefix}{NAME}")["ETag"]
        assert tag.endswith('-3"'), "it went in three parts"
        assert unfinished(server, bucket) == []

    @pytest.mark.parametrize("fault", ["500", "cut", "cut after"])
    def test_every_request_is_tried_again(
        self, server: str, way: Way, outbox: Outbox[LiveFile], bucket: Bucket, big: LiveFile, fault: str
    ) -> None:
        way.wrong = [("PUT", fault), ("POST", fault)]
        outbox.put(big)
        assert standing(server, bucket) == {NAME: big.staged.read_bytes()}

    def test_completed_and_the_answer_lost(
        self,
        server: str,
        way: Way,
        outbox: Outbox[LiveFile],
        bucket: Bucket,
        big: LiveFile,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        fault, posts = way.fault, iter(("taken", "lost"))

        def lose_the_second_post(method: str, path: str) -> str | None:
            # The first begins the upload, the second completes it.
            lost = method == "POST" and next(posts, None) == "lost"
            return "cut after" if lost else fault(method, path)

        monkeypatch.setattr(way, "fault", lose_the_second_post)
        outbox.put(big)
        assert standing(server, bucket) == {NAME: big.staged.read_bytes()}
        assert unfinished(server, bucket) == []

    def test_another_object_is_never_written_over(
        self, server: str, outbox: Outbox[LiveFile], bucket: Bucket, big: LiveFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It appears while the parts are sent: only completing finds out."""
        client(server).put_object(Bucket=BUCKET, Key=f"{bucket.prefix}{NAME}", Body=b"another")
        monkeypatch.setattr(Bucket, "has", lambda *_: False)
        with pytest.raises(NoGo, match="already holds another file named"):
            outbox.put(big)
        assert standing(server, bucket) == {NAME: b"another"}
        assert unfinished(server, bucket) == []

    def test_what_was_not_approved_does_not_appear(
        self, server: str, outbox: Outbox[LiveFile], bucket: Bucket, big: LiveFile
    ) -> None:
        with big.staged.open("ab") as staged:
            staged.write(b"X")
        with pytest.raises(NoGo, match="is not the file that was approved"):
            outbox.put(big)
        assert standing(server, bucket) == {}
        assert unfinished(server, bucket) == []

    def test_what_a_killed_start_left_unfinished_is_removed(
        self, server: str, outbox: Outbox[LiveFile], bucket: Bucket, big: LiveFile
    ) -> None:
        key = {"Bucket": BUCKET, "Key": f"{bucket.prefix}{NAME}"}
        client(server).create_multipart_upload(**key)
        assert len(unfinished(server, bucket)) == 1
        outbox.put(big)
        assert unfinished(server, bucket) == []


class TestARunOfItsOwn:
    """The whole stage, with the bucket as the tenant's outbox."""

    @pytest.fixture
    def ilf(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Way) -> TenantContext:
        monkeypatch.setenv("SILLER_OUTBOX", f"s3://{BUCKET}/{next(_prefixes)}")
        return context(tmp_path / "home")

    def keys(self, server: str, of: TenantContext) -> dict[str, bytes]:
        prefix = f"{str(of.settings.outbox).removeprefix(f's3://{BUCKET}/')}/rehearsal/ilf/"
        return {key.removeprefix(prefix): data for key, data in objects(server).items() if key.startswith(prefix)}

    def test_it_is_released_verified_and_killed_in_between(
        self, server: str, ilf: TenantContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run_id = approved(ilf)
        staged = staged_file(ilf, run_id)
        meant = staged.read_bytes()
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(Outbox, "put_manifest", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            release(ilf, run_id, NOVEMBER)
        assert self.keys(server, ilf) == {staged.name: meant}
        release(ilf, run_id, NOVEMBER)
        found = self.keys(server, ilf)
        assert found.keys() == {staged.name, f"{staged.name}.manifest.json"}
        assert found[staged.name] == meant
        assert json.loads(found[f"{staged.name}.manifest.json"])["sha256"] == hashlib.sha256(meant).hexdigest()
        assert not ilf.paths.outbox("ilf").exists(), "nothing is left in a folder beside it"
        assert list(problems(ilf)) == []
        client(server).put_object(
            Bucket=BUCKET,
            Key=f"{str(ilf.settings.outbox).removeprefix(f's3://{BUCKET}/')}/rehearsal/ilf/{staged.name}",
            Body=meant.replace(b"00000298160", b"00000298161"),
        )
        assert [problem.what for problem in problems(ilf)] == [
            f"{staged.name} in the outbox is not the file that was released."
        ]

    def test_an_outbox_that_stays_away_leaves_a_release_that_the_next_start_finishes(
        self, server: str, way: Way, ilf: TenantContext
    ) -> None:
        run_id = approved(ilf)
        way.wrong = [("PUT", "500")] * 5
        with pytest.raises(NoGo, match="cannot be used: InternalError"):
            release(ilf, run_id, NOVEMBER)
        assert self.keys(server, ilf) == {}
        with ilf.ledger.opened() as connection:
            assert stages_done(connection, run_id)[-1] == "release_pending"
        release(ilf, run_id, NOVEMBER)
        assert len(self.keys(server, ilf)) == 2
