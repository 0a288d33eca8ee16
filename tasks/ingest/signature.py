"""Was the manifest signed by the very person who it says submitted the extract?

Whoever submitted cannot approve, so the name in a manifest is not taken on trust: who could write another's name
there could approve their own extract.
"""

import json
from datetime import datetime
from pathlib import Path

import duckdb

from schemas.approval import canonical
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.signature import fingerprint, is_signed
from tasks.ingest.custody import seal, sha256_of_file
from tasks.ingest.landing import Landed
from tasks.ledger import acts, runs
from tasks.office import Office
from tasks.people.credentials import Kind, value_of


def signature_of(manifest: Path) -> Path:
    """Where the detached signature of a manifest stands: beside it."""
    return manifest.with_name(f"{manifest.name}.sig")


def check_signature(connection: duckdb.DuckDBPyConnection, office: Office, arrived: Landed, now: datetime) -> None:
    """Hold a manifest's signature against the key that its uploader has registered; keep what was turned away.

    Raises:
        NoGo: the uploader has no key, there is no signature, or it is not theirs on this manifest.
    """
    path, manifest = _path(arrived), arrived.manifest
    name = canonical(manifest.submitted_by, office.agreement.people)
    cause = _not_signed(path, manifest, name, value_of(connection, name, Kind.SIGNING_KEY))
    if cause:
        acts.keep(connection, "stopped", acts.SILLER, cause, now)
        raise NoGo(cause)


def keep_signature(
    connection: duckdb.DuckDBPyConnection, office: Office, run_id: str, arrived: Landed, now: datetime
) -> None:
    """Seal the manifest and record its signature, for whoever wants to hold one against the other later."""
    path, run = _path(arrived), runs.run_row(connection, run_id)
    sha256 = sha256_of_file(path)
    seal(path, office.places, office.tenant, sha256)
    name = canonical(run.submitted_by, office.agreement.people)
    figures = {
        "signature": signature_of(path).read_text(encoding="ascii").strip(),
        "key": fingerprint(value_of(connection, name, Kind.SIGNING_KEY)),
    }
    said = f"the manifest {path.name}, SHA-256 {sha256}"
    acts.keep(connection, "signed", name, said, now, figures, (run.run_no, run_id))


def _path(arrived: Landed) -> Path:
    assert arrived.declared_in is not None  # whatever landed has its manifest
    return arrived.declared_in


def _not_signed(path: Path, manifest: Manifest, name: str, key: str) -> str:
    """Why the signature beside a manifest proves nothing; empty if it proves who submitted it."""
    if not key:
        return (
            f"The manifest {path.name} says that {name} submitted it, who has no key registered to prove it. "
            f"Register their public key: siller people enrol {name} --key FILE."
        )
    signature = signature_of(path)
    if not signature.exists():
        return (
            f"The manifest {path.name} is not signed: there is no {signature.name} beside it. The uploader signs it "
            f"(siller sign {path.name} --key FILE, or with openssl) and sends all three files."
        )
    content = path.read_bytes()
    # What was signed must be what was read: the file could have been exchanged in between.
    if is_signed(content, signature.read_bytes(), key) and Manifest.model_validate(json.loads(content)) == manifest:
        return ""
    return (
        f"The signature beside {path.name} is not that of {name} on this manifest: it was made with another key, or "
        "the manifest was changed afterwards. Nothing was taken in. Ask the uploader, by another way than the one by "
        "which the files came, what they sent."
    )
