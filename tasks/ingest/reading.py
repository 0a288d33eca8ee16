"""Reading a body's extract, with the password of its archive where the contract agrees an encrypted one."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from pydantic import SecretStr

from schemas.contract.extract import FRAME_ROWS, read_extract
from schemas.extract_files.form import Compression
from schemas.extract_files.wanted import Seen
from schemas.no_go import NoGo
from tasks.storage import keys
from tasks.storage.atomic_write import write_atomic
from tasks.storage.paths import archive_password
from tasks.tenant_context import TenantContext


def read_sent(
    context: TenantContext,
    extract: Path,
    sha256: str | None = None,
    frame_rows: int = FRAME_ROWS,
    seen: Seen | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield an extract's rows as :func:`schemas.contract.extract.read_extract` does.

    Raises:
        NoGo: it cannot be read, or the key store has no password for it.
    """
    yield from read_extract(extract, context.contract, sha256, frame_rows, password_of(context), seen)


def password_of(context: TenantContext) -> SecretStr | None:
    """The password of the archives that a body sends; None where its contract agrees none.

    Raises:
        NoGo: there is none in the key store, or what stands there is none.
    """
    if context.contract.form.compression is not Compression.AES_ZIP:
        return None
    path = archive_password(context.settings.home, context.tenant)
    password = keys.load(path)
    if password is None:
        raise NoGo(
            f"{context.tenant} sends encrypted archives, and their password is not in the key store: put it into "
            f"{path}, as docs/extracts.md shows. Nothing was read."
        )
    return SecretStr(password)


def hand_on_password(tenant: str, home: Path, elsewhere: Path) -> None:
    """Give a folder in which something is tried out the password of a body's archives, if it has one.

    Raises:
        NoGo: what stands in the key store is none.
    """
    password = keys.load(archive_password(home, tenant))
    if password is not None:
        write_atomic(archive_password(elsewhere, tenant), password.encode())
