"""Does everything still hold: the ledger in itself, and against the files outside it?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import duckdb

from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.account_table import shelf
from tasks.approve.receipts import find_missing_receipts, find_torn_receipts, find_unknown_receipts
from tasks.continuity import settle
from tasks.instruct import sharing
from tasks.keys import check
from tasks.ledger import checkpoint, erasures, shared, verify
from tasks.ledger.overview import overview
from tasks.ledger.parts import labels
from tasks.ledger.problem import Problem
from tasks.ledger.sealed_files import define_sealed_files
from tasks.ledger.serials import find_not_sent
from tasks.people import door
from tasks.recall import sheet
from tasks.release.anchors import find_unknown_anchors, read_manifests
from tasks.release.manifest import manifest_of
from tasks.release.outboxes import outbox_of
from tasks.storage.custody import list_sealed, still_sealed
from tasks.storage.store import Store
from tasks.tenant_context import TenantContext

_SEALED = """
SELECT DISTINCT whose, sha256, what FROM sealed_file ANTI JOIN erased_file USING (sha256)
WHERE has_to_be_there ORDER BY ALL
"""
_RELEASED = f"""
SELECT run_id, file_name, sha256, bool_or(stage = '{Stage.RELEASE}'), run_no IN (SELECT run_no FROM withdrawal)
FROM (SELECT run_no, file_name, sha256 FROM payment_file UNION ALL SELECT run_no, file_name, sha256 FROM voucher_file)
JOIN run USING (run_no) JOIN journal USING (run_id)
WHERE stage IN ('{Stage.RELEASE_PENDING}', '{Stage.RELEASE}') GROUP BY ALL ORDER BY run_id
"""


_OLDER = (
    "This receipt of an answer to a form says something else than the ledger: the ledger is older than what was "
    "decided, or one of them was changed."
)
_TORN = (
    "This receipt of an answer to a form is empty or cut off, as a power cut can leave it. The ledger has the answer, "
    "so nothing is stopped: the next answer to a form of this body writes the receipt anew."
)
_NOT_THERE = (
    "The ledger has this answer to a form, and its receipt is not there: somebody took it away, or what judged the "
    "answer died before writing it. Nothing is stopped: the next answer to a form of this body writes it anew."
)
_HALF = (
    "It was erased in the ledger, and not to the end: files may still hold its payees. Start the same again: "
    "siller retention --erase."
)


@dataclass(frozen=True)
class _Released:
    """A payment file that the ledger has let go, or has begun to; ``manifest`` is what stands beside it.

    One that was ``taken_back`` was never sent, and stands in the outbox no more.
    """

    run_id: str
    file_name: str
    sha256: str
    finished: bool
    taken_back: bool
    manifest: str | None


def problems(context: TenantContext) -> Iterator[Problem]:
    """Verify a tenant's ledger, then keys, sealed files and outbox against it; yield what does not hold."""
    if said := context.ledger.lost or context.ledger.changed:
        yield Problem("ledger", said)
        return
    yield from shared.find_changed(context.settings, context.paths, context.tenant)
    outbox = outbox_of(context)
    anchors = read_manifests(outbox)
    try:
        with context.ledger.opened() as connection:
            yield from verify.problems(connection, context.paths.parts(context.tenant))
            yield from sharing.find_problems(connection, context)
            yield from _anchors(connection, anchors)
            yield from (
                Problem(name, _OLDER) for name in find_unknown_receipts(connection, context.paths, context.tenant)
            )
            yield from (Problem(name, _TORN) for name in find_torn_receipts(connection, context.paths, context.tenant))
            yield from (
                Problem(name, _NOT_THERE) for name in find_missing_receipts(connection, context.paths, context.tenant)
            )
            yield from (Problem(str(each.period), _HALF) for each in erasures.list_unfinished(connection))
            yield from settle.problems(connection, context.paths, context.tenant)
            if said := checkpoint.behind(connection, context.paths.ledger_checkpoint(context.tenant)):
                yield Problem("journal", said)
            yield from labels.problems(connection, context.paths.parts(context.tenant))
            yield from check.problems(connection, context)
            yield from door.problems(connection, context)
            yield from sheet.find_changed(connection, context)
            define_sealed_files(connection)
            sealed = connection.execute(_SEALED).fetchall()
            released = [
                _Released(run_id, file_name, sha256, finished, taken_back, _meant(connection, run_id, file_name))
                for run_id, file_name, sha256, finished, taken_back in connection.execute(_RELEASED).fetchall()
            ]
    except duckdb.Error as error:  # its message might hold a row
        yield Problem("ledger", f"It cannot be read to its end ({type(error).__name__}): its bytes have changed.")
        return
    for run_id, sha256, what in sealed:
        if not still_sealed(context.paths, context.tenant, sha256):
            yield Problem(run_id, f"The sealed {what} {sha256[:12]} is missing, or is not what was sealed.")
    for sha256 in sorted(list_sealed(context.paths, context.tenant) - {sha256 for _, sha256, _ in sealed}):
        if not still_sealed(context.paths, context.tenant, sha256):
            yield Problem("sealed", f"The sealed file {sha256[:12]} is not what was sealed.")
    for said in shelf.changed(context.settings):
        yield Problem("account table", said)
    for file in released:
        yield from _of_release(outbox, anchors, file)
    known = {f"{file.file_name}{end}" for file in released for end in ("", ".manifest.json")}
    for name in outbox.names():
        if name not in known:
            yield Problem(name, "The outbox holds this file, and the ledger did not release it.")


