"""What every channel does: it sends a letter, or says in a sentence why it could not."""

from collections.abc import Callable

from schemas.no_go import NoGo
from schemas.notices.agreed import Channel
from tasks.notices.notice import Letter
from tasks.storage import keys
from tasks.tenant_context import TenantContext

SECONDS = 20.0
"""How long a channel waits for the other side."""

Send = Callable[[Letter], None]
"""Sends a letter.

Raises:
    Down: the channel takes nothing now.
    Unclear: it may have taken this letter, and did not say so.
    Refused: it did not take this letter.
"""

KEYS = {Channel.EMAIL: "smtp", Channel.NOTIFY: "notify", Channel.WEBHOOK: "webhook"}
"""What the secret of each channel is called in the key store."""


class Refused(NoGo):
    """A letter was not taken, and others may be."""


class Down(NoGo):
    """A channel takes nothing now: there is no use in trying another letter."""


class Unclear(Down):
    """The letter was handed over, and no word came back: it may have reached the person."""


def secret_of(context: TenantContext, channel: Channel) -> str | None:
    """The secret of a channel, from the key store; None if there is none.

    Raises:
        Down: what stands there is none.
    """
    try:
        return keys.load(context.paths.key(context.tenant, KEYS[channel]))
    except NoGo as said:
        raise Down(str(said)) from None


def needed(context: TenantContext, channel: Channel) -> str:
    """The same of a channel that sends nothing without one.

    Raises:
        Down: there is none.
    """
    secret = secret_of(context, channel)
    if secret is None:
        path = context.paths.key(context.tenant, KEYS[channel])
        raise Down(f"The key store has no {path.stem}: put it into {path}.")
    return secret
