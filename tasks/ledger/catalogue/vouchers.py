"""What the journal entry holds of what happens to vouchers."""

from dataclasses import dataclass
from datetime import datetime

from tasks.ledger.catalogue.figures import Figures


@dataclass(frozen=True)
class VouchersSubmitted(Figures):
    """That a run's file of vouchers was sent to the provider.

    Attributes:
        by: who says so.
        reference: what the provider gave back.
        at: when.
        file_sha256: of the file in the outbox, read again then.
    """

    by: str
    reference: str
    at: datetime
    file_sha256: str


@dataclass(frozen=True)
class VouchersAnswered(Figures):
    """What the provider said of vouchers.

    Attributes:
        by: the operator, who took it in.
        vouchers: of how many it speaks.
        ended: how many of them have ended: expired or cancelled.
        sha256: of the provider's file.
        channel: by which it was read.
    """

    by: str
    vouchers: int
    ended: int
    sha256: str
    channel: str


@dataclass(frozen=True)
class VoucherCancellationAsked(Figures):
    """That the provider was asked to cancel a voucher, which frees nobody.

    Attributes:
        by: the operator.
        of: the payment, as run and row.
        reason: why.
        reference: of the request at the provider.
    """

    by: str
    of: str
    reason: str
    reference: str
