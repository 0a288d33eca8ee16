"""A channel of Teams or Slack, or another webhook, by apprise's own part for each."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from apprise.plugins.base import NotifyBase
from apprise.plugins.custom_json import NotifyJSON
from apprise.plugins.slack import NotifySlack
from apprise.plugins.workflows import NotifyWorkflows

from schemas.notices.agreed import Channel, is_loopback
from tasks.notices.channels.channel import SECONDS, Down, Send, Unclear, needed
from tasks.notices.notice import Letter
from tasks.tenant_context import TenantContext

_PARTS: Mapping[str, type[NotifyBase]] = {
    "slack": NotifySlack,
    "workflows": NotifyWorkflows,
    "jsons": NotifyJSON,
    "json": NotifyJSON,
}
"""By how an address begins. apprise itself would load what it has for a hundred others, and send to any of them."""


def by_webhook(context: TenantContext) -> Send:
    """Post to the address in the key store: Slack's, that of a workflow of Teams, or ``jsons://`` for another.

    Args:
        context: the tenant's.
    """

    def send(letter: Letter) -> None:
        part = _part(needed(context, Channel.WEBHOOK))
        if part is None:
            raise Down(
                f"The key {context.tenant}.webhook is no address of Slack (slack://) or Teams (workflows://), and none "
                "that begins with jsons://."
            )
        part.socket_read_timeout = SECONDS
        if not part.notify(title=letter.subject, body=letter.body):
            # Whether it refused it, or has it and was slow to say so, apprise does not tell.
            raise Unclear("The webhook did not take it, or did not say so.")

    return send


def _part(address: str) -> NotifyBase | None:
    """The part that posts to an address; None for one that would be posted to in the clear, or is none."""
    scheme = urlsplit(address).scheme
    kind = _PARTS.get(scheme)
    read = kind.parse_url(address) if kind else None
    if kind is None or not read or (scheme == "json" and not is_loopback(str(read["host"]))):
        return None
    try:
        return kind(**read)
    except TypeError:  # apprise's word for an address that lacks something
        return None
