"""What a provider can say of a voucher, and what follows for the pence of it that were not cashed.

What was cashed is a sum that stands beside it, and no word of its own: a voucher may be cashed in parts.
"""

from enum import StrEnum


class Meaning(StrEnum):
    """What a code of the provider's says of what was not cashed."""

    ISSUED = "issued"
    """The payee can still have it, so nobody is paid it again."""
    EXPIRED = "expired"
    """It was not cashed in time and comes back; the payee is still owed it."""
    CANCELLED = "cancelled"
    """It was taken back, or never issued, and comes back."""

    @property
    def has_ended(self) -> bool:
        """Whether what was not cashed can be cashed no more."""
        return self is not Meaning.ISSUED
