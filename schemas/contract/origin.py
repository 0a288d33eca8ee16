"""Where a canonical column comes from: from the body's column, from others by functions, or from what is agreed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from open_data_contract_standard.model import SchemaProperty

from schemas.contract.functions import FUNCTIONS
from schemas.no_go import NoGo


class Stated(StrEnum):
    """What stands in a column that a body does not send."""

    EMPTY = "empty"
    PAY_DAY = "pay day"
    PAYEE_REFERENCE = "payee reference"


_MAY_BE_ABSENT: Mapping[str, Stated] = {
    "roll_number": Stated.EMPTY,
    "pay_date": Stated.PAY_DAY,
    "payment_reference": Stated.PAYEE_REFERENCE,
}


@dataclass(frozen=True)
class Origin:
    """Where a column comes from that is not simply one of the body's.

    Attributes:
        sources: the physical columns of which it is made.
        functions: by which, one after the other.
        stated: what stands in it, where the body does not send it.
    """

    sources: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    stated: Stated | None = None

    def named(self, column: str) -> str:
        """What people call the column."""
        return " and ".join(self.sources) if self.sources else column.replace("_", " ")


def is_ignored(entry: SchemaProperty) -> bool:
    """Whether a column may stand in the file and is not read."""
    return dict(_properties(entry)).get("ignored") is True


def origin_of(file: str, entry: SchemaProperty) -> Origin | None:
    """Read where a column comes from; None if it is the body's own as it stands.

    Raises:
        NoGo: the contract says it in a way that siller does not know.
    """
    where = f"{file}: column {entry.name}"
    properties = dict(_properties(entry))
    is_made = bool(entry.transformSourceObjects or entry.transformLogic)
    if "absent" not in properties:
        return _made(where, entry) if is_made else None
    may_be = _MAY_BE_ABSENT.get(entry.name or "")
    if properties["absent"] != may_be:
        only = f"can only say absent: {may_be}" if may_be else "is needed: no payment is made without it"
        raise NoGo(f"{where} says absent: {properties['absent']!r}, and {only}.")
    if is_made or entry.physicalName:
        raise NoGo(f"{where} is absent, and has a physicalName or a transformation: keep one of them.")
    return Origin(stated=may_be)


def _made(where: str, entry: SchemaProperty) -> Origin:
    sources = tuple(entry.transformSourceObjects or ())
    if not entry.transformLogic:
        raise NoGo(f"{where} is made of {', '.join(sources)}, and transformLogic does not say by which function.")
    functions = tuple(name.strip() for name in entry.transformLogic.split(","))
    unknown = [name for name in functions if name not in FUNCTIONS]
    if unknown:
        raise NoGo(f"{where}: transformLogic names {unknown[0]!r}; siller has {', '.join(FUNCTIONS)}.")
    if not sources or len(set(sources)) < len(sources):
        instead = ", in the place of physicalName" if entry.physicalName else ""
        raise NoGo(f"{where}: transformSourceObjects names the columns of which it is made, each once{instead}.")
    if entry.physicalName:
        raise NoGo(f"{where} is made of {', '.join(sources)}, so it has no physicalName of its own: take that out.")
    if any(FUNCTIONS[name].joins for name in functions[1:]) or FUNCTIONS[functions[0]].joins is not (len(sources) > 1):
        raise NoGo(f"{where}: join_with_spaces comes first and takes several columns, every other function takes one.")
    return Origin(sources, functions)


def _properties(entry: SchemaProperty) -> Iterator[tuple[str, object]]:
    yield from ((each.property or "", each.value) for each in entry.customProperties or [])
