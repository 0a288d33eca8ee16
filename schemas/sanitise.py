"""Text from outside, made fit to be shown: to the eye, to a terminal and in markdown it is only text.

A file's name, a manifest's words, a bank's codes or somebody's reason may hold anything: escape sequences that
a terminal obeys, marks that turn the reading direction, markup, or a whole book.
"""

import re
import unicodedata

LONGEST = 120
"""How many characters of a text from outside a sentence repeats."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|~!&:/@.-])")
_UNSHOWN = {"Cf": "", "Cs": "�", "Co": "�", "Cn": "�"}
"""What stands for characters that are not to be seen, by their category: those that turn the direction, hide or tag
go without a trace; half characters and those that nobody has assigned leave a mark."""


def sanitise(text: str, longest: int = LONGEST) -> str:
    """Return a text on one line, without what is not to be seen, cut to a length.

    Args:
        text: from outside.
        longest: how many characters are shown at most.
    """
    # Twice as much is enough to look at: most of a text that is far too long never is.
    line = " ".join(visible(text[: 2 * longest]).split())
    return line if len(line) <= longest and len(text) <= 2 * longest else f"{line[: longest - 1]}…"


def visible(text: str) -> str:
    """Return a text without what is not to be seen, its lines and its length as they are."""
    return text if text.isascii() and text.isprintable() else "".join(map(_seen, text))


def in_markdown(text: str, longest: int = LONGEST) -> str:
    """The same as markdown that says just that: nothing in it is a link, an image, a heading or HTML."""
    return _MARKUP.sub(r"\\\1", sanitise(text, longest))


def is_plain(text: str, longest: int = LONGEST) -> bool:
    """Whether a text is shown just as it is."""
    return sanitise(text, longest) == text


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    return " " if category == "Cc" and character != "\n" else _UNSHOWN.get(category, character)
