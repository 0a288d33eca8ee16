"""A text that a contract's pattern lets through, made up from the pattern itself."""

import re
import re._constants as op  # type: ignore[import-not-found]  # the standard library's reading of a pattern has no types
import re._parser as parser  # type: ignore[import-not-found]  # the same
from random import Random
from typing import Any

_MOST_REPEATS = 3
_CATEGORIES = {op.CATEGORY_DIGIT: "0123456789", op.CATEGORY_WORD: "ABCDEFGHJKLM", op.CATEGORY_SPACE: " "}
_LETTERS = "ABCDEFGHJKLM"


def matching(pattern: str, chance: Random) -> str | None:
    """Return a text that matches a pattern whole, as chance has it; None where the pattern asks for what nobody made.

    Patterns are judged by polars, whose dialect is not quite Python's: what is made here has to be tried there.
    """
    try:
        return "".join(_made(part, chance) for part in parser.parse(pattern))
    except (re.error, KeyError, ValueError):
        return None


def _made(part: tuple[Any, Any], chance: Random) -> str:
    kind, said = part
    if kind is op.LITERAL:
        return chr(said)
    if kind is op.ANY:
        return chance.choice(_LETTERS)
    if kind is op.IN:
        return chance.choice("".join(_signs(each) for each in said))
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT):
        least, most, inner = said
        times = chance.randint(max(least, min(1, most)), min(most, max(least, _MOST_REPEATS)))
        return "".join(_made(each, chance) for _ in range(times) for each in inner)
    if kind is op.SUBPATTERN:
        return "".join(_made(each, chance) for each in said[-1])
    if kind is op.BRANCH:
        return "".join(_made(each, chance) for each in chance.choice(said[1]))
    if kind is op.AT:
        return ""
    raise ValueError(kind)


def _signs(said: tuple[Any, Any]) -> str:
    """The signs of one part of a set; none of what is left out of it."""
    kind, value = said
    if kind is op.LITERAL:
        return chr(value)
    if kind is op.RANGE:
        return "".join(map(chr, range(value[0], min(value[1], value[0] + 99) + 1)))
    if kind is op.CATEGORY:
        return _CATEGORIES[value]
    raise ValueError(kind)
