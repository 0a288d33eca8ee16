"""``python -m tasks.upgrade.child TENANT MODE [VERSION ACCOUNT]``: look into one ledger, or upgrade it.

It is a process of its own because a ledger of an earlier siller has no checksum: one in which blocks have changed
places can end by a signal whoever reads it. The ledgers after it are not to be held up. The answer is a line of JSON.
"""

import json
import sys

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.clock import clock
from tasks.error_boundary import kind_and_place
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.upgrade.upgrading import Due, due_version, upgrade


def main(tenant: str, mode: str, version: str = "", account: str = "") -> None:
    """Look into a ledger; or upgrade it, where its version is given and the account that does it."""
    context = TenantContext(tenant, Mode(mode), Settings())
    said: dict[str, str | int | None] = {}
    try:
        if version:
            upgrade(Due(context, int(version)), account, clock(Mode.LIVE, None))
        else:
            said["version"] = due_version(context)
    except NoGo as refused:
        said["refused"] = str(refused)
    except (duckdb.Error, OSError) as error:  # its message might hold a row
        said["refused"] = (
            f"{tenant} ({mode}) was not upgraded, and stands as it was: {kind_and_place(error)}. Its bytes may have "
            "changed: verify it with the siller that made it."
        )
    sys.stdout.write(f"\n{json.dumps(said)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
