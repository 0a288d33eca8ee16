"""Which channels there are: a file each in ``channels/``, beside the bodies' folders or as siller ships them."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import data_contracts
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.rails.channel.channel import NAME, Channel

FOLDER, ENDING = "channels", ".yaml"


@dataclass(frozen=True)
class Channels:
    """The channel files as they were read; only the one that is asked for is looked into.

    Attributes:
        files: name and bytes of each, by name.
    """

    files: tuple[tuple[str, bytes], ...]

    @classmethod
    def read(cls, contracts: Path | None = None) -> "Channels":
        """Read those beside the bodies' folders, and of those that siller ships the ones that have no name of these.

        Args:
            contracts: the folder of the bodies' folders; none for siller's own alone.

        Raises:
            NoGo: a file cannot be read.
        """
        found: dict[str, bytes] = {}
        for folder in (Path(data_contracts.__file__).parent, contracts):
            for path in sorted((folder / FOLDER).glob(f"*{ENDING}")) if folder else ():
                if re.fullmatch(NAME, path.stem):
                    found[path.stem] = read(path, Incoming.DOCUMENT)
        return cls(tuple(sorted(found.items())))

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called, as agreements name them."""
        return tuple(name for name, _ in self.files)

    def readable(self) -> Iterator[Channel]:
        """Those whose files fit: whoever names one of the others is told why it does not."""
        for name in self.names:
            with suppress(NoGo):
                yield self.named(name)

    def named(self, name: str) -> Channel:
        """One of them.

        Raises:
            NoGo: there is none of that name, or its file does not fit; the message names every key.
        """
        content = dict(self.files).get(name)
        if content is None:
            raise NoGo(f"There is no channel {name}. The channels are: {', '.join(self.names)}.")
        return Channel.parsed(content, f"{FOLDER}/{name}{ENDING}")