def serials_not_sent(context: TenantContext) -> list[str]:
    """A sentence for each submission serial that the bank never saw: no problem, but somebody will ask."""
    with context.ledger.opened() as connection:
        ends = {run.run_id: run.end or "not released" for run in overview(connection)}
        return [
            *(
                f"Submission serial {gap.serial} of {gap.service_user_number} was never sent: {gap.run_id} has it, "
                f"and is {ends.get(gap.run_id, 'erased by rule')}."
                for gap in find_not_sent(connection)
            ),
            *sharing.explain_gaps(connection, context),
        ]


def list_erased(context: TenantContext) -> list[str]:
    """A sentence for each period that was erased: its entries of the journal are proven by the erasure's own."""
    with context.ledger.opened() as connection:
        return [
            f"{each.said}. Its entries of the journal are proven by that one."
            for each in erasures.list_erasures(connection)
        ]


def _anchors(connection: duckdb.DuckDBPyConnection, anchors: Mapping[str, str]) -> Iterator[Problem]:
    for name in find_unknown_anchors(connection, anchors):
        yield Problem(
            name,
            "This manifest in the outbox names a journal entry that the ledger does not have: the ledger is older "
            "than what it released, or one of them was changed.",
        )


def _of_release(outbox: Store, anchors: Mapping[str, str], released: _Released) -> Iterator[Problem]:
    """Hold what the outbox has of a release against the ledger; what the sender has taken away cannot be."""
    name, manifest = released.file_name, anchors.get(f"{released.file_name}.manifest.json")
    there = outbox.sha256_of(name)
    if released.taken_back and (there or manifest is not None):
        yield Problem(
            released.run_id, f"{name} was taken back, never sent, and the outbox has it again. It must not be sent."
        )
        return
    if not released.finished:
        yield Problem(released.run_id, "Its release was begun and not finished: start the run again to finish it.")
    if there and there != released.sha256:
        yield Problem(released.run_id, f"{name} in the outbox is not the file that was released.")
    if there and released.finished and manifest is None:
        yield Problem(released.run_id, f"{name} is in the outbox without its manifest.")
    if None not in (manifest, released.manifest) and manifest != released.manifest:
        yield Problem(released.run_id, f"The manifest of {name} says something else than the ledger.")


def _meant(connection: duckdb.DuckDBPyConnection, run_id: str, file_name: str) -> str | None:
    """What the manifest of a release says; None if it was erased, or the ledger lacks what other problems tell of."""
    try:
        return manifest_of(connection, run_id, file_name)
    except NoGo:
        return None
