"""What a payment file adds up to: the same four facts on every rail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Totals:
    """What a file adds up to.

    Attributes:
        payments: the number of credits; what balances them does not count.
        pence: their sum.
        content_digest: ``ContentDigest`` of the payments in their order.
        sha256: the SHA-256 of the file's bytes.
    """

    payments: int
    pence: int
    content_digest: str
    sha256: str
