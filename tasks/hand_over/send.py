"""One file to the other end, once: whole under another name first, then renamed, and nothing written over."""

from collections.abc import Callable
from typing import BinaryIO, NamedTuple

from schemas.no_go import NoGo
from tasks.hand_over.server import Cut, Server


class PerhapsThere(NoGo):
    """Neither name is there, and the rename may have been done: nobody but the bank can tell."""


class ToSend(NamedTuple):
    """A file that is to be handed over.

    Attributes:
        folder: where it goes at the server.
        name: its final name there.
        sha256: of its bytes.
        content: opens them, here.
        may_be_gone: whether it may have had its final name already: from then on it is never uploaded again.
    """

    folder: str
    name: str
    sha256: str
    content: Callable[[], BinaryIO]
    may_be_gone: bool

    @property
    def final(self) -> str:
        """The path at which the bank takes it."""
        return f"{self.folder.rstrip('/')}/{self.name}"

    @property
    def part(self) -> str:
        """The path at which it stands until it is whole."""
        return f"{self.final}.part"


async def send(server: Server, file: ToSend, begin: Callable[[], None]) -> None:
    """Let a file have its final name at a server, or find it there.

    Args:
        server: the connection.
        file: what is sent.
        begin: writes down that the file is about to get its final name. Once that is done the bank may have it.

    Raises:
        Cut: the connection ended. The same again finds out how far it came.
        PerhapsThere: it may have had its final name, and is not there.
        NoGo: another file has the name, the server refused, or ``begin`` did.
    """
    if await _is_final(server, file):
        return
    there = await server.sha256_of(file.part)
    if file.may_be_gone and there != file.sha256:
        raise PerhapsThere(
            f"{file.final} may have been at {server.host} before, and is not there, nor is it under the name that it "
            "has until then: the bank may have taken it. siller does not send it again."
        )
    if there != file.sha256:
        await _upload(server, file)
    begin()
    try:
        await server.rename(file.part, file.final)
    except Cut:
        raise
    except NoGo as refused:
        if not await _is_final(server, file):
            raise NoGo(
                f"{refused} The whole file stands there as {file.part}, where the bank does not look for it. Ask the "
                "bank to permit it, then do the same again: it is not uploaded anew."
            ) from None
    else:
        await _is_final(server, file)  # gone is taken: the server has said that it was renamed


async def _is_final(server: Server, file: ToSend) -> bool:
    """Whether the file stands under its final name.

    Raises:
        NoGo: another one does.
    """
    there = await server.sha256_of(file.final)
    if there is not None and there != file.sha256:
        raise NoGo(
            f"{server.host} already has another file named {file.final}: its SHA-256 is {there}, and {file.sha256} was "
            "to be handed over. Nothing was written over it. Find out with the bank which of the two is right, and "
            "stop the wrong one there."
        )
    return there is not None


async def _upload(server: Server, file: ToSend) -> None:
    with file.content() as content:
        await server.write(file.part, content)
    if await server.sha256_of(file.part) != file.sha256:
        raise NoGo(
            f"{server.host} does not have as {file.part} what was sent, as on a disk that is full. It has no name by "
            "which the bank takes it. Do the same again; if it stays so, ask the bank."
        )
