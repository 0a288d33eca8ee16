"""Custody: the extract's bytes, exactly as sent, kept for the auditor.

Sealed files are in the age format (age-encryption.org), so that they can be opened without siller:
``age -d -i KEY FILE``.
"""

import contextlib
import errno
import hashlib
from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pyrage

from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from schemas.tenant_keys import no_key
from tasks.storage import keys
from tasks.storage.folder import Folder
from tasks.storage.paths import Paths
from tasks.storage.pipes import pipe_from


class Sealed(StrEnum):
    """What is sealed, as people call it; how the ledger names each kind: ``tasks/ledger/sealed_files.py``."""

    EXTRACT = "extract"
    MANIFEST = "manifest"
    PACK = "pack"
    CLOSE_CERTIFICATE = "close certificate"
    BANK_FILE = "bank file"
    PAYMENT_FILE = "payment file"
    EVIDENCE = "evidence"
    PAID_ELSEWHERE = "file of payments"
    PAYEE_REQUEST = "request to check payees"
    PAYEE_ANSWERS = "answers about payees"
    POSTINGS = "postings"
    AUTHORISED_PAYEES = "list of authorised payees"
    VOUCHER_ANSWERS = "answers about vouchers"


def sha256_of_file(path: Path) -> str:
    """SHA-256 of the bytes of a file of siller's own, as hexadecimal text."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def seal(what: Sealed, file: BinaryIO, name: str, paths: Paths, tenant: str, sha256: str) -> Path:
    """Keep a file's bytes, encrypted with the tenant's own key and named by their SHA-256.

    The sealed bytes are opened again and hashed before they count, and are on disk before they have their
    name. Sealing twice changes nothing; what stands there and no longer opens is made anew.

    Args:
        what: its kind, by which the ledger has to name it: what it does not name is swept away.
        file: the file, open at its beginning.
        name: what it is called, for a sentence.
        paths: where things stand.
        tenant: whose.
        sha256: of the bytes that are meant.

    Raises:
        NoGo: the file is not the one that was hashed, or the key to what was sealed before is gone.
    """
    sealed, store = paths.sealed(tenant, sha256), _store(paths, tenant)
    if still_sealed(paths, tenant, sha256):
        return sealed
    with store.create(sealed.name, overwrite=True) as target:
        _encrypt(file, target, paths, tenant)
        if sha256_of_sealed(Path(target.name), identities(paths, tenant)) != sha256:
            raise NoGo(
                f"The {what} {sanitise(name)} changed while it was being read. Put it back whole and start again."
            )
    return sealed


def still_sealed(paths: Paths, tenant: str, sha256: str) -> bool:
    """Whether the sealed extract is there, opens with the tenant's key, and has the bytes that it had."""
    sealed = paths.sealed(tenant, sha256)
    try:
        return sealed.exists() and sha256_of_sealed(sealed, identities(paths, tenant)) == sha256
    except (NoGo, pyrage.DecryptError, OSError):  # no key, another one, or bytes that were changed
        return False


def list_sealed(paths: Paths, tenant: str) -> set[str]:
    """The SHA-256 of every file that is sealed for a tenant: each is named by it."""
    return {sealed.stem for sealed in _sealed_files(paths, tenant)}


def reseal_all(paths: Paths, tenant: str) -> int:
    """Encrypt every sealed file of a tenant anew with the first of its keys; returns how many.

    Raises:
        NoGo: a sealed file does not open, or is not what it was.
    """
    store, sealed_files = _store(paths, tenant), sorted(_sealed_files(paths, tenant))
    for sealed in sealed_files:
        if not still_sealed(paths, tenant, sealed.stem):
            raise NoGo(f"The sealed file {sealed.stem[:12]} is not what was sealed. The old keys stay: siller verify.")
        with sealed.open("rb") as old, store.create(sealed.name, overwrite=True) as new:
            opened = partial(pyrage.decrypt_io, old, identities=identities(paths, tenant))
            with pipe_from(opened) as plain:
                _encrypt(plain, new, paths, tenant)
            if sha256_of_sealed(Path(new.name), identities(paths, tenant)) != sealed.stem:
                raise NoGo(f"The sealed file {sealed.stem[:12]} changed while it was sealed anew. Start again.")
    return len(sealed_files)


def seal_bytes(content: bytes, paths: Paths, tenant: str) -> bytes:
    """Encrypt what homes share outside of the ledger's commit, with the tenant's own key.

    Raises:
        NoGo: the key is gone or damaged.
    """
    sealed: bytes = pyrage.encrypt(content, [identities(paths, tenant)[0].to_public()])
    return sealed


def open_bytes(sealed: bytes, paths: Paths, tenant: str) -> bytes:
    """Open what :func:`seal_bytes` has made.

    Raises:
        NoGo: no key of the tenant's opens it, or its bytes were changed.
    """
    try:
        content: bytes = pyrage.decrypt(sealed, identities(paths, tenant))
    except pyrage.DecryptError:
        said = NoGo(f"What homes share of {tenant} does not open with its key, or was changed. Find out who did.")
    else:
        return content
    raise said


def sha256_of_sealed(sealed: Path, identities: list[pyrage.x25519.Identity]) -> str:
    """SHA-256 of what is inside a sealed file; it is not held in memory.

    Raises:
        pyrage.DecryptError: no key opens it, or its bytes were changed.
    """
    digest = hashlib.sha256()

    class Hashing:
        def write(self, data: bytes) -> int:
            digest.update(data)
            return len(data)

        def flush(self) -> None:
            """Nothing is held back."""

    with sealed.open("rb") as file:
        pyrage.decrypt_io(file, Hashing(), identities)
    return digest.hexdigest()


def opens(sealed: Path, identities: list[pyrage.x25519.Identity]) -> bool:
    """Whether one of the keys opens a sealed file; no more of it is read than that takes."""

    class Opened:
        is_so = False

        def write(self, _: bytes) -> int:
            self.is_so = True
            raise OSError(errno.ECANCELED, "the key opens it")

        def flush(self) -> None:
            """Nothing is held back."""

    opened = Opened()
    with sealed.open("rb") as file, contextlib.suppress(pyrage.DecryptError, OSError):
        pyrage.decrypt_io(file, opened, identities)
    return opened.is_so


def identities(paths: Paths, tenant: str) -> list[pyrage.x25519.Identity]:
    """The keys that open a tenant's sealed files; the first seals. While keys are rotated there are two.

    Raises:
        NoGo: there are sealed files, and their key is gone; or it is damaged.
    """
    path = paths.key(tenant, "sealed")
    in_use = any(_sealed_files(paths, tenant))
    kept = keys.load_or_create(path, lambda: str(pyrage.x25519.Identity.generate()), in_use)
    try:
        return [pyrage.x25519.Identity.from_str(line) for line in kept.split()]
    except pyrage.IdentityError:
        said = no_key(path.stem, str(path))
    raise said


def _encrypt(plain: BinaryIO, target: BinaryIO, paths: Paths, tenant: str) -> None:
    pyrage.encrypt_io(plain, target, [identities(paths, tenant)[0].to_public()])
    target.flush()  # it is read back before it counts


def _sealed_files(paths: Paths, tenant: str) -> Iterator[Path]:
    folder = _store(paths, tenant).path
    return folder.glob("*.sealed")


def _store(paths: Paths, tenant: str) -> Folder:
    return Folder("folder of sealed files", paths.sealed(tenant, "").parent)
