"""GOV.UK Notify, by its own client."""

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import ProtocolError

from schemas.notices.agreed import Channel, Notify
from tasks.notices.channels.channel import SECONDS, Down, Refused, Send, Unclear, needed
from tasks.notices.notice import Letter
from tasks.tenant_context import TenantContext

_OF_THIS_LETTER = 400
"""What Notify answers to a request that will not do, such as an address that is none."""


def by_notify(context: TenantContext, agreed: Notify) -> Send:
    """Send an e-mail by the body's own template.

    Args:
        context: the tenant's.
        agreed: the template, and where the API is.
    """

    def send(letter: Letter) -> None:
        key = needed(context, Channel.NOTIFY)
        client = NotificationsAPIClient(key, agreed.url, SECONDS)  # type: ignore[no-untyped-call]  # it has no types
        try:
            client.send_email_notification(  # type: ignore[no-untyped-call]  # likewise
                email_address=letter.to,
                template_id=agreed.template,
                personalisation={"subject": letter.subject, "body": letter.body},
                reference=letter.reference,
            )
        except APIError as error:  # its message may repeat what was sent
            if _was_asked(error.__context__):
                raise Unclear("GOV.UK Notify was asked, and did not say that it took it.") from None
            kind = Refused if error.status_code == _OF_THIS_LETTER else Down
            raise kind(f"GOV.UK Notify did not take it ({error.status_code}).") from None

    return send


def _was_asked(cause: BaseException | None) -> bool:
    """Whether a request had gone out when no answer came, by what the client met with."""
    aborted = isinstance(cause, requests.ConnectionError) and isinstance(next(iter(cause.args), None), ProtocolError)
    return aborted or isinstance(cause, requests.ReadTimeout)
