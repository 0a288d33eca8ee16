"""Make a backup: one file that its recipients alone can open."""

import hashlib
import io
import tarfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import duckdb
import pyrage

from schemas.agreement import Role
from schemas.no_go import NoGo
from tasks.backup.contents import LIST, Contents, files_of, hash_files
from tasks.ledger import audit_log
from tasks.ledger.catalogue.events import Backup
from tasks.ledger.parts import listing
from tasks.people.identity import identify
from tasks.settings import Settings
from tasks.storage.atomic_write import move_into_place
from tasks.storage.pipes import pipe_from
from tasks.tenant_context import TenantContext


def backup(context: TenantContext, target: Path, recipients: Sequence[str], who: str, now: datetime) -> Contents:
    """Put all that a tenant needs to go on elsewhere into one file in the age format.

    The ledger is held meanwhile, so what is in the file belongs together however busy a run is: a stage
    that has ended is in it whole, and one that has not is not in it at all.

    Args:
        context: the tenant's.
        target: the file to make; nothing may stand there.
        recipients: age recipients (``age1...``); each can open the backup with their own key.
        who: the operator.
        now: when.

    Raises:
        NoGo: nobody like that may do it, a recipient is none, something stands at the target, a part is missing, or
            the ledger is in use or gone.
    """
    by = identify(context, who, "siller backup", Role.OPERATOR)
    to = [_recipient(each) for each in recipients]
    if target.exists():
        raise NoGo(f"There is a file {target} already, and no backup takes its place. Choose another name.")
    with context.ledger.transaction() as connection:
        _check_parts(context, connection)
        audit_log.keep(connection, Backup(by, f"It opens for {', '.join(recipients)}."), now)
    with context.ledger.held():
        return keep(context, target, to, by, now)


def keep(
    context: TenantContext, target: Path, to: Sequence[pyrage.x25519.Recipient], by: str, now: datetime
) -> Contents:
    """Make the file itself, in the place of what stands there. Call it while the ledger is held.

    Args:
        context: the tenant's.
        target: the file to make.
        to: who can open it.
        by: who makes it.
        now: when.

    Raises:
        NoGo: a file of the tenant's changed meanwhile.
    """
    part = target.with_name(f".{target.name}.part")
    root = context.paths.root
    given = _keys_of_the_environment(context)
    kept = hash_files(root, files_of(context))
    hashes = {name: hashlib.sha256(key).hexdigest() for name, key in given.items()}
    contents = Contents(context.tenant, context.mode, now.isoformat(), by, kept | hashes)

    def write(sink: BinaryIO) -> None:
        with tarfile.open(fileobj=sink, mode="w|") as archive:
            _add(archive, LIST, contents.as_json())
            for name in contents.files:
                if name in given:
                    _add(archive, name, given[name])
                else:
                    archive.add(root / name, name, recursive=False)

    with part.open("wb") as file, pipe_from(write) as plain:
        pyrage.encrypt_io(plain, file, to)
    if kept != hash_files(root, [root / name for name in kept]):
        part.unlink()
        raise NoGo(f"A file arrived for {context.tenant} while the backup was made. Make it again.")
    part.chmod(0o600)
    move_into_place(part, target)
    return contents


def _check_parts(context: TenantContext, connection: duckdb.DuckDBPyConnection) -> None:
    """Check that the backup will have every part that the ledger lists: rows stand nowhere else."""
    kept = {path.name for path in files_of(context)}
    for part in listing.listed(connection):
        if part.name not in kept:
            raise NoGo(
                f"The part {part.name} is gone, or is a link that a backup does not follow, and without it the rows of "
                f"{context.tenant} are not whole. No backup was made. Put the file itself into "
                f"{context.paths.parts(context.tenant)}; siller verify says what else is missing."
            )


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise NoGo(
            f"{text!r} is no age recipient. A recipient begins with age1; `age-keygen -o KEYFILE` makes a key and "
            "shows the recipient. Nothing was done."
        ) from None


def _keys_of_the_environment(context: TenantContext) -> dict[str, bytes]:
    """The tenant's keys that stand in no file of ours, each under the name of the file that it would have."""
    given = {
        context.paths.key(context.tenant, name.removeprefix(f"{context.tenant}.")): secret
        for name, secret in Settings().keys.items()
        if name.startswith(f"{context.tenant}.")
    }
    root = context.paths.root
    return {path.relative_to(root).as_posix(): key.get_secret_value().encode() for path, key in given.items()}


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))
