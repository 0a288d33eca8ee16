"""What tells a home from others at Prefect, which says what each works on."""

import re
import secrets
import socket
from contextlib import suppress
from pathlib import Path

from tasks.storage.atomic_write import open_atomic


def name_of(home: Path) -> str:
    """A home's name, given to it on first use: that of its machine at the time, and some digits.

    It is in no backup, so that what is restored beside it is another home.

    Args:
        home: ``SILLER_HOME``.
    """
    file = home / "name"
    if not file.exists():
        machine = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:40] or "home"
        with suppress(FileExistsError), open_atomic(file, overwrite=False) as written:  # another process was first
            written.write(f"{machine}-{secrets.token_hex(4)}\n".encode())
    return file.read_text(encoding="utf-8").strip()
