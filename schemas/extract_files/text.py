"""A file of text as its reader wants it: unpacked, in UTF-8, without the records that speak of the rows.

It is a stream: of a file of any size a few blocks are held. What is found on the way that stops the reading is kept
as ``fault``, and the stream ends there: an error raised within Arrow's threads would carry the row with it.
"""

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from schemas.extract_files.form import Compression, Encoding, Form
from schemas.extract_files.quotes import Quotes
from schemas.extract_files.records import Stated, without_records
from schemas.extract_files.unpacking import Faulty, gunzipped, unzipped, whole_archive
from schemas.incoming import Incoming, open_incoming

BLOCK_BYTES = 2 << 20
"""How much of the file is parsed at a time, and so the longest row that can be read. Arrow reads up to 32
blocks ahead, so that this, and not the frame, decides how much memory the reading takes."""

_CODECS = {Encoding.UTF_16: ("utf-16", "replace"), Encoding.WINDOWS_1252: ("cp1252", "surrogateescape")}
"""By encoding, Python's name, and what becomes of bytes that it does not define: they stay as they are, no UTF-8, so
that the reader finds the cell; in UTF-16 they become U+FFFD, which the rules refuse."""


class Text:
    """A file of text, read once from its beginning.

    Attributes:
        fault: why it cannot be read on; None if nothing is wrong so far.
        stated: what its header and trailer records say, once they have been read.
        has_nul: whether a byte of 0 has been read.
        is_broken: whether its reader has given up.
    """

    def __init__(self, file: BufferedReader, form: Form) -> None:
        self.fault: str | None = None
        self.stated: list[Stated] = []
        self.has_nul = False
        self.is_broken = False
        self._file, self._form = file, form
        self._sha256 = hashlib.sha256()
        self._quotes = Quotes(form.delimiter) if form.is_quoted else None
        self._chunks = self._until_a_fault()
        self._held = b""

    @property
    def closed(self) -> bool:
        """Whether nothing more can be read."""
        return self._file.closed

    @property
    def sha256(self) -> str:
        """Of the file's own bytes, once all are read."""
        while block := self._file.read(BLOCK_BYTES):
            self._sha256.update(block)
        return self._sha256.hexdigest()

    @property
    def has_stray_quotes(self) -> bool:
        """Whether a quotation mark stands where RFC 4180 has none, once all is read."""
        return self._quotes is not None and self._quotes.are_astray()

    def read(self, size: int) -> bytes:
        """Read on; fewer bytes than ``size`` come at the end alone."""
        held = [self._held]
        missing = size - len(self._held)
        while missing > 0 and (chunk := next(self._chunks, None)) is not None:
            held.append(chunk)
            missing -= len(chunk)
        found = b"".join(held) if held[0] else b"".join(held[1:])
        self._held = found[size:]
        block = found[:size]
        self._look_at(block)
        return block

    def _look_at(self, block: bytes) -> None:
        self.has_nul = self.has_nul or b"\0" in block
        if self._quotes is not None:
            self._quotes.look_at(block)

    def _until_a_fault(self) -> Iterator[bytes]:
        chunks = _unpacked(self._bytes(), self._form)
        if self._form.encoding in _CODECS:
            chunks = _in_utf_8(chunks, *_CODECS[self._form.encoding])
        if self._form.header_record or self._form.trailer_record:
            chunks = without_records(chunks, self._form, self.stated)
        try:
            yield from chunks
        except Faulty as fault:
            self.fault = str(fault)

    def _bytes(self) -> Iterator[bytes]:
        while block := self._file.read(BLOCK_BYTES):
            self._sha256.update(block)
            yield block


@contextmanager
def open_text(path: Path, form: Form) -> Iterator[Text]:
    """Open an extract that is text.

    Raises:
        NoGo: there is none, or it is none that can be opened.
    """
    with open_incoming(path, Incoming.EXTRACT) as file:
        yield Text(file, form)


def first_bytes(path: Path, form: Form, size: int) -> tuple[bytes, bytes, str | None]:
    """How a file begins: as it stands, and as text in UTF-8; and what stops the reading before that is read."""
    with open_incoming(path, Incoming.EXTRACT) as file:
        raw = file.read(size)
    with open_text(path, form) as text:
        return raw, text.read(size), text.fault


def lines(text: Text) -> Iterator[bytes]:
    """Yield the lines of a text with their ends; one that is longer than a block is yielded unfinished, as the last."""
    rest = b""
    while chunk := text.read(1 << 16):
        *whole, rest = (rest + chunk).splitlines(keepends=True)
        yield from whole
        if len(rest) > BLOCK_BYTES:
            break
    if rest:
        yield rest


def _unpacked(chunks: Iterator[bytes], form: Form) -> Iterator[bytes]:
    if form.compression is Compression.GZIP:
        return gunzipped(chunks)
    if form.compression is Compression.ZIP:
        return unzipped(chunks)
    if form.compression is Compression.AES_ZIP:
        # With it come a tenth of a second and a library of ciphers that no other form needs.
        from schemas.extract_files.aes_zip import decrypted

        return decrypted(whole_archive(chunks), form.password)
    return chunks


def _in_utf_8(chunks: Iterator[bytes], codec: str, errors: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode("utf-8", "surrogateescape")
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogateescape")
    except UnicodeError:
        raise Faulty(
            "does not begin with the byte order mark of UTF-16: save it again in the agreed encoding."
        ) from None
