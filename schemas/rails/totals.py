"""What a payment file adds up to: the same four facts on every rail."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Debit:
    """What leaves one paying account by one file: what one contra balances, and one debit on the bank's statement.

    Attributes:
        sort_code: the paying account's.
        account_number: the paying account.
        payments: the number of credits.
        pence: their sum.
    """

    sort_code: str
    account_number: str
    payments: int
    pence: int


@dataclass(frozen=True)
class Totals:
    """What a file adds up to.

    Attributes:
        payments: the number of credits; what balances them does not count.
        pence: their sum.
        content_digest: ``ContentDigest`` of the payments in their order.
        sha256: the SHA-256 of the file's bytes.
        debits: where several contras balance the payments, what each does, in the order of the payments; else none.
    """

    payments: int
    pence: int
    content_digest: str
    sha256: str
    debits: tuple[Debit, ...] = ()
