"""Ask a bank whether name and account belong together, of each payee of a run whom siller has not paid there before."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import duckdb
import polars as pl
import pyrage

from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.payee_checks.finding import Finding
from schemas.payee_checks.request_file import write_request
from schemas.stages import Event, Stage
from tasks.ledger import record, runs, sha256_of
from tasks.ledger.catalogue.checking import PayeesAsked
from tasks.ledger.counters import next_number
from tasks.ledger.never_twice import define
from tasks.ledger.payee_findings import CheckTerms, find_payees
from tasks.ledger.payee_rows import PayeeCheckRow
from tasks.ledger.rows import insert
from tasks.ledger.runs import RunRow
from tasks.payee_checks.agreed import terms_of
from tasks.storage.atomic_write import write_atomic
from tasks.storage.custody import Sealed, identities, seal, still_sealed
from tasks.tenant_context import TenantContext

_DETAILS_OF_ROWS = Path(__file__).with_name("asked_rows.sql")


@dataclass(frozen=True)
class Request:
    """A request for a bank.

    Attributes:
        path: of the file.
        rows: about how many payees it asks.
        is_new: whether it was made just now.
    """

    path: Path
    rows: int
    is_new: bool


def write_requests(context: TenantContext, run_id: str, by: str, now: datetime) -> list[Request]:
    """Write the request of a run for the bank, and what was asked of it before.

    A payee is asked about once a run. Whoever died before the file was written, or lost it, asks again: it is the same.

    Args:
        context: the tenant's.
        run_id: the run, which has been validated.
        by: the operator.
        now: the moment.

    Returns:
        every request of the run, the earliest first; none where every payment that nothing else holds goes where its
        payee was paid before, or where the bank has matched it.

    Raises:
        NoGo: the agreement has no payee checks, or another run has taken this one's place.
    """
    with context.ledger.transaction() as connection:
        run, terms = find_run(connection, context, run_id)
        if later := runs.successor(connection, run):
            raise NoGo(f"{later.run_id} has taken the place of {run_id}: name that one. Nothing was done.")
        number = _ask(connection, context, run, terms, by, now)
        asked = connection.execute(
            "SELECT payee_check_no, request_sha256, count(*) FROM payee_check JOIN core_payee_check "
            "USING (payee_check_no, run_no) WHERE run_no = ? GROUP BY ALL ORDER BY payee_check_no",
            [run.run_no],
        ).fetchall()
    requests = []
    for each, sha256, rows in asked:
        path = context.paths.payee_checks(run_id) / f"{run_id}.payee-check-{each}.csv"
        write_atomic(path, _unsealed(context, run_id, sha256))
        requests.append(Request(path, rows, each == number))
    return requests


def find_run(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> tuple[RunRow, CheckTerms]:
    """A run whose payees are checked, and what is agreed of that.

    Raises:
        NoGo: the agreement has no payee checks, a live run's profile is one for practice, or the run is not validated.
    """
    run = runs.run_row(connection, run_id)
    terms = terms_of(context, run)
    if terms is None:
        raise NoGo(f"The agreement with {context.tenant} has no payee_checks. Nothing was done.")
    if context.mode is Mode.LIVE and context.payee_check_profile and context.payee_check_profile.is_practice:
        raise NoGo(
            f"The profile {context.payee_check_profile.name} is invented for practice, and no bank works by it. "
            "Nothing was done: write the profile of the body's own bank, and have the agreement name that one."
        )
    if Stage.VALIDATE not in runs.stages_done(connection, run_id):
        raise NoGo(f"{run_id} has not been validated yet: start it first. Nothing was done.")
    return run, terms


def details_of(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, rows: pl.DataFrame
) -> pl.DataFrame:
    """The details of rows as a bank is asked about them, by RUN/ROW as ``reference``; the same details once."""
    define(connection, context.agreement.accounts)
    connection.register("asked", rows.select("row_number").to_arrow())
    found = connection.execute(_DETAILS_OF_ROWS.read_text(), {"run_no": run.run_no}).pl()
    connection.unregister("asked")
    return found.with_columns(reference=pl.concat_str(pl.lit(f"{run.run_id}/"), "row_number"))


def _ask(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run: RunRow,
    terms: CheckTerms,
    by: str,
    now: datetime,
) -> int | None:
    """Keep a request for what was not asked yet; its number, or None if all of it was."""
    profile = context.payee_check_profile
    assert profile is not None
    found = find_payees(connection, run, terms, now, context.agreement.accounts)
    before = connection.execute("SELECT row_number FROM core_payee_check WHERE run_no = ?", [run.run_no]).pl()
    # What the bank did not match it is asked again from each run: it may be right by then, or not have been.
    unmatched = found.filter(~pl.col("finding").is_in([str(Finding.MATCH), str(Finding.CHANGED)]))
    details = details_of(connection, context, run, unmatched).join(before, on="row_number", how="anti")
    if details.is_empty():
        return None
    content = write_request(profile, details)
    number = next_number(connection, Event.PAYEES_ASKED)
    sha256 = hashlib.sha256(content).hexdigest()
    insert(connection, PayeeCheckRow(number, run.run_no, sha256, context.payee_check_profile_sha256, by, now))
    connection.register("asked", details.select("row_number").to_arrow())
    connection.execute(
        "INSERT INTO core_payee_check BY NAME SELECT ? AS payee_check_no, ? AS run_no, row_number FROM asked",
        [number, run.run_no],
    )
    connection.unregister("asked")
    seal(Sealed.PAYEE_REQUEST, BytesIO(content), f"the request of {run.run_id}", context.paths, context.tenant, sha256)
    said = PayeesAsked(by, details.height, sha256, profile.name)
    record(connection, run.run_no, run.run_id, said, sha256_of(sha256, context.payee_check_profile_sha256), now, number)
    return number


def _unsealed(context: TenantContext, run_id: str, sha256: str) -> bytes:
    if not still_sealed(context.paths, context.tenant, sha256):
        raise NoGo(f"A sealed request of {run_id} is missing, or is not what was sealed. Ask for siller verify.")
    sealed = context.paths.sealed(context.tenant, sha256)
    return bytes(pyrage.decrypt(sealed.read_bytes(), identities(context.paths, context.tenant)))
