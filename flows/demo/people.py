"""The people of the demonstration, with devices and a key that are made for it and gone with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.agreement import Role
from schemas.one_time_code import code_of, new_secret, step_at
from schemas.pay_run import Mode
from schemas.signature import public_key
from tasks.clock import clock
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.tenant_context import TenantContext

_VOUCHED = ("the demonstration",)


@dataclass(frozen=True)
class People:
    """What they prove themselves by.

    Attributes:
        devices: the secret in each approver's device, by the approver's name.
        signing_key: the uploader's private key, PEM.
    """

    devices: Mapping[str, str]
    signing_key: bytes

    @classmethod
    def enrolled(cls, context: TenantContext, today: date | None) -> "People":
        """Give each approver a device and the uploaders a key, as ``siller people enrol`` does.

        Args:
            context: the tenant's, for rehearsals.
            today: the day on which the rehearsal begins; the real one if not given.
        """
        devices = {name: new_secret() for name in context.agreement.people_with(Role.APPROVER)}
        private, public = _key_pair()
        now = clock(context.mode, today)
        with context.ledger.transaction(create=True) as connection:
            for name, secret in devices.items():
                keep(connection, name, Kind.ONE_TIME_CODE, secret, _VOUCHED, now)
            for name in context.agreement.people_with(Role.UPLOADER):
                keep(connection, name, Kind.SIGNING_KEY, public_key(public), _VOUCHED, now)
            # Whoever watches looks on as the operator.
            for name in context.agreement.people_with(Role.OPERATOR)[:1]:
                keep(connection, name, Kind.ACCOUNT, account(), _VOUCHED, now)
        return cls(devices, private)

    def codes(self) -> Mapping[str, str]:
        """What the approvers' devices show now."""
        return {name: code_now(secret) for name, secret in self.devices.items()}


def code_now(secret: str) -> str:
    """What a device shows now."""
    return code_of(secret, step_at(clock(Mode.REHEARSAL, None)))


def _key_pair() -> tuple[bytes, bytes]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public
