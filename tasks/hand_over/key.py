"""The key by which siller comes in at a server that takes files: made here once, and never shown."""

import asyncssh

from schemas.hand_over import HandOver
from schemas.no_go import NoGo
from schemas.tenant_keys import no_key
from tasks.storage import keys
from tasks.tenant_context import TenantContext

_KIND = "ssh-ed25519"


def private_key(context: TenantContext, agreed: type[HandOver]) -> asyncssh.SSHKey:
    """The private key for the bank's server, or for the provider's, from the key store.

    Raises:
        NoGo: there is none, or what stands there is none.
    """
    path = context.paths.key(context.tenant, agreed.key_use)
    text = keys.load(path)
    if text is None:
        raise NoGo(
            f"The key store has no {path.stem}, by which siller comes in at the server of {agreed.taker}. Nothing was "
            f"done. Make it with {shown_by(context.tenant, agreed)}, and give {agreed.taker} what that shows."
        )
    return _imported(text, path.stem)


def shown_by(tenant: str, agreed: type[HandOver]) -> str:
    """The command that shows the public key."""
    return f"siller keys hand-over {tenant}{'' if agreed is HandOver else ' --vouchers'}"


def public_key(context: TenantContext, agreed: type[HandOver]) -> str:
    """The public key, one line of OpenSSH, for whoever takes files; the private one is made if there is none.

    Raises:
        NoGo: what stands in the key store is no key.
    """
    path = context.paths.key(context.tenant, agreed.key_use)
    text = keys.load_or_create(path, lambda: asyncssh.generate_private_key(_KIND).export_private_key().decode())
    return _imported(text, path.stem).export_public_key().decode().strip()


def _imported(text: str, name: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, ValueError):
        pass
    raise no_key(name, "the key store", "a private key as OpenSSH writes it, without a passphrase")
