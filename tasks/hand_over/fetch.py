"""Fetch the bank's answers from the server that takes its payment files: each into the bank's inbox, once.

A file is known by its hash, of what has been received and of what waits in the inbox: it may be fetched as often as it
lies there, and one that has changed is another. So nothing needs to be remembered of what was fetched.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from schemas.hand_over import AnswersThere
from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.hand_over.send import Cut
from tasks.hand_over.server import Seen, Server, connected
from tasks.reconcile.bank_inbox import put
from tasks.reconcile.receive import inbox
from tasks.tenant_context import TenantContext

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


def fetch_answers(context: TenantContext, settled: timedelta = SETTLED) -> list[str]:
    """Fetch what is new at the server, where the agreement has answers come from there; a rehearsal fetches nothing.

    Args:
        context: the tenant's.
        settled: how long a file must stay as it is before it is fetched.

    Returns:
        a sentence for each thing that somebody has to look at; what could be fetched is in the inbox all the same.
    """
    agreed = context.agreement.hand_over
    if agreed is None or agreed.answers is None or context.mode is not Mode.LIVE:
        return []
    try:
        return asyncio.run(_fetch(context, agreed.answers, settled))
    except NoGo as said:
        return [f"The bank's answers were not fetched, or not all of them. {said}"]


async def _fetch(context: TenantContext, answers: AnswersThere, settled: timedelta) -> list[str]:
    agreed = context.agreement.hand_over
    assert agreed is not None
    said: list[str] = []
    known = set(_known(context))
    async with connected(context, agreed) as server:
        before = _finished(await server.files(answers.folder))
        if before:
            await asyncio.sleep(settled.total_seconds())
        now = _finished(await server.files(answers.folder)) if before else before
        for name in sorted(name for name, seen in before.items() if now.get(name) == seen):
            try:
                await _take(context, server, answers, name, now[name], known)
            except Cut:
                raise
            except NoGo as refused:  # the others come all the same
                said.append(str(refused))
    return said


async def _take(
    context: TenantContext, server: Server, answers: AnswersThere, name: str, seen: Seen, known: set[str]
) -> None:
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
            "cannot know that it is whole: fetch it yourself, and ask the bank to have its server say it."
        )
    there = f"{answers.folder.rstrip('/')}/{name}"
    content = await server.read(there, Incoming.BANK_FILE.most_bytes)
    if len(content) != seen.size or await server.seen(there) != seen:
        return  # it is being written after all: another time
    sha256 = _keep(context, name, content, known)
    if answers.moved_to:
        # By its hash too: the next file of this name has a place of its own.
        moved = f"{answers.moved_to.rstrip('/')}/{sha256[:12]}-{name}"
        await server.rename(there, moved)
        # Another one may have taken its place a moment before.
        _keep(context, name, await server.read(moved, Incoming.BANK_FILE.most_bytes), known)


def _keep(context: TenantContext, name: str, content: bytes, known: set[str]) -> str:
    """Put a file into the inbox, unless it is known; returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 not in known:
        put(name, content, context.paths.bank_inbox(context.tenant))
        known.add(sha256)
    return sha256


def _finished(files: dict[str, Seen]) -> dict[str, Seen]:
    return {name: seen for name, seen in files.items() if not _UNFINISHED.fullmatch(name)}


def _known(context: TenantContext) -> Iterator[str]:
    """The hashes of what has been received, and of what waits in the inbox."""
    for path in inbox(context):
        with suppress(NoGo):  # what cannot be read is told when it is received
            yield hash_of(path, Incoming.BANK_FILE)
    if context.ledger.exists:
        with context.ledger.opened() as connection:
            for (sha256,) in connection.execute("SELECT sha256 FROM bank_file").fetchall():
                yield sha256
