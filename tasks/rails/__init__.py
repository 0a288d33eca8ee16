"""The rails that an agreement can name: one module each, and one for all channels."""

from schemas.agreement import Agreement
from schemas.rails.channel import Channel, terms_of_file
from schemas.rails.iso_20022 import Service
from tasks.rails import bacs_standard_18, faster_payments
from tasks.rails.channel import ByChannel
from tasks.rails.pain001 import CreditTransfers
from tasks.rails.rail import Dates, Rail

__all__ = ["Dates", "Rail", "rail_of", "rail_of_file", "terms_of_file"]

_RAILS: dict[str, Rail] = {
    "bacs_standard_18": bacs_standard_18,
    "faster_payments": faster_payments,
    "pain001_bacs": CreditTransfers(Service.BACS),
    "pain001_faster_payments": CreditTransfers(Service.FASTER_PAYMENTS),
    "pain001_chaps": CreditTransfers(Service.CHAPS),
}


def rail_of(agreement: Agreement) -> Rail:
    """The rail that an agreement names."""
    return ByChannel(agreement.channel) if agreement.channel else _RAILS[agreement.rail]


def rail_of_file(name: str, channel: str | None) -> Rail:
    """The rail of a payment file that stands in the ledger.

    Args:
        name: of the rail.
        channel: the channel that the file was written by, as it was kept; None of another rail.
    """
    return ByChannel(Channel.kept(channel)) if channel else _RAILS[name]
