"""What stands in a tenant's landing folder; all of it is read before any ledger is opened."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.incoming import Incoming, hash_of, read
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.sanitise import sanitise


@dataclass(frozen=True)
class Declaration:
    """A manifest's file, with the signature beside it.

    Attributes:
        path: the manifest's file.
        content: its bytes, which are what was read and what must have been signed.
        signature: the bytes of the file beside it; None if there is none.
    """

    path: Path
    content: bytes
    signature: bytes | None

    @property
    def sha256(self) -> str:
        """Of the manifest's bytes."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Landed:
    """An extract with its manifest.

    Attributes:
        extract: the file as sent.
        manifest: what the tenant declares about it.
        sha256: of the extract's bytes as they are.
        declared_in: the manifest's file; None for an extract that came without one.
    """

    extract: Path
    manifest: Manifest
    sha256: str
    declared_in: Declaration | None = None


@dataclass(frozen=True)
class Before:
    """A run that an extract of the period has opened before.

    Attributes:
        run_id: which.
        sha256: of its extract.
        is_open: whether it is the one that a new start goes on with: the latest of its kind of payment, not paid.
    """

    run_id: str
    sha256: str
    is_open: bool


@dataclass(frozen=True)
class Landing:
    """Where extracts and manifests arrive.

    Attributes:
        folder: where their files can be read.
    """

    folder: Path

    @property
    def address(self) -> str:
        """Where it is, for people."""
        return str(self.folder)

    def fetch(self, name: str) -> None:
        """Have the extract of a name in the folder, if it has arrived: in a folder it stands there itself."""


def signature_of(manifest: Path) -> Path:
    """Where the detached signature of a manifest stands: beside it."""
    return manifest.with_name(f"{manifest.name}.sig")


def find_landed(landing: Landing, tenant: str, period: Period, before: Sequence[Before] = ()) -> Landed:
    """Find the extract of a period by its manifest.

    An extract that was sent before may still stand beside the one that has come after it: the one that is new counts.
    Where none is new, a run is started again, and the one of the run that is open counts.

    Args:
        landing: where it arrives. What has a hidden name there, or another one than its own until it is whole, is an
            upload in progress and is left alone.
        tenant: whose.
        period: the pay period.
        before: the runs of the period so far.

    Raises:
        NoGo: there is none, nobody can tell which one is meant, one cannot be read, or the extract is missing.
    """
    paths = sorted(path for path in landing.folder.glob("*.manifest.json") if not path.name.startswith("."))
    found = {path: read(path, Incoming.DOCUMENT) for path in paths}
    manifests = {path: Manifest.parsed(content, path.name, tenant) for path, content in found.items()}
    of_period = [path for path, manifest in manifests.items() if manifest.pay_period == period]
    if not of_period:
        others = "".join(f" {sanitise(path.name)} is for {each.pay_period}." for path, each in manifests.items())
        raise NoGo(
            f"No manifest for {period} has arrived in {landing.address}.{others} "
            "Put the extract there with its manifest (NAME.manifest.json) beside it."
        )
    path = _meant({path: manifests[path] for path in of_period}, landing.address, period, before)
    declared_in = Declaration(path, found[path], _signature_beside(path))
    landing.fetch(manifests[path].extract)
    return read_landed(landing.folder / manifests[path].extract, manifests[path], declared_in)


def read_landed(extract: Path, manifest: Manifest, declared_in: Declaration | None = None) -> Landed:
    """Hash the extract that a manifest names.

    Raises:
        NoGo: the extract is missing, or is none that can be read.
    """
    if not extract.exists():
        raise NoGo(
            f"The manifest names the extract {extract.name}, which is not in {extract.parent}. If it is still on its "
            "way, start again once it has come."
        )
    return Landed(extract, manifest, hash_of(extract, Incoming.EXTRACT), declared_in)


def _signature_beside(manifest: Path) -> bytes | None:
    path = signature_of(manifest)
    return read(path, Incoming.SIGNATURE) if path.exists() or path.is_symlink() else None


def _meant(of_period: dict[Path, Manifest], where: str, period: Period, before: Sequence[Before]) -> Path:
    """The one manifest of a period that a start is about."""
    known = {each.sha256 for each in before}
    goes_on = {each.sha256 for each in before if each.is_open}
    new = [path for path, manifest in of_period.items() if manifest.sha256 not in known]
    again = [path for path, manifest in of_period.items() if manifest.sha256 in goes_on]
    meant = new or again or list(of_period)
    if len(meant) == 1:
        return meant[0]
    sent = "; ".join(_as_sent(manifest, before) for manifest in of_period.values())
    waits = " and ".join(each.run_id for each in before if each.is_open)
    raise NoGo(
        f"{len(of_period)} manifests in {where} are for {period}, and nobody can tell which one is meant: {sent}. "
        f"{f'The run that can be started again: {waits}' if waits else 'No run can be started again'}. Leave the one "
        "that counts, take the others out, and start again."
    )


def _as_sent(manifest: Manifest, before: Sequence[Before]) -> str:
    runs = [each.run_id for each in before if each.sha256 == manifest.sha256]
    return f"{manifest.extract} ({manifest.kind.value}, {f'sent before, {runs[-1]}' if runs else 'new'})"
