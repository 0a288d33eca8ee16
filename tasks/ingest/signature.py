"""Was the manifest signed by the very person who it says submitted the extract?

Whoever submitted cannot approve, so the name in a manifest is not taken on trust: who could write another's name
there could approve their own extract.
"""

from datetime import datetime
from io import BytesIO

import duckdb

from schemas.approval import canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from schemas.signature import fingerprint, is_signed
from tasks.ingest.landing import Declaration, Landed
from tasks.ledger import audit_log, runs
from tasks.ledger.catalogue.events import Signed, Stopped
from tasks.people.credentials import Kind, value_of
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext


def check_signature(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed, now: datetime
) -> None:
    """Hold a manifest's signature against the key that its uploader has registered; keep what was turned away.

    Raises:
        NoGo: the uploader has no key, there is no signature, or it is not theirs on this manifest.
    """
    name = canonical(arrived.manifest.submitted_by, context.agreement.people)
    cause = _not_signed(_declaration(arrived), name, value_of(connection, name, Kind.SIGNING_KEY))
    if cause:
        audit_log.keep(connection, Stopped(audit_log.SILLER, cause), now)
        raise NoGo(cause)


def keep_signature(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, arrived: Landed, now: datetime
) -> None:
    """Seal the manifest and record its signature, for whoever wants to hold one against the other later."""
    declared_in, run = _declaration(arrived), runs.run_row(connection, run_id)
    file, manifest = BytesIO(declared_in.content), declared_in.path.name
    seal(Sealed.MANIFEST, file, manifest, context.paths, context.tenant, declared_in.sha256)
    name = canonical(run.submitted_by, context.agreement.people)
    signed = Signed(
        by=name,
        said=f"the manifest {sanitise(manifest)}, SHA-256 {declared_in.sha256}",
        signature=(declared_in.signature or b"").decode("ascii").strip(),
        key=fingerprint(value_of(connection, name, Kind.SIGNING_KEY)),
    )
    audit_log.keep(connection, signed, now, (run.run_no, run_id))


def _declaration(arrived: Landed) -> Declaration:
    assert arrived.declared_in is not None  # whatever landed has its manifest
    return arrived.declared_in


def _not_signed(declared_in: Declaration, name: str, key: str) -> str:
    """Why the signature beside a manifest proves nothing; empty if it proves who submitted it."""
    manifest = sanitise(declared_in.path.name)
    if not key:
        return (
            f"The manifest {manifest} says that {name} submitted it, who has no key registered to prove it. "
            f"Register their public key: siller people enrol {name} --key FILE."
        )
    if declared_in.signature is None:
        return (
            f"The manifest {manifest} is not signed: there is no {manifest}.sig beside it. The uploader signs it "
            f"(siller sign {manifest} --key FILE, or with openssl) and sends all three files."
        )
    if is_signed(declared_in.content, declared_in.signature, key):
        return ""
    return (
        f"The signature beside {manifest} is not that of {name} on this manifest: it was made with another key, or "
        "the manifest was changed afterwards. Nothing was taken in. Ask the uploader, by another way than the one by "
        "which the files came, what they sent."
    )
