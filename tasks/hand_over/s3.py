"""Handing over into a bucket: the file goes up in parts, which no listing shows, and completing them is its name.

Completing asks that nothing has the name (``If-None-Match: *``), so nothing is written over. Parts that were never
completed show that the file never had its name; once they are completed they are gone, as what was renamed is.
Source: Amazon S3 API reference, CompleteMultipartUpload, ListMultipartUploads.
"""

import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, NamedTuple

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.session import get_session

from schemas.hand_over import HandOverS3
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.hand_over.send import Cut, ToSend
from tasks.storage import keys
from tasks.storage.bucket import ATTEMPTS, NOTHING_IS_THERE, PART_BYTES, SOMETHING_IS_THERE, code_of
from tasks.storage.store import chunks
from tasks.tenant_context import TenantContext

USE = "s3"
SECONDS = 60.0
"""How long one answer may take."""
_SERVER_FAULT = 500
_BY_NOTHING = (None, None, None, None)
"""A setting of the AWS SDK that nothing of the machine sets: no file, no variable. What is agreed is all there is."""


class _Part(NamedTuple):
    """One part of a file, as a store shows it.

    Attributes:
        size: bytes.
        md5: as an ``ETag`` has it; of a store that encrypts with a key of its own it has something else.
        sha256: in base64; not every store shows it.
    """

    size: int
    md5: str
    sha256: str


@dataclass(frozen=True)
class S3End:
    """A prefix in a bucket; what its methods promise stands at :class:`tasks.hand_over.send.OtherEnd`.

    Attributes:
        agreed: where it is.
        client: speaks to it.
    """

    agreed: HandOverS3
    client: Any

    @property
    def host(self) -> str:
        """The store's name."""
        return self.agreed.host

    def final(self, file: ToSend) -> str:
        """The object that the bank takes."""
        return f"s3://{self.agreed.bucket}/{self.agreed.prefix}{file.name}"

    def part(self, file: ToSend) -> str:
        """What it is until it is completed."""
        return f"an upload in parts of {self.final(file)}"

    async def sha256_of_final(self, file: ToSend) -> str | None:
        """Read the object."""
        digest = hashlib.sha256()
        with self._asked(f"let siller read {self.final(file)}"):
            try:
                body = self.client.get_object(**self._key(file))["Body"]
            except ClientError as error:
                if code_of(error) in NOTHING_IS_THERE:
                    return None
                raise
            with body:
                for chunk in chunks(body):
                    digest.update(chunk)
        return digest.hexdigest()

    async def find_part(self, file: ToSend) -> str | None:
        """The id of an upload that is not completed and has this file's parts."""
        whole = self._whole(file)
        return str(whole["UploadId"]) if whole else None

    async def upload(self, file: ToSend) -> str:
        """Send its parts, and see that they are there.

        What earlier tries have left is not touched: it may be what the ledger of another home names by now.
        """
        with self._asked(f"take the parts of {self.final(file)}"):
            begun = self.client.create_multipart_upload(**self._key(file), ChecksumAlgorithm="SHA256")
            upload = {**self._key(file), "UploadId": begun["UploadId"]}
            with file.content() as content:
                for number, piece in enumerate(_pieces(content), 1):
                    sha256 = _of(piece).sha256
                    self.client.upload_part(**upload, PartNumber=number, Body=piece, ChecksumSHA256=sha256)
        part = await self.find_part(file._replace(named=str(begun["UploadId"])))
        if part is None:
            raise NoGo(
                f"{self.host} does not have the parts of {self.final(file)} that were sent. It has no name by which "
                "the bank takes it. Do the same again; if it stays so, ask the bank."
            )
        return part

    async def remove_part(self, file: ToSend) -> None:
        """Abort every upload of its name."""
        self._abort_all(file)

    def _abort_all(self, file: ToSend) -> None:
        with self._asked(f"abort what is sent of {self.final(file)}"):
            for upload in self._begun(file):
                self.client.abort_multipart_upload(**upload)

    async def give_name(self, file: ToSend, part: str) -> None:
        """Complete it, where nothing has the name; what other tries have left can get no name any more, and goes."""
        with self._asked(f"complete {self.final(file)}"):
            whole = self._whole(file._replace(named=part))
            if whole is None:
                raise Cut(f"{self.host} has no parts of {self.final(file)} any more.")
            try:
                self.client.complete_multipart_upload(**whole, IfNoneMatch="*")
            except ClientError as error:
                if code_of(error) in SOMETHING_IS_THERE:  # another file, or this one: its answer was lost on the way
                    raise Cut(f"{self.host} did not say whether it has completed {self.final(file)}.") from None
                raise
        with suppress(NoGo):  # it has its name: what cannot be aborted is shown nowhere
            self._abort_all(file)

    def _whole(self, file: ToSend) -> dict[str, Any] | None:
        """The upload that has all parts of this very file, as it is completed; None if there is none.

        Where the ledger names one, it is that one or none.
        """
        with self._asked(f"show what is sent of {self.final(file)}"):
            for upload in (each for each in self._begun(file) if file.named in (None, each["UploadId"])):
                parts = self._parts(upload)
                there, meant = [_there(part) for part in parts], [_of(piece) for piece in _opened(file)]
                if len(there) == len(meant) and all(map(_is, there, meant)):
                    named = [
                        {"PartNumber": part["PartNumber"], "ETag": part["ETag"], "ChecksumSHA256": sent.sha256}
                        for part, sent in zip(parts, meant, strict=True)
                    ]
                    return {**upload, "MultipartUpload": {"Parts": named}}
        return None

    def _begun(self, file: ToSend) -> list[dict[str, str]]:
        """The uploads of its name that are not completed."""
        key = self._key(file)
        pages = self.client.get_paginator("list_multipart_uploads").paginate(Bucket=key["Bucket"], Prefix=key["Key"])
        found = [each for page in pages for each in page.get("Uploads", ())]
        return [{**key, "UploadId": each["UploadId"]} for each in found if each["Key"] == key["Key"]]

    def _parts(self, upload: dict[str, str]) -> list[dict[str, Any]]:
        pages = self.client.get_paginator("list_parts").paginate(**upload)
        return [part for page in pages for part in page.get("Parts", ())]

    def _key(self, file: ToSend) -> dict[str, str]:
        return {"Bucket": self.agreed.bucket, "Key": f"{self.agreed.prefix}{file.name}"}

    @contextmanager
    def _asked(self, to_do: str) -> Iterator[None]:
        """Turn what the store answers, or does not, into a sentence that repeats none of its words but the code."""
        try:
            yield
            return
        except ClientError as error:
            status, code = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0), code_of(error)
            if status >= _SERVER_FAULT or status == 0:
                said: NoGo = Cut(f"{self.host} did not {to_do}: it is not well ({code}).")
            else:
                said = NoGo(f"{self.host} did not {to_do}: it says {code}.")
        except (HTTPClientError, NoConnection, IncompleteReadError, OSError) as error:
            said = Cut(f"{self.host} cannot be reached, or the connection was cut ({type(error).__name__}).")
        except BotoCoreError as error:
            said = NoGo(f"{self.host} did not {to_do}: it speaks otherwise than siller ({type(error).__name__}).")
        raise said from None


