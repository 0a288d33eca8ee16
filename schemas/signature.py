"""Signatures of manifests: Ed25519 (RFC 8032), detached, in base64, as openssl makes them too."""

import base64
import binascii
import hashlib

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from schemas.no_go import NoGo


def public_key(pem: bytes) -> str:
    """Read a public key, as ``openssl pkey -pubout`` writes it; returns its 32 bytes in base64.

    Raises:
        NoGo: it is none, or one of another kind.
    """
    try:
        key = serialization.load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NoGo(
            "The file holds no public Ed25519 key in the PEM format. Make one: openssl genpkey -algorithm ed25519 "
            "-out my.key; openssl pkey -in my.key -pubout -out my.pub. Register my.pub, and show my.key to nobody."
        )
    return base64.b64encode(key.public_bytes_raw()).decode()


def sign(content: bytes, private_pem: bytes) -> str:
    """Sign bytes with a private key in the PEM format, without a passphrase; returns the signature in base64.

    Raises:
        NoGo: the key cannot be read, or is one of another kind.
    """
    try:
        key = serialization.load_pem_private_key(private_pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise NoGo("The key file holds no private Ed25519 key in the PEM format that opens without a passphrase.")
    return base64.b64encode(key.sign(content)).decode()


def is_signed(content: bytes, signature: bytes, key: str) -> bool:
    """Whether a signature in base64 is that of these bytes by the owner of a public key, as kept here."""
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key)).verify(
            base64.b64decode(b"".join(signature.split()), validate=True), content
        )
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def fingerprint(key: str) -> str:
    """How people compare keys: the SHA-256 of a public key's 32 bytes."""
    return hashlib.sha256(base64.b64decode(key)).hexdigest()
