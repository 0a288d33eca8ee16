"""The reason that an approver gives for each gate that refers a run to a person."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from schemas.gate_words import GATE_WORDS

EVERY_OTHER = "all"
"""What may stand before the reason for all gates that want no line of their own; plain words mean the same."""


@dataclass(frozen=True)
class Referring:
    """A gate that refers a run to a person, who then has to say why the run may go all the same.

    Attributes:
        gate: its name in the ledger.
        compared: whether it found something; False for one that only says that there is no period to compare with,
            and so names nobody.
    """

    gate: str
    compared: bool = True

    @property
    def short(self) -> str:
        """What people call it, and write before its reason."""
        return GATE_WORDS[self.gate].short

    @property
    def own_line(self) -> bool:
        """Whether only a reason of its own will do."""
        return self.compared and GATE_WORDS[self.gate].own_line


def match_reasons(reason: str, referring: Collection[Referring]) -> Mapping[str, str]:
    """Say what a reason comes to, by the name of each gate that has one.

    A reason is lines (or parts between semicolons). ``GATE, GATE: why`` is for those gates; anything else is a plain
    sentence, for all gates that are shares of the whole. Where a single gate refers, plain words are always for it.

    Args:
        reason: as typed.
        referring: the gates that refer.
    """
    own: dict[str, str] = {}
    plain: list[str] = []
    for gates, why in _parts(reason, referring):
        if gates:
            own |= dict.fromkeys(gates, why)
        else:
            plain.append(why)
    words = "; ".join(plain)
    for each in referring:
        if each.gate not in own and words and (len(referring) == 1 or not each.own_line):
            own[each.gate] = words
    return own


def without_a_reason(reason: str, referring: Collection[Referring]) -> tuple[Referring, ...]:
    """Say which gates a reason leaves without one."""
    have = match_reasons(reason, referring)
    return tuple(each for each in referring if each.gate not in have)


def says_something(words: str) -> bool:
    """Whether words are a reason: ``none`` and signs alone are not."""
    return any(letter.isalpha() for letter in words) and _same(words) != "none"


def to_complete(referring: Collection[Referring]) -> list[str]:
    """How each part of a reason begins: one for each gate that wants a line of its own, and one for all others."""
    parts = [f"{each.short}:" for each in referring if each.own_line]
    return [*parts, f"{EVERY_OTHER}:"] if len(parts) < len(referring) else parts


def how_to_give_reasons(missing: Collection[Referring], referring: Collection[Referring]) -> str:
    """Tell an approver which gates still want a reason, and how one is written."""
    named = ", ".join(each.short for each in missing)
    if len(referring) == 1:
        return f"A gate refers this run to you ({named}): give the reason why it may be paid all the same."
    written = "; ".join(f"{part} why" for part in to_complete(missing))
    return f"Gates refer this run to you and have no reason yet: {named}. Complete this and write it too: `{written}`."


def _parts(reason: str, referring: Collection[Referring]) -> Iterator[tuple[list[str], str]]:
    """Each part of a reason that says something: the gates that it names (none: a plain sentence), and the words."""
    names = {_same(name): each.gate for each in referring for name in (each.short, each.gate)}
    for part in re.split(r"[\n;]", reason):
        before, colon, after = part.partition(":")
        named = [_same(gate) for gate in before.split(",")] if colon else []
        if named and all(name in names for name in named):
            gates, why = [names[name] for name in named], after
        else:
            gates, why = [], after if named == [EVERY_OTHER] else part
        if says_something(why):
            yield gates, why.strip()


def _same(name: str) -> str:
    """Bring a gate's name to the form in which the ledger's and a person's way to write it are the same."""
    return " ".join(name.replace("_", " ").split()).casefold()
