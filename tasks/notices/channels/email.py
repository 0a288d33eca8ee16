"""E-mail by SMTP."""

import smtplib
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime

from schemas.notices.agreed import Channel, Email, is_loopback
from tasks.notices.channels.channel import SECONDS, Down, Refused, Send, Unclear, secret_of
from tasks.notices.notice import Letter
from tasks.tenant_context import TenantContext

TLS_FROM_THE_FIRST_BYTE = 465
SECONDS_TO_TAKE = 60.0
"""A server that has a letter may look through it before it says that it takes it."""

_DONE, _FORWARDED = 250, 251


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
            server = _connected(agreed)
            try:
                if login:
                    name, _, password = login.partition(":")
                    server.login(name, password)
                _hand_over(server, letter.to, _message(letter, agreed, now), agreed)
            finally:
                with suppress(OSError, smtplib.SMTPException):  # what it says to a goodbye changes nothing
                    server.quit()
                server.close()
        except smtplib.SMTPResponseException as refused:
            raise Down(f"The server {agreed.host} refused it ({refused.smtp_code}).") from None
        except (OSError, smtplib.SMTPException) as error:
            raise Down(f"The server {agreed.host} cannot be spoken to ({type(error).__name__}).") from None

    return send


def _connected(agreed: Email) -> smtplib.SMTP:
    """A connection under TLS; without it nobody is told anything, unless the server is this machine itself.

    Raises:
        OSError, smtplib.SMTPException: there is none.
    """
    if agreed.port == TLS_FROM_THE_FIRST_BYTE:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(agreed.host, agreed.port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(agreed.host, agreed.port, timeout=SECONDS)
    if not is_loopback(agreed.host):
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


def _hand_over(server: smtplib.SMTP, to: str, message: EmailMessage, agreed: Email) -> None:
    """Give a letter to a server, step by step: what it says to each tells whether the letter can have come.

    Raises:
        Refused: it takes this letter not.
        Unclear: it has the letter, perhaps, and did not say so in time.
        OSError, smtplib.SMTPException: it takes none.
    """
    server.ehlo_or_helo_if_needed()
    if not to.isascii() and not server.has_extn("smtputf8"):
        raise Refused(f"The server {agreed.host} takes no address with letters such as those.")
    code, _ = server.mail(agreed.sender, () if to.isascii() else ("SMTPUTF8", "BODY=8BITMIME"))
    if code != _DONE:
        raise smtplib.SMTPResponseException(code, "")
    code, _ = server.rcpt(to)
    if code not in (_DONE, _FORWARDED):
        raise Refused(f"The server {agreed.host} takes nothing for that address ({code}).")
    if server.sock:
        server.sock.settimeout(SECONDS_TO_TAKE)
    try:
        code, _ = server.data(message.as_bytes(policy=SMTP if to.isascii() else SMTPUTF8))
    except smtplib.SMTPDataError as refused:
        code = refused.smtp_code
    except (OSError, smtplib.SMTPServerDisconnected):
        raise Unclear(f"The server {agreed.host} was given it, and did not say that it took it.") from None
    if code != _DONE:
        raise Refused(f"The server {agreed.host} refused it ({code}).")


def _message(letter: Letter, agreed: Email, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = agreed.sender, letter.to, letter.subject
    message["Date"] = format_datetime(now)
    # The same whenever it is sent again: many mail programs then show one letter.
    message["Message-ID"] = f"<{letter.reference}@{agreed.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message
