"""A tenant's own keys: made on first use, or given by the machine's environment."""

import base64
import contextlib
import secrets
from collections.abc import Callable
from pathlib import Path

from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.tenant_keys import check_key
from tasks.settings import GivenKeys
from tasks.storage.atomic_write import open_atomic, write_atomic


def load_or_create(path: Path, make: Callable[[], str], in_use: bool = False, of_home: bool = False) -> str:
    """Return a key: the one that the environment gives, else the one kept in a file of mode 0600.

    Each use (ledger, sealed extracts, pseudonyms) has a key of its own, so that one can be changed
    without the others. The environment gives it under the file's name without its end: ``ilf.ledger``.

    Args:
        path: the key file.
        make: makes the key if there is none.
        in_use: something was made with the key before, so that a new one would only hide that it is lost.
        of_home: the key opens nothing but this home's own, so that homes that share ledgers each have one.

    Raises:
        NoGo: the key is gone or damaged, or the environment and the file hold two; or there is none, and several homes
            share what it would open, so that each would make another.
    """
    key = load(path)
    if key is None:
        if in_use:
            raise NoGo(
                f"The key {path.stem} is gone: there is no {path}. Put the key back, from a backup or from escrow: "
                "what was made with it cannot be read, or told apart, without it."
            )
        if GivenKeys().store and not of_home:
            raise NoGo(
                f"SILLER_KEYS gives no key {path.stem}, and of what homes share in a store (SILLER_STORE) no home "
                "makes a key of its own: the others could not open what it seals. Give each of them the same one."
            )
        with contextlib.suppress(FileExistsError), open_atomic(path, overwrite=False) as file:
            file.write(make().encode())  # if another process was first, its key counts
        return _read(path)
    return key


def load(path: Path) -> str | None:
    """Return a key as :func:`load_or_create` does; None if there is none.

    Raises:
        NoGo: the key is damaged, or the environment and the file hold two.
    """
    given = GivenKeys().keys.get(path.stem)
    if given is None:
        return _read(path) if _is_there(path) else None
    key = check_key(given.get_secret_value(), path.stem, "SILLER_KEYS")
    if _is_there(path) and _read(path) != key:
        raise NoGo(
            f"The environment gives the key {path.stem} (SILLER_KEYS), and {path} holds another. Take away the "
            "one that is out of date; keep a copy of it until everything opens."
        )
    return key


def replace_key(path: Path, key: str) -> None:
    """Put another key into a key file, in one step.

    Raises:
        NoGo: the environment gives this key, and only the environment can change it.
    """
    check_replaceable(path)
    write_atomic(path, key.encode())


def check_replaceable(path: Path) -> None:
    """Check that a key stands in a file of ours.

    Raises:
        NoGo: the environment gives it.
    """
    if path.stem in GivenKeys().keys:
        raise NoGo(
            f"The environment gives the key {path.stem} (SILLER_KEYS), which siller cannot change. Write it into "
            f"{path} (mode 0600), take it from the environment, rotate, and give the environment the new key."
        )


def other_key(path: Path) -> str:
    """A new key in the place of one that stands in a file of ours.

    Raises:
        NoGo: the environment gives it.
    """
    check_replaceable(path)
    return random_key()


def random_key() -> str:
    """32 random bytes as base64 text."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _is_there(path: Path) -> bool:
    """Whether something stands there, be it a link that leads nowhere: then no key is made in its place."""
    return path.exists() or path.is_symlink()


def _read(path: Path) -> str:
    return check_key(read(path, Incoming.KEY).decode("ascii", errors="replace"), path.stem, str(path))
