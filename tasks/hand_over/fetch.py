"""Fetch answers from the servers that take files, the bank's and the voucher provider's: each into its inbox, once.

A file is known by its hash, of what has been received and of what waits in the inbox: it may be fetched as often as it
lies there, and one that has changed is another. So nothing needs to be remembered of what was fetched.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from schemas.agreement import Agreement
from schemas.hand_over import AnswersThere, HandOver
from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.adoption.adopted import adopted_agreement
from tasks.hand_over.send import Cut
from tasks.hand_over.server import Seen, Server, connected
from tasks.reconcile.bank_inbox import put
from tasks.reconcile.receive import inbox
from tasks.sharing import list_mixed_by
from tasks.tenant_context import TenantContext
from tasks.vouchers import inbox as provider_inbox

SETTLED = timedelta(seconds=5)
"""So long a file must stay as it is before it counts as whole."""

LONGEST_NAME_BYTES = 150
"""A disk takes 255, and what siller calls a file until it is whole is longer."""
_NAME = re.compile(r"\w[\w .,()+=@#-]*")
"""A name that is one on this disk too, and leads nowhere."""
_UNFINISHED = re.compile(
    r"[.~].*|.*\.(part|partial|filepart|tmp|temp|uploading|writing)|.*~", re.IGNORECASE | re.DOTALL
)
"""What banks call a file that they still write."""
_OF_BANK, _OF_PROVIDER = "SELECT sha256 FROM bank_file", "SELECT sha256 FROM voucher_answer_file"


@dataclass(frozen=True)
class _Place:
    """Where answers are fetched, and where they go.

    Attributes:
        agreed: the server.
        answers: the folders there.
        inbox: the folder here.
        kind: what each is.
        waiting: what waits in the inbox.
        received: the query for the hashes of what the ledger has received.
    """

    agreed: HandOver
    answers: AnswersThere
    inbox: Path
    kind: Incoming
    waiting: list[Path]
    received: str


def fetch_answers(context: TenantContext, settled: timedelta = SETTLED) -> list[str]:
    """Fetch what is new at each server from which the adopted agreement has answers come.

    A rehearsal fetches nothing, and nor does a body that has no live ledger: nobody answers what was never sent.

    Args:
        context: the tenant's.
        settled: how long a file must stay as it is before it is fetched.

    Returns:
        a sentence for each thing that somebody has to look at; what could be fetched is in its inbox all the same.
    """
    if context.mode is not Mode.LIVE:
        return []
    try:
        if not context.ledger.exists:
            return []
        with context.ledger.opened() as connection:
            agreement = adopted_agreement(connection, context.channels)
    except NoGo as no_go:
        return [f"No answers were fetched. {no_go}"]
    if agreement is None:
        return []
    if said := list_mixed_by(context, agreement):
        return [f"No answers were fetched. {each}" for each in said]
    for place in _places(context, agreement):
        try:
            said += asyncio.run(_fetch(context, place, settled))
        except NoGo as no_go:
            whose = place.agreed.taker.capitalize()
            said.append(f"{whose}'s answers were not fetched, or not all of them. {no_go}")
    return said


def _places(context: TenantContext, agreement: Agreement) -> Iterator[_Place]:
    paths, tenant = context.paths, context.tenant
    bank, provider = agreement.hand_over, agreement.vouchers.hand_over if agreement.vouchers else None
    if bank and bank.answers:
        waiting = inbox(context)
        yield _Place(bank, bank.answers, paths.bank_inbox(tenant), Incoming.BANK_FILE, waiting, _OF_BANK)
    if provider and provider.answers:
        folder, waiting = paths.provider_inbox(tenant), provider_inbox.list_waiting(context)
        kind = Incoming.VOUCHER_ANSWERS
        yield _Place(provider, provider.answers, folder, kind, waiting, _OF_PROVIDER)


async def _fetch(context: TenantContext, place: _Place, settled: timedelta) -> list[str]:
    said: list[str] = []
    known, answers = set(_known(context, place)), place.answers
    async with connected(context, place.agreed) as server:
        before = _finished(await server.files(answers.folder))
        if before:
            await asyncio.sleep(settled.total_seconds())
        now = _finished(await server.files(answers.folder)) if before else before
        for name in sorted(name for name, seen in before.items() if now.get(name) == seen):
            try:
                await _take(server, place, name, now[name], known)
            except Cut:
                raise
            except NoGo as refused:  # the others come all the same
                said.append(str(refused))
    return said


async def _take(server: Server, place: _Place, name: str, seen: Seen, known: set[str]) -> None:
    """Fetch one file, unless it is known, and move it there if that is agreed.

    Raises:
        Cut: the connection ended.
        NoGo: it cannot be kept under its name, read or moved, or the server does not say what it is.
    """
    if not _NAME.fullmatch(name) or len(name.encode()) > LONGEST_NAME_BYTES:
        raise NoGo(
            f"{server.host} has an answer named {sanitise(name)!r}, which siller cannot keep: fetch it yourself."
        )
    if not seen.is_file or seen.size is None:
        raise NoGo(
            f"{server.host} does not say of {sanitise(name)!r} whether it is a file and how long it is, so siller "
            f"cannot know that it is whole: fetch it yourself, and ask {place.agreed.taker} to have its server say it."
        )
    answers, most_bytes = place.answers, place.kind.most_bytes
    there = f"{answers.folder.rstrip('/')}/{name}"
    content = await server.read(there, most_bytes)
    if len(content) != seen.size or await server.seen(there) != seen:
        return  # it is being written after all: another time
    sha256 = _keep(place, name, content, known)
    if answers.moved_to:
        # By its hash too: the next file of this name has a place of its own.
        moved = f"{answers.moved_to.rstrip('/')}/{sha256[:12]}-{name}"
        await server.rename(there, moved)
        # Another one may have taken its place a moment before.
        _keep(place, name, await server.read(moved, most_bytes), known)


def _keep(place: _Place, name: str, content: bytes, known: set[str]) -> str:
    """Put a file into the inbox, unless it is known; returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in known:
        put(name, content, place.inbox)
        known.add(sha256)
    return sha256


def _finished(files: dict[str, Seen]) -> dict[str, Seen]:
    return {name: seen for name, seen in files.items() if not _UNFINISHED.fullmatch(name)}


def _known(context: TenantContext, place: _Place) -> Iterator[str]:
    """The hashes of what has been received, and of what waits in the inbox."""
    for path in place.waiting:
        with suppress(NoGo):  # what cannot be read is told when it is received
            yield hash_of(path, place.kind)
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            for (sha256,) in connection.execute(place.received).fetchall():
                yield sha256
