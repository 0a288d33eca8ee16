"""Send what is due, each notice once: written down before it is sent, and again with what became of it.

Killed at any line, at most one notice is sent twice, and the second one says so. The ledger is never held while
anything is sent.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count

from schemas.agreement import Agreement
from schemas.notices.agreed import Channel
from tasks.error_boundary import kind_and_place
from tasks.ledger import LedgerBusy
from tasks.notices import book
from tasks.notices.book import Outcome
from tasks.notices.channels.channel import Down, Refused, Send, Unclear
from tasks.notices.notice import Key, Notice, write
from tasks.tenant_context import TenantContext

MOST_AT_ONCE = 200
"""A look ends: what is left comes with the next one."""


def channels_of(context: TenantContext, agreement: Agreement, now: datetime) -> dict[Channel, Send]:
    """The channels that an agreement has; each is imported by whoever has it."""
    agreed, found = agreement.notices, dict[Channel, Send]()
    if agreed is None:
        return found
    if agreed.email:
        from tasks.notices.channels.email import by_email

        found[Channel.EMAIL] = by_email(context, agreed.email, now)
    if agreed.notify:
        from tasks.notices.channels.notify import by_notify

        found[Channel.NOTIFY] = by_notify(context, agreed.notify)
    if any(tell.by is Channel.WEBHOOK for tell in agreed.tell):
        from tasks.notices.channels.webhook import by_webhook

        found[Channel.WEBHOOK] = by_webhook(context)
    return found


def dispatch(
    context: TenantContext,
    agreement: Agreement,
    notices: Sequence[Notice],
    channels: Mapping[Channel, Send],
    now: datetime,
    is_all: bool,
) -> list[str]:
    """Send each notice that was not sent yet; what fails is tried again later, by another call.

    Args:
        context: the tenant's.
        agreement: the one that was adopted last.
        notices: all that are due.
        channels: how to send.
        now: the time that counts.
        is_all: whether nothing else is due; if so, what was not sent and is not among them is over.

    Returns:
        a sentence for each that was sent, or could not be.
    """
    with _alone(context) as is_ours:
        if not is_ours:
            return []
        try:
            return list(_send(context, agreement, notices, channels, now, is_all))
        except LedgerBusy:  # a stage works there: the next look comes soon
            return []


def _send(
    context: TenantContext,
    agreement: Agreement,
    notices: Sequence[Notice],
    channels: Mapping[Channel, Send],
    now: datetime,
    is_all: bool,
) -> Iterator[str]:
    left_alone: set[Key] = set()
    with context.ledger.transaction() as connection:
        if is_all:
            book.give_up_over(connection, {notice.key for notice in notices})
        begun = book.begin_next(connection, notices, left_alone, now)
    for number in count(1):
        if begun is None:
            return
        notice, twice = begun
        left_alone.add(notice.key)
        outcome, cause, stopped, has_come = Outcome.FAILED, "", list[Notice](), False
        try:
            channels[notice.channel](write(notice, agreement, twice))
            outcome = Outcome.SENT
        except Refused as said:
            cause = str(said)
        except Down as said:
            cause, has_come = str(said), isinstance(said, Unclear)
            stopped = [each for each in notices if each.channel is notice.channel and each.key not in left_alone]
            left_alone |= {each.key for each in stopped}
        except Exception as error:  # noqa: BLE001  # whatever a part does, others are told, and it is tried again
            cause = f"It could not be sent ({kind_and_place(error)})."
        yield f"{notice.due.event} of {notice.due.about}, by {notice.channel}: {outcome}. {cause}".strip()
        # One opening of the ledger: what became of this one, and that the next one is about to be sent.
        with context.ledger.transaction() as connection:
            book.end(connection, notice.key, outcome, cause, has_come)
            for each in stopped:
                if book.begin_next(connection, [each], (), now):
                    book.end(connection, each.key, outcome, cause)
            begun = book.begin_next(connection, notices, left_alone, now) if number < MOST_AT_ONCE else None


@contextmanager
def _alone(context: TenantContext) -> Iterator[bool]:
    """Whether nobody else sends for the body, for as long as the block runs; the system frees a dead one's lock."""
    lock = context.paths.notices(context.tenant)
    lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(descriptor)
