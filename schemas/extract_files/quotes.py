"""Whether quotation marks stand where RFC 4180 has them, asked of a file's bytes as they pass by."""

from codecs import BOM_UTF8

import numpy as np

_QUOTE = ord('"')


class Quotes:
    """Looks at blocks of bytes one after the other.

    In a file as RFC 4180 has it, every other quotation mark opens: before it stands a delimiter, a line's end or the
    mark that it doubles. The others close: a delimiter, a line's end or a mark follows. What differs may still be
    read as it was meant, so this only says that somebody must look closely.
    """

    def __init__(self, delimiter: str) -> None:
        self._neighbours = np.frombuffer(f'{delimiter}\r\n"'.encode(), np.uint8)
        self._seen = 0
        self._astray = False
        self._left = b"\n"  # the last byte that was looked at, and after it one that waits for what follows it
        self._begun = False

    def look_at(self, block: bytes) -> None:
        """Look at the next bytes."""
        if not self._begun and block:
            block, self._begun = block.removeprefix(BOM_UTF8), True
        if b'"' not in block and b'"' not in self._left:
            self._left = (self._left + block)[-2:] if len(block) < 2 else block[-2:]
            return
        known = self._left + block
        self._judge(np.frombuffer(known, np.uint8))
        self._left = known[-2:]

    def are_astray(self) -> bool:
        """Whether any was not where it should be, once no more bytes follow."""
        self.look_at(b"\n")
        return self._astray or self._seen % 2 == 1

    def _judge(self, known: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> None:
        """Judge all but the first byte, which was judged before, and the last, whose follower is not known."""
        at = np.flatnonzero(known[1:-1] == _QUOTE) + 1
        if not at.size:
            return
        opens = (np.arange(at.size) + self._seen) % 2 == 0
        beside = np.where(opens, known[at - 1], known[at + 1])
        self._astray = self._astray or not np.isin(beside, self._neighbours).all()
        self._seen += int(at.size)
