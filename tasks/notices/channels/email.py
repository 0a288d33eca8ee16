"""E-mail by SMTP."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from schemas.notices.agreed import Channel, Email, is_loopback
from tasks.notices.channels.channel import SECONDS, Down, Refused, Send, secret_of
from tasks.notices.notice import Letter
from tasks.tenant_context import TenantContext

TLS_FROM_THE_FIRST_BYTE = 465


def by_email(context: TenantContext, agreed: Email, now: datetime) -> Send:
    """Send by the SMTP server that the agreement names, a connection a letter.

    Args:
        context: the tenant's.
        agreed: the server, and who sends.
        now: what the letters are dated.
    """

    def send(letter: Letter) -> None:
        login = secret_of(context, Channel.EMAIL)
        try:
            with _connected(agreed) as server:
                if login:
                    name, _, password = login.partition(":")
                    server.login(name, password)
                server.send_message(_message(letter, agreed, now))
        except smtplib.SMTPRecipientsRefused as refused:
            codes = ", ".join(str(code) for code, _ in refused.recipients.values())
            raise Refused(f"The server {agreed.host} takes nothing for that address ({codes}).") from None
        except smtplib.SMTPResponseException as refused:
            kind = Refused if isinstance(refused, smtplib.SMTPDataError) else Down
            raise kind(f"The server {agreed.host} refused it ({refused.smtp_code}).") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Down(f"The server {agreed.host} cannot be spoken to ({type(error).__name__}).") from None

    return send


def _connected(agreed: Email) -> smtplib.SMTP:
    """A connection under TLS; without it nobody is told anything, unless the server is this machine itself.

    Raises:
        OSError, smtplib.SMTPException: there is none.
    """
    context = ssl.create_default_context()
    if agreed.port == TLS_FROM_THE_FIRST_BYTE:
        return smtplib.SMTP_SSL(agreed.host, agreed.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(agreed.host, agreed.port, timeout=SECONDS)
    if not is_loopback(agreed.host):
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _message(letter: Letter, agreed: Email, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = agreed.sender, letter.to, letter.subject
    message["Date"] = format_datetime(now)
    # The same whenever it is sent again: many mail programs then show one letter.
    message["Message-ID"] = f"<{letter.reference}@{agreed.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message
