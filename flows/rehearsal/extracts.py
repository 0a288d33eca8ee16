"""The extracts of a rehearsal, each with the manifest that stands beside it, or one for practice."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from schemas.agreement import Role
from schemas.incoming import Incoming, open_incoming, read
from schemas.manifest import Kind, Manifest
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.signature import sign
from tasks.ingest.agreed_periods import period_unsaid
from tasks.ingest.declaring import declare
from tasks.ingest.landing import signature_of
from tasks.tenant_context import TenantContext


class Declared(NamedTuple):
    """An extract with what is declared of it.

    Attributes:
        extract: the file, wherever it stands.
        manifest: what is declared.
        content: the manifest's bytes.
    """

    extract: Path
    manifest: Manifest
    content: bytes


def declare_all(context: TenantContext, extracts: list[Path], today: date) -> Iterator[Declared]:
    """Say of each extract what it is for.

    A manifest beside it says so. Without one the first is the period's full extract, and each other one follows it in
    the same period: a supplementary if its file name says so, else arrears. Where no row has a pay date the first is
    for the period in which the day lies.

    Raises:
        NoGo: an extract or a manifest cannot be read, or the agreement names nobody who may send one.
    """
    period: Period | None = None
    for extract in extracts:
        kind = Kind.of_follower(extract.name) if period else Kind.FULL
        declared = _beside(context, extract) or _practice(
            context, extract, kind, period or period_unsaid(context, today)
        )
        period = declared.manifest.pay_period
        yield declared


def deliver(context: TenantContext, declared: Declared, signing_key: bytes) -> None:
    """Put an extract into the rehearsal's landing folder with its manifest, signed by a key for practice."""
    landing = context.paths.landing(context.tenant)
    landing.mkdir(parents=True, exist_ok=True, mode=0o700)
    manifest = landing / f"{declared.extract.name}.manifest.json"
    if manifest.exists():
        raise NoGo(f"Two extracts are called {declared.extract.name}. Give each a name of its own.")
    with (
        open_incoming(declared.extract, Incoming.EXTRACT) as sent,
        (landing / declared.manifest.extract).open("wb") as landed,
    ):
        shutil.copyfileobj(sent, landed)
    signature_of(manifest).write_text(sign(declared.content, signing_key), encoding="ascii")
    manifest.write_bytes(declared.content)


def _beside(context: TenantContext, extract: Path) -> Declared | None:
    """The extract with the body's own manifest, if one beside it names the extract."""
    for path in sorted(extract.parent.glob("*.manifest.json")):
        if path.name in (f"{extract.name}.manifest.json", f"{extract.stem}.manifest.json"):
            content = read(path, Incoming.DOCUMENT)
            return Declared(extract, Manifest.parsed(content, path.name, context.tenant), content)
    return None


def _practice(context: TenantContext, extract: Path, kind: Kind, period: Period | None) -> Declared:
    uploaders = context.agreement.people_with(Role.UPLOADER)
    if not uploaders:
        raise NoGo(f"The agreement with {context.tenant} names nobody who may send an extract.")
    manifest = declare(context, extract, kind, period, uploaders[0])
    return Declared(extract, manifest, manifest.written)