@asynccontextmanager
async def s3_end(context: TenantContext, agreed: HandOverS3) -> AsyncIterator[S3End]:
    """The bucket that an agreement names, from a live run alone, by siller's own access to it.

    Raises:
        NoGo: this is a rehearsal, or there is no key.
    """
    if context.mode is not Mode.LIVE:
        raise NoGo(f"{agreed.host} is a live store, and a rehearsal speaks to none. Nothing was done.")
    path = context.paths.key(context.tenant, USE)
    text = keys.load(path)
    if text is None:
        raise NoGo(
            f"The key store has no {path.stem}, by which siller comes in at {agreed.host}. Nothing was done. Write "
            f"into {path} (mode 0600) what the bank has given: the access key's id, a colon and its secret."
        )
    name, _, secret = text.partition(":")
    session = boto3.Session(botocore_session=get_session({"profile": _BY_NOTHING, "config_file": _BY_NOTHING}))
    client = session.client(
        "s3",
        endpoint_url=agreed.endpoint,
        region_name=agreed.region,
        aws_access_key_id=name,
        aws_secret_access_key=secret,
        config=Config(
            connect_timeout=SECONDS,
            read_timeout=SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        ),
    )
    yield S3End(agreed, client)


def _pieces(content: BinaryIO) -> Iterator[bytes]:
    return iter(partial(content.read, PART_BYTES), b"")


def _opened(file: ToSend) -> Iterator[bytes]:
    with file.content() as content:
        yield from _pieces(content)


def _of(piece: bytes) -> _Part:
    sha256 = base64.b64encode(hashlib.sha256(piece).digest()).decode()
    return _Part(len(piece), hashlib.md5(piece, usedforsecurity=False).hexdigest(), sha256)


def _there(part: dict[str, Any]) -> _Part:
    return _Part(part["Size"], part["ETag"].strip('"'), part.get("ChecksumSHA256", ""))


def _is(there: _Part, meant: _Part) -> bool:
    """By the stronger of the two sums that the store shows."""
    same = there.sha256 == meant.sha256 if there.sha256 else there.md5 == meant.md5
    return same and there.size == meant.size
