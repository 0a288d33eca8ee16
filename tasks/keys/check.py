"""Are the keys still those that everything was made with?

Ledger, parts and sealed files say so themselves: each opens with its key, or does not. What opens nothing, or is opened
on a fall-back day alone, is held against what was noted of it or made with it.
"""

import hmac
from collections.abc import Iterator

import duckdb

from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.continuity.leave import identity
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Continuity, Publish
from tasks.ledger.problem import Problem
from tasks.publish.pseudonym_key import fingerprint, pseudonym_key
from tasks.storage.custody import opens, sha256_of_file
from tasks.tenant_context import TenantContext

_LATEST = "SELECT run_id FROM journal WHERE stage = ? ORDER BY entry DESC LIMIT 1"


def problems(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Iterator[Problem]:
    """Hold the keys for pseudonyms and continuity files against their latest use; yield what does not hold."""
    for check, stage in ((_pseudonyms, Stage.PUBLISH), (_continuity, Stage.CONTINUITY)):
        latest = connection.execute(_LATEST, [stage]).fetchone()
        try:
            said = check(connection, context, latest[0]) if latest else None
        except NoGo as cannot_be_read:
            said = str(cannot_be_read)
        if said:
            yield Problem("keys", said)


def _pseudonyms(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> str | None:
    noted = entry_of(connection, run_id, Publish).key_fingerprint
    key = pseudonym_key(context, in_use=True)
    if noted is None or hmac.compare_digest(noted, fingerprint(key)):
        return None
    return (
        f"The key for pseudonyms is not the one by which {run_id} was published: with it everybody would be somebody "
        "else. Put the key back, from a backup or from escrow, before anything is published."
    )


def _continuity(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> str | None:
    key, file = identity(context), context.paths.continuity_file(run_id)
    is_as_left = file.exists() and sha256_of_file(file) == entry_of(connection, run_id, Continuity).sha256
    if not is_as_left or opens(file, [key]):
        return None
    return (
        f"{file.name} does not open with the continuity key: on a fall-back day nobody could be paid by it. Put the "
        "key back, from a backup or from escrow."
    )
