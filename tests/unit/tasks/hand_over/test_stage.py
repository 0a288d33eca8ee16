"""One file at the other end, never two, and none that nobody knows of: against a real server."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock

import pytest

from flows.service.standing import picture
from schemas.hand_over import HandOver
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.adoption.adopted import say_unadopted
from tasks.backup.settled import find_unsettled, settle_restore
from tasks.hand_over import stage
from tasks.hand_over.key import private_key
from tasks.hand_over.send import Cut, PerhapsThere
from tasks.hand_over.stage import hand_over
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Restore, Submitted
from tasks.ledger.catalogue.handing_over import HandOverBegun
from tasks.ledger.journal import list_events
from tasks.ledger.overview import overview
from tasks.people.credentials import Kind, keep
from tasks.release.outboxes import outbox_of
from tasks.release.stage import release
from tasks.settings import PROJECT
from tasks.submit.never_sent import take_back
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, approved, context
from tests.people import ENROLLED, secret_of
from tests.sampled import one_in
from tests.ssh_server import Collector, SshServer, free_port, new_key, ssh_server, wire
from tests.unit.tasks.exceptions.test_settle import OPERATOR, two
from tests.unit.tasks.hand_over.conftest import Agree, agreed_with
from tests.unit.tasks.hand_over.killing import ONLY_THE_BANK_KNOWS, STEPS, killed_at

RUN = "ilf-2026-11-live-1"
FILE = f"{RUN}.bacs18.txt"
PART = f"{FILE}.part"
SENDER = "sender@siller.example"
AT = NOVEMBER + timedelta(minutes=20)


def handed(of: TenantContext, at: object = AT, tries: int = 3) -> Submitted:
    return hand_over(of, RUN, SENDER, at if callable(at) else lambda: at, (0.0,) * tries)


def released_bytes(of: TenantContext) -> bytes:
    return (of.paths.outbox("ilf") / FILE).read_bytes()


def told(of: TenantContext) -> tuple[int, int]:
    """How often the ledger says that a hand-over was begun, and that the file was submitted."""
    with of.ledger.opened() as connection:
        return len(list_events(connection, HandOverBegun)), len(list_events(connection, Submitted))


def test_the_file_is_there_once_and_the_senders_act_is_recorded(ilf: TenantContext, bank: SshServer) -> None:
    said = handed(ilf)
    assert bank.files() == {FILE: released_bytes(ilf)}
    assert (said.by, said.reference, said.at, said.days_late) == (SENDER, f"{FILE} by SFTP", AT, 0)
    assert told(ilf) == (1, 1)
    bank.stop()
    assert handed(ilf, AT + timedelta(days=1)) == said, "once submitted, nobody asks the server any more"
    assert told(ilf) == (1, 1)
    assert list(problems(ilf)) == []


EIGHTHS = [(direction, way) for direction in ("cut_to", "cut_from") for way in range(1, 8)]
AT_THE_END = [(direction, way) for direction in ("cut_to", "cut_from") for way in range(16, 24)]
"""In twenty-fourths: the whole file is there under its first name, and has its last one within this."""


@pytest.fixture(scope="module")
def lengths(released_live_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How many bytes go to the server and come from it where nothing is cut."""
    with ssh_server() as server, wire(server.port) as whole:
        handed(agreed_with(server, tmp_path_factory.mktemp("whole"), released_live_home, port=whole.port))
    return dict(zip(("cut_to", "cut_from"), whole.passed, strict=True))


