"""What each journal entry holds, typed: one class a stage and an event; which is whose says the catalogue.

A field that is None is not written. So an entry that an earlier siller made, which lacks what was added since, is
written as it was read: hashes are made over entries.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self, get_args, get_type_hints

_READ_AS: Mapping[type, Callable[[Any], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
}
"""How the JSON text of a field is read; whole numbers and all other texts stand there as they are."""


@dataclass(frozen=True)
class Figures:
    """The figures of an entry: counts and pence, days, hashes, names of officers; nothing of a single payee."""

    def as_kept(self) -> dict[str, int | str]:
        """The figures as the journal keeps them."""
        held = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _kept(value) for name, value in held.items() if value is not None}

    def as_json(self) -> str:
        """The same as the text that the journal's hashes cover."""
        return json.dumps(self.as_kept(), sort_keys=True)

    @classmethod
    def read(cls, kept: Mapping[str, int | str]) -> Self:
        """The figures that an entry has kept.

        Raises:
            KeyError, TypeError, ValueError, ArithmeticError: it has others.
        """
        readers = _readers(cls)
        return cls(**{name: readers[name](value) for name, value in kept.items()})


def _kept(value: object) -> int | str:
    if isinstance(value, date):  # a moment too
        return value.isoformat()
    return value if isinstance(value, int) else str(value)


def _readers(kind: type[Figures]) -> dict[str, Callable[[Any], Any]]:
    """How each field is read; one that may be None is read like one that may not."""
    hints = get_type_hints(kind)
    types = {each.name: get_args(hints[each.name]) or (hints[each.name],) for each in fields(kind)}
    return {name: next((_READ_AS[one] for one in of if one in _READ_AS), _as_it_is) for name, of in types.items()}


def _as_it_is(kept: int | str) -> int | str:
    return kept
