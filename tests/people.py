"""The people of the tests: each has a device and a key of their own, which are made from the name.

The codes are reckoned here by RFC 6238 with ``hmac``, never by siller or the package that it uses.
"""

import base64
import hashlib
import hmac
import json
import shutil
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.agreement import Role
from schemas.pay_run import Mode
from tasks.adoption.adopted import say_unadopted
from tasks.ledger import audit_log
from tasks.ledger.catalogue.adopting import AgreementAdopted, AgreementProposed
from tasks.people.credentials import Kind, keep, list_enrolled
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext

STEP = 30
ENROLLED = datetime(2026, 1, 5, 9, tzinfo=UTC)

taken: dict[str, int] = {}
"""The step of the last code that each person's device has shown: none is shown twice to one siller."""


def contracts_for(account: str, to: Path) -> Path:
    """A copy of ILF's agreement and contract in which the operators have an operating-system account.

    What is held against all bodies names their own folder: a server is up sooner with the deployments of one.
    """
    shutil.copytree(
        PROJECT / "data_contracts", to, ignore=shutil.ignore_patterns("__pycache__", "cash", "kirkmuir", "rowan")
    )
    for agreement in to.glob("*/agreement.yaml"):
        said = agreement.read_text(encoding="utf-8")
        agreement.write_text(said.replace("account: operator}", f"account: {json.dumps(account)}}}"), encoding="utf-8")
    return to


def sit_at(monkeypatch: pytest.MonkeyPatch, account: str) -> None:
    """Let this process's own account have another name."""
    monkeypatch.setattr("tasks.people.account._name_of", lambda _: account)


def secret_of(name: str) -> str:
    """The secret in a person's device, base32."""
    return base64.b32encode(hashlib.sha1(name.encode()).digest()).decode()


def code_at(name: str, moment: datetime) -> str:
    """What a person's device shows at a moment."""
    counter = struct.pack(">Q", int(moment.timestamp()) // STEP)
    digest = hmac.digest(base64.b32decode(secret_of(name)), counter, "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def code_now(name: str) -> str:
    """A code that nobody has seen yet and that counts for twenty seconds more; where there is none it waits for it."""
    oldest = int(time.time() + 20) // STEP - 1
    step = max(oldest, taken.get(name, 0) + 1)
    while step > int(time.time()) // STEP + 1:
        time.sleep(0.5)
    taken[name] = step
    return code_at(name, datetime.fromtimestamp(step * STEP, UTC))


def enrol_approvers(of: TenantContext) -> None:
    """Let the agreement's approvers have one-time codes, unless they have."""
    with of.ledger.transaction(create=True) as connection:
        enrol_approvers_in(connection, of)


def enrol_approvers_in(connection: duckdb.DuckDBPyConnection, of: TenantContext) -> None:
    """The same, in a ledger that is open."""
    for name in set(of.agreement.people_with(Role.APPROVER)) - list_enrolled(connection, Kind.ONE_TIME_CODE):
        keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("operator@siller.example",), ENROLLED)


def signing_key_of(name: str) -> Ed25519PrivateKey:
    """The key with which a person signs what they send."""
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def sign(manifest: Path, uploader: str) -> None:
    """Sign a manifest as its uploader does, into the file beside it."""
    signature = signing_key_of(uploader).sign(manifest.read_bytes())
    manifest.with_name(f"{manifest.name}.sig").write_bytes(base64.b64encode(signature))


def register_uploaders(of: TenantContext) -> None:
    """Let the agreement's uploaders have their keys registered, unless they have."""
    with of.ledger.transaction(create=True) as connection:
        for name in set(of.agreement.people_with(Role.UPLOADER)) - list_enrolled(connection, Kind.SIGNING_KEY):
            key = base64.b64encode(signing_key_of(name).public_key().public_bytes_raw()).decode()
            keep(connection, name, Kind.SIGNING_KEY, key, ("operator@siller.example",), ENROLLED)


def adopt(of: TenantContext) -> None:
    """Let the body have adopted the agreement as it stands, unless it has or it is for a rehearsal."""
    if of.mode is Mode.REHEARSAL:
        return
    owner = of.agreement.people_with(Role.DECISION_OWNER)[0]
    second = of.agreement.people_with(Role.APPROVER)[0]
    proposed = AgreementProposed("operator@siller.example", "proposed it", of.agreement_sha256, of.agreement_text)
    with of.ledger.transaction(create=True) as connection:
        if say_unadopted(connection, of):
            number = int(audit_log.keep(connection, proposed, ENROLLED).stage.split()[1])
            said = AgreementAdopted(owner, "adopted it", second, of.agreement_sha256, number)
            audit_log.keep(connection, said, ENROLLED)
