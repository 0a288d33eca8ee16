"""A commit of what homes share: which object of the store holds each file, as the list in the store says."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from tasks.storage.store import Seen


@dataclass(frozen=True)
class Kept:
    """A file as a commit has it.

    Attributes:
        name: of the object that holds its bytes.
        sha256: of the bytes.
    """

    name: str
    sha256: str


@dataclass(frozen=True)
class Commit:
    """What a pointer names.

    Attributes:
        number: counts a store's commits, from 1.
        name: of the object that lists the files; empty before the first commit.
        files: each by its place below the home's tree.
    """

    number: int = 0
    name: str = ""
    files: Mapping[str, Kept] = field(default_factory=dict)

    @classmethod
    def read(cls, text: bytes) -> "Commit":
        """Read the list of files of a commit.

        Raises:
            ValueError: siller has not written it; or KeyError or TypeError.
        """
        said = json.loads(text)
        files = {place: Kept(**kept) for place, kept in said["files"].items()}
        return cls(int(said["number"]), str(said["name"]), files)

    def as_json(self) -> bytes:
        """The list of files as it stands in its object."""
        return json.dumps(asdict(self), indent=1).encode()


@dataclass(frozen=True)
class Taken:
    """The commit that work began with.

    Attributes:
        commit: what was taken.
        pointer: as it was seen; None before the first commit.
    """

    commit: Commit
    pointer: Seen | None
