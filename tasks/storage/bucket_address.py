"""The bucket that a setting names, and in it the place of one tenant."""

import re
from typing import TYPE_CHECKING

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.settings import Settings

if TYPE_CHECKING:
    from tasks.storage.bucket import Bucket

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*?))?/?")


def bucket_at(address: str, setting: str, called: str, mode: Mode, tenant: str) -> "Bucket":
    """The objects below ``s3://BUCKET/PREFIX/MODE/TENANT/``: nothing of another mode or tenant is in it.

    Args:
        address: what the setting says.
        setting: its name, for a sentence.
        called: what people call the store.
        mode: live or rehearsal.
        tenant: whose.

    Raises:
        NoGo: the setting names no bucket.
    """
    found = _S3.fullmatch(address)
    if found is None:
        raise NoGo(
            f"{setting} is {address!r}, which is no bucket: write it s3://BUCKET or s3://BUCKET/PREFIX, or unset it to "
            "use a folder."
        )
    # Loading the AWS SDK takes most of a second, which only those pay who have a bucket.
    from tasks.storage.bucket import Bucket

    prefix = f"{found['prefix']}/" if found["prefix"] else ""
    return Bucket(called, found["bucket"], f"{prefix}{mode}/{tenant}/")


def shared_store(settings: Settings, mode: Mode, tenant: str) -> "Bucket | None":
    """What homes share of one tenant in one mode; None where each home has its own.

    Raises:
        NoGo: the setting names no bucket.
    """
    return None if settings.store is None else bucket_at(settings.store, "SILLER_STORE", "store", mode, tenant)
