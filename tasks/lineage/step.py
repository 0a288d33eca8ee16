"""One step of a payment's way, as a trace tells it."""

from datetime import date, datetime
from typing import NamedTuple


class Step(NamedTuple):
    """One step of a payment's way.

    Attributes:
        what: the step in a few words.
        when: the moment, with its time zone, or the day; None where the ledger holds none.
        detail: what there is to know.
    """

    what: str
    when: datetime | date | None
    detail: str
