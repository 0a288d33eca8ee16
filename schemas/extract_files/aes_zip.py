"""ZIP archives whose file is encrypted with AES (WinZip's AE-1 and AE-2), opened with the body's password.

https://www.winzip.com/en/support/aes-encryption/

The old encryption of ZIP (ZipCrypto) is refused: whoever knows a dozen bytes of what is packed, and each extract begins
with the same header, opens it without the password (Biham and Kocher, 1994).
"""

import io
import struct
from collections.abc import Iterator

from pydantic import SecretStr
from pyzipper import BadZipFile
from pyzipper.zipfile_aes import WZ_AES_V1, WZ_SALT_LENGTHS, AESZipDecrypter, AESZipFile, AESZipInfo

from schemas.extract_files.unpacking import (
    CHUNK,
    DAMAGED,
    Faulty,
    Limit,
    check_not_too_many,
    inflate,
    only_file,
    packed_in,
)

_CHANGED = "is damaged, or was changed by somebody without its password: pack it again and send that."


def decrypted(archive: bytearray, password: SecretStr | None) -> Iterator[bytes]:
    """Yield what the one file of an archive holds, and prove at its end that nobody without the password changed it.

    Raises:
        Faulty: it holds another number of files, is not encrypted with AES, has another password, is damaged, or comes
            to far more than can be meant.
    """
    if password is None:
        raise Faulty("is an archive with a password, and siller was given none to open it with.")
    member = only_file(_members_of(archive))
    if not member.flag_bits & 1:
        raise Faulty(
            "is an archive without a password, and one encrypted with AES is agreed: see who packed it, and send it "
            "encrypted."
        )
    if member.wz_aes_version is None:
        raise Faulty(
            "is an archive with the old encryption of ZIP (ZipCrypto), which can be opened without its password: pack "
            "it with AES and send that."
        )
    packed = packed_in(archive, member)
    salt = WZ_SALT_LENGTHS.get(member.wz_aes_strength, 0)
    begin, end = salt + _VERIFIER, len(packed) - AESZipDecrypter.hmac_size
    if not salt or end < begin:
        raise Faulty(DAMAGED)
    opened = _opened(member, password, bytes(packed[:begin]))
    pieces = (opened.decrypt(packed[at : min(at + CHUNK, end)]) for at in range(begin, end, CHUNK))
    yield from inflate(pieces, member, Limit(), has_crc=member.wz_aes_version == WZ_AES_V1)
    try:
        opened.check_hmac(bytes(packed[end:]))
    except BadZipFile:
        raise Faulty(_CHANGED) from None


_VERIFIER = 2
"""Behind the salt stand two bytes by which most wrong passwords are known."""


def _members_of(archive: bytearray) -> list[AESZipInfo]:
    check_not_too_many(archive)
    try:
        with AESZipFile(io.BytesIO(archive)) as opened:
            return list(opened.infolist())
    except (BadZipFile, OSError, NotImplementedError, ValueError, struct.error):
        raise Faulty(DAMAGED) from None


def _opened(member: AESZipInfo, password: SecretStr, begins: bytes) -> AESZipDecrypter:
    try:
        return AESZipDecrypter(member, password.get_secret_value().encode(), begins)
    except RuntimeError:  # it names the member, which may name a person
        raise Faulty(
            "does not open with the password in the key store: pack it with the one that was agreed, or have the key "
            "store's put right."
        ) from None
