"""Which outbox a tenant has: a folder below ``SILLER_HOME``, or a bucket if one is set."""

import re

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.office import Office
from tasks.places import Places
from tasks.release.folder import Folder
from tasks.release.outbox import Outbox
from tasks.release.released_file import F, LiveFile, RehearsalFile
from tasks.settings import Settings

_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>.*?))?/?")


def live_outbox(settings: Settings, tenant: str) -> Outbox[LiveFile]:
    """Where a tenant's live payment files appear: the sender takes them from here."""
    return _outbox(LiveFile, settings, tenant)


def rehearsal_outbox(settings: Settings, tenant: str) -> Outbox[RehearsalFile]:
    """Where a tenant's rehearsed payment files appear, apart from everything live."""
    return _outbox(RehearsalFile, settings, tenant)


def outbox_of(office: Office) -> Outbox[LiveFile] | Outbox[RehearsalFile]:
    """The outbox of an office, to read from: whoever puts a file into one says which kind it is."""
    which = live_outbox if office.mode is Mode.LIVE else rehearsal_outbox
    return which(office.settings, office.tenant)


def _outbox(kind: type[F], settings: Settings, tenant: str) -> Outbox[F]:
    if settings.outbox is None:
        return Folder(kind, Places(settings.home, kind.mode).outbox(tenant))
    found = _S3.fullmatch(settings.outbox)
    if found is None:
        raise NoGo(
            f"SILLER_OUTBOX is {settings.outbox!r}, which is no bucket: write it s3://BUCKET or s3://BUCKET/PREFIX, "
            "or unset it to release into a folder."
        )
    # Loading the AWS SDK takes most of a second, which only those pay who have a bucket.
    from tasks.release.bucket import Bucket

    prefix = f"{found['prefix']}/" if found["prefix"] else ""
    return Bucket(kind, found["bucket"], f"{prefix}{kind.mode}/{tenant}/")
