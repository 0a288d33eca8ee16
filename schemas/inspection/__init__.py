"""Reading payment files that somebody else wrote, as a careful bank would.

Unlike the readers of ``schemas.rails``, which know exactly what siller writes and stop at the first fault,
these go on to the end: they find every fault, say where it is in the bank's own terms, and give back the
payments as far as they can be read. ``compare`` sets the payments of two files side by side.
"""

from pathlib import Path

import polars as pl

from schemas.incoming import Incoming, open_incoming
from schemas.inspection.channel import read_channel, untold_by
from schemas.inspection.findings import Finding, Inspection, Keep
from schemas.inspection.pain001 import read_pain001
from schemas.inspection.standard_18 import read_standard_18
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import Scheme
from schemas.rails.channel import Channel

__all__ = ["Finding", "Inspection", "inspect", "payments_of", "untold"]

_ENOUGH_TO_TELL = 512
_LABELS = (b"VOL1", b"HDR1", b"UHL1")


Taken = Scheme | Channel | None
"""As what a file is taken: of a channel, which it never says itself; or whose calendar and limits count."""


def inspect(path: Path, taken: Taken = None) -> Inspection:
    """Read a payment file of any format, and find what a bank would refuse.

    Args:
        path: the file.
        taken: the channel of a file for one; else whose calendar and limits count where the file does not tell. A
            Standard 18 file never does, and is taken as one for Bacs; a message does by its service level, unless two
            services share it.

    Raises:
        NoGo: it is neither a Standard 18 file nor a pain.001 message, and no channel was given.
    """
    return _read(path, taken, lambda payments: None)


def payments_of(path: Path, taken: Taken = None) -> pl.DataFrame:
    """The payments of a file, as far as they can be read: a frame of ``findings.PAYMENTS``.

    Args:
        path: the file.
        taken: see ``inspect``.

    Raises:
        NoGo: see ``inspect``, or it has no payment.
    """
    batches: list[pl.DataFrame] = []
    _read(path, taken, batches.append)
    payments = pl.concat(batches) if batches else pl.DataFrame()
    if payments.is_empty():
        raise NoGo(f"{path.name} has no payment that can be read. Look at it with: siller inspect {path.name}")
    return payments


def untold(*files: Taken) -> frozenset[str]:
    """What of a payment one of some files has no place for, by the columns of ``findings.PAYMENTS``."""
    return frozenset[str]().union(*(untold_by(taken) for taken in files if isinstance(taken, Channel)))


def _read(path: Path, taken: Taken, keep: Keep) -> Inspection:
    with open_incoming(path, Incoming.PAYMENT_FILE) as handle:
        opening = handle.read(_ENOUGH_TO_TELL).removeprefix(b"\xef\xbb\xbf").lstrip()
        handle.seek(0)
        scheme = None if isinstance(taken, Channel) else taken
        if opening.startswith(b"<"):
            return read_pain001(handle, path.name, scheme, keep)
        if opening[:4] not in _LABELS and isinstance(taken, Channel):
            return read_channel(handle, taken, keep)
        if opening[:3] in (b"VOL", b"HDR", b"UHL") or opening[:17].isalnum():
            return read_standard_18(handle, scheme or Scheme.BACS, keep)
    raise NoGo(
        f"{path.name} is no payment file that siller reads. Expected a Bacs Standard 18 file, which begins with "
        "VOL1, or an ISO 20022 pain.001 message, which is XML; a file for a channel says nowhere which one: name it "
        "(--rail paygate)."
    )
