"""A tenant's own keys, made on first use."""

import base64
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def kept(path: Path, make: Callable[[], str]) -> str:
    """Return the key kept in a file of mode 0600, making it if there is none.

    Each use (ledger, sealed extracts, pseudonyms) has a key of its own, so that one can be changed
    without the others.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, path)  # fails if another process was first: then its key counts
        part.unlink()
    return path.read_text()


def random_key() -> str:
    """32 random bytes as base64 text."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
