"""A reader of age files with one X25519 recipient, from the format's specification (age-encryption.org/v1).

It shares no code with pyrage, so that what it reads the ``age`` tool reads.
"""

import base64
import hmac
import re

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_CHUNK = 64 * 1024 + 16


def decrypted(data: bytes, secret_key: str) -> bytes:
    """Decrypt a file with an ``AGE-SECRET-KEY-1...``; anything that is not as specified raises."""
    header, _, rest = data.partition(b"\n---")
    mac, _, payload = rest.partition(b"\n")
    assert header.startswith(b"age-encryption.org/v1\n")
    share, body = re.findall(r"^-> X25519 (\S+)\n(\S+)$", header.decode(), re.MULTILINE)[0]
    private = X25519PrivateKey.from_private_bytes(_bech32_bytes(secret_key))
    shared = private.exchange(X25519PublicKey.from_public_bytes(_base64(share)))
    salt = _base64(share) + private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    wrap = _key(shared, salt, b"age-encryption.org/v1/X25519")
    file_key = ChaCha20Poly1305(wrap).decrypt(bytes(12), _base64(body), None)
    expected = hmac.digest(_key(file_key, b"", b"header"), header + b"\n---", "sha256")
    assert hmac.compare_digest(expected, _base64(mac.decode().strip()))
    return _payload(payload[16:], _key(file_key, payload[:16], b"payload"))


def _payload(data: bytes, key: bytes) -> bytes:
    chunks = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    return b"".join(
        ChaCha20Poly1305(key).decrypt(
            number.to_bytes(11, "big") + bytes([number == len(chunks) - 1]),
            chunk,
            None,
        )
        for number, chunk in enumerate(chunks)
    )


def _key(secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _base64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))


def _bech32_bytes(text: str) -> bytes:
    prefix, _, digits = text.lower().rpartition("1")
    assert prefix == "age-secret-key-"
    number = 0
    for digit in digits[:-6]:  # the last six are a checksum
        number = number * 32 + _BECH32.index(digit)
    bits = 5 * (len(digits) - 6)
    return (number >> bits % 8).to_bytes(bits // 8, "big")
