"""The rails that an agreement can name, one module each."""

from tasks.instruct.rails import bacs_standard_18
from tasks.instruct.rails.rail import Dates, Rail

__all__ = ["Dates", "Rail", "rail_of"]

_RAILS: dict[str, Rail] = {
    "bacs_standard_18": bacs_standard_18,
}


def rail_of(name: str) -> Rail:
    """The rail of that name in an agreement."""
    return _RAILS[name]
