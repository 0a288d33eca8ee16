"""The installed account tables, a folder a version, and which of them is in use.

They stand under SILLER_HOME because they are Vocalink's and no part of siller. A folder has the two files as they
were published and a record of what was found when they were installed; what differs from its record is not used.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from schemas.account.table import ModulusTable
from schemas.documents import read_json, sentences
from schemas.no_go import NoGo
from tasks.settings import PROJECT, Settings
from tasks.storage.paths import account_tables

RECORD = "installed.json"
_PRACTICE = "practice_modulus"


class Record(BaseModel):
    """What was found when a table was installed.

    Attributes:
        version: as its file's name says it.
        valid_from: since when it holds, as Vocalink says.
        sha256: of the weight table's bytes.
        substitutions_sha256: of the substitution table's bytes.
        rows: of the weight table.
        installed_by: the operator.
        installed_at: when.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    valid_from: date
    sha256: str
    substitutions_sha256: str
    rows: int
    installed_by: str
    installed_at: datetime

    @property
    def release(self) -> tuple[int, ...]:
        """The version as numbers, to tell which of two is newer: v8-50 is 8, 50."""
        return release_of(self.version)


@dataclass(frozen=True)
class InUse:
    """The table that accounts are checked with.

    Attributes:
        table: the table.
        provided_by: the operator who installed it; or what put it there.
    """

    table: ModulusTable
    provided_by: str


def release_of(version: str) -> tuple[int, ...]:
    """A version as numbers.

    Raises:
        ValueError: it is no version of Vocalink's.
    """
    major, _, minor = version.removeprefix("v").partition("-")
    return int(major), int(minor)


def list_installed(settings: Settings) -> list[Record]:
    """The installed tables, the oldest version first.

    Raises:
        NoGo: a folder has no record that can be read.
    """
    return sorted((_record(folder) for folder in _folders(settings)), key=lambda record: record.release)


def in_use(settings: Settings, on: date) -> InUse:
    """The table that accounts are checked with on a day.

    A folder that was set comes first, then the newest installed version that holds on that day, then the practice
    table.

    Raises:
        NoGo: the table is missing, broken, or no longer what was installed.
    """
    if settings.modulus_table:
        return InUse(ModulusTable.load(settings.modulus_table), "SILLER_MODULUS_TABLE")
    holding = [record for record in list_installed(settings) if record.valid_from <= on]
    if not holding:
        return InUse(ModulusTable.load(_practice(settings)), "siller, for practice")
    newest = holding[-1]
    table = ModulusTable.load(account_tables(settings.home) / newest.version, newest.valid_from)
    if not _is_as_recorded(table, newest):
        raise NoGo(
            f"The account table {newest.version} is not the one that {newest.installed_by} installed: a file in "
            f"{account_tables(settings.home) / newest.version} has changed. Remove that folder and install the table "
            "again, from Vocalink."
        )
    return InUse(table, newest.installed_by)


def _practice(settings: Settings) -> Path:
    """Where the practice table is: beside the contracts, or siller's own where a body has its contract alone."""
    beside = settings.contracts / _PRACTICE
    return beside if beside.exists() else PROJECT / "data_contracts" / _PRACTICE


def changed(settings: Settings) -> Iterator[str]:
    """A sentence for each installed table that is no longer what was installed."""
    for folder in sorted(_folders(settings)):
        try:
            record = _record(folder)
            table = ModulusTable.load(folder, record.valid_from)
            if _is_as_recorded(table, record) and record.version == folder.name:
                continue
        except NoGo:
            pass  # a folder that cannot be read is not what was installed either
        yield f"The account table in {folder} is not the one that was installed: a file in it has changed."


def is_for_practice(settings: Settings) -> bool:
    """Whether this machine has the practice table alone."""
    return settings.modulus_table is None and not list_installed(settings)


def _is_as_recorded(table: ModulusTable, record: Record) -> bool:
    return (table.sha256, table.substitutions_sha256) == (record.sha256, record.substitutions_sha256)


def _folders(settings: Settings) -> Iterator[Path]:
    return (folder for folder in account_tables(settings.home).glob("[!.]*") if folder.is_dir())


def _record(folder: Path) -> Record:
    path = folder / RECORD
    try:
        return Record.model_validate(read_json(path))
    except ValidationError as error:
        raise sentences(path.name, error) from None
