"""The key by which each payee has a pseudonym in the analysts' file."""

import hashlib
import hmac

from tasks.storage import keys
from tasks.tenant_context import TenantContext

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
