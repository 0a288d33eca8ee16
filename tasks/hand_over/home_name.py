"""What tells this home from the others that share its store, where they meet outside of it: at the bank's server."""

import secrets
from contextlib import suppress

from tasks.storage.atomic_write import open_atomic
from tasks.tenant_context import TenantContext


def home_name(context: TenantContext) -> str:
    """The name that this home once gave itself; empty where no other shares its ledgers.

    Of one home only one process works for a tenant at a time. So what it uploads under its own name nobody else does.
    """
    if context.settings.store is None:
        return ""
    path = context.paths.home_name
    if not path.exists():
        with suppress(FileExistsError), open_atomic(path, overwrite=False) as file:  # another process may be first
            file.write(secrets.token_hex(4).encode())
    return path.read_text()
