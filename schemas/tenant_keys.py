"""What the keys of tenants and of the server look like: a damaged one is turned away where it is read, never shown."""

import base64
import re
from collections.abc import Callable

from schemas.no_go import NoGo

_RANDOM = re.compile(r"[A-Za-z0-9+/]{43}=")
"""32 bytes in base64."""
_AGE = re.compile(r"AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}")
"""An identity of age, in the letters of Bech32."""

_LOGIN = re.compile(r"[^:\s]+:\S{12,}")
"""A name and a password, as the Prefect server asks for them."""
_ARCHIVE = re.compile(r"[!-~](?:[ -~]{10,126}[!-~])")
"""What every program that packs takes for the same bytes."""
_SMTP = re.compile(r"[^:\s]+:\S+")
"""A name and a password; the password is another house's, and of its length."""
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NOTIFY = re.compile(rf"\S+-{_UUID}-{_UUID}")
_WEBHOOK = re.compile(r"[a-z]+://\S+")
_OPENSSH = re.compile(r"-----BEGIN OPENSSH PRIVATE KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END OPENSSH PRIVATE KEY-----")


def _is_random(text: str) -> bool:
    """The one way to write these bytes: the last letter has two bits that no byte has, and that are to be none."""
    return _RANDOM.fullmatch(text) is not None and base64.b64encode(base64.b64decode(text)).decode() == text


def _is_age(text: str) -> bool:
    """One identity or more, a line each: while keys are rotated there are two."""
    lines = text.split()
    return bool(lines) and all(_AGE.fullmatch(line) for line in lines)


def _is_archive(text: str) -> bool:
    return _ARCHIVE.fullmatch(text) is not None


def _is_login(text: str) -> bool:
    return _LOGIN.fullmatch(text) is not None


def _is_smtp(text: str) -> bool:
    return _SMTP.fullmatch(text) is not None


def _is_notify(text: str) -> bool:
    return _NOTIFY.fullmatch(text) is not None


def _is_webhook(text: str) -> bool:
    return _WEBHOOK.fullmatch(text) is not None


def _is_openssh(text: str) -> bool:
    return _OPENSSH.fullmatch(text) is not None


_USES: dict[str, tuple[Callable[[str], bool], str]] = {
    "ledger": (_is_random, "32 bytes in base64, which are 44 letters"),
    "pseudonym": (_is_random, "32 bytes in base64, which are 44 letters"),
    "sealed": (_is_age, "AGE-SECRET-KEY-1 and 58 letters"),
    "continuity": (_is_age, "AGE-SECRET-KEY-1 and 58 letters"),
    "archive": (_is_archive, "a password of 12 to 128 letters, digits and signs of ASCII, in one line"),
    "smtp": (_is_smtp, "a name, a colon and a password"),
    "notify": (_is_notify, "an API key of GOV.UK Notify, which is a name and two UUIDs"),
    "webhook": (_is_webhook, "an address as apprise writes it, such as slack://..."),
    "sftp": (_is_openssh, "a private key as OpenSSH writes it, without a passphrase"),
    "voucher-sftp": (_is_openssh, "a private key as OpenSSH writes it, without a passphrase"),
    "s3": (_is_smtp, "an access key's id, a colon and its secret"),
    "password": (_is_login, "a name, a colon and a password of 12 letters or more"),
    "internal": (_is_login, "a name, a colon and a password of 12 letters or more"),
}


def check_key(text: str, name: str, where: str) -> str:
    """Return a key without the blanks around it.

    Args:
        text: what was read.
        name: the key's, tenant and use, for example ``ilf.ledger``; of the server's the use alone.
        where: where it was read, for the sentence.

    Raises:
        NoGo: that is no key for this use; what stands there is not repeated.
    """
    key = text.strip()
    has_the_shape, shape = _USES[name.rpartition(".")[2]]
    if has_the_shape(key):
        return key
    raise no_key(name, where, shape)


def no_key(name: str, where: str, shape: str = "whole, as it was made") -> NoGo:
    """Say that what was read cannot be the key; nothing of it is in the sentence."""
    return NoGo(
        f"What stands in {where} is not the key {name}: it is to be {shape}. It was damaged, or something else was put "
        "there. Put the key back, from a backup or from escrow; nothing was done, and nothing of it is shown."
    )
