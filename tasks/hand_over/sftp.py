"""Handing over by SFTP: the file goes up under another name, and is renamed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from schemas.hand_over import HandOver
from schemas.no_go import NoGo
from tasks.hand_over.send import ToSend
from tasks.hand_over.server import Server, connected
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class SftpEnd:
    """A folder at an SFTP server; what its methods promise stands at :class:`tasks.hand_over.send.OtherEnd`.

    Attributes:
        server: the open connection.
        folder: where the files go.
    """

    server: Server
    folder: str

    @property
    def host(self) -> str:
        """The server's name."""
        return self.server.host

    def final(self, file: ToSend) -> str:
        """The path at which it is taken."""
        return f"{self.folder.rstrip('/')}/{file.name}"

    def part(self, file: ToSend) -> str:
        """The path at which it stands until it is whole: its own, or the one that the ledger names."""
        return file.named or f"{self.final(file)}{file.mark and f'.{file.mark}'}.part"

    async def sha256_of_final(self, file: ToSend) -> str | None:
        """Read the final name."""
        return await self.server.sha256_of(self.final(file))

    async def find_part(self, file: ToSend) -> str | None:
        """Read the first name."""
        part = self.part(file)
        return part if await self.server.sha256_of(part) == file.sha256 else None

    async def upload(self, file: ToSend) -> str:
        """Write the first name, and read it back."""
        with file.content() as content:
            await self.server.write(self.part(file), content)
        part = await self.find_part(file)
        if part is None:
            raise NoGo(
                f"{self.host} does not have as {self.part(file)} what was sent, as on a disk that is full. It has no "
                f"name by which {file.taker} takes it. Do the same again; if it stays so, ask {file.taker}."
            )
        return part

    async def give_name(self, file: ToSend, part: str) -> None:
        """Rename it."""
        await self.server.rename(part, self.final(file))

    async def remove_part(self, file: ToSend) -> None:
        """Remove the first name."""
        if await self.server.sha256_of(self.part(file)) is not None:
            await self.server.remove(self.part(file))


@asynccontextmanager
async def sftp_end(context: TenantContext, agreed: HandOver) -> AsyncIterator[SftpEnd]:
    """The folder that an agreement names; raises what :func:`tasks.hand_over.server.connected` does."""
    async with connected(context, agreed) as server:
        yield SftpEnd(server, agreed.folder)
