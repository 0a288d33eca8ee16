"""Where a rehearsal lives: a folder of its own, in which nothing of anything live is."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.demo.rails import copy_contracts
from schemas.no_go import NoGo
from tasks.ingest.reading import hand_on_password
from tasks.settings import Settings
from tasks.storage.paths import account_tables

_LIVE_ALONE = ("SILLER_LANDING", "SILLER_OUTBOX", "SILLER_STORE", "SILLER_KEYS", "SILLER_PUBLISHED")
"""What a machine sets for its real ledgers: a rehearsal has keys, a landing, an outbox and ledgers of its own."""


@contextmanager
def at_home(tenant: str, home: Path | None, rail: str | None) -> Iterator[Path]:
    """Let everything that siller does in the block be done in an empty folder, which stays afterwards.

    Agreements, the account table that is installed, and the passwords of archives are those of the machine.

    Args:
        tenant: whose rehearsal it is.
        home: the folder, made if it is missing; a temporary one if not given.
        rail: the way that the money is to go, by its name in an agreement; as the agreement says if not given.

    Raises:
        NoGo: the folder has something in it.
    """
    machine = Settings()
    if home is None:
        home = Path(tempfile.mkdtemp(prefix="siller-rehearsal-"))
    elif home.exists() and any(home.iterdir()):
        raise NoGo(f"{home} holds something already, and a rehearsal begins with nothing. Name an empty folder.")
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if (installed := account_tables(machine.home)).exists():
        shutil.copytree(installed, account_tables(home))
    hand_on_password(tenant, machine.home, home)
    contracts = copy_contracts([tenant], rail, machine.contracts, home) if rail else machine.contracts
    with _set({"SILLER_HOME": str(home), "SILLER_CONTRACTS": str(contracts)}):
        yield home


def clear(home: Path) -> None:
    """Take away all that stands in a rehearsal's folder, which was empty before, so that it can be used again."""
    for each in home.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


@contextmanager
def _set(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.pop(name, None) for name in (*variables, *_LIVE_ALONE)}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
