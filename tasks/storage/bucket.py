"""A store that is a bucket of an S3-compatible server which honours conditional writes.

Every object is created with ``If-None-Match: *``, so that the server refuses to write over what is there. A
one that ignores the condition (s3rver does, and answers 200) must not be used; docs/operating/outbox-s3.md
has the check to make first.
"""

import base64
import contextlib
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tasks.storage.store import Seen, Store, other_bytes

PART_BYTES = 64 * 1024 * 1024
"""What is sent at a time and held in memory; a file that is smaller goes in one request."""

ATTEMPTS = 5
"""How often each request is tried."""
SOMETHING_IS_THERE = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchUpload"}
"""What a create answers when something has the name, or when its own first try was taken and the answer lost on
the way (an upload in parts that was completed is then no longer known)."""
NOTHING_IS_THERE = {"NoSuchKey", "404"}
_KEPT = {"AccessDenied", "ObjectLocked"}
_UNKNOWN = {"NotImplemented", "MethodNotAllowed"}
"""What a store answers that keeps no versions and is asked for them."""
_NOT_SET = {"ObjectLockConfigurationNotFoundError", "NoSuchLifecycleConfiguration"}


@dataclass(frozen=True)
class Bucket(Store):
    """The objects of one bucket whose keys begin with a prefix.

    Attributes:
        bucket: its name.
        prefix: what every key begins with, up to and with the last slash.
        patience: seconds to wait for each answer; each request is tried five times.
        remembers: whether it is to be asked for what was taken away: it keeps every version of an object.
    """

    bucket: str
    prefix: str
    patience: float = 60.0
    remembers: bool = False

    @property
    def address(self) -> str:
        """The bucket and prefix as the AWS tools write them."""
        return f"s3://{self.bucket}/{self.prefix}"

    def names(self) -> list[str]:
        """All keys below the prefix, without it."""
        return sorted(self.etags())

    def etags(self) -> dict[str, str]:
        """The same, each with the store's own word for the bytes that stand there: other bytes have another.

        Raises:
            NoGo: the store cannot be reached.
        """
        with self._reached():
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
            every = [found for page in pages for found in page.get("Contents", ())]
        return {found["Key"].removeprefix(self.prefix): found["ETag"] for found in every}

    def has(self, name: str) -> bool:
        """Whether an object has the key."""
        with self._reached():
            try:
                self._s3.head_object(Bucket=self.bucket, Key=self._key(name))
            except ClientError as error:
                if code_of(error) in NOTHING_IS_THERE:
                    return False
                raise
        return True

    def has_had(self, name: str) -> bool:
        """Whether the key has an earlier version, or the mark of one that was deleted."""
        if not self.remembers:
            return False
        with self._reached():
            pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self._key(name))
            return any(
                found["Key"] == self._key(name)
                for page in pages
                for found in (
                    *page.get("DeleteMarkers", ()),
                    *(each for each in page.get("Versions", ()) if not each["IsLatest"]),
                )
            )

    def list_what_forgets(self) -> list[str]:
        """Say in sentences what of the bucket's settings lets an object be taken away without a trace; none if nothing.

        Raises:
            NoGo: the store cannot be reached.
        """
        with self._reached():
            lock = self._setting(self._s3.get_object_lock_configuration).get("ObjectLockConfiguration", {})
            rules = self._setting(self._s3.get_bucket_lifecycle_configuration).get("Rules", ())
        found = []
        if "DefaultRetention" not in lock.get("Rule", {}):
            found.append("It has no object lock with a default retention.")
        for rule in rules:
            about = str(rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")))
            if rule["Status"] == "Enabled" and (self.prefix.startswith(about) or about.startswith(self.prefix)):
                found.append(f"Its lifecycle rule {rule.get('ID', about)!r} takes objects of this prefix away.")
        return found

    def _setting(self, ask: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        try:
            return ask(Bucket=self.bucket)
        except ClientError as error:
            if code_of(error) not in _NOT_SET:
                raise
            return {}

    def get(self, name: str) -> BinaryIO | None:
        """Open the object; a checksum that the server reports is not asked."""
        with self._reached():
            try:
                body: BinaryIO = self._s3.get_object(Bucket=self.bucket, Key=self._key(name))["Body"]
            except ClientError as error:
                if code_of(error) in NOTHING_IS_THERE:
                    return None
                raise
        return body

    def see(self, name: str) -> Seen | None:
        """Read a pointer, whose version is its ETag."""
        with self._reached():
            try:
                answer = self._s3.get_object(Bucket=self.bucket, Key=self._key(name))
            except ClientError as error:
                if code_of(error) in NOTHING_IS_THERE:
                    return None
                raise
            with answer["Body"] as body:
                return Seen(body.read(), answer["ETag"])

    def remove(self, name: str) -> None:
        """Delete the object."""
        with self._reached():
            self._s3.delete_object(Bucket=self.bucket, Key=self._key(name))

    def forget(self, name: str) -> bool:
        """Delete every version of an object, and the marks of those that were deleted.

        Returns:
            whether nothing of it is left: an object lock that has not ended, or rights that siller was not given, keep
            what is there.

        Raises:
            NoGo: the store cannot be reached.
        """
        with self._reached():
            try:
                versions, marks = self._versions_of(name)
            except ClientError as error:
                if code_of(error) not in _KEPT:
                    raise
                return False
            deleted = [self._delete(name, **each) for each in versions]
            # Without its mark what a lock keeps would have its name again, and be sent a second time.
            return all(deleted) and all([self._delete(name, **each) for each in marks])  # noqa: C419  # each is tried

    def _versions_of(self, name: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
        """What tells an object's versions, and its marks, from each other; of a store that knows none the object alone.

        Raises:
            ClientError: the store refuses, or cannot.
        """
        key = self._key(name)
        try:
            pages = list(self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key))
        except ClientError as error:
            if code_of(error) not in _UNKNOWN:
                raise
            return [{}], []
        versions, marks = (
            [{"VersionId": each["VersionId"]} for page in pages for each in page.get(kind, ()) if each["Key"] == key]
            for kind in ("Versions", "DeleteMarkers")
        )
        return versions, marks

    def _delete(self, name: str, **version: str) -> bool:
        """Delete one version of an object; says whether it was, as a lock keeps one and not the next."""
        try:
            self._s3.delete_object(Bucket=self.bucket, Key=self._key(name), **version)
        except ClientError as error:
            if code_of(error) not in _KEPT:
                raise
            return False
        return True

    def _swap(self, name: str, data: bytes, seen: Seen | None) -> bool:
        condition = {"IfMatch": seen.version} if seen else {"IfNoneMatch": "*"}
        with self._reached():
            try:
                self._s3.put_object(Bucket=self.bucket, Key=self._key(name), Body=data, **condition)
            except ClientError as error:
                # Of an object that is gone a condition on its ETag does not hold either.
                if code_of(error) not in SOMETHING_IS_THERE | NOTHING_IS_THERE:
                    raise
                return False
        return True

    def _clear(self, name: str) -> None:
        # Parts of an upload that was never completed hold names and accounts, and no listing of objects shows them.
        with self._reached():
            begun = self._s3.list_multipart_uploads(Bucket=self.bucket, Prefix=self._key(name)).get("Uploads", ())
            for upload in begun:
                self._s3.abort_multipart_upload(Bucket=self.bucket, Key=upload["Key"], UploadId=upload["UploadId"])

    def _create(self, name: str, content: BinaryIO, sha256: str) -> bool:
        first = content.read(PART_BYTES)
        with self._reached():
            try:
                if len(first) < PART_BYTES:
                    self._create_at_once(name, first, sha256)
                else:
                    self._create_in_parts(name, first, content, sha256)
            except ClientError as error:
                if code_of(error) not in SOMETHING_IS_THERE:
                    raise
                return False
        return True

    def _create_at_once(self, name: str, data: bytes, sha256: str) -> None:
        digest = hashlib.sha256(data)
        if digest.hexdigest() != sha256:
            raise other_bytes(name, sha256)
        self._s3.put_object(
            Bucket=self.bucket,
            Key=self._key(name),
            Body=data,
            IfNoneMatch="*",
            ChecksumSHA256=_base64(digest.digest()),
        )

    def _create_in_parts(self, name: str, first: bytes, content: BinaryIO, sha256: str) -> None:
        where = {"Bucket": self.bucket, "Key": self._key(name)}
        where["UploadId"] = self._s3.create_multipart_upload(**where, ChecksumAlgorithm="SHA256")["UploadId"]
        digest, data = hashlib.sha256(), first
        parts: list[dict[str, object]] = []
        try:
            while data:
                digest.update(data)
                part = {"PartNumber": len(parts) + 1, "ChecksumSHA256": _base64(hashlib.sha256(data).digest())}
                answer = self._s3.upload_part(**where, **part, Body=data)
                parts.append({**part, "ETag": answer["ETag"]})
                data = content.read(PART_BYTES)
            if digest.hexdigest() != sha256:
                raise other_bytes(name, sha256)
            self._s3.complete_multipart_upload(**where, MultipartUpload={"Parts": parts}, IfNoneMatch="*")
        except BaseException:
            # If this fails too, the next start's _clear does it.
            with contextlib.suppress(BotoCoreError, ClientError):
                self._s3.abort_multipart_upload(**where)
            raise

    def _key(self, name: str) -> str:
        return f"{self.prefix}{name}"

    @cached_property
    def _s3(self) -> Any:
        patience = Config(
            connect_timeout=self.patience,
            read_timeout=self.patience,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        )
        return boto3.client("s3", config=patience)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            why = code_of(error) if isinstance(error, ClientError) else type(error).__name__
            raise self._unreachable(why) from None


def code_of(error: ClientError) -> str:
    """The store's word for what went wrong."""
    return str(error.response["Error"]["Code"])


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()
