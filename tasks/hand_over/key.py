"""The key by which siller comes in at a body's server: made here once, and never shown."""

import asyncssh

from schemas.no_go import NoGo
from schemas.tenant_keys import no_key
from tasks.storage import keys
from tasks.tenant_context import TenantContext

USE = "sftp"
_KIND = "ssh-ed25519"


def private_key(context: TenantContext) -> asyncssh.SSHKey:
    """The private key, from the key store.

    Raises:
        NoGo: there is none, or what stands there is none.
    """
    path = context.paths.key(context.tenant, USE)
    text = keys.load(path)
    if text is None:
        raise NoGo(
            f"The key store has no {path.stem}, by which siller comes in at the bank's server. Nothing was done. Make "
            f"it with siller keys hand-over {context.tenant}, and give the bank what that shows."
        )
    return _imported(text, path.stem)


def public_key(context: TenantContext) -> str:
    """The public key, one line of OpenSSH, for the bank; the private one is made if there is none.

    Raises:
        NoGo: what stands in the key store is no key.
    """
    path = context.paths.key(context.tenant, USE)
    text = keys.load_or_create(path, lambda: asyncssh.generate_private_key(_KIND).export_private_key().decode())
    return _imported(text, path.stem).export_public_key().decode().strip()


def _imported(text: str, name: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.import_private_key(text)
    except (asyncssh.KeyImportError, ValueError):
        pass
    raise no_key(name, "the key store", "a private key as OpenSSH writes it, without a passphrase")
