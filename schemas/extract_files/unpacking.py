"""Unpacking what was sent packed, and no further than an extract can be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from schemas.incoming import Incoming

CHUNK = 1 << 20
_MOST_TIMES = 250
"""How many times as large as its archive a file may be: a table shrinks to a tenth, a bomb to a thousandth."""
_JUDGED_FROM = 16 << 20
MOST_ARCHIVE_BYTES = 512 << 20
"""How large an archive may be that can only be read whole."""

DAMAGED = "is no ZIP archive as agreed, or is damaged: pack it again and send that."
_LISTED = b"PK\x01\x02"
"""With this begins what an archive's list says of a member."""
_MOST_MEMBERS = 10_000
_LOCAL = struct.Struct("<26xHH")
"""Before a member's content stands its header, which ends with the lengths of a name and of more that follow it."""


class Member(Protocol):
    """What is asked of a member of an archive: the standard library has one such class, and pyzipper another."""

    header_offset: int
    compress_type: int
    compress_size: int
    file_size: int
    CRC: int

    def is_dir(self) -> bool:
        """Whether it is a folder."""


_Member = TypeVar("_Member", bound=Member)


class Faulty(Exception):  # noqa: N818  # as NoGo: an outcome, and its text is a sentence
    """Why a stream cannot be read on, without any value of it."""


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


def gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what is packed with gzip.

    Raises:
        Faulty: it is not packed so, not whole, or more than can be meant.
    """
    inflate, limit = zlib.decompressobj(wbits=31), Limit()
    for chunk in chunks:
        limit.add_packed(len(chunk))
        while chunk:
            try:
                if inflate.eof:  # a file may be packed in several pieces, one after the other
                    inflate = zlib.decompressobj(wbits=31)
                out = inflate.decompress(chunk, CHUNK)
            except zlib.error:
                raise Faulty("is not packed with gzip as agreed, or is damaged: pack it again and send that.") from None
            limit.check(len(out))
            yield out
            chunk = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while out := inflate.decompress(b"", CHUNK):
        limit.check(len(out))
        yield out
    if not inflate.eof:
        raise Faulty("is cut off: the packed file has no end. Send it again, whole.")


def unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what the one file of a ZIP archive holds.

    Raises:
        Faulty: it is not packed so, not whole, more than can be meant, or one of none or several.
    """
    archive = whole_archive(chunks)
    yield from inflated(archive, only_file(members_of(archive)), Limit())


def whole_archive(chunks: Iterator[bytes]) -> bytearray:
    """A ZIP archive's bytes: what says where everything stands is at its end.

    Raises:
        Faulty: they are more than can be held.
    """
    archive = bytearray()
    for chunk in chunks:
        archive += chunk
        if len(archive) > MOST_ARCHIVE_BYTES:
            raise Faulty(f"is an archive of more than {MOST_ARCHIVE_BYTES >> 20} MB: send it in parts, or unpacked.")
    return archive


def only_file(members: list[_Member]) -> _Member:
    """The one file among an archive's members.

    Raises:
        Faulty: there is none, or there are several.
    """
    files = [each for each in members if not each.is_dir()]
    if len(files) != 1:
        raise Faulty(f"is an archive of {len(files)} files: pack the extract alone and send that.")
    return files[0]


def check_not_too_many(archive: bytes | bytearray) -> None:
    """Count an archive's members before a list of them is made, each of which takes ten times its bytes.

    Raises:
        Faulty: they are far more than a workbook has.
    """
    if archive.count(_LISTED) > _MOST_MEMBERS:
        raise Faulty(f"is an archive of more than {_MOST_MEMBERS:,} files: pack the extract alone and send that.")


def members_of(archive: bytes | bytearray) -> list[zipfile.ZipInfo]:
    """What a ZIP archive holds.

    Raises:
        Faulty: it is none, or holds far too many files.
    """
    check_not_too_many(archive)
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            return opened.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise Faulty(DAMAGED) from None


def inflated(archive: bytes | bytearray, member: zipfile.ZipInfo, limit: Limit) -> Iterator[bytes]:
    """Yield what is packed in a member, whatever the archive says of its size, and prove that it is whole.

    Raises:
        Faulty: it has a password, is damaged, packed in another way than is usual, or far too much.
    """
    if member.flag_bits & 1:
        raise Faulty("is an archive with a password, and none is agreed: pack it without one and send that.")
    packed = packed_in(archive, member)
    yield from inflate((packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK)), member, limit)


def packed_in(archive: bytes | bytearray, member: Member) -> memoryview:
    """A member's bytes as they stand in the archive.

    Raises:
        Faulty: it is packed in another way than is usual, or stands nowhere.
    """
    begin = member.header_offset + _LOCAL.size
    usual = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    if not usual or not _LOCAL.size <= begin <= len(archive):
        raise Faulty(DAMAGED)
    begin += sum(_LOCAL.unpack_from(archive, member.header_offset))
    return memoryview(archive)[begin : begin + member.compress_size]


def inflate(
    packed: Iterable[bytes | memoryview], member: Member, limit: Limit, has_crc: bool = True
) -> Iterator[bytes]:
    """Yield what a member's bytes come to, of whatever size it is said to be, and prove that it is whole.

    Raises:
        Faulty: it is not, or is far too much.
    """
    inflating, crc, out = zlib.decompressobj(wbits=-15), 0, 0
    for chunk in packed:
        limit.add_packed(len(chunk))
        rest = bytes(chunk)
        while rest:
            if member.compress_type == zipfile.ZIP_STORED:
                piece, rest = rest, b""
            else:
                try:
                    piece = inflating.decompress(rest, CHUNK)
                except zlib.error:
                    raise Faulty(DAMAGED) from None
                rest = inflating.unconsumed_tail
            limit.check(len(piece))
            crc, out = zlib.crc32(piece, crc), out + len(piece)
            yield piece
    last = inflating.flush() if member.compress_type == zipfile.ZIP_DEFLATED else b""
    limit.check(len(last))
    yield last
    if (has_crc and zlib.crc32(last, crc) != member.CRC) or out + len(last) != member.file_size:
        raise Faulty(DAMAGED)
