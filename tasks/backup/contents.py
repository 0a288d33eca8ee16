"""What belongs into a tenant's backup, and the list that says so."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.ledger import checksum
from tasks.storage.custody import sha256_of_file
from tasks.tenant_context import TenantContext

LIST = "backup.json"
FORMAT = 1


@dataclass(frozen=True)
class Contents:
    """What a backup says of itself, as its first member.

    Attributes:
        tenant: whose.
        mode: live or rehearsal.
        made_at: when, in ISO 8601.
        made_by: the operator.
        files: each file's place below the mode's tree, and its SHA-256.
        format: of this list.
    """

    tenant: str
    mode: Mode
    made_at: str
    made_by: str
    files: Mapping[str, str]
    format: int = FORMAT

    def as_json(self) -> bytes:
        """The list as it stands in the backup."""
        return json.dumps(asdict(self), indent=1).encode()

    @classmethod
    def read(cls, text: bytes) -> "Contents":
        """Read a backup's list.

        Raises:
            NoGo: it is none, or one of another siller.
        """
        try:
            said = json.loads(text)
            contents = cls(**{**said, "mode": Mode(said["mode"]), "files": dict(said["files"])})
        except (ValueError, KeyError, TypeError):
            raise NoGo("That is no backup of siller: it does not begin with the list of its files.") from None
        if contents.format != FORMAT or not contents.tenant.isidentifier():
            raise NoGo(f"The backup has format {contents.format}, and this siller reads {FORMAT}. Use one that fits.")
        return contents


def files_of(context: TenantContext) -> Iterator[Path]:
    """Every file of a tenant that is not made again from the others.

    Left out are what is spilled, staged, reported or published, which the ledger gives again, and what Prefect keeps.
    """
    paths, tenant = context.paths, context.tenant
    ledger = paths.ledger(tenant)
    beside = (ledger.with_name(f"{ledger.name}.wal"), checksum.beside(ledger))
    yield from (path for path in (ledger, *beside) if path.exists())
    yield from (path for path in [paths.ledger_checkpoint(tenant)] if path.exists())
    yield from sorted(paths.key(tenant, "x").parent.glob(f"{tenant}.*.key"))
    folders = [
        paths.parts(tenant),
        paths.sealed(tenant, "x").parent,
        paths.landing(tenant),
        paths.bank_inbox(tenant),
        paths.provider_inbox(tenant),
        paths.outbox(tenant),
        paths.to_the_body(tenant),
        paths.receipts(tenant),
        paths.continuity_openings(tenant).parent,
    ]
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if _is_ours(path))


def _is_ours(path: Path) -> bool:
    """Whether it is a finished file: no link, which could lead anywhere, and nothing that is no file at all."""
    finished = not path.name.startswith(".") and path.suffix != ".part"
    return finished and path.is_file() and not path.is_symlink()


def hash_files(root: Path, files: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file by its place below a root."""
    return {path.relative_to(root).as_posix(): sha256_of_file(path) for path in files}
