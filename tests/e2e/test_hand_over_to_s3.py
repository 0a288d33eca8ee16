"""One object at the other end, never two, and none that nobody knows of: by agreement, against a real S3 server."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.hand_over import on_its_way, s3, stage
from tasks.hand_over.s3 import S3End
from tasks.hand_over.send import Cut, PerhapsThere, ToSend
from tasks.hand_over.stage import hand_over
from tasks.ledger.catalogue.events import Submitted
from tasks.ledger.catalogue.handing_over import HandOverBegun
from tasks.ledger.journal import list_events
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.e2e.s3 import BUCKET, CREDENTIALS, Way, client, objects, s3_server, way_to
from tests.month import NOVEMBER
from tests.sampled import one_in
from tests.unit.tasks.hand_over.conftest import adopted, released_live_home

__all__ = ["released_live_home"]

RUN = "ilf-2026-11-live-1"
FILE = f"{RUN}.bacs18.txt"
SENDER = "sender@siller.example"
AT = NOVEMBER + timedelta(minutes=20)
_prefixes = count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with s3_server(tmp_path_factory.mktemp("s3") / "moto.log") as address:
        yield address


@pytest.fixture
def way(server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    with way_to(server) as opened:
        # Whoever sits at the machine has settings of their own: none of them counts.
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody else's")
        monkeypatch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0.01)
        monkeypatch.setattr(s3, "SECONDS", 1.0)
        yield opened


class Bank:
    """The bank's bucket, by a way of its own."""

    def __init__(self, server: str, way: Way) -> None:
        self.server, self.way, self.prefix = server, way, f"{next(_prefixes)}/ilf/"
        self.client = client(server)

    def agreed(self) -> dict[str, object]:
        where = {"endpoint": self.way.address, "region": "eu-west-2", "bucket": BUCKET, "prefix": self.prefix}
        return {"hand_over_s3": where}

    def files(self) -> dict[str, bytes]:
        found = objects(self.server).items()
        return {key.removeprefix(self.prefix): data for key, data in found if key.startswith(self.prefix)}

    def uploads(self) -> list[str]:
        found = self.client.list_multipart_uploads(Bucket=BUCKET, Prefix=self.prefix).get("Uploads", ())
        return [each["UploadId"] for each in found]

    def put(self, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=f"{self.prefix}{FILE}", Body=content)

    def take_away(self) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=f"{self.prefix}{FILE}")


@pytest.fixture
def bank(server: str, way: Way) -> Bank:
    return Bank(server, way)


KEYS = {"s3": f"{CREDENTIALS['AWS_ACCESS_KEY_ID']}:{CREDENTIALS['AWS_SECRET_ACCESS_KEY']}"}


@pytest.fixture
def ilf(released_live_home: Path, tmp_path: Path, bank: Bank) -> TenantContext:
    return adopted(tmp_path, released_live_home, Mode.LIVE, bank.agreed(), KEYS)


def handed(of: TenantContext, at: datetime = AT, tries: int = 3) -> Submitted:
    return hand_over(of, RUN, SENDER, lambda: at, (0.0,) * tries)


def released_bytes(of: TenantContext) -> bytes:
    return (of.paths.outbox("ilf") / FILE).read_bytes()


def told(of: TenantContext) -> tuple[int, int]:
    """How often the ledger says that a hand-over was begun, and that the file was submitted."""
    with of.ledger.opened() as connection:
        return len(list_events(connection, HandOverBegun)), len(list_events(connection, Submitted))


def test_the_object_is_there_once_and_the_senders_act_is_recorded(ilf: TenantContext, bank: Bank) -> None:
    said = handed(ilf)
    assert bank.files() == {FILE: released_bytes(ilf)}
    assert bank.uploads() == []
    assert (said.by, said.reference, said.at, said.days_late) == (SENDER, f"{FILE} by S3", AT, 0)
    bank.take_away()
    assert handed(ilf, AT + timedelta(days=1)) == said, "once submitted, nobody asks the store any more"
    assert (bank.files(), told(ilf)) == ({}, (1, 1))
    assert list(problems(ilf)) == []


