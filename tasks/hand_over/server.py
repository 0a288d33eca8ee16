"""The SFTP server that an agreement names: its own key is pinned, and whatever it answers becomes a sentence.

What the server says in words is repeated nowhere: it comes from outside.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, cast

import asyncssh
from asyncssh.constants import FILEXFER_TYPE_REGULAR, FILEXFER_TYPE_UNKNOWN

from schemas.hand_over import HandOver
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.hand_over.key import private_key
from tasks.hand_over.send import Cut
from tasks.tenant_context import TenantContext

SECONDS = 60.0
"""How long one request may take; a file goes in many."""
SECONDS_IN_ALL = 1800.0
"""How long siller speaks to a server, whatever it answers: nobody else works for the tenant meanwhile."""
CHUNK_BYTES = 4 << 20
MOST_FILES = 10_000

_WHY: Mapping[type[asyncssh.SFTPError], str] = {
    asyncssh.SFTPPermissionDenied: "the server does not permit it",
    asyncssh.SFTPWriteProtect: "the server does not permit it",
    asyncssh.SFTPOpUnsupported: "the server does not do such a thing",
    asyncssh.SFTPNoSuchFile: "there is no such folder or file",
    asyncssh.SFTPNoSuchPath: "there is no such folder",
    asyncssh.SFTPFileAlreadyExists: "something has the name",
    asyncssh.SFTPNoSpaceOnFilesystem: "it has no room",
    asyncssh.SFTPQuotaExceeded: "it has no room",
}
_FAILED = "it failed there, and the server does not say of what: something may have the name, or its disk be full"


_ENDED = (
    asyncssh.DisconnectError,
    asyncssh.ChannelOpenError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
)


class Seen(NamedTuple):
    """A file as a listing shows it; the same again says that nobody writes it now.

    Attributes:
        is_file: whether it is said to be one; a server need not say what stands there.
        size: bytes, if the server says it.
        changed: when it changed, in seconds, likewise.
    """

    is_file: bool
    size: int | None
    changed: int | None

    @classmethod
    def of(cls, attributes: asyncssh.SFTPAttrs) -> "Seen":
        """As a server describes it."""
        return cls(attributes.type == FILEXFER_TYPE_REGULAR, attributes.size, attributes.mtime)


@dataclass(frozen=True)
class Server:
    """An open connection.

    Attributes:
        host: the server's name, for a sentence.
        client: speaks SFTP.
    """

    host: str
    client: asyncssh.SFTPClient

    async def sha256_of(self, path: str) -> str | None:
        """The SHA-256 of the bytes that stand under a name, read now; None if nothing does.

        Raises:
            Cut: the connection ended.
            NoGo: the server does not let siller read it.
        """
        digest = hashlib.sha256()
        with _asked(self.host, f"let siller read {path}"):
            try:
                async for piece in self._pieces(path):
                    digest.update(piece)
            except asyncssh.SFTPNoSuchFile:
                return None
        return digest.hexdigest()

    async def write(self, path: str, content: BinaryIO) -> None:
        """Write a file under a name that nobody else uses; what stood there is gone.

        Raises:
            Cut: the connection ended; some of it may be there.
            NoGo: the server refused.
        """
        with _asked(self.host, f"take {path}"):
            async with self.client.open(path, "wb") as file:
                while chunk := content.read(CHUNK_BYTES):
                    await asyncio.wait_for(file.write(chunk), SECONDS)

    async def rename(self, path: str, to: str) -> None:
        """Give a file another name; by the protocol a server refuses where something has it.

        Source: draft-ietf-secsh-filexfer-02, section 6.5.

        Raises:
            Cut: the connection ended; it may have the new name.
            NoGo: the server refused.
        """
        with _asked(self.host, f"rename {path} to {to}"):
            await asyncio.wait_for(self.client.rename(path, to), SECONDS)

    async def remove(self, path: str) -> None:
        """Remove a file.

        Raises:
            Cut: the connection ended.
            NoGo: the server refused, or nothing stands there.
        """
        with _asked(self.host, f"remove {path}"):
            await asyncio.wait_for(self.client.remove(path), SECONDS)

    async def files(self, folder: str) -> dict[str, Seen]:
        """The files of a folder by name; links, and what is said to be no file, are left out.

        Raises:
            Cut: the connection ended.
            NoGo: the server shows no listing, or one without end.
        """
        found: dict[str, Seen] = {}
        listed = 0
        with _asked(self.host, f"show what is in {folder}"):
            # Asked for in bytes it shows names in bytes: one that is no UTF-8 does not end the listing.
            async for entry in self.client.scandir(folder.encode()):
                if entry.attrs.type in (FILEXFER_TYPE_REGULAR, FILEXFER_TYPE_UNKNOWN):
                    found[_name(entry.filename)] = Seen.of(entry.attrs)
                listed += 1
                if listed > MOST_FILES:
                    raise NoGo(f"{folder} at {self.host} has more than {MOST_FILES:,} files. Nothing was fetched.")
        return found

    async def seen(self, path: str) -> Seen:
        """A file as a listing would show it.

        Raises:
            Cut: the connection ended.
            NoGo: nothing stands there, or the server refused.
        """
        with _asked(self.host, f"show {path}"):
            attributes = await asyncio.wait_for(self.client.lstat(path), SECONDS)
        return Seen.of(attributes)

    async def read(self, path: str, most_bytes: int) -> bytes:
        """The bytes that stand under a name.

        Raises:
            Cut: the connection ended.
            NoGo: there are more than there may be, or the server refused.
        """
        content = bytearray()
        with _asked(self.host, f"let siller read {path}"):
            async for piece in self._pieces(path):
                content += piece
                if len(content) > most_bytes:
                    raise NoGo(f"{path} at {self.host} is longer than {most_bytes:,} bytes: not fetched.")
        return bytes(content)

    async def _pieces(self, path: str) -> AsyncIterator[bytes]:
        async with self.client.open(path, "rb") as file:
            while piece := await asyncio.wait_for(file.read(CHUNK_BYTES), SECONDS):
                yield cast(bytes, piece)  # opened as bytes


@asynccontextmanager
async def connected(context: TenantContext, agreed: HandOver) -> AsyncIterator[Server]:
    """Speak to the server that an agreement names, from a live run alone.

    Args:
        context: the tenant's.
        agreed: the server.

    Raises:
        Cut: it cannot be reached, or the connection ended.
        NoGo: this is a rehearsal, there is no key, or the server is not the one agreed on, or does not let siller in.
    """
    if context.mode is not Mode.LIVE:
        raise NoGo(f"{agreed.host} is a live server, and a rehearsal speaks to none. Nothing was done.")
    key = private_key(context, type(agreed))
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)  # what it has to say becomes a sentence here
    with _asked(agreed.host, "let siller in"), _let_in(agreed):
        connection = await asyncssh.connect(
            agreed.host,
            agreed.port,
            username=agreed.user,
            client_keys=[key],
            known_hosts=([asyncssh.import_public_key(each) for each in agreed.host_keys], [], []),
            # Nothing of whoever sits at the machine: neither an agent's keys nor settings of their own.
            agent_path=None,
            config=None,
            preferred_auth="publickey",
            gss_kex=False,
            gss_auth=False,
            connect_timeout=SECONDS,
            login_timeout=SECONDS,
            keepalive_interval=15,
        )
    end = asyncio.get_running_loop().call_later(SECONDS_IN_ALL, connection.abort)
    try:
        with _asked(agreed.host, "open SFTP"):
            client = await asyncio.wait_for(connection.start_sftp_client(), SECONDS)
        yield Server(agreed.host, client)
    finally:
        end.cancel()
        connection.abort()


@contextmanager
def _let_in(agreed: HandOver) -> Iterator[None]:
    """Turn what keeps siller and a server from knowing each other into a sentence."""
    try:
        yield
        return
    except asyncssh.HostKeyNotVerifiable:
        said = NoGo(
            f"{agreed.host} shows another host key than the agreement has, so it may be somebody else's machine. "
            f"Nothing was sent or fetched. Ask {agreed.taker}, by a way that you know, whether it has a new key; if "
            f"so, the agreement is changed ({agreed.stands_at}: host_keys) and adopted."
        )
    except asyncssh.PermissionDenied:
        said = NoGo(
            f"{agreed.host} does not let siller in: it does not know the key, or the user. Nothing was sent or "
            f"fetched. {agreed.taker.capitalize()} needs the public key that siller keys hand-over shows."
        )
    raise said from None


@contextmanager
def _asked(host: str, to_do: str) -> Iterator[None]:
    """Turn what a server answers, or does not, into a sentence that repeats none of its words."""
    try:
        yield
    except (*_ENDED, OSError) as error:
        said: NoGo = Cut(f"{host} cannot be reached, or the connection was cut ({type(error).__name__}).")
    except asyncssh.SFTPError as error:
        said = NoGo(f"{host} did not {to_do}: {_WHY.get(type(error), _FAILED)}.")
    except asyncssh.Error as error:
        said = NoGo(f"{host} did not {to_do}: it speaks otherwise than siller ({type(error).__name__}).")
    else:
        return
    raise said from None


def _name(name: str | bytes) -> str:
    return name if isinstance(name, str) else name.decode("utf-8", errors="replace")
