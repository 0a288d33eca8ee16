"""Unpacking what was sent packed, and no further than an extract can be."""

import io
import zipfile
import zlib
from collections.abc import Iterator

from schemas.extract_files.form import Compression
from schemas.incoming import Incoming

_CHUNK = 1 << 20
_MOST_TIMES = 250
"""How many times as large as its archive a file may be: a table shrinks to a tenth, a bomb to a thousandth."""
_JUDGED_FROM = 16 << 20
MOST_ARCHIVE_BYTES = 1 << 30
"""How large an archive may be that can only be read whole."""


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
    """Counts what comes out of an archive."""

    def __init__(self) -> None:
        self._out = 0

    def check(self, size: int, packed: int) -> None:
        """Count some more bytes that came out of ``packed`` bytes so far.

        Raises:
            Faulty: they are too many.
        """
        self._out += size
        if self._out > Incoming.EXTRACT.most_bytes or (
            self._out > _JUDGED_FROM and self._out > _MOST_TIMES * max(packed, 1)
        ):
            raise Faulty(
                "is an archive that unpacks to far more than an extract can be, so it was not read on: see what it is, "
                "and send the extract itself."
            )


def _gunzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    inflate, limit, packed = zlib.decompressobj(wbits=31), Limit(), 0
    for chunk in chunks:
        packed += len(chunk)
        while chunk:
            try:
                if inflate.eof:  # a file may be packed in several pieces, one after the other
                    inflate = zlib.decompressobj(wbits=31)
                out = inflate.decompress(chunk, _CHUNK)
            except zlib.error:
                raise Faulty("is not packed with gzip as agreed, or is damaged: pack it again and send that.") from None
            limit.check(len(out), packed)
            yield out
            chunk = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
    while out := inflate.decompress(b"", _CHUNK):
        limit.check(len(out), packed)
        yield out
    if not inflate.eof:
        raise Faulty("is cut off: the packed file has no end. Send it again, whole.")


def _unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    archive = io.BytesIO()
    for chunk in chunks:
        archive.write(chunk)
        if archive.tell() > MOST_ARCHIVE_BYTES:
            raise Faulty(f"is an archive of more than {MOST_ARCHIVE_BYTES >> 30} GB: send it in parts, or unpacked.")
    try:
        with zipfile.ZipFile(archive) as opened:
            member = _one_member(opened)
            limit = Limit()
            with opened.open(member) as file:
                while out := file.read(_CHUNK):
                    limit.check(len(out), member.compress_size)
                    yield out
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        raise Faulty("is no ZIP archive as agreed, or is damaged: pack it again and send that.") from None


def _one_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [each for each in archive.infolist() if not each.is_dir()]
    if len(members) != 1:
        raise Faulty(f"is an archive of {len(members)} files: pack the extract alone and send that.")
    if members[0].flag_bits & 1:
        raise Faulty("is an archive with a password, which siller does not open: pack it without one and send that.")
    return members[0]
