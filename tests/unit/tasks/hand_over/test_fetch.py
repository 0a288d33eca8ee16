"""The bank's answers come into its inbox once each, from a real server, whatever happens on the way."""

import asyncio
import errno
import os
import shutil
import threading
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

import asyncssh
import pytest
from asyncssh.constants import FILEXFER_TYPE_SYMLINK, FILEXFER_TYPE_UNKNOWN

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.error_boundary import error_boundary
from tasks.hand_over import fetch
from tasks.hand_over.fetch import fetch_answers
from tasks.hand_over.server import Server
from tasks.order import as_it_is, take_in_answers
from tasks.reconcile.receive import inbox as waiting
from tasks.reconcile.receive import put_away, receive_all
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER
from tests.sampled import one_in
from tests.ssh_server import SshServer, new_key, wire
from tests.unit.tasks.hand_over.conftest import Agree

REPORT, STATEMENT = b"an input report", b"a statement" * 5000
AT_ONCE = timedelta()


@pytest.fixture
def left(agree: Agree, bank: SshServer) -> TenantContext:
    """By the agreement everything is left at the server."""
    return agree(answers={"folder": str(bank.answers)})


@pytest.fixture
def moved(agree: Agree, bank: SshServer) -> TenantContext:
    """By the agreement everything is moved there."""
    return agree(answers={"folder": str(bank.answers), "moved_to": str(bank.fetched)})


def fetched(of: TenantContext) -> list[str]:
    return fetch_answers(of, AT_ONCE)


def inbox(of: TenantContext) -> dict[str, bytes]:
    """Everything in the bank's inbox, hidden files too."""
    folder = of.paths.bank_inbox("ilf")
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def taken_in(of: TenantContext) -> int:
    """Let siller receive what waits; returns how many files it has ever received."""
    receive_all(of, waiting(of), NOVEMBER.replace(month=12, day=1))
    put_away(of)
    with of.ledger.opened() as connection:
        return int(connection.execute("SELECT count(*) FROM bank_file").fetchall()[0][0])


def test_a_body_that_never_paid_speaks_to_no_server(tmp_path: Path) -> None:
    """The agreement as shipped names servers that nobody has."""
    settings = Settings(home=tmp_path, contracts=PROJECT / "data_contracts", modulus_table=None)
    of = TenantContext("cash", Mode.LIVE, settings)
    assert of.agreement.hand_over and of.agreement.hand_over.answers
    assert fetched(of) == []
    assert not of.paths.key("cash", "sftp").exists()


def test_what_is_left_there_comes_once_however_often_it_is_fetched(left: TenantContext, bank: SshServer) -> None:
    bank.put("report.xml", REPORT, bank.answers)
    bank.put("statement.xml", STATEMENT, bank.answers)
    for _ in range(2):
        assert fetched(left) == []
        assert inbox(left) == {"report.xml": REPORT, "statement.xml": STATEMENT}
    for _ in range(2):
        assert taken_in(left) == 2
        assert fetched(left) == []
        assert inbox(left) == {}
    assert there(bank.answers) == {"report.xml": REPORT, "statement.xml": STATEMENT}


def test_one_that_changes_after_it_was_fetched_is_another(left: TenantContext, bank: SshServer) -> None:
    path = bank.put("report.xml", REPORT, bank.answers)
    stamp = path.stat()
    fetched(left)
    path.write_bytes(REPORT[::-1])
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # of the same length and second
    fetched(left)
    assert inbox(left) == {"report.xml": REPORT, "2-report.xml": REPORT[::-1]}
    assert taken_in(left) == 2


def test_what_is_moved_makes_room_for_the_next_of_its_name(moved: TenantContext, bank: SshServer) -> None:
    for content in (REPORT, STATEMENT):
        bank.put("daily.xml", content, bank.answers)
        assert fetched(moved) == []
        assert there(bank.answers) == {}
    assert inbox(moved) == {"daily.xml": REPORT, "2-daily.xml": STATEMENT}
    assert sorted(there(bank.fetched).values()) == sorted([REPORT, STATEMENT])
    assert all(name.endswith("-daily.xml") for name in there(bank.fetched))


def test_the_same_bytes_twice_are_one_answer(moved: TenantContext, bank: SshServer) -> None:
    bank.put("a.xml", REPORT, bank.answers)
    bank.put("b.xml", REPORT, bank.answers)
    assert fetched(moved) == []
    assert inbox(moved) == {"a.xml": REPORT}
    assert len(there(bank.fetched)) == 2


