"""Restore a backup where nothing of its tenant stands, and prove what was restored."""

import hashlib
import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath

import pyrage

from schemas.agreement import Role
from schemas.incoming import Incoming, open_incoming, read
from schemas.no_go import NoGo
from tasks.backup.contents import LIST, Contents
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Restore
from tasks.ledger.versions import OlderVersion
from tasks.people.identity import identify
from tasks.settings import Settings
from tasks.storage.atomic_write import flush, make_folder
from tasks.storage.custody import sha256_of_file
from tasks.storage.pipes import pipe_from
from tasks.tenant_context import TenantContext

_CHUNK = 1 << 20


def restore(backup: Path, identity: Path, who: str, settings: Settings, now: datetime) -> TenantContext:
    """Put a backup's files where they belong. Stopped at any line, it is started again.

    Where homes share ledgers, the store has it then, and must have had none of the tenant's.

    Every file is held against the backup's own list before any has its place, and the ledger comes last. What
    the files prove together is for :func:`tasks.verify.problems` to say.

    Args:
        backup: the file.
        identity: a file with the age key of one of its recipients.
        who: the operator, as the agreement of the backup's tenant names them.
        settings: of this machine; its home takes the files.
        now: when.

    Returns:
        the context of the tenant whose ledger was restored.

    Raises:
        NoGo: the key does not open the backup, the backup is not whole, nobody like that may do it, or other
            files of the tenant stand here, or in the store, already. Or it was restored, and its ledger is to be
            upgraded.
    """
    with _opened(backup, identity) as archive:
        contents = _list(archive)
        context = TenantContext(contents.tenant, contents.mode, settings)
        by = identify(context, who, "siller restore", Role.OPERATOR)
        root = context.paths.root
        _check_free(context, contents)
        apart = root / f".restoring-{contents.tenant}"
        shutil.rmtree(apart, ignore_errors=True)
        _unpack(archive, contents, apart)
    ledger = context.paths.ledger(contents.tenant).relative_to(root).as_posix()
    for name in sorted(contents.files, key=lambda name: name.startswith(ledger)):
        _move(apart / name, root / name)
    shutil.rmtree(apart)
    restored = Restore(by, f"The backup was made by {contents.made_by} at {contents.made_at}.")
    if settings.store is not None:
        with context.ledger.put_into_store() as connection:
            audit_log.keep(connection, restored, now)
        return context
    try:
        with context.ledger.transaction() as connection:
            audit_log.keep(connection, restored, now)
    except OlderVersion as older:
        with context.ledger.as_it_is() as connection:
            connection.begin()
            audit_log.keep(connection, restored, now, version=older.version)
            connection.commit()
        raise NoGo(f"{context.tenant} ({context.mode}) stands in {root} again. {older}") from None
    return context


@contextmanager
def _opened(backup: Path, identity: Path) -> Iterator[tarfile.TarFile]:
    keys = _identities(identity)
    try:
        with (
            open_incoming(backup, Incoming.BACKUP) as file,
            pipe_from(partial(pyrage.decrypt_io, file, identities=keys)) as plain,
            tarfile.open(fileobj=plain, mode="r|") as archive,
        ):
            yield archive
            while plain.read(_CHUNK):  # to the end: the last bytes prove that nothing was cut off
                pass
    except (pyrage.DecryptError, tarfile.TarError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:  # the disk's; pyrage's own has no number
            raise
        raise NoGo(
            f"{backup} does not open with the key in {identity}, or is not whole. Nothing was restored. Try the key "
            "of another recipient, and another copy of the backup."
        ) from None


def _identities(path: Path) -> list[pyrage.x25519.Identity]:
    try:
        lines = [line for line in read(path, Incoming.KEY).decode().splitlines() if line.startswith("AGE-SECRET-KEY-")]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except (UnicodeDecodeError, pyrage.IdentityError):
        found = []
    if not found:
        raise NoGo(f"{path} holds no age key. It is the file that `age-keygen -o KEYFILE` made.")
    return found


def _list(archive: tarfile.TarFile) -> Contents:
    first = archive.next()
    content = archive.extractfile(first) if first and first.name == LIST else None
    return Contents.read(content.read() if content else b"")


def _check_free(context: TenantContext, contents: Contents) -> None:
    """Nothing of the tenant may be overwritten; the very same file is what an interrupted start left.

    Nor may parts be there that the backup has not: the next run removes what the restored ledger does not list.
    """
    root = context.paths.root
    for name, sha256 in contents.files.items():
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts:
            raise NoGo(f"The backup names a file outside siller's home, {name}: nobody of ours made it.")
        if (root / name).exists() and sha256_of_file(root / name) != sha256:
            raise NoGo(
                f"{root / name} is here already and is another file than the backup's. Nothing was restored: restore "
                "into a SILLER_HOME without this tenant, or move what stands here away and keep it for the auditor."
            )

    parts = context.paths.parts(contents.tenant)
    for left in sorted([*(root / "ledgers").glob(f"{contents.tenant}.duckdb*"), *parts.glob("*.parquet")]):
        if str(left.relative_to(root)) not in contents.files:
            raise NoGo(
                f"{parts if left.parent == parts else left} is here already and belongs to another ledger than the "
                "backup's. Nothing was restored: "
                "restore into a SILLER_HOME without this tenant, or move it away and keep it for the auditor."
            )


def _unpack(archive: tarfile.TarFile, contents: Contents, apart: Path) -> None:
    found = set()
    while member := archive.next():
        if not member.isfile() or member.name not in contents.files:
            raise NoGo(f"The backup holds {member.name}, which its list does not name. Nothing was restored.")
        source, target = archive.extractfile(member), apart / member.name
        assert source is not None
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256()
        with target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target.chmod(0o600)
        if digest.hexdigest() != contents.files[member.name]:
            raise NoGo(f"{member.name} in the backup is not the file that its list names. Nothing was restored.")
        found.add(member.name)
    if missing := sorted(set(contents.files) - found):
        raise NoGo(f"The backup is not whole: it lacks {missing[0]}, which its list names. Nothing was restored.")


def _move(source: Path, target: Path) -> None:
    make_folder(target.parent)
    source.replace(target)
    flush(target.parent)
