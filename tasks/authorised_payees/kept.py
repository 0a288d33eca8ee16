"""The list of authorised payees that counts: what two people confirmed last, by its place in the journal."""

from dataclasses import dataclass, field
from datetime import date

import duckdb
import polars as pl
import pyrage

from schemas.authorised_payees import ACCOUNT, REFERENCE, parse_list
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.authorising import PayeesAuthorised
from tasks.ledger.catalogue.stages import Assess
from tasks.ledger.journal import latest_of
from tasks.ledger.runs import RunRow
from tasks.storage.custody import identities, still_sealed
from tasks.tenant_context import TenantContext


def _nobody() -> pl.DataFrame:
    return pl.DataFrame(schema={REFERENCE: pl.String, ACCOUNT: pl.String})


@dataclass(frozen=True)
class KeptList:
    """A list that counts.

    Attributes:
        sha256: of the file; empty where none is kept: then nobody is authorised.
        confirmed_on: the day.
        by: who confirmed it, both.
        payees: as :func:`schemas.authorised_payees.parse_list` has them. Of payees: they stay out of everything shown.
    """

    sha256: str = ""
    confirmed_on: date | None = None
    by: tuple[str, ...] = ()
    payees: pl.DataFrame = field(default_factory=_nobody, compare=False, repr=False)

    @property
    def count(self) -> int:
        """How many payees stand on it."""
        return self.payees[REFERENCE].n_unique()


def find_list(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> KeptList:
    """The list that counts, with its payees; one of nobody where none was confirmed, or its years are over.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.

    Raises:
        NoGo: the list was confirmed, and is not there as it was sealed.
    """
    latest = latest_of(connection, PayeesAuthorised)
    if latest is None:
        return KeptList()
    _, said, at = latest
    if not still_sealed(context.paths, context.tenant, said.file_sha256):
        if connection.execute("SELECT 1 FROM erased_file WHERE sha256 = ?", [said.file_sha256]).fetchone():
            return KeptList()
        raise NoGo("The sealed list of authorised payees is missing, or is not what was sealed. Ask for siller verify.")
    sealed = context.paths.sealed(context.tenant, said.file_sha256)
    content = bytes(pyrage.decrypt(sealed.read_bytes(), identities(context.paths, context.tenant)))
    day = at.astimezone(LONDON).date()
    return KeptList(said.file_sha256, day, (said.by, said.agreed_by), parse_list(content, "the sealed list"))


def say_by_another_list(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> str:
    """That a run which may still be released was assessed by another list than the one that counts; empty if not.

    Args:
        connection: the tenant's ledger.
        context: the tenant's.
        run: the run.
    """
    done = runs.stages_done(connection, run.run_id)
    if not context.agreement.authorised_payees or Stage.ASSESS not in done or Stage.RELEASE_PENDING in done:
        return ""
    latest = latest_of(connection, PayeesAuthorised)
    if entry_of(connection, run.run_id, Assess).authorised_sha256 == (latest[1].file_sha256 if latest else ""):
        return ""
    return (
        f"Another list of authorised payees was confirmed since the gates were asked of {run.run_id}, so nobody can "
        "approve or release it. Start the same extract again: it opens the next run, by that list."
    )
