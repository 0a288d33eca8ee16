"""What stands in a tenant's landing folder."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.manifest import Manifest
from schemas.no_go import NoGo
from tasks.ingest.custody import sha256_of_file


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
    declared_in: Path | None = None


def landed(folder: Path, tenant: str, period: str, known: Collection[str] = ()) -> Landed:
    """Find the extract of a period by its manifest.

    An extract that was sent before may still stand beside the one that has come after it.

    Args:
        folder: the landing folder.
        tenant: whose.
        period: the pay period.
        known: the SHA-256 of the extracts that runs of the period were opened with.

    Raises:
        NoGo: there is none, more than one, or the extract that it names is missing.
    """
    manifests = [(path, Manifest.load(path, tenant)) for path in sorted(folder.glob("*.manifest.json"))]
    of_period = [(path, manifest) for path, manifest in manifests if manifest.pay_period == period]
    if len(of_period) > 1:
        of_period = [(path, manifest) for path, manifest in of_period if manifest.sha256 not in known] or of_period
    if not of_period:
        others = "".join(f" {path.name} is for {manifest.pay_period}." for path, manifest in manifests)
        raise NoGo(
            f"No manifest for {period} has arrived in {folder}.{others} "
            "Put the extract there with its manifest (NAME.manifest.json) beside it."
        )
    if len(of_period) > 1:
        names = " and ".join(manifest.extract for _, manifest in of_period)
        raise NoGo(f"Two manifests in {folder} are for {period}: {names}. Leave the one that counts and start again.")
    path, manifest = of_period[0]
    return replace(read_landed(folder / manifest.extract, manifest), declared_in=path)


def read_landed(extract: Path, manifest: Manifest) -> Landed:
    """Hash the extract that a manifest names.

    Raises:
        NoGo: the extract is missing.
    """
    if not extract.is_file():
        raise NoGo(f"The manifest names the extract {extract.name}, which is not in {extract.parent}.")
    return Landed(extract, manifest, sha256_of_file(extract))
