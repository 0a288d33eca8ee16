"""One file to the other end, once: first whole where nobody looks, then by its name; nothing written over."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple, Protocol

from schemas.no_go import NoGo


class Cut(NoGo):
    """The connection ended: what was asked last was done, or was not."""


class PerhapsThere(NoGo):
    """Nothing is there, and the file may have had its name: nobody but who takes it can tell."""


class ToSend(NamedTuple):
    """A file that is to be handed over.

    Attributes:
        name: its final name.
        sha256: of its bytes.
        content: opens them, here.
        may_be_gone: whether it may have had its final name already: from then on it is never uploaded again.
        named: the only part that may get the final name, as the other end calls it; None while the ledger names none.
        mark: tells what this hand-over uploads from what others do that go on at the same time; empty where none can.
        taker: who takes it there, for people.
    """

    name: str
    sha256: str
    content: Callable[[], BinaryIO]
    may_be_gone: bool
    named: str | None = None
    mark: str = ""
    taker: str = "the bank"


class OtherEnd(Protocol):
    """Where files are handed over. Each method raises Cut if the connection ends, and NoGo if it is refused."""

    @property
    def host(self) -> str:
        """What people call it."""

    def final(self, file: ToSend) -> str:
        """Where a file is taken, for people."""

    def part(self, file: ToSend) -> str:
        """What it stands as until then, for people."""

    async def remove_part(self, file: ToSend) -> None:
        """Let nothing stand there that could get the final name; nothing need stand there."""

    async def sha256_of_final(self, file: ToSend) -> str | None:
        """The SHA-256 of what has the final name, read now; None if nothing does."""

    async def find_part(self, file: ToSend) -> str | None:
        """What the whole file is called where nobody looks for it; None if it is not there."""

    async def upload(self, file: ToSend) -> str:
        """Let it stand there, in the place of whatever an earlier try of this one has left; returns its name there."""

    async def give_name(self, file: ToSend, part: str) -> None:
        """Let this part have the final name, in one step that refuses where something has it, and uses the part up."""


async def send(end: OtherEnd, file: ToSend, begin: Callable[[str], None]) -> None:
    """Let a file have its final name at the other end, or find it there.

    The first part that ``begin`` writes down is the only one that ever gets the name, and giving it uses the part up.
    So a process may be paused anywhere, and others finish what it began: one of them gives the name, once.

    Args:
        end: the connection.
        file: what is sent.
        begin: writes down that this part is about to get the final name. Once that is done it may be taken.

    Raises:
        Cut: the connection ended. The same again finds out how far it came.
        PerhapsThere: it may have had its final name, and is not there.
        NoGo: another file has the name, the other end refused, or ``begin`` did.
    """
    if await _is_final(end, file):
        return
    part = await end.find_part(file)
    if file.may_be_gone and part is None:
        raise PerhapsThere(
            f"{end.final(file)} may have been at {end.host} before, and is not there, nor does it stand there as it "
            f"does until it has that name: {file.taker} may have taken it. siller does not send it again."
        )
    if part is None:
        part = await end.upload(file)
    begin(part)
    file = file._replace(named=part)
    try:
        await end.give_name(file, part)
    except Cut:
        raise
    except NoGo as refused:
        if not await _is_final(end, file):
            if await end.find_part(file) is None:  # another home has given it the name
                raise Cut(f"{end.host} does not have {end.part(file)} any more.") from None
            raise NoGo(
                f"{refused} The whole file stands there as {end.part(file)}, where {file.taker} does not look for it. "
                f"Ask {file.taker} to permit it, then do the same again: it is not uploaded anew."
            ) from None
    else:
        await _is_final(end, file)  # gone is taken: the other end has said that it got its name


async def _is_final(end: OtherEnd, file: ToSend) -> bool:
    """Whether the file stands under its final name.

    Raises:
        NoGo: another one does.
    """
    there = await end.sha256_of_final(file)
    if there is not None and there != file.sha256:
        raise NoGo(
            f"{end.host} already has another file named {end.final(file)}: its SHA-256 is {there}, and {file.sha256} "
            f"was to be handed over. Nothing was written over it. Find out with {file.taker} which of the two is "
            "right, and stop the wrong one there."
        )
    return there is not None
