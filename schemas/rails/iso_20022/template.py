"""A piece of XML whose tags never change: what is put into its slots, and how a reader finds them again.

Source: XML 1.0, for what is escaped; everything else is the schema's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, unescape

import polars as pl


@dataclass(frozen=True)
class Slot:
    """A place for one value.

    Attributes:
        name: what the value is called, also the name of its column.
        pattern: a regular expression, without groups, for the value as it stands in the file.
        rule: what it is, for a sentence.
    """

    name: str
    pattern: str
    rule: str


@dataclass(frozen=True)
class Template:
    """Fixed text and slots in turn; rendering and parsing use the same table.

    Attributes:
        parts: fixed text, well-formed XML once joined, and slots.
    """

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots in their order; a name may come twice, and then says the same twice."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    @property
    def pattern(self) -> str:
        """A regular expression for the whole piece with one group a slot."""
        return "".join(re.escape(part) if isinstance(part, str) else f"({part.pattern})" for part in self.parts)

    def render(self, values: Mapping[str, str]) -> str:
        """The piece with these values, escaped.

        Raises:
            ValueError: a value is not what its slot takes. The message has no value in it.
        """
        text = ""
        for part in self.parts:
            written = part if isinstance(part, str) else escape(values[part.name])
            if isinstance(part, Slot) and not re.fullmatch(part.pattern, written):
                raise ValueError(f"{part.name} is {part.rule}")
            text += written
        return text

    def parse(self, text: str) -> dict[str, str] | None:
        """The values of a piece that was rendered from this table, or None if it was not."""
        found = re.fullmatch(self.pattern, text)
        if found is None:
            return None
        values: dict[str, str] = {}
        for slot, written in zip(self.slots, found.groups(), strict=True):
            if values.setdefault(slot.name, unescape(written)) != unescape(written):
                return None
        return values


def escape_xml(text: pl.Expr) -> pl.Expr:
    """Text as it stands between tags. Of XML's own signs only ``&`` is among the permitted characters."""
    return text.str.replace_all("&", "&amp;", literal=True)


def unescape_xml(text: pl.Expr) -> pl.Expr:
    """The text that was meant."""
    return text.str.replace_all("&amp;", "&", literal=True)
