"""A tenant's own keys, made on first use."""

import base64
import os
import secrets
from pathlib import Path


def tenant_key(path: Path) -> bytes:
    """Return the 32-byte key kept in a file of mode 0600, making it if there is none.

    Each use (ledger, sealed extracts, pseudonyms) has a key of its own, so that one can be changed
    without the others.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # fails if another process was first: then its key counts
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return base64.b64decode(path.read_bytes(), validate=True)
