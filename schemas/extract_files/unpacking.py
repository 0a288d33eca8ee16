"""Unpacking what was sent packed, and no further than an extract can be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from schemas.extract_files.form import Compression
from schemas.incoming import Incoming

_CHUNK = 1 << 20
_MOST_TIMES = 250
"""How many times as large as its archive a file may be: a table shrinks to a tenth, a bomb to a thousandth."""
_JUDGED_FROM = 16 << 20
MOST_ARCHIVE_BYTES = 512 << 20
"""How large an archive may be that can only be read whole."""


_DAMAGED = "is no ZIP archive as agreed, or is damaged: pack it again and send that."
_LOCAL = struct.Struct("<26xHH")
"""Before a member's content stands its header, which ends with the lengths of a name and of more that follow it."""


class Faulty(Exception):  # noqa: N818  # as NoGo: an outcome, and its text is a sentence
    """Why a stream cannot be read on, without any value of it."""


def unpacked(chunks: Iterator[bytes], compression: Compression | None) -> Iterator[bytes]:
    """Yield a packed file's content.

    Raises:
        Faulty: it is not packed so, not whole, holds more than one file, or more bytes than can be meant.
    """
    if compression is Compression.GZIP:
        return _gunzipped(chunks)
    if compression is Compression.ZIP:
        return _unzipped(chunks)
    return chunks


class Limit:
    """Counts what goes into unpacking an archive, and what comes out."""

    def __init__(self) -> None:
        self._packed, self._out = 0, 0

    def add_packed(self, size: int) -> None:
        """Count some more bytes that go in."""
        self._packed += size

    def check(self, size: int) -> None:
        """Count some more bytes that came out.

        Raises:
            Faulty: they are too many.
        """
        self._out += size
        if self._out > Incoming.EXTRACT.most_bytes or (
            self._out > _JUDGED_FROM and self._out > _MOST_TIMES * self._packed
        ):
            raise Faulty(
                "is an archive that unpacks to far more than an extract can be, so it was not read on: see what it is, "
                "and send the extract itself."
            )


def _gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflate, limit = zlib.decompressobj(wbits=31), Limit()
    for chunk in chunks:
        limit.add_packed(len(chunk))
        while chunk:
            try:
                if inflate.eof:  # a file may be packed in several pieces, one after the other
                    inflate = zlib.decompressobj(wbits=31)
                out = inflate.decompress(chunk, _CHUNK)
            except zlib.error:
                raise Faulty("is not packed with gzip as agreed, or is damaged: pack it again and send that.") from None
            limit.check(len(out))
            yield out
            chunk = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while out := inflate.decompress(b"", _CHUNK):
        limit.check(len(out))
        yield out
    if not inflate.eof:
        raise Faulty("is cut off: the packed file has no end. Send it again, whole.")


def _unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    archive = bytearray()
    for chunk in chunks:
        archive += chunk
        if len(archive) > MOST_ARCHIVE_BYTES:
            raise Faulty(f"is an archive of more than {MOST_ARCHIVE_BYTES >> 20} MB: send it in parts, or unpacked.")
    members = [each for each in members_of(archive) if not each.is_dir()]
    if len(members) != 1:
        raise Faulty(f"is an archive of {len(members)} files: pack the extract alone and send that.")
    yield from inflated(archive, members[0], Limit())


def members_of(archive: bytes | bytearray) -> list[zipfile.ZipInfo]:
    """What a ZIP archive holds.

    Raises:
        Faulty: it is none.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise Faulty(_DAMAGED) from None


def inflated(archive: bytes | bytearray, member: zipfile.ZipInfo, limit: Limit) -> Iterator[bytes]:
    """Yield what is packed in a member, whatever the archive says of its size, and prove that it is whole.

    Raises:
        Faulty: it has a password, is damaged, packed in another way than is usual, or far too much.
    """
    if member.flag_bits & 1:
        raise Faulty("is an archive with a password, which siller does not open: pack it without one and send that.")
    begin = member.header_offset + _LOCAL.size
    usual = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not usual or not _LOCAL.size <= begin <= len(archive):
        raise Faulty(_DAMAGED)
    begin += sum(_LOCAL.unpack_from(archive, member.header_offset))
    packed = memoryview(archive)[begin : begin + member.compress_size]
    limit.add_packed(len(packed))
    inflate, crc, out = zlib.decompressobj(wbits=-15), 0, 0
    for place in range(0, len(packed), _CHUNK):
        rest = bytes(packed[place : place + _CHUNK])
        while rest:
            if member.compress_type == zipfile.ZIP_STORED:
                piece, rest = rest, b""
            else:
                try:
                    piece = inflate.decompress(rest, _CHUNK)
                except zlib.error:
                    raise Faulty(_DAMAGED) from None
                rest = inflate.unconsumed_tail
            limit.check(len(piece))
            crc, out = zlib.crc32(piece, crc), out + len(piece)
            yield piece
    last = inflate.flush() if member.compress_type == zipfile.ZIP_DEFLATED else b""
    limit.check(len(last))
    yield last
    if zlib.crc32(last, crc) != member.CRC or out + len(last) != member.file_size:
        raise Faulty(_DAMAGED)
