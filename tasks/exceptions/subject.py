"""What somebody names to be settled: a file or an entry of it, a run, a group of its payments, or one of them."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

import duckdb

from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from schemas.sanitise import sanitise
from tasks.ledger import runs
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

_HASH = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class OfFile:
    """A file of the bank's, or one entry or answer of it.

    Attributes:
        bank_file_no: its number.
        name: as it came.
        item: place in the file, from 1; None for the whole file.
    """

    bank_file_no: int
    name: str
    item: int | None

    @property
    def said(self) -> str:
        """What it is called."""
        return sanitise(self.name) if self.item is None else f"item {self.item} of {sanitise(self.name)}"


@dataclass(frozen=True)
class OfRun:
    """Payments of a run: all that are open, those of one day of its file, of one state and code, or one.

    Attributes:
        run: whose.
        row_number: of one payment; None for several.
        state: of a group; None for any.
        code: of a group; None for any.
        pay_day: on which they are due, of a file of several days; None for any.
    """

    run: RunRow
    row_number: int | None = None
    state: str | None = None
    code: str | None = None
    pay_day: date | None = None

    @property
    def said(self) -> str:
        """What it is called."""
        which = self.pay_day or (self.row_number if self.row_number is not None else self.state)
        return "/".join(sanitise(str(each)) for each in (self.run.run_id, which, self.code) if each is not None)


Subject = OfFile | OfRun


def find_subject(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, item: int | None
) -> Subject:
    """Find what is named in a tenant's own ledger.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
        named: FILE, by its name or the beginning of its SHA-256; RUN, RUN/DAY, RUN/ROW, RUN/STATE
            or RUN/STATE/CODE.
        item: of a file.

    Raises:
        NoGo: there is no such thing, or several files have the name.
    """
    run_id, *which = named.strip().split("/", 2)
    pay_run = None
    with suppress(NoGo):
        pay_run = PayRun.of(run_id)
    if pay_run is None:
        return _file(connection, context, named.strip(), item)
    if (pay_run.tenant, pay_run.mode) != (context.tenant, context.mode):
        raise NoGo(f"{run_id} is no run of {context.tenant} ({context.mode}). Nothing was done.")
    if item is not None:
        raise NoGo(f"Of a run a row is named, such as {run_id}/17, and no item. Nothing was done.")
    run = runs.run_row(connection, run_id)
    if not which:
        return OfRun(run)
    if which[0].isdecimal() and len(which) == 1:
        return OfRun(run, row_number=int(which[0]))
    with suppress(ValueError):
        return OfRun(run, pay_day=date.fromisoformat("/".join(which)))
    return OfRun(run, state=which[0], code=which[1] if len(which) > 1 else None)


def _file(connection: duckdb.DuckDBPyConnection, context: TenantContext, named: str, item: int | None) -> OfFile:
    digest = named if _HASH.fullmatch(named) else None
    found = connection.execute(
        "SELECT bank_file_no, file_name, sha256[:12] FROM bank_file "
        "WHERE file_name = $named OR starts_with(sha256, $digest) ORDER BY bank_file_no",
        {"named": named, "digest": digest},
    ).fetchall()
    if not found:
        raise NoGo(
            f"{context.tenant} has had no file {sanitise(named)} of the bank's, nor is that a run. `siller exceptions "
            f"{context.tenant}` has the names. Nothing was done."
        )
    if len(found) > 1:
        hashes = ", ".join(sha256 for *_, sha256 in found)
        raise NoGo(
            f"{len(found)} files are called {sanitise(named)}: name one by its SHA-256, {hashes}. Nothing was done."
        )
    return OfFile(found[0][0], found[0][1], item)