@pytest.mark.parametrize("name", [".report.xml", "report.xml.part", "report.xml.filepart", "report.TMP", "~report.xml"])
def test_what_the_bank_still_writes_is_left_alone(moved: TenantContext, bank: SshServer, name: str) -> None:
    bank.put(name, REPORT, bank.answers)
    assert fetched(moved) == []
    assert (inbox(moved), there(bank.answers)) == ({}, {name: REPORT})


def test_nor_one_that_grows(moved: TenantContext, bank: SshServer) -> None:
    path = bank.put("report.xml", REPORT, bank.answers)
    stop = threading.Event()

    def write() -> None:
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(b"more")
                file.flush()
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert fetch_answers(moved, timedelta(seconds=0.2)) == []
        assert inbox(moved) == {}
    finally:
        stop.set()
        writer.join()
    fetched(moved)
    assert list(inbox(moved).values()) == list(there(bank.fetched).values()) != [REPORT]


def test_nor_one_that_grows_once_it_is_read(
    moved: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, read = bank.put("report.xml", REPORT, bank.answers), Server.read

    async def and_more(*given: object) -> bytes:
        content = await read(*given)  # type: ignore[arg-type]
        with path.open("ab") as file:
            file.write(b"more")
        return content

    with monkeypatch.context() as patched:
        patched.setattr(Server, "read", and_more)
        assert fetched(moved) == []
    assert inbox(moved) == {}
    fetched(moved)
    assert inbox(moved) == {"report.xml": REPORT + b"more"}


def test_one_that_takes_its_place_while_it_is_moved_comes_too(
    moved: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Server.rename

    async def replaced_before(*given: object) -> None:
        bank.put("report.xml", STATEMENT, bank.answers)
        await rename(*given)  # type: ignore[arg-type]

    bank.put("report.xml", REPORT, bank.answers)
    monkeypatch.setattr(Server, "rename", replaced_before)
    fetched(moved)
    assert inbox(moved) == {"report.xml": REPORT, "2-report.xml": STATEMENT}


def test_what_is_no_file_is_passed_by_and_a_name_that_leads_elsewhere_is_told(
    moved: TenantContext, bank: SshServer, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (bank.answers / "link.xml").symlink_to(secret)
    (bank.answers / "folder").mkdir()
    os.mkfifo(bank.answers / "pipe.xml")
    for name in ("bad\x1b[2Jname.xml", "x" * 200, "report.xml"):
        bank.put(name, REPORT, bank.answers)
    try:
        said = fetched(moved)
        assert inbox(moved) == {"report.xml": REPORT}
        assert len(said) == 2
        assert all("which siller cannot keep: fetch it yourself" in each for each in said)
        assert "\x1b" not in "".join(said)
    finally:
        (bank.answers / "folder").rmdir()


def test_a_name_of_other_bytes_or_too_long_for_this_disk_holds_up_no_other(
    moved: TenantContext, bank: SshServer
) -> None:
    no_utf_8 = Path(os.fsdecode(b"b\xe4nk.xml"))
    for name in (str(no_utf_8), "\N{CJK UNIFIED IDEOGRAPH-8A9E}" * 84, "report.xml"):
        bank.put(name, REPORT, bank.answers)
    said = fetched(moved)
    assert inbox(moved) == {"report.xml": REPORT}
    assert len(said) == 2
    assert all("which siller cannot keep: fetch it yourself" in each for each in said)


def test_a_listing_of_links_ends_too() -> None:
    links = cast(asyncssh.SFTPClient, _EndlessLinks())
    with pytest.raises(NoGo, match="has more than 10,000 files"):
        asyncio.run(Server("bank.example", links).files("/outgoing"))


class _EndlessLinks:
    async def scandir(self, _: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        for number in range(20_000):
            yield asyncssh.SFTPName(f"{number}".encode(), attrs=asyncssh.SFTPAttrs(type=FILEXFER_TYPE_SYMLINK))


def test_what_a_server_does_not_describe_is_told_and_holds_up_no_other(
    left: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the protocol a listing need not say what stands under a name, nor how long it is."""
    scandir = asyncssh.SFTPClient.scandir

    async def less_said(client: asyncssh.SFTPClient, folder: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        async for entry in scandir(client, folder):
            if entry.filename == b"kind.xml":
                entry.attrs.type = FILEXFER_TYPE_UNKNOWN
            elif entry.filename == b"size.xml":
                entry.attrs.size = None
            yield entry

    monkeypatch.setattr(asyncssh.SFTPClient, "scandir", less_said)
    for name in ("kind.xml", "report.xml", "size.xml"):
        bank.put(name, REPORT, bank.answers)
    said = fetched(left)
    assert [each.split("'")[1] for each in said] == ["kind.xml", "size.xml"]
    assert all("whether it is a file and how long it is" in each for each in said)
    assert inbox(left) == {"report.xml": REPORT}


def test_whatever_goes_wrong_there_holds_up_nothing_that_waits(
    left: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_HOME", str(left.settings.home))
    monkeypatch.setenv("SILLER_CONTRACTS", str(left.settings.contracts))
    monkeypatch.setattr("tasks.hand_over.fetch.put", _fails)
    bank.put("report.xml", REPORT, bank.answers)
    left.paths.bank_inbox("ilf").mkdir(parents=True)
    (left.paths.bank_inbox("ilf") / "by hand.xml").write_bytes(STATEMENT)
    taken = take_in_answers("ilf", Mode.LIVE, None, work=as_it_is)
    assert [file.name for file in taken.files] == ["by hand.xml"]
    assert "RuntimeError" in taken.said[0]
    assert "secret" not in taken.said[0]


def _fails(*_: object) -> None:
    raise RuntimeError("secret")


def test_one_that_may_not_be_read_or_moved_holds_up_no_other(moved: TenantContext, bank: SshServer) -> None:
    bank.put("a.xml", STATEMENT, bank.answers).chmod(0)
    bank.put("b.xml", REPORT, bank.answers)
    bank.start("-P", "rename,posix-rename")
    said = fetched(moved)
    assert inbox(moved) == {"b.xml": REPORT}
    assert "did not let siller read" in said[0]
    assert "did not rename" in said[1]
    bank.start()
    fetched(moved)
    assert inbox(moved) == {"b.xml": REPORT}
    assert list(there(bank.fetched).values()) == [REPORT]


def test_a_hidden_listing_is_told(left: TenantContext, bank: SshServer) -> None:
    bank.put("report.xml", REPORT, bank.answers)
    bank.start("-P", "opendir,readdir")
    [said] = fetched(left)
    assert said.startswith("The bank's answers were not fetched")
    assert f"did not show what is in {bank.answers}: the server does not permit it" in said


def test_another_server_is_asked_for_nothing(agree: Agree, bank: SshServer) -> None:
    bank.put("report.xml", REPORT, bank.answers)
    of = agree(host_keys=[new_key()[1]], answers={"folder": str(bank.answers), "moved_to": str(bank.fetched)})
    [said] = fetched(of)
    assert "shows another host key" in said
    assert (inbox(of), there(bank.answers)) == ({}, {"report.xml": REPORT})


def test_a_server_that_only_a_file_names_and_nobody_adopted_is_asked_for_nothing(
    left: TenantContext, bank: SshServer, tmp_path: Path
) -> None:
    bank.put("report.xml", REPORT, bank.answers)
    agreed = left.settings.contracts / "ilf" / "agreement.yaml"
    other = tmp_path / "elsewhere"
    other.mkdir()
    (other / "statement.xml").write_bytes(b"what the bank never said")
    assert str(bank.answers) in agreed.read_text()
    agreed.write_text(agreed.read_text().replace(str(bank.answers), str(other)))
    of = TenantContext("ilf", Mode.LIVE, left.settings)
    assert of.agreement.hand_over and of.agreement.hand_over.answers
    assert of.agreement.hand_over.answers.folder == str(other)
    assert fetched(of) == []
    assert inbox(of) == {"report.xml": REPORT}


def test_a_server_that_is_away_holds_up_nothing_that_waits(
    left: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SILLER_HOME", str(left.settings.home))
    monkeypatch.setenv("SILLER_CONTRACTS", str(left.settings.contracts))
    left.paths.bank_inbox("ilf").mkdir(parents=True)
    (left.paths.bank_inbox("ilf") / "by hand.xml").write_bytes(REPORT)
    bank.stop()
    taken = take_in_answers("ilf", Mode.LIVE, None, work=as_it_is)
    assert [file.name for file in taken.files] == ["by hand.xml"]
    assert "cannot be reached" in taken.said[0]
    assert inbox(left) == {}


EIGHTHS = [(direction, way) for direction in ("cut_to", "cut_from") for way in range(1, 8)]


@pytest.fixture(scope="module")
def lengths() -> dict[str, int]:
    """Filled by the first test that needs it: how many bytes go each way where nothing is cut."""
    return {}


@pytest.mark.parametrize(("direction", "way"), one_in(7, EIGHTHS))
def test_cut_anywhere_the_next_time_has_the_rest(
    agree: Agree, bank: SshServer, lengths: dict[str, int], direction: str, way: int, tmp_path: Path
) -> None:
    answers = {"folder": str(bank.answers), "moved_to": str(bank.fetched)}
    files = {"report.xml": REPORT, "statement.xml": STATEMENT}
    if not lengths:
        for name, content in files.items():
            bank.put(name, content, bank.answers)
        with wire(bank.port) as whole:
            assert fetched(agree(port=whole.port, answers=answers)) == []
        lengths |= dict(zip(("cut_to", "cut_from"), whole.passed, strict=True))
        shutil.rmtree(tmp_path / "home")
        for path in bank.fetched.iterdir():
            path.unlink()
    for name, content in files.items():
        bank.put(name, content, bank.answers)
    with wire(bank.port, **{direction: lengths[direction] * way // 8}) as cut:
        of = agree(port=cut.port, answers=answers)
        [said] = fetched(of)
        assert "not fetched, or not all of them. 127.0.0.1 cannot be reached" in said
        assert cut.cuts == 1
        assert fetched(of) == []
    assert inbox(of) == files
    assert sorted(there(bank.fetched).values()) == sorted(files.values())
    assert there(bank.answers) == {}


@pytest.mark.parametrize("at", ["before put", "after put", "after rename"])
def test_killed_on_the_way_the_next_time_has_it_once(
    moved: TenantContext, bank: SshServer, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead(BaseException):
        pass

    put, rename = fetch.put, Server.rename

    def dies(*given: object) -> None:
        if at == "after put":
            put(*given)  # type: ignore[arg-type]
        raise Dead

    async def dies_after(*given: object) -> None:
        await rename(*given)  # type: ignore[arg-type]
        raise Dead

    bank.put("report.xml", REPORT, bank.answers)
    with monkeypatch.context() as patched, pytest.raises(Dead):
        if at == "after rename":
            patched.setattr(Server, "rename", dies_after)
        else:
            patched.setattr(fetch, "put", dies)
        fetched(moved)
    fetched(moved)
    assert inbox(moved) == {"report.xml": REPORT}
    assert (there(bank.answers), list(there(bank.fetched).values())) == ({}, [REPORT])


def test_a_full_disk_here_loses_nothing(moved: TenantContext, bank: SshServer, monkeypatch: pytest.MonkeyPatch) -> None:
    bank.put("report.xml", REPORT, bank.answers)
    fsync: Callable[[int], None] = os.fsync

    def full(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().name == ".report.xml.part":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(NoGo, match=r"The disk of .* is full"), error_boundary("fetch"):
            fetched(moved)
    assert (inbox(moved), there(bank.answers)) == ({}, {"report.xml": REPORT})
    fetched(moved)
    assert inbox(moved) == {"report.xml": REPORT}


@pytest.mark.parametrize("changed", [False, True], ids=["as adopted", "a file that nobody adopted says another"])
def test_nothing_is_fetched_from_a_folder_that_another_body_has_too(
    left: TenantContext, bank: SshServer, changed: bool
) -> None:
    agreed = left.settings.contracts / "ilf" / "agreement.yaml"
    other = shutil.copytree(agreed.parent, left.settings.contracts / "council") / "agreement.yaml"
    other.write_text(other.read_text().replace("tenant: ilf", "tenant: council"))
    if changed:
        agreed.write_text(agreed.read_text().replace(str(bank.answers), "/elsewhere"))
        left = TenantContext("ilf", Mode.LIVE, left.settings)
    bank.put("report.xml", REPORT, bank.answers)
    shared = "No answers were fetched. ilf (hand_over) and council (hand_over) have one user at 127.0.0.1"
    [said] = fetched(left)
    assert said.startswith(shared)
    # A file in which somebody has put that right, and that nobody has adopted yet, changes nothing.
    agreed = left.settings.contracts / "ilf" / "agreement.yaml"
    agreed.write_text(agreed.read_text().replace(str(bank.answers), "/elsewhere"))
    [said] = fetched(TenantContext("ilf", Mode.LIVE, left.settings))
    assert said.startswith(shared)
    assert inbox(left) == {}


def test_a_rehearsal_and_a_body_without_answers_there_fetch_nothing(agree: Agree, bank: SshServer) -> None:
    answers = {"folder": str(bank.answers)}
    bank.put("report.xml", REPORT, bank.answers)
    agree(answers=answers)
    bank.stop()  # whoever asked it would be told that it is away
    assert fetched(agree(Mode.REHEARSAL, answers=answers)) == []
    assert fetched(agree()) == []
