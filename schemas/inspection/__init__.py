"""Reading payment files that somebody else wrote, as a careful bank would.

Unlike the readers of ``schemas.rails``, which know exactly what siller writes and stop at the first fault,
these go on to the end: they find every fault, say where it is in the bank's own terms, and give back the
payments as far as they can be read. ``compare`` sets the payments of two files side by side.
"""

from pathlib import Path
from typing import BinaryIO

import polars as pl

from schemas.incoming import Incoming, open_incoming
from schemas.inspection.channel import has_roll_numbers_alone, read_channel, untold_by
from schemas.inspection.compare import Comparison, compare
from schemas.inspection.findings import Finding, Inspection, Keep
from schemas.inspection.pain001 import read_pain001
from schemas.inspection.standard_18 import read_standard_18
from schemas.no_go import NoGo
from schemas.rails.bacs_standard_18 import Scheme
from schemas.rails.channel import Channel

__all__ = ["Finding", "Inspection", "inspect", "payments_of", "set_beside"]

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


def set_beside(old: Path, new: Path, before: Taken, after: Taken) -> tuple[Comparison, tuple[str, ...]]:
    """Compare the payments of two files, by what both have a place for.

    A file that has roll numbers and no references is compared by its roll numbers: where it has one, the other file has
    to have it too, in the reference's place as by Bacs. What else the other has in that place is not compared.

    Args:
        old: a file.
        new: the file to hold against it.
        before: as what the old one is taken; see ``inspect``. A channel counts only where the file is no Standard 18
            file and no message, which say themselves what they are.
        after: likewise of the new one.

    Returns:
        the comparison, and what is not compared, in words.

    Raises:
        NoGo: see ``payments_of``.
    """
    channels = [_channel_of(old, before), _channel_of(new, after)]
    untold = frozenset[str]().union(*(untold_by(channel) for channel in channels if channel))
    frames = [payments_of(old, before), payments_of(new, after)]
    alone = [channel is not None and has_roll_numbers_alone(channel) for channel in channels]
    told = sorted(untold)
    if alone[0] is not alone[1] and "reference" not in untold:
        at = alone.index(False)
        said = frames[1 - at]["reference"].drop_nulls().unique()
        frames[at] = frames[at].with_columns(pl.when(pl.col("reference").is_in(said.implode())).then("reference"))
        told = [*told, "references other than roll numbers"]
    return compare(frames[0], frames[1], untold), tuple(told)


def _channel_of(path: Path, taken: Taken) -> Channel | None:
    """The channel of a file, where it is one's."""
    with open_incoming(path, Incoming.PAYMENT_FILE) as handle:
        return taken if isinstance(taken, Channel) and not _says_itself(_opening(handle)) else None


def _opening(handle: BinaryIO) -> bytes:
    opening = handle.read(_ENOUGH_TO_TELL).removeprefix(b"\xef\xbb\xbf").lstrip()
    handle.seek(0)
    return opening


def _says_itself(opening: bytes) -> bool:
    return opening.startswith(b"<") or opening[:4] in _LABELS


def _read(path: Path, taken: Taken, keep: Keep) -> Inspection:
    with open_incoming(path, Incoming.PAYMENT_FILE) as handle:
        opening = _opening(handle)
        scheme = None if isinstance(taken, Channel) else taken
        if opening.startswith(b"<"):
            return read_pain001(handle, path.name, scheme, keep)
        if isinstance(taken, Channel) and not _says_itself(opening):
            return read_channel(handle, taken, keep)
        if opening[:3] in (b"VOL", b"HDR", b"UHL") or opening[:17].isalnum():
            return read_standard_18(handle, scheme or Scheme.BACS, keep)
    raise NoGo(
        f"{path.name} is no payment file that siller reads. Expected a Bacs Standard 18 file, which begins with "
        "VOL1, or an ISO 20022 pain.001 message, which is XML; a file for a channel says nowhere which one: name it "
        "(--rail paygate)."
    )