def test_a_file_of_several_parts(ilf: TenantContext, bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moto's server takes no small part but the last one, as S3 does: the file is too short to have several there."""
    monkeypatch.setattr(s3, "PART_BYTES", len(released_bytes(ilf)) // 2)
    sent: list[int] = []
    monkeypatch.setattr(S3End, "give_name", lambda self, file, part: self_named(self, file, sent))
    with pytest.raises(NoGo, match=r"did not complete .*EntityTooSmall"):
        handed(ilf, tries=1)
    assert sent == [2]
    assert bank.files() == {}


async def self_named(end: S3End, file: Any, sent: list[int]) -> None:
    whole = end._whole(file)
    assert whole is not None
    sent.append(len(whole["MultipartUpload"]["Parts"]))
    with end._asked(f"complete {end.final(file)}"):
        end.client.complete_multipart_upload(**whole, IfNoneMatch="*")


IN_ORDER = ("sha256_of_final", "find_part", "upload", "begin", "give_name", "look for it", "record")
STEPS = [f"{when} {step}" for step in IN_ORDER for when in ("before", "after")]
ONLY_THE_BANK_KNOWS = {"after give_name", "before look for it", "after look for it", "before record"}


class TestKilled:
    """Before and after each step; the next process knows what the ledger has, and what stands in the bucket."""

    class Dead(BaseException):
        """Nothing after it is done."""

    @pytest.mark.parametrize(
        ("step", "takes"), one_in(14, [(step, takes) for takes in (True, False) for step in reversed(STEPS)])
    )
    def test_the_next_one_finishes_or_shows_a_person(
        self, ilf: TenantContext, bank: Bank, step: str, takes: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content, to_come = released_bytes(ilf), list(STEPS)

        def come_to() -> None:
            if to_come.pop(0) == step:
                raise self.Dead

        def watch(of: object, name: str) -> None:
            does: Callable[..., Any] = getattr(of, name)

            def watched(*given: object) -> object:
                come_to()
                done = does(*given)
                come_to()
                return done

            async def awaited(*given: object) -> object:
                come_to()
                done = await does(*given)
                come_to()
                return done

            patched.setattr(of, name, awaited if of is S3End else watched)

        with monkeypatch.context() as patched, pytest.raises(self.Dead):
            # What the upload itself looks at once more is a part of that step.
            find_part = S3End.find_part
            upload = S3End.upload

            async def whole_upload(*given: Any) -> str:
                with monkeypatch.context() as inner:
                    inner.setattr(S3End, "find_part", find_part)
                    return await upload(*given)

            patched.setattr(S3End, "upload", whole_upload)
            for name in ("sha256_of_final", "find_part", "upload", "give_name"):
                watch(S3End, name)
            watch(on_its_way.OnItsWay, "_begin")
            watch(stage, "record_submission")
            handed(ilf)
        taken = list(bank.files().values()) if takes else []
        if taken:
            bank.take_away()
        if takes and step in ONLY_THE_BANK_KNOWS:
            for _ in range(2):
                with pytest.raises(PerhapsThere):
                    handed(ilf)
        else:
            handed(ilf)
        assert [*taken, *bank.files().values()] == [content]
        assert bank.uploads() == []


ORDER = ("cut after", "500", "503", "hang", "cut")
EACH_FAULT = [(method, fault) for fault in ORDER for method in ("POST", "GET", "PUT")]


class TestFaults:
    """500s, timeouts, and answers that are lost after the store has done what it was asked."""

    @pytest.mark.parametrize(("method", "fault"), one_in(5, EACH_FAULT))
    def test_a_request_is_tried_again(self, ilf: TenantContext, bank: Bank, method: str, fault: str) -> None:
        bank.way.wrong = [(method, fault)] * 2
        handed(ilf)
        assert bank.way.wrong == []
        assert bank.files() == {FILE: released_bytes(ilf)}
        assert told(ilf)[1] == 1

    @pytest.mark.parametrize("fault", one_in(2, ["cut after", "503"]))
    def test_a_store_that_takes_the_file_at_once_has_it_once(
        self, ilf: TenantContext, bank: Bank, monkeypatch: pytest.MonkeyPatch, fault: str
    ) -> None:
        """The answer to the last request is lost, five times, and the object is taken away meanwhile."""
        posts, taken, find = count(), [], bank.way.fault

        def lose(method: str, path: str) -> str | None:
            if method == "POST" and next(posts) >= 1:
                taken.extend(bank.files().values())
                bank.take_away()
                return fault
            return find(method, path)

        monkeypatch.setattr(bank.way, "fault", lose)
        for _ in range(2):
            with suppress(Cut, PerhapsThere):
                handed(ilf, tries=1)
        monkeypatch.setattr(bank.way, "fault", find)
        with suppress(PerhapsThere):
            handed(ilf)
        assert [*taken, *bank.files().values()].count(released_bytes(ilf)) == 1
        assert told(ilf)[0] >= 1

    def test_a_store_that_is_not_there(self, ilf: TenantContext, bank: Bank) -> None:
        bank.way.shutdown()
        bank.way.server_close()
        with pytest.raises(Cut, match=r"127\.0\.0\.1 cannot be reached.*Do the same again"):
            handed(ilf)
        assert told(ilf) == (0, 0)

    @pytest.mark.parametrize("method", one_in(3, ["POST", "GET", "PUT"]))
    def test_a_store_that_refuses_is_said_and_nothing_was_begun(
        self, ilf: TenantContext, bank: Bank, method: str
    ) -> None:
        bank.way.wrong = [(method, "403")]
        with pytest.raises(NoGo, match=r"127\.0\.0\.1 did not .*: it says AccessDenied"):
            handed(ilf)
        assert (bank.files(), told(ilf)) == ({}, (0, 0))
        handed(ilf)
        assert bank.files() == {FILE: released_bytes(ilf)}

    def test_one_that_refuses_the_name_keeps_the_parts(
        self, ilf: TenantContext, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        posts, find = count(), bank.way.fault
        monkeypatch.setattr(
            bank.way,
            "fault",
            lambda method, path: "403" if method == "POST" and next(posts) == 1 else find(method, path),
        )
        with pytest.raises(NoGo, match=r"did not complete .*AccessDenied.* stands there as an upload in parts"):
            handed(ilf)
        [upload] = bank.uploads()
        assert (bank.files(), told(ilf)) == ({}, (1, 0))
        puts = bank.way.seen.count("PUT")
        handed(ilf, AT + timedelta(minutes=5))
        assert bank.way.seen.count("PUT") == puts, f"{upload} was not sent again"
        assert bank.files() == {FILE: released_bytes(ilf)}


def test_one_that_uploads_late_takes_nothing_away_that_the_ledger_names(
    ilf: TenantContext, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had asked the ledger, and looked for parts, before there was anything of either."""
    give_name = S3End.give_name

    async def after_another_process(self: S3End, file: ToSend, part: str) -> None:
        own = await self.upload(file._replace(named=None))
        assert own != part and set(bank.uploads()) == {own, part}
        await give_name(self, file, part)

    monkeypatch.setattr(S3End, "give_name", after_another_process)
    handed(ilf)
    assert (bank.files(), told(ilf)) == ({FILE: released_bytes(ilf)}, (1, 1))
    assert bank.uploads() == [], "nothing else can have the name any more"


class TestWhatIsThereAlready:
    """Under the name that the object is to have, or on the way to it."""

    def test_other_bytes_are_never_written_over(self, ilf: TenantContext, bank: Bank) -> None:
        bank.put(b"of somebody else")
        with pytest.raises(NoGo, match=r"already has another file named .* Nothing was written over it"):
            handed(ilf)
        assert (bank.files(), told(ilf)) == ({FILE: b"of somebody else"}, (0, 0))

    def test_nor_where_they_come_at_the_last_moment(
        self, ilf: TenantContext, bank: Bank, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin = on_its_way.OnItsWay._begin

        def late(self: Any, part: str) -> None:
            begin(self, part)
            bank.put(b"of somebody else")

        monkeypatch.setattr(on_its_way.OnItsWay, "_begin", late)
        with pytest.raises(NoGo, match=r"already has another file named .* Nothing was written over it"):
            handed(ilf)
        assert bank.files() == {FILE: b"of somebody else"}

    def test_the_same_bytes_are_the_file(self, ilf: TenantContext, bank: Bank) -> None:
        bank.put(released_bytes(ilf))
        assert handed(ilf).at == AT
        assert told(ilf) == (0, 1)

    def test_parts_of_another_file_are_not_completed(self, ilf: TenantContext, bank: Bank) -> None:
        key = {"Bucket": BUCKET, "Key": f"{bank.prefix}{FILE}"}
        key["UploadId"] = bank.client.create_multipart_upload(**key)["UploadId"]
        bank.client.upload_part(**key, PartNumber=1, Body=b"x" * len(released_bytes(ilf)))
        handed(ilf)
        assert (bank.files(), bank.uploads()) == ({FILE: released_bytes(ilf)}, [])


def test_a_rehearsal_speaks_to_nobody(released_live_home: Path, tmp_path: Path, bank: Bank) -> None:
    of = adopted(tmp_path, released_live_home, Mode.REHEARSAL, bank.agreed(), KEYS)
    run = "ilf-2026-11-rehearsal-1"
    with pytest.raises(NoGo, match=rf"{run} is a rehearsal, and 127\.0\.0\.1 is a live bucket: nothing of it"):
        hand_over(of, run, SENDER, lambda: AT)
    assert not of.paths.key("ilf", "s3").exists(), "nor has it the key"
    assert bank.way.seen == []


def test_without_a_key_or_with_a_damaged_one_nobody_is_asked(ilf: TenantContext, bank: Bank) -> None:
    path = ilf.paths.key("ilf", "s3")
    path.write_text("no key")
    with pytest.raises(NoGo, match=r"is not the key ilf\.s3.*nothing of it is shown"):
        handed(ilf)
    path.unlink()
    with pytest.raises(NoGo, match=r"The key store has no ilf\.s3.*the access key's id, a colon and its secret"):
        handed(ilf)
    assert bank.way.seen == []
