"""Journal entries of which only some figures matter to a test."""

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar, get_args, get_type_hints

from tasks.ledger.catalogue.figures import Figures

F = TypeVar("F", bound=Figures)

_PLAIN = {
    int: 0,
    str: "",
    Decimal: Decimal(0),
    date: date(2026, 11, 26),
    datetime: datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
}


def entry(kind: type[F], **figures: object) -> F:
    """What an entry of the kind holds: these figures, and for every other one that it must have, something plain."""
    hints = get_type_hints(kind)
    needed = {each.name for each in fields(kind) if each.default is MISSING}
    plain = {name: _PLAIN[(get_args(hints[name]) or (hints[name],))[0]] for name in needed}
    return kind(**{**plain, **figures})
