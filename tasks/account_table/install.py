"""Install an account table: nothing is kept that is not whole, newer, and right about the published cases."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from schemas.account.published_cases import find_contradicted
from schemas.account.table import ModulusTable
from schemas.agreement import Role
from schemas.approval import canonical
from schemas.incoming import Incoming, read
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.sanitise import sanitise
from tasks.account_table.shelf import RECORD, Record, list_installed, release_of
from tasks.people.identity import identify
from tasks.settings import Settings
from tasks.storage.atomic_write import flush
from tasks.storage.paths import account_tables
from tasks.tenant_context import list_agreed

DOOR = "siller modulus-table install"

_VERSION = re.compile(r"v[0-9]{1,2}-[0-9]{1,3}")
_FURTHEST_AHEAD = timedelta(days=92)
_LEAST_SHARE_OF_ROWS = 0.9


def operator(settings: Settings, name: str) -> str:
    """The operator of that name, proved. One table serves every body, so the operator of any of them may install it.

    Raises:
        NoGo: no agreement names such an operator, or they did not prove who they are.
    """
    contexts = list(list_agreed(Mode.LIVE, settings))
    if not contexts:
        raise NoGo(f"There is no agreement in {settings.contracts}, so nobody is an operator. Nothing was installed.")
    for context in contexts:
        if canonical(name, context.agreement.people) in context.agreement.people_with(Role.OPERATOR):
            return identify(context, name, DOOR, Role.OPERATOR)
    return identify(contexts[0], name, DOOR, Role.OPERATOR)


def install(
    settings: Settings, files: Sequence[Path], valid_from: date, sha256: str | None, by: str, now: datetime
) -> tuple[Record, bool]:
    """Check a table and keep it.

    Args:
        settings: of this machine.
        files: the two files, under the names that they were published with.
        valid_from: since when the table holds, as Vocalink says where it is downloaded.
        sha256: of the weight table, as somebody else has read it; None if nobody has.
        by: the operator.
        now: the moment.

    Returns:
        its record, and whether it is new; a table that is installed already is left as it is.

    Raises:
        NoGo: a file is missing, broken or cut off; the table is older than what is installed, another one under
            the same version, or contradicts the published cases. Nothing is kept.
    """
    shelf = account_tables(settings.home)
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryDirectory(prefix=".", dir=shelf) as desk:
        table = _laid_out(Path(desk), files, valid_from)
        _check_itself(table, sha256, now.date())
        others = list_installed(settings)
        for other in others:
            if other.version == table.version:
                return _same(other, table), False
        if others:
            _check_newer(table, others[-1])
        record = Record(
            version=table.version,
            valid_from=valid_from,
            sha256=table.sha256,
            substitutions_sha256=table.substitutions_sha256,
            rows=table.rows,
            installed_by=by,
            installed_at=now,
        )
        _keep(Path(desk), shelf / table.version, record)
    return record, True


def _laid_out(desk: Path, files: Sequence[Path], valid_from: date) -> ModulusTable:
    """Copy the files, so that what is checked is what is kept, and read them as a table."""
    names = [file.name for file in files]
    weights = [name for name in names if name.startswith("valacdos")]
    if len(names) != 2 or len(weights) != 1 or "scsubtab.txt" not in names:
        raise NoGo(
            "An account table is two files, Vocalink's valacdos-….txt and scsubtab.txt; these are "
            f"{sanitise(', '.join(names))}. Name both, as they were published. Nothing was installed."
        )
    for file in files:
        (desk / file.name).write_bytes(read(file, Incoming.ACCOUNT_TABLE))
    return ModulusTable.load(desk, valid_from)


def _check_itself(table: ModulusTable, sha256: str | None, today: date) -> None:
    if not _VERSION.fullmatch(table.version):
        raise NoGo(
            f"The name of the weight table says the version {table.version!r}. Name the file as Vocalink publishes it, "
            "for example valacdos-v8-50.txt. Nothing was installed."
        )
    if sha256 and sha256.strip().lower() != table.sha256:
        raise NoGo(
            f"The weight table has SHA-256 {table.sha256}, and {sha256.strip()} was expected: it is not the same file. "
            "Download it again. Nothing was installed."
        )
    if table.valid_from > today + _FURTHEST_AHEAD:
        raise NoGo(
            f"Vocalink does not publish a table so long before it holds: {table.valid_from:%-d %B %Y} is more than "
            f"{_FURTHEST_AHEAD.days} days ahead. Check the date. Nothing was installed."
        )
    wrong = find_contradicted(table)
    if wrong:
        raise NoGo(
            f"The table {table.version} contradicts Vocalink's own test cases for the sort code {', '.join(wrong)}. It "
            "was changed after it was published, or siller has to be taught something new. Nothing was installed."
        )


def _same(other: Record, table: ModulusTable) -> Record:
    found = (table.sha256, table.substitutions_sha256, table.valid_from)
    if found != (other.sha256, other.substitutions_sha256, other.valid_from):
        raise NoGo(
            f"The table {other.version} is installed already, by {other.installed_by} on "
            f"{other.installed_at:%-d %B %Y}, with other files or another date: SHA-256 {other.sha256}, valid from "
            f"{other.valid_from:%-d %B %Y}. Find out which is right. Nothing was installed."
        )
    return other


def _check_newer(table: ModulusTable, newest: Record) -> None:
    if release_of(table.version) <= newest.release or table.valid_from <= newest.valid_from:
        raise NoGo(
            f"{newest.version}, valid from {newest.valid_from:%-d %B %Y}, is installed; {table.version}, valid from "
            f"{table.valid_from:%-d %B %Y}, is not newer in both. Nothing was installed. To go back to an older table, "
            "set SILLER_MODULUS_TABLE to its folder."
        )
    if table.rows < _LEAST_SHARE_OF_ROWS * newest.rows:
        raise NoGo(
            f"The table {table.version} has {table.rows:,} rows and {newest.version} has {newest.rows:,}: it seems to "
            "have been cut off. Download it again. Nothing was installed."
        )


def _keep(desk: Path, final: Path, record: Record) -> None:
    """Give the folder its name once everything in it is on the disk; a crash leaves nothing that counts."""
    (desk / RECORD).write_text(record.model_dump_json(indent=2) + "\n")
    for path in (*desk.iterdir(), desk):
        flush(path)
    desk.rename(final)
    flush(final.parent)
