"""What comes from outside: whatever stands there, nothing hangs, and only a file of its folder and size is read."""

import hashlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas.incoming import Incoming, hash_of, open_incoming, read
from schemas.no_go import NoGo

GIB = 2**30


@pytest.fixture(autouse=True)
def _at_once() -> Iterator[None]:
    """Nothing here may wait for anybody: after ten seconds it is interrupted."""
    signal.alarm(10)
    yield
    signal.alarm(0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret").write_bytes(b"what siller alone may read")
    return tmp_path / "in"


def test_a_file_is_read_and_hashed(folder: Path) -> None:
    (folder / "a.csv").write_bytes(b"abc")
    assert read(folder / "a.csv", Incoming.EXTRACT) == b"abc"
    # The first test vector of FIPS 180-2.
    assert hash_of(folder / "a.csv", Incoming.EXTRACT).startswith("ba7816bf8f01cfea414140de5dae2223b00361a3")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's address is short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


def a_folder(path: Path) -> None:
    path.mkdir()


def a_link_out(path: Path) -> None:
    path.symlink_to("../secret")


def a_link_to_a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_link_in_a_circle(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


def a_link_by_way_of_another(path: Path) -> None:
    path.with_name("way").symlink_to("..")
    path.symlink_to("way/secret")


SORTS: dict[Callable[[Path], None], str] = {
    a_pipe: "is a pipe and no file",
    a_socket: "cannot be read",
    a_folder: "is a folder and no file",
    a_link_out: "is a link that leads out of its folder",
    a_link_by_way_of_another: "is a link that leads out of its folder",
    a_link_to_a_device: "is a link that leads out of its folder",
    a_link_in_a_circle: "circle|cannot be read",
    a_link_to_nothing: "There is no file",
}


@pytest.mark.parametrize("make", SORTS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("reading", [read, hash_of])
def test_what_is_no_file_of_its_folder_is_told(
    folder: Path, make: Callable[[Path], None], reading: Callable[..., object]
) -> None:
    make(folder / "a.csv")
    with pytest.raises(NoGo, match=SORTS[make]) as said:
        reading(folder / "a.csv", Incoming.EXTRACT)
    assert "a.csv in " in str(said.value)
    assert said.value.__context__ is None


def test_a_device_where_one_can_be_made(folder: Path) -> None:
    with pytest.raises(NoGo, match="zero in /dev is a device and no file"):
        read(Path("/dev/zero"), Incoming.EXTRACT)


def test_a_link_that_stays_in_its_folder_is_followed(folder: Path) -> None:
    """As a machine's secrets are mounted: the name is a link to the version that counts."""
    (folder / "v1").mkdir()
    (folder / "v1" / "key").write_bytes(b"abc")
    (folder / "key").symlink_to("v1/key")
    assert read(folder / "key", Incoming.KEY) == b"abc"


@pytest.mark.parametrize("kind", Incoming)
def test_one_byte_more_than_its_kind_may_have_is_not_read(folder: Path, kind: Incoming) -> None:
    with (folder / "a").open("wb") as file:
        file.truncate(kind.most_bytes + 1)  # sparse: it needs no room
    for reading in (read, hash_of):
        with pytest.raises(NoGo, match=rf"is larger than {kind.called} can be \(\d+ [kMGT]B\)"):
            reading(folder / "a", kind)


def test_a_signature_of_three_gigabytes(folder: Path) -> None:
    with (folder / "a.sig").open("wb") as file:
        file.truncate(3 * GIB)
    with pytest.raises(NoGo, match="is larger than a signature can be"):
        read(folder / "a.sig", Incoming.SIGNATURE)


def test_a_file_that_grows_while_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size that it has when it is opened is not believed."""
    with (folder / "a").open("wb") as file:
        file.truncate(Incoming.SIGNATURE.most_bytes + 1)
    real = os.fstat

    def smaller(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        return os.stat_result((*found[:6], 0, *found[7:10]))

    monkeypatch.setattr("schemas.incoming.os.fstat", smaller)
    for reading in (read, hash_of):
        with pytest.raises(NoGo, match="larger than a signature"):
            reading(folder / "a", Incoming.SIGNATURE)


def test_a_file_that_is_exchanged_for_a_link_in_the_same_moment(folder: Path) -> None:
    """However often the name changes hands, what is read is never the file outside."""
    ended = threading.Event()

    def exchange() -> None:
        for number in range(100_000):
            if ended.is_set():
                return
            other = folder / f".{number % 2}"
            other.unlink(missing_ok=True)
            other.symlink_to("../secret") if number % 2 else other.write_bytes(b"sent")
            other.replace(folder / "a.csv")

    exchanging = threading.Thread(target=exchange)
    exchanging.start()
    try:
        for _ in range(300):
            try:
                assert read(folder / "a.csv", Incoming.EXTRACT) in (b"sent", b"")
            except NoGo:
                continue
    finally:
        ended.set()
        exchanging.join()


def test_a_name_that_a_terminal_would_obey(folder: Path) -> None:
    name = "\x1b[2Jpaid.csv"
    with pytest.raises(NoGo) as said:
        read(folder / name, Incoming.EXTRACT)
    assert "\x1b" not in str(said.value)


def test_nothing_stays_open(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "file").write_bytes(b"x")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(NoGo):
            read(folder / "pipe", Incoming.KEY)
        with open_incoming(folder / "file", Incoming.KEY) as file:
            assert hashlib.sha256(file.read()).hexdigest() == hash_of(folder / "file", Incoming.KEY)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
