"""The key by which each payee has a pseudonym in the analysts' file."""

import hashlib
import hmac

import duckdb

from tasks.storage import keys
from tasks.tenant_context import TenantContext

_HMAC_BLOCK = 64  # bytes, of SHA-256
_PSEUDONYM = """
CREATE OR REPLACE TEMP MACRO pseudonym(reference) AS
    sha256(getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(reference))))
"""
"""HMAC, RFC 2104: H(key ^ opad, H(key ^ ipad, text)), over a column at once."""
_NOTED = b"siller: fingerprint of the key for pseudonyms"


def pseudonym_key(context: TenantContext, in_use: bool) -> str:
    """The tenant's key.

    Args:
        context: the tenant's.
        in_use: something was published before: with another key everybody would have another pseudonym, and next
            month would fit no earlier one.

    Raises:
        NoGo: it is gone or damaged.
    """
    return keys.load_or_create(context.paths.key(context.tenant, "pseudonym"), keys.random_key, in_use)


def fingerprint(key: str) -> str:
    """What may be noted of the key: another key has another one, and nothing of the key or a pseudonym is in it."""
    return hmac.new(key.encode(), _NOTED, hashlib.sha256).hexdigest()


def define_pseudonym(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Give an open database ``pseudonym(reference)``, for this connection alone.

    Args:
        connection: an open database.
        key: the tenant's key for pseudonyms, of 64 bytes at most.
    """
    block = key.ljust(_HMAC_BLOCK, b"\0")
    for name, pad in (("inner_pad", 0x36), ("outer_pad", 0x5C)):
        connection.execute(f"SET VARIABLE {name} = ?", [bytes(byte ^ pad for byte in block)])
    connection.execute(_PSEUDONYM)
