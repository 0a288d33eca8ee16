"""What an agreement says of notices: the channels, and which role is told of what by which of them."""

import ipaddress
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from schemas.notices.catalogue import NoticeEvent

ADDRESS = r"^[^@\s<>,;:\"]+@[A-Za-z0-9.-]+$"
"""An address to which e-mail goes, as the names of people are."""

Hours = Annotated[int, Field(ge=1, le=14 * 24)]


class Channel(StrEnum):
    """How somebody is told."""

    EMAIL = "email"
    NOTIFY = "notify"
    WEBHOOK = "webhook"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself, so that nothing between can listen."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _private(url: str) -> str:
    parts = urlsplit(url)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))):
        raise ValueError("must begin with https://; http:// is for this machine itself alone")
    return url.rstrip("/")


Url = Annotated[str, AfterValidator(_private)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Email(_Part):
    """The SMTP server that takes e-mail. Its name and password are the key ``TENANT.smtp``.

    TLS is always used, from the first byte on port 465 and else by STARTTLS; to this machine itself it need not be.

    Attributes:
        host: the server's name.
        port: where it listens.
        sender: the address from which people are told.
    """

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]+$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: Annotated[str, Field(pattern=ADDRESS)]


class Notify(_Part):
    """GOV.UK Notify. Its API key is the key ``TENANT.notify``.

    Attributes:
        template: the id of an e-mail template whose subject is ``((subject))`` and whose message is ``((body))``.
        url: of its API.
    """

    template: Annotated[str, Field(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    url: Url = "https://api.notifications.service.gov.uk"


class Tell(_Part):
    """Which role is told of which events, and how.

    Attributes:
        role: whose people are told; by ``webhook`` it is their common room, once.
        by: the channel.
        events: of what.
    """

    role: str
    by: Channel
    events: Annotated[tuple[NoticeEvent, ...], Field(min_length=1)]


class Notices(_Part):
    """Who is told what, when and how. Without a channel nobody is told anything.

    Attributes:
        pages: where people reach the pages of Prefect, behind siller's door; without it notices have no link.
        email: the SMTP server; None if there is none.
        notify: GOV.UK Notify, likewise. A webhook's address is the key ``TENANT.webhook``.
        extract_soon_hours: how long before the extract is due the body is reminded.
        runs_out_hours: how long before the end of the time to approve or submit people are reminded.
        tell: who is told what.
    """

    pages: Url | None = None
    email: Email | None = None
    notify: Notify | None = None
    extract_soon_hours: Hours = 24
    runs_out_hours: Hours = 2
    tell: Annotated[tuple[Tell, ...], Field(min_length=1)]

    def check(self, people: Mapping[str, tuple[str, ...]]) -> None:
        """Check that whoever is to be told can be.

        Args:
            people: the names of the people with each role.

        Raises:
            ValueError: a role is nobody's, a channel is not described, or a name is no address.
        """
        for each in self.tell:
            if not people.get(each.role):
                raise ValueError(f"notices: {each.role!r} is told of something, and nobody has that role")
            if each.by is not Channel.WEBHOOK and getattr(self, each.by) is None:
                raise ValueError(f"notices: {each.role} is told by {each.by}, and nothing says how: describe {each.by}")
            none = [name for name in people[each.role] if not re.fullmatch(ADDRESS, name)]
            if each.by is not Channel.WEBHOOK and none:
                raise ValueError(f"notices: {', '.join(none)} is told by {each.by}, and that name is no address")
