"""Opening what comes from outside: files that somebody else put there, or that a command is given.

Such a file may be anything: a pipe that never ends, a device, a link to where only siller may read, a thousand times
as long as it should be. So each is opened here, held against what its kind may be, and read no further than that.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from io import BufferedReader
from pathlib import Path

from schemas.no_go import NoGo
from schemas.sanitise import sanitise

_CHUNK = 1 << 20
_KIB, _MIB, _GIB, _TIB = 2**10, 2**20, 2**30, 2**40


class Incoming(Enum):
    """The kinds of files from outside, each with what it is called and how many bytes it has at most."""

    EXTRACT = ("an extract", 4 * _GIB)
    DOCUMENT = ("a manifest, an agreement or a contract", 4 * _MIB)
    SIGNATURE = ("a signature", 4 * _KIB)
    KEY = ("a key", 64 * _KIB)
    BANK_FILE = ("a file from a bank", 512 * _MIB)
    PAYMENT_FILE = ("a payment file", 8 * _GIB)
    TEMPLATE = ("a workbook to be filled in", 16 * _MIB)
    EVIDENCE = ("evidence", 512 * _MIB)
    PAYEE_ANSWERS = ("a bank's answers about payees", 64 * _MIB)
    AUTHORISED_PAYEES = ("a list of authorised payees", 512 * _MIB)
    VOUCHER_ANSWERS = ("a provider's answers about vouchers", 64 * _MIB)
    ACCOUNT_TABLE = ("an account table", 16 * _MIB)
    BACKUP = ("a backup", 4 * _TIB)

    def __init__(self, called: str, most_bytes: int) -> None:
        self.called = called
        self.most_bytes = most_bytes


@contextmanager
def open_incoming(path: Path, kind: Incoming) -> Iterator[BufferedReader]:
    """Open a file from outside for reading; nothing is waited for, whatever stands there.

    Args:
        path: the file.
        kind: what it is to be.

    Raises:
        NoGo: there is none, it is no regular file, leads out of its folder, cannot be read or is too large.
    """
    descriptor = _descriptor(path)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NoGo(
                f"{sanitise(path.name)} in {path.parent} is {_sort(status.st_mode)} and no file, so it was not read. "
                "Put "
                f"{kind.called} there as a file of its own."
            )
        if status.st_size > kind.most_bytes:
            raise _too_large(path, kind)
    except BaseException:
        os.close(descriptor)
        raise
    with os.fdopen(descriptor, "rb") as file:
        yield file


def read(path: Path, kind: Incoming) -> bytes:
    """The bytes of a file from outside.

    Raises:
        NoGo: see ``opened``.
    """
    with open_incoming(path, kind) as file:
        content = file.read(kind.most_bytes + 1)
    if len(content) > kind.most_bytes:
        raise _too_large(path, kind)
    return content


def hash_of(path: Path, kind: Incoming) -> str:
    """SHA-256 of the bytes of a file from outside, as hexadecimal text.

    Raises:
        NoGo: see ``opened``.
    """
    digest, size = hashlib.sha256(), 0
    with open_incoming(path, kind) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > kind.most_bytes:  # it grows while it is read
                raise _too_large(path, kind)
    return digest.hexdigest()


def _descriptor(path: Path) -> int:
    """Open without waiting: a pipe without a writer and a device answer at once, to be turned away by their kind."""
    try:
        real = path.resolve(strict=True)
        if real.is_relative_to(path.parent.resolve()):
            return os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
        said = (
            f"{sanitise(path.name)} in {path.parent} is a link that leads out of its folder, so it was not followed. "
            "Put "
            "the file itself there."
        )
    except FileNotFoundError:
        said = f"There is no file {sanitise(path.name)} in {path.parent}."
    except RuntimeError:
        said = f"{sanitise(path.name)} in {path.parent} is a link in a circle. Put the file itself there."
    except OSError as error:
        said = f"{sanitise(path.name)} in {path.parent} cannot be read: {error.strerror}. See who put it there."
    raise NoGo(said)


def _too_large(path: Path, kind: Incoming) -> NoGo:
    return NoGo(
        f"{sanitise(path.name)} in {path.parent} is larger than {kind.called} can be ({_size(kind.most_bytes)}), so it "
        "was not read. See what it is; take it away, or send the right one."
    )


def _size(size: int) -> str:
    for unit, name in ((_TIB, "TB"), (_GIB, "GB"), (_MIB, "MB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size // _KIB} kB"


def _sort(mode: int) -> str:
    sorts = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((said for is_it, said in sorts if is_it(mode)), "a device")
