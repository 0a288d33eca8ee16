"""What the journal entries hold of files that siller hands over itself."""

from dataclasses import dataclass

from tasks.ledger.catalogue.events import Act


@dataclass(frozen=True)
class HandOverBegun(Act):
    """That the payment file was about to get its final name at the other end: from then on it is perhaps handed over.

    Attributes:
        host: the server.
        file_name: the name.
        file_sha256: of the file, which stood there whole under another name.
        part: what stood there as the server calls it, the only one that may get the name; None of an earlier siller.
    """

    host: str
    file_name: str
    file_sha256: str
    part: str | None = None


@dataclass(frozen=True)
class VouchersHandOverBegun(HandOverBegun):
    """The same of a run's file of vouchers, which goes to the provider's server."""
