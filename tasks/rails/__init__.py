"""The rails that an agreement can name, one module each."""

from schemas.rails.iso_20022 import Service
from tasks.rails import bacs_standard_18, faster_payments
from tasks.rails.pain001 import CreditTransfers
from tasks.rails.rail import Dates, Rail

__all__ = ["Dates", "Rail", "rail_of"]

_RAILS: dict[str, Rail] = {
    "bacs_standard_18": bacs_standard_18,
    "faster_payments": faster_payments,
    "pain001_bacs": CreditTransfers(Service.BACS),
    "pain001_faster_payments": CreditTransfers(Service.FASTER_PAYMENTS),
    "pain001_chaps": CreditTransfers(Service.CHAPS),
}


def rail_of(name: str) -> Rail:
    """The rail of that name in an agreement."""
    return _RAILS[name]
