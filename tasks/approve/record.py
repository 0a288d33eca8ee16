"""The record of a decision: who said what of a run, when, upon which pack; and whether that pack is still the one."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import duckdb
import pyrage

from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.assess.stage import pack_of
from tasks.ledger import audit_log, entry_of, runs
from tasks.ledger.catalogue.events import Shown
from tasks.ledger.catalogue.stages import Assess
from tasks.storage.custody import identities, still_sealed
from tasks.tenant_context import TenantContext

_COUNTED = (Outcome.CHOSEN, Outcome.FIRST, Outcome.APPROVED, Outcome.REJECTED)


@dataclass(frozen=True)
class Word:
    """One answer that counted.

    Attributes:
        at: when it was given, by the clock of London.
        by: whose.
        decision: an approver's word, or the decision owner's choice.
        outcome: what it came to.
        reason: as typed.
        pack_sha256: of the pack that was shown.
        file_sha256: of the payment file that it was about.
    """

    at: datetime
    by: str
    decision: str
    outcome: Outcome
    reason: str
    pack_sha256: str
    file_sha256: str


@dataclass(frozen=True)
class Record:
    """All that is kept of the decision on a run.

    Attributes:
        words: the answers that counted, in their order.
        pack: as it was shown.
        page_sha256: of the pack as a page, which is sealed; None for a run of a siller that made none.
        problems: what does not hold, as sentences; none if all of it does.
    """

    words: tuple[Word, ...]
    pack: str
    page_sha256: str | None
    problems: tuple[str, ...]


def read_record(context: TenantContext, run_id: str) -> Record:
    """Read what is kept of the decision on a run, and hold pack, page and answers against their hashes.

    Raises:
        NoGo: there is no such run, or it has not been assessed.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        pack, assessed = pack_of(connection, run_id), entry_of(connection, run_id, Assess)
        words = tuple(_words(connection, run.run_no))
    return Record(words, pack, assessed.page_sha256, tuple(_problems(context, assessed, pack, words)))


def open_page(context: TenantContext, run_id: str, by: str, now: datetime) -> bytes:
    """Open the pack as a page, and keep who was shown it: it says payees' references.

    Args:
        context: the tenant's.
        run_id: the run.
        by: the person, who has proved who they are.
        now: when.

    Raises:
        NoGo: there is none, or it is not what was sealed.
    """
    with context.ledger.transaction() as connection:
        run = runs.run_row(connection, run_id)
        sha256 = entry_of(connection, run_id, Assess).page_sha256
        if sha256 is None:
            raise NoGo(f"{run_id} was assessed by an earlier siller, which made no page. The pack itself is there.")
        if not still_sealed(context.paths, context.tenant, sha256):
            raise NoGo(_CHANGED_PAGE)
        audit_log.keep(connection, Shown(by, f"the pack of {run_id} as a page"), now, (run.run_no, run_id))
    sealed = context.paths.sealed(context.tenant, sha256)
    return bytes(pyrage.decrypt(sealed.read_bytes(), identities(context.paths, context.tenant)))


_CHANGED_PAGE = "The sealed page of the pack is missing, or is not what was sealed. Ask the operator: siller verify."


def _words(connection: duckdb.DuckDBPyConnection, run_no: int) -> Iterator[Word]:
    for at, by, decision, verdict, reason, pack, file in connection.execute(
        "SELECT answered_at, approver, decision, verdict, reason, pack_sha256, file_sha256 FROM approval "
        "WHERE run_no = ? AND list_contains(?, verdict) ORDER BY approval_no",
        [run_no, list(_COUNTED)],
    ).fetchall():
        yield Word(at.astimezone(LONDON), by, decision, Outcome(verdict), reason, pack, file)


def _problems(context: TenantContext, assessed: Assess, pack: str, words: tuple[Word, ...]) -> Iterator[str]:
    if hashlib.sha256(pack.encode()).hexdigest() != assessed.pack_sha256:
        yield "The pack is not the one that the gates' entry in the journal names."
    if assessed.page_sha256 and not still_sealed(context.paths, context.tenant, assessed.page_sha256):
        yield _CHANGED_PAGE
    for word in words:
        if (word.pack_sha256, word.file_sha256) != (assessed.pack_sha256, assessed.file_sha256):
            yield f"{word.by} was shown another pack, or of another payment file, than the one that is kept."
