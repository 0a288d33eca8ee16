"""The operating-system account that works here; nothing of the ledger is imported."""

import os
import pwd
from pathlib import Path
from typing import NamedTuple

_NOBODY_LOGGED_IN = 2**32 - 1
"""What the kernel has for a process that no login began."""


class Here(NamedTuple):
    """The account of the person who works here.

    Attributes:
        account: its name.
        proved: whether the operating system itself says so; otherwise it is a claim, and proves nobody.
    """

    account: str
    proved: bool


def here(proc: Path = Path("/proc")) -> Here:
    """Say whose account works here: this process's own, or behind sudo that of who called it.

    Anybody can set ``SUDO_USER``. It counts only where sudo itself started this process and nothing that the kernel
    knows says otherwise: who logged in, and who called sudo. Where the kernel knows neither, it stays a claim.

    Args:
        proc: where the kernel tells of processes.
    """
    own, caller = _name_of(os.getuid()), os.environ.get("SUDO_USER")
    parent = proc / str(os.getppid())
    if not caller or not _is_sudo(parent):
        return Here(own, True)
    known = {_name_of(uid) for uid in (_logged_in(proc), _called_by(parent)) if uid is not None}
    if known - {caller}:
        return Here(own, True)
    return Here(caller, bool(known))


def account() -> str:
    """The name of the account that works here, for the record."""
    return here().account


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:  # an account that only has a number, as containers have them
        return str(uid)


def _is_sudo(process: Path) -> bool:
    """Whether a process is sudo: whoever gives a program of theirs that name does not make it root's."""
    try:
        return (process / "comm").read_text().strip() == "sudo" and _uids(process)[1] == 0
    except (OSError, ValueError):
        return False


def _called_by(sudo: Path) -> int | None:
    """Who called sudo, the real user of its process; None where that says nothing, because it is root."""
    return _uids(sudo)[0] or None


def _logged_in(proc: Path) -> int | None:
    """Who logged in, as the kernel keeps it through every change of user; None where nobody did."""
    try:
        uid = int((proc / "self" / "loginuid").read_text())
    except (OSError, ValueError):
        return None
    return None if uid == _NOBODY_LOGGED_IN else uid


def _uids(process: Path) -> list[int]:
    """The real, effective, saved and file-system user of a process."""
    status = (process / "status").read_text(errors="replace")
    return [int(uid) for line in status.splitlines() if line.startswith("Uid:") for uid in line.split()[1:]]
