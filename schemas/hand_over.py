"""What an agreement says of handing over: where released files go, and where answers are fetched."""

import posixpath
import re
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from schemas.notices.agreed import Url

_HOST_KEY = re.compile(r"(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}")


def _public_key(text: str) -> str:
    """A whole public key: one that a letter has cut is found here, and not on the pay day."""
    # Loading it takes a moment, which only those pay who have a server.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    try:
        found = _HOST_KEY.fullmatch(text) and load_ssh_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        found = None
    if not found:
        raise ValueError("must be a public key as OpenSSH writes it, such as ssh-ed25519 AAAA…, and nothing behind it")
    return text


def _folder(text: str) -> str:
    """A folder in one writing, so that two of them can be told to be one."""
    if ".." in text.split("/"):
        raise ValueError("must not lead upwards (..)")
    return posixpath.normpath(text).replace("//", "/")


def _from_where_it_lets_in(folder: str) -> str:
    """A folder as it is where a server lets each user into a root of their own, as those of banks do."""
    return "" if folder == "." else folder.lstrip("/")


HostKey = Annotated[str, AfterValidator(_public_key)]
"""One line of OpenSSH: kind and key."""

Folder = Annotated[str, Field(pattern=r"^[A-Za-z0-9._/-]{1,200}$"), AfterValidator(_folder)]
"""A folder at the server, from its root or from where it lets siller in."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AnswersThere(_Part):
    """Where whoever takes files at a server leaves their answers there.

    Attributes:
        folder: where they lie.
        moved_to: the folder into which siller moves what it has fetched; where it is not given, everything is left.
    """

    folder: Folder
    moved_to: Folder | None = None


class HandOver(_Part):
    """The SFTP server to which a released payment file is handed over. The private key is the key `TENANT.sftp`.

    Attributes:
        host: the server's name.
        port: where it listens.
        user: by which name siller comes in.
        host_keys: the server's own public keys; a server that shows another one is spoken to no further.
        folder: where payment files go.
        answers: where the bank's answers are fetched; nowhere, if not given.
    """

    by: ClassVar[str] = "SFTP"
    kind: ClassVar[str] = "server"
    taker: ClassVar[str] = "the bank"
    """Whose server it is, for people."""
    stands_at: ClassVar[str] = "hand_over"
    """Where the agreement has it."""
    key_use: ClassVar[str] = "sftp"
    """Which key of the tenant's leads in."""

    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9.:-]{1,253}$")]
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    user: Annotated[str, Field(pattern=r"^[A-Za-z0-9._@+-]{1,64}$")]
    host_keys: Annotated[tuple[HostKey, ...], Field(min_length=1)]
    folder: Folder
    answers: AnswersThere | None = None

    @model_validator(mode="after")
    def _each_folder_for_itself(self) -> Self:
        """What siller puts somewhere is never taken for an answer."""
        used = [self.folder, *self._of_answers]
        if len(set(used)) < len(used):
            raise ValueError("folder, answers.folder and answers.moved_to must be folders of their own")
        return self

    @property
    def _of_answers(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.answers.folder, self.answers.moved_to))) if self.answers else ()

    def mixes_with(self, other: "HandOver") -> bool:
        """Whether, by one user at one server, answers of either lie or go where files or answers of the other do."""
        if self._lets_in != other._lets_in:
            return False
        ours, theirs = (set(map(_from_where_it_lets_in, each._of_answers)) for each in (self, other))
        their_files, our_files = _from_where_it_lets_in(other.folder), _from_where_it_lets_in(self.folder)
        return bool(ours & {their_files, *theirs} or theirs & {our_files})

    @property
    def _lets_in(self) -> tuple[str, int, str]:
        """What is one for two hand-overs that come in as one: a name ends with a point or without."""
        return self.host.casefold().rstrip("."), self.port, self.user

    def check_apart(self, other: "HandOver") -> None:
        """See that what one agreement says of its two servers mixes nothing.

        Raises:
            ValueError: it does, as :meth:`mixes_with` says.
        """
        if self.mixes_with(other):
            raise ValueError(
                f"{other.stands_at}: {other.taker} and {self.taker} have one server and one user there, so the answers "
                "of each must have folders of their own, or a file of the one is taken for an answer of the other"
            )


class ProviderHandOver(HandOver):
    """The SFTP server to which a released file of vouchers is handed over. The private key is `TENANT.voucher-sftp`.

    Attributes:
        folder: where files of vouchers go.
        answers: where the provider's answers are fetched; nowhere, if not given.
    """

    taker: ClassVar[str] = "the provider"
    stands_at: ClassVar[str] = "vouchers.hand_over"
    key_use: ClassVar[str] = "voucher-sftp"


class HandOverS3(_Part):
    """The bucket into which a released payment file is put. siller's access to it is the key ``TENANT.s3``.

    Attributes:
        endpoint: the address of the store, which proves itself by its certificate; nothing of the machine's own
            settings leads elsewhere.
        region: the store's.
        bucket: its name.
        prefix: what the name of each payment file has before it there; it ends with a slash.
    """

    by: ClassVar[str] = "S3"
    kind: ClassVar[str] = "bucket"
    taker: ClassVar[str] = "the bank"

    endpoint: Url
    region: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    bucket: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")]
    prefix: Annotated[str, Field(pattern=r"^([A-Za-z0-9._-]{1,80}/){1,5}$")]

    @property
    def host(self) -> str:
        """The store's name, for people."""
        return urlsplit(self.endpoint).hostname or self.endpoint