class TestCut:
    """The wire is cut at a byte, in either direction, and the same command goes on."""

    @pytest.mark.parametrize(("direction", "way"), one_in(7, EIGHTHS))
    def test_the_same_command_finishes(
        self, agree: Agree, bank: SshServer, lengths: dict[str, int], direction: str, way: int
    ) -> None:
        with wire(bank.port, **{direction: lengths[direction] * way // 8}) as cut:
            of = agree(port=cut.port)
            handed(of)
        assert cut.cuts == 1
        assert bank.files() == {FILE: released_bytes(of)}
        assert told(of)[1] == 1

    @pytest.mark.parametrize(("direction", "way"), one_in(8, AT_THE_END))
    def test_a_bank_that_takes_the_file_at_once_has_it_once(
        self, agree: Agree, bank: SshServer, lengths: dict[str, int], direction: str, way: int
    ) -> None:
        with Collector(bank) as collector, wire(bank.port, **{direction: lengths[direction] * way // 24}) as cut:
            of = agree(port=cut.port)
            for _ in range(2):
                with suppress(PerhapsThere):
                    handed(of)
        assert collector.taken == [released_bytes(of)]
        begun, submitted = told(of)
        assert begun >= 1 or submitted == 1

    def test_for_good_nothing_is_there_and_a_person_reads_it(self, agree: Agree, bank: SshServer) -> None:
        with wire(bank.port, cut_to=3000, always=True) as dead:
            of = agree(port=dead.port)
            with pytest.raises(Cut, match=r"127\.0\.0\.1 cannot be reached, or the connection was cut .* Do the same"):
                handed(of)
        assert dead.cuts == 3
        assert FILE not in bank.files()
        assert told(of) == (0, 0)


def test_a_server_that_is_not_there(agree: Agree) -> None:
    with pytest.raises(Cut, match="cannot be reached"):
        handed(agree(port=free_port()))


class TestKilled:
    """Before and after each step; the next process knows what the ledger has, and what stands at the server."""

    @pytest.mark.parametrize(
        ("step", "takes"), one_in(11, [(step, takes) for takes in (True, False) for step in reversed(STEPS)])
    )
    def test_the_next_one_finishes_or_shows_a_person(
        self, ilf: TenantContext, bank: SshServer, step: str, takes: bool
    ) -> None:
        content = released_bytes(ilf)
        with killed_at(step):
            handed(ilf)
        taken = [bytes(there) for name, there in bank.files().items() if takes and name == FILE]
        if taken:
            (bank.incoming / FILE).unlink()
        if takes and step in ONLY_THE_BANK_KNOWS:
            for _ in range(2):
                with pytest.raises(PerhapsThere):
                    handed(ilf)
        else:
            handed(ilf)
        there = bank.files()
        assert [*taken, *there.values()] == [content]
        assert set(there) <= {FILE}


@pytest.mark.parametrize("step", one_in(2, ["rename", "_begin"]))
def test_a_process_that_is_killed_is_known_to_the_next(agree: Agree, bank: SshServer, step: str) -> None:
    """As a power cut would, in a process of its own, right after it."""
    of = agree()
    where = "tasks.hand_over.on_its_way.OnItsWay" if step == "_begin" else "tasks.hand_over.server.Server"
    program = f"""
import inspect, os, pydoc, signal
from datetime import datetime
from pathlib import Path
from unittest.mock import Mock
from schemas.pay_run import Mode
from tasks.hand_over.stage import hand_over
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
owner = pydoc.locate({where!r})
does = owner.{step}
async def renamed(*given):
    await does(*given)
    os.kill(os.getpid(), signal.SIGKILL)
def begun(*given):
    does(*given)
    os.kill(os.getpid(), signal.SIGKILL)
owner.{step} = renamed if inspect.iscoroutinefunction(does) else begun
settings = Settings(home=Path({str(of.settings.home)!r}), contracts=Path({str(of.settings.contracts)!r}))
now = datetime.fromisoformat({AT.isoformat()!r})
hand_over(TenantContext("ilf", Mode.LIVE, settings), {RUN!r}, {SENDER!r}, lambda: now)
"""
    ended = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env={**os.environ, "PYTHONPATH": "."})
    assert ended.returncode == -signal.SIGKILL
    assert told(of) == (1, 0)
    handed(of)
    assert bank.files() == {FILE: released_bytes(of)}


def test_a_bank_that_takes_it_away_at_once_has_it(ilf: TenantContext, bank: SshServer) -> None:
    with Collector(bank) as collector:
        assert handed(ilf).at == AT
    assert collector.taken == [released_bytes(ilf)]
    assert bank.files() == {}


class TestPerhaps:
    """The ledger says that it was begun, and nothing is there."""

    @pytest.fixture
    def perhaps(self, ilf: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
        with monkeypatch.context() as patched:
            patched.setattr(stage, "record_submission", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                handed(ilf)
        (bank.incoming / FILE).unlink()
        return ilf

    def test_it_is_never_uploaded_again_and_people_settle_it(self, perhaps: TenantContext, bank: SshServer) -> None:
        for _ in range(2):
            with pytest.raises(PerhapsThere, match=rf"the bank may have taken it.*siller submitted {RUN} --never-sent"):
                handed(perhaps)
        assert bank.files() == {}
        with perhaps.ledger.opened() as connection:
            [run] = overview(connection)
        assert run.hand_over_begun == "127.0.0.1"
        assert told(perhaps) == (1, 0)
        people, moment = two(SENDER, OPERATOR)
        for name in (SENDER, OPERATOR):
            self.enrol(perhaps, name)
        take_back(perhaps, RUN, "the bank says that it has no such file", people, moment, AT)
        with pytest.raises(NoGo, match=r"was taken back, as never sent. Nothing was handed over"):
            handed(perhaps)
        assert bank.files() == {}

    def enrol(self, of: TenantContext, name: str) -> None:
        with of.ledger.transaction() as connection:
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)

    def test_a_person_says_that_the_bank_has_it(self, perhaps: TenantContext, bank: SshServer) -> None:
        said = record_submission(perhaps, RUN, "Bank, case 12", AT, SENDER, AT).figures
        assert handed(perhaps) == said
        assert bank.files() == {}

    def test_what_stands_there_half_is_not_its_file(self, perhaps: TenantContext, bank: SshServer) -> None:
        bank.put(PART, b"half")
        with pytest.raises(PerhapsThere):
            handed(perhaps)
        assert bank.files() == {PART: b"half"}

    def test_even_late_it_is_looked_for_and_found(self, perhaps: TenantContext, bank: SshServer) -> None:
        bank.put(FILE, released_bytes(perhaps))
        assert handed(perhaps, AT + timedelta(days=9)).at == AT


def test_a_server_that_answers_nothing_is_left(
    ilf: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its connection stays, and whoever looks into what stands there waits for ever."""
    monkeypatch.setattr("tasks.hand_over.server.SECONDS_IN_ALL", 1.0)
    pipe = bank.incoming / FILE
    os.mkfifo(pipe, 0o666)
    pipe.chmod(0o666)
    try:
        with pytest.raises(Cut, match="the connection was cut"):
            handed(ilf, tries=1)
    finally:
        os.close(os.open(pipe, os.O_RDWR | os.O_NONBLOCK))
    assert told(ilf) == (0, 0)


class TestRestored:
    """Since the release the ledger is an earlier one: it may have forgotten that the file went."""

    @pytest.fixture
    def restored(self, ilf: TenantContext) -> TenantContext:
        with ilf.ledger.transaction() as connection:
            audit_log.keep(connection, Restore(OPERATOR, "a backup of 09:40"), AT)
        return ilf

    def test_it_is_not_uploaded_again(self, restored: TenantContext, bank: SshServer) -> None:
        with pytest.raises(PerhapsThere):
            handed(restored)
        assert (bank.files(), told(restored)) == ({}, (0, 0))

    def test_nor_one_that_is_released_anew(
        self, tmp_path: Path, bank: SshServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The backup is of before its release: what was released and handed over since is forgotten with it.

        The outbox may be gone with the disk, so nothing but the backup says that there was anything to forget.
        """
        monkeypatch.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
        of = context(tmp_path / "backup", Mode.LIVE)
        approved(of)
        with of.ledger.transaction() as connection:
            audit_log.keep(connection, Restore(OPERATOR, "a backup of 09:40"), NOVEMBER)
            for name in (SENDER, OPERATOR):
                keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
        with pytest.raises(NoGo, match=r"Nothing was released\..*may have left once\..*siller settle-restore ilf"):
            release(of, RUN, NOVEMBER)
        people, moment = two(SENDER, OPERATOR)
        settle_restore(of, "case 12: the bank has nothing since Tuesday", people, moment, NOVEMBER)
        release(of, RUN, NOVEMBER)
        again = agreed_with(bank, tmp_path, tmp_path / "backup")
        with pytest.raises(PerhapsThere):
            handed(again)
        assert (bank.files(), told(again)) == ({}, (0, 0))

    def test_nor_is_a_release_finished_that_the_backup_has_begun(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The backup was made in the middle of the release: the file may have left right after it."""
        monkeypatch.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
        of = context(tmp_path / "backup", Mode.LIVE)
        approved(of)
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr("tasks.release.stage._let_go", Mock(side_effect=KeyboardInterrupt))
            release(of, RUN, NOVEMBER)
        with of.ledger.transaction() as connection:
            audit_log.keep(connection, Restore(OPERATOR, "a backup of 09:40"), NOVEMBER)
            for name in (SENDER, OPERATOR):
                keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
        with pytest.raises(NoGo, match=r"Nothing was released\..*may have left once\..*siller settle-restore ilf"):
            release(of, RUN, NOVEMBER)
        assert not list(of.paths.outbox("ilf").glob("*"))
        [told] = picture([of], of.settings.home, NOVEMBER).called_off
        assert "Take none to the bank" in told
        people, moment = two(SENDER, OPERATOR)
        settle_restore(of, "case 12: the bank has nothing since Tuesday", people, moment, NOVEMBER)
        assert picture([of], of.settings.home, NOVEMBER).called_off == ()
        release(of, RUN, NOVEMBER)
        assert outbox_of(of).has(FILE)

    def test_nor_one_that_is_opened_on_a_later_day_before_two_people_have_settled_it(
        self, ilf: TenantContext, bank: SshServer
    ) -> None:
        """What was forgotten may be this very run: begun, released and handed over once before."""
        with ilf.ledger.transaction() as connection:
            audit_log.keep(connection, Restore(OPERATOR, "a backup of three days ago"), AT - timedelta(days=3))
            for name in (SENDER, OPERATOR):
                keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
        for _ in range(2):
            with pytest.raises(PerhapsThere, match=r"restored on 17 November 2026.*siller settle-restore ilf\. Ask"):
                handed(ilf)
        assert (bank.files(), told(ilf)) == ({}, (0, 0))
        alone, moment = two(SENDER, SENDER)
        with pytest.raises(NoGo, match="it takes two people"):
            settle_restore(ilf, "case 12: the bank has nothing since Tuesday", alone, moment, AT)
        with pytest.raises(PerhapsThere):
            handed(ilf)
        people, moment = two(SENDER, OPERATOR)
        settle_restore(ilf, "case 12: the bank has nothing since Tuesday", people, moment, AT)
        handed(ilf)
        assert bank.files() == {FILE: released_bytes(ilf)}
        people, moment = two(SENDER, OPERATOR)
        with pytest.raises(NoGo, match="was not restored, or that is settled"):
            settle_restore(ilf, "once more", people, moment, AT)
        with ilf.ledger.transaction() as connection:
            audit_log.keep(connection, Restore(OPERATOR, "another backup"), AT)
            assert find_unsettled(connection) == AT
        assert list(problems(ilf)) == []

    def test_what_stands_there_is_found(self, restored: TenantContext, bank: SshServer) -> None:
        bank.put(FILE, released_bytes(restored))
        assert handed(restored).reference == f"{FILE} by SFTP"


class TestTheServerRefuses:
    """What the server does not do."""

    def test_to_rename_and_permits_it_later(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.start("-P", "rename,posix-rename")
        with pytest.raises(NoGo, match=f"did not rename .*{PART}, where the bank does not look for it"):
            handed(ilf)
        assert bank.files() == {PART: released_bytes(ilf)}
        uploaded = (bank.incoming / PART).stat()
        bank.start("-P", "write")
        handed(ilf, AT + timedelta(minutes=5))
        there = (bank.incoming / FILE).stat()
        assert (there.st_ino, there.st_mtime_ns) == (uploaded.st_ino, uploaded.st_mtime_ns), "uploaded once"
        assert list(bank.files()) == [FILE]
        assert told(ilf) == (2, 1)

    def test_to_show_a_listing(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.start("-P", "opendir,readdir")
        handed(ilf)
        assert bank.files() == {FILE: released_bytes(ilf)}

    def test_to_take_anything(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.start("-R")
        with pytest.raises(NoGo, match=f"did not take .*{PART}: the server does not permit it"):
            handed(ilf)
        assert (bank.files(), told(ilf)) == ({}, (0, 0))

    def test_for_want_of_room(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.start(most_bytes=200)
        with pytest.raises(NoGo, match=f"did not take .*{PART}: it failed there"):
            handed(ilf)
        assert FILE not in bank.files()
        assert told(ilf) == (0, 0)
        bank.start()
        handed(ilf)
        assert bank.files() == {FILE: released_bytes(ilf)}

    def test_a_folder_that_is_not_there(self, agree: Agree, bank: SshServer) -> None:
        with pytest.raises(NoGo, match="there is no such folder"):
            handed(agree(folder=f"{bank.folder}/elsewhere"))


class TestWhatIsThereAlready:
    """Under the names that the file is to have."""

    def test_other_bytes_are_never_written_over(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.put(FILE, b"of somebody else")
        with pytest.raises(NoGo, match=r"already has another file named .* Nothing was written over it"):
            handed(ilf)
        assert (bank.files(), told(ilf)) == ({FILE: b"of somebody else"}, (0, 0))

    def test_the_same_bytes_are_the_file(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.put(FILE, released_bytes(ilf))
        bank.start("-R")
        assert handed(ilf).at == AT
        assert told(ilf) == (0, 1)

    def test_what_an_earlier_try_left_half_is_made_whole(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.put(PART, b"half of it" * 1000)
        handed(ilf)
        assert bank.files() == {FILE: released_bytes(ilf)}


class TestWhoIsSpokenTo:
    """A server that proves itself, by a key of siller's own."""

    def test_a_server_with_another_key_is_told_nothing(self, agree: Agree, bank: SshServer) -> None:
        of = agree(host_keys=[new_key()[1]])
        with pytest.raises(NoGo, match=r"shows another host key than the agreement has.*Nothing was sent") as said:
            handed(of)
        assert not isinstance(said.value, Cut)
        assert (bank.files(), told(of)) == ({}, (0, 0))

    def test_of_two_keys_either_will_do(self, agree: Agree, bank: SshServer) -> None:
        handed(agree(host_keys=[new_key()[1], bank.host_key]))

    def test_a_key_that_the_bank_does_not_know(self, ilf: TenantContext, bank: SshServer) -> None:
        bank.let_in(new_key()[1])
        with pytest.raises(NoGo, match=r"does not let siller in.*siller keys hand-over"):
            handed(ilf)
        assert bank.files() == {}

    @pytest.fixture(autouse=True)
    def the_bank_knows_the_key_again(self, bank: SshServer) -> Iterator[None]:
        before = (bank.folder / "authorized").read_text().strip()
        yield
        bank.let_in(before)

    @pytest.mark.parametrize(
        "stands", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"]
    )
    def test_no_key_or_a_damaged_one(self, ilf: TenantContext, stands: str) -> None:
        path = ilf.paths.key("ilf", "sftp")
        path.write_text(stands)
        with pytest.raises(NoGo, match=r"is not the key ilf\.sftp.*nothing of it is shown"):
            private_key(ilf, HandOver)
        path.unlink()
        with pytest.raises(NoGo, match=r"The key store has no ilf\.sftp.*siller keys hand-over ilf"):
            handed(ilf)

    def test_a_rehearsal_speaks_to_nobody(self, agree: Agree, bank: SshServer) -> None:
        agree()
        of = agree(Mode.REHEARSAL)
        run = "ilf-2026-11-rehearsal-1"
        with pytest.raises(NoGo, match=rf"{run} is a rehearsal, and 127\.0\.0\.1 is a live server"):
            hand_over(of, run, SENDER, lambda: AT)
        assert not of.paths.key("ilf", "sftp").exists(), "nor has it the key"


class TestWhatMayNotGo:
    """The ledger, the agreement and the clock say no."""

    def test_by_an_agreement_that_nobody_adopted(self, ilf: TenantContext, bank: SshServer) -> None:
        agreement = ilf.settings.contracts / "ilf" / "agreement.yaml"
        agreement.write_text(agreement.read_text() + "# the same server, by somebody alone\n")
        changed = TenantContext("ilf", Mode.LIVE, ilf.settings)
        with changed.ledger.opened() as connection:
            assert say_unadopted(connection, changed)
        with pytest.raises(NoGo, match=r"is not the one that .* adopted.*Nothing was handed over"):
            handed(changed)
        assert bank.files() == {}

    def test_late(self, ilf: TenantContext, bank: SshServer) -> None:
        # The file is processed on Friday 27 November; Bacs takes it until the evening before.
        in_time, late = NOVEMBER.replace(day=26, hour=21, minute=59), NOVEMBER.replace(day=26, hour=22, minute=0)
        with pytest.raises(NoGo, match=r"had to be submitted by 22:00 on 26 November 2026\. Nothing was handed over"):
            handed(ilf, late)
        moments = iter([in_time, late])
        with pytest.raises(NoGo, match="had to be submitted by 22:00"):
            handed(ilf, lambda: next(moments), tries=1)
        assert list(bank.files()) == [PART], "it has no name by which the bank takes it"
        assert handed(ilf, in_time).days_late == 0

    def test_without_a_server_in_the_agreement_it_stays_in_the_outbox(self, released_live_home: Path) -> None:
        of = context(released_live_home, Mode.LIVE)
        with pytest.raises(
            NoGo,
            match=r"no server \(hand_over\) and no bucket \(hand_over_s3\): .* stays in the outbox",
        ):
            handed(of)

    def test_what_is_not_in_the_outbox_as_released(self, ilf: TenantContext, bank: SshServer) -> None:
        path = ilf.paths.outbox("ilf") / FILE
        path.chmod(0o600)
        path.write_bytes(b"another")
        with pytest.raises(NoGo, match="already holds another file named"):
            handed(ilf)
        path.unlink()
        with pytest.raises(NoGo, match="did not keep"):
            handed(ilf)
        assert bank.files() == {}


def test_no_secret_leaves_the_key_store(ilf: TenantContext, bank: SshServer, caplog: pytest.LogCaptureFixture) -> None:
    secret = bank.private_key.splitlines()[2]
    with caplog.at_level(logging.DEBUG):
        bank.start("-P", "rename")
        with pytest.raises(NoGo) as said:
            handed(ilf)
        bank.start()
        handed(ilf)
    with ilf.ledger.opened() as connection:
        journal = str(connection.execute("FROM journal").fetchall())
    assert secret not in f"{said.getrepr(showlocals=False)} {caplog.text} {journal}"
    assert not [
        path
        for path in ilf.settings.home.rglob("*")
        if path.is_file() and secret.encode() in path.read_bytes() and path.name != "ilf.sftp.key"
    ]
