"""The reason that an approver gives for each gate that refers a run to a person."""

import re
from collections.abc import Collection

EVERY_GATE = "all"


def without_a_reason(reason: str, referring: Collection[str]) -> tuple[str, ...]:
    """Say which gates a reason leaves without one.

    A reason is lines (or parts between semicolons) of the form ``GATE, GATE: why``; ``all: why`` is given for every
    gate, knowingly. Where a single gate refers, plain words are enough.

    Args:
        reason: as typed.
        referring: the names of the gates that refer, as in the ledger.
    """
    if len(referring) == 1 and _says_something(reason):
        return ()
    given: set[str] = set()
    for part in re.split(r"[\n;]", reason):
        gates, colon, why = part.partition(":")
        if colon and _says_something(why):
            given |= {_same(gate) for gate in gates.split(",")}
    if EVERY_GATE in given:
        return ()
    return tuple(gate for gate in referring if _same(gate) not in given)


def how_to_give_reasons(missing: Collection[str]) -> str:
    """Tell an approver which gates still want a reason, and how one is written."""
    named = ", ".join(gate.replace("_", " ") for gate in missing)
    if len(missing) == 1:
        return f"A gate refers this run to you ({named}): give the reason why it may be paid all the same."
    return (
        f"Gates refer this run to you and have no reason yet: {named}. Give each one, as in `GATE, GATE: why; GATE: "
        f"why`, or knowingly one for every gate: `{EVERY_GATE}: why`."
    )


def _says_something(words: str) -> bool:
    return any(letter.isalpha() for letter in words) and _same(words) != "none"


def _same(name: str) -> str:
    """Bring a gate's name to the form in which the ledger's and a person's way to write it are the same."""
    return " ".join(name.replace("_", " ").split()).casefold()
