"""Files that can only be read whole, because what says where everything stands is at their end."""

import hashlib
from pathlib import Path

from schemas.extract_files.unpacking import MOST_ARCHIVE_BYTES
from schemas.incoming import Incoming, open_incoming
from schemas.no_go import NoGo


def whole_file(path: Path, sha256: str | None) -> bytes:
    """The bytes of a file, which are those that are meant.

    Raises:
        NoGo: it is missing, empty, too large to be read whole, or has changed.
    """
    with open_incoming(path, Incoming.EXTRACT) as file:
        content = file.read(MOST_ARCHIVE_BYTES + 1)
    if len(content) > MOST_ARCHIVE_BYTES:
        raise NoGo(f"{path.name} has more than {MOST_ARCHIVE_BYTES >> 20} MB: send it in parts, or as CSV.")
    if not content:
        raise NoGo(f"{path.name} is empty: send the extract again.")
    if sha256 and hashlib.sha256(content).hexdigest() != sha256:
        raise NoGo(f"{path.name} changed while it was being read. Put it back whole and start again.")
    return content
