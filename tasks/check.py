"""What would come of an extract: a pay run's first stages, tried out where they do not count."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from schemas.contract.explain import message
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.pay_run import PayRun
from tasks.assess import judging
from tasks.assess.gate import Gate
from tasks.assess.gates import gates
from tasks.assess.measure import measure
from tasks.assess.metrics import Metrics
from tasks.assess.stage import gather_context, judge, no_go_sentences, thresholds
from tasks.assess.verdicts import GateResult
from tasks.authorised_payees.kept import find_list
from tasks.ingest.agreed_periods import period_unsaid
from tasks.ingest.declaring import declare
from tasks.ingest.given_back import check_given_back
from tasks.ingest.integrity import check_hash
from tasks.ingest.landing import Landed, read_landed
from tasks.ingest.opening import check_day, run_for
from tasks.ingest.reading import hand_on_password, read_sent
from tasks.ingest.rows import begin, take_in
from tasks.ingest.stage import land
from tasks.ledger import LedgerBusy, runs
from tasks.ledger.catalogue.stages import Ingest, Validate
from tasks.ledger.file_line import file_lines
from tasks.rails import rail_of
from tasks.storage.paths import account_tables
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate_rows

_CHECK = "check"
"""What the judge of a check is called: its run does not exist."""
OF_THE_RUN = {"account_table_is_current", "account_table_age_days", "processing_date_is_possible"}


@dataclass(frozen=True)
class Finding:
    """Why a row would be left out.

    Attributes:
        row: the data row, from 0.
        column: the tenant's own name of the column.
        rule: the rule's id.
        message: what is wrong and what to do.
        line: where the row stands in the body's own file.
    """

    row: int
    column: str
    rule: str
    message: str
    line: int


@dataclass(frozen=True)
class Checked:
    """What would come of an extract.

    Attributes:
        reason: why the whole extract would be refused; None if it would be accepted.
        rows: data rows found; 0 if the extract could not be read to its end.
        payable_rows: the row numbers that would be paid.
        payable_pence: what they add up to.
        refused: rows that break a rule, a finding a reason.
        held: rows that would wait for a decision of the body.
        gates: what the gates would say.
    """

    reason: str | None
    rows: int = 0
    payable_rows: list[int] = field(default_factory=list)
    payable_pence: int = 0
    refused: list[Finding] = field(default_factory=list)
    held: list[Finding] = field(default_factory=list)
    gates: list[GateResult] = field(default_factory=list)


def check(context: TenantContext, extract: Path, manifest: Path | None, now: datetime) -> Checked:
    """Hold an extract against the contract, the account table and the gates; write nothing.

    Where the tenant has a ledger, the check sees what was paid before, in a copy.

    Args:
        context: the tenant's.
        extract: the file; it may stand anywhere.
        manifest: what the tenant declares about it. Without one, declared rows and total are not compared,
            and the period is that of most rows' pay date, or where the body sends none that of the day.
        now: the moment of the check.

    Raises:
        LedgerBusy: a run holds the ledger, which says nothing of the extract.
        NoGo: no judge answered, or it failed, which says nothing of it either.
    """
    with TemporaryDirectory(prefix="siller-check-") as nowhere, _judge(Path(nowhere)) as judge:
        try:
            arrived = _declared(context, extract, manifest, now)
            elsewhere = _elsewhere(context, Path(nowhere))
            with _tried_out(context, Path(nowhere)) as connection:
                run = _next_run(connection, context, arrived, now)
                ingested = _ingested(connection, context, elsewhere, run, arrived, now)
                validated = validate_rows(connection, elsewhere, run.run_id, now).figures
                found = find_rows(connection, context, run)
                metrics = _measured(connection, context, run, ingested, validated, now)
        except LedgerBusy:
            raise
        except NoGo as said:
            return Checked(reason=str(said), rows=_rows_of(context, extract))
        return _with_gates(found, judge(gates(metrics, thresholds(context)), metrics.figures()))


def _elsewhere(context: TenantContext, nowhere: Path) -> TenantContext:
    """The context for which parts are written and read again: with the account tables of this machine."""
    installed = account_tables(context.settings.home)
    if installed.exists():
        account_tables(nowhere).symlink_to(installed.absolute(), target_is_directory=True)
    return context.at(nowhere)


def _ingested(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    elsewhere: TenantContext,
    run: PayRun,
    arrived: Landed,
    now: datetime,
) -> Ingest:
    """Take the extract in; its parts stand beside the copy of the ledger and go with it."""
    taken = take_in(elsewhere, arrived, begin(connection, elsewhere, arrived), now)
    if context.ledger.exists:  # on the body's own machine nothing is known of the runs that gave rows back
        check_given_back(connection, arrived.manifest, taken)
    return land(connection, elsewhere, run, arrived, taken, now).figures


def _declared(context: TenantContext, extract: Path, manifest: Path | None, now: datetime) -> Landed:
    if manifest is None:
        made = declare(context, extract, of_period=period_unsaid(context, now.date()))
        return Landed(extract, made, made.sha256)
    arrived = read_landed(extract, Manifest.load(manifest, context.tenant))
    if arrived.manifest.extract != extract.name:
        raise NoGo(f"{manifest.name} is the manifest of {arrived.manifest.extract} and not of {extract.name}.")
    check_hash(arrived.manifest, arrived.sha256)
    check_day(context, arrived.manifest, now)
    return arrived


@contextmanager
def _tried_out(context: TenantContext, nowhere: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the tenant's ledger, or an empty one if there is none yet, that goes with its folder.

    The ledger itself will not do, not even in a transaction that is rolled back: DuckDB writes the rows of a
    large one to the file before it is committed. And a run need not wait for a check.
    """
    elsewhere = context.at(nowhere)
    hand_on_password(context.tenant, context.settings.home, nowhere)
    ledger = elsewhere.ledger
    if context.ledger.exists:
        with context.ledger.held():
            ledger = context.ledger.copied_to(elsewhere.paths)
    with ledger.opened(create=True) as connection:
        connection.begin()
        try:
            yield connection
        finally:
            connection.rollback()


@contextmanager
def _judge(folder: Path) -> Iterator[Callable[[tuple[Gate, ...], Mapping[str, int | float | None]], list[GateResult]]]:
    """The child process that judges gates, loading while the block works and ended with it."""
    child = judging.start(folder, _CHECK)
    try:
        yield partial(judge, folder, _CHECK, folder)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(child, 0)


def _measured(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run: PayRun,
    ingested: Ingest,
    validated: Validate,
    now: datetime,
) -> Metrics:
    row = runs.run_row(connection, run.run_id)
    dates = rail_of(context.agreement).days(row.pay_date, context.bank_days)
    told = gather_context(context, ingested, validated, [dates], True, now)
    if context.agreement.authorised_payees and context.ledger.exists:  # on the body's own machine there is no list
        told = replace(told, authorised=find_list(connection, context))
    return measure(connection, row, told, context.agreement.accounts)


def _with_gates(found: Checked, results: list[GateResult]) -> Checked:
    """What the gates say. Those of the machine and of the day would stop a run, and say nothing of the extract."""
    of_the_extract = [result for result in results if result.gate not in OF_THE_RUN]
    return replace(found, reason=found.reason or no_go_sentences(of_the_extract) or None, gates=results)


def _next_run(connection: duckdb.DuckDBPyConnection, context: TenantContext, arrived: Landed, now: datetime) -> PayRun:
    """The run that would be opened, also where the same extract waits in one already."""
    run_for(connection, context, arrived, now)
    period = arrived.manifest.pay_period
    return PayRun(context.tenant, period, context.mode, len(runs.runs_of_period(connection, period)) + 1)


def find_rows(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: PayRun) -> Checked:
    """What has become of the rows of a run's own extract, once they are validated.

    They are told by their own numbers; a correction's come after those that it joins.
    """
    row = runs.run_row(connection, run.run_id)
    own = {"run_no": row.run_no, "first": runs.first_own_row(connection, row)}
    payable = connection.execute(
        "SELECT row_number - $first AS row_number, amount_pence FROM core_payment "
        "WHERE run_no = $run_no AND row_number >= $first ORDER BY row_number",
        own,
    ).pl()
    left_out = connection.execute(
        "SELECT outcome, row_number, column_name, rule FROM core_left_out "
        "WHERE run_no = $run_no AND row_number >= $first ORDER BY ALL",
        own,
    ).fetchall()
    lines = dict(
        file_lines(connection, row, [number for _, number, *_ in left_out]).select("row_number", "line").iter_rows()
    )
    findings: dict[str, list[Finding]] = {"held": [], "refused": []}
    for outcome, row_number, column, rule in left_out:
        said = message(context.contract, column, rule)
        named = context.contract.column(column).physical_name
        findings[outcome].append(Finding(row_number - own["first"], named, rule, said, lines[row_number]))
    nothing = f"{row.extract_name} has no row that can be paid." if payable.is_empty() else None
    return Checked(
        reason=nothing,
        rows=row.declared_rows - own["first"],
        payable_rows=payable["row_number"].to_list(),
        payable_pence=int(payable["amount_pence"].sum()),
        refused=findings["refused"],
        held=findings["held"],
    )


def _rows_of(context: TenantContext, extract: Path) -> int:
    """How many rows an extract has that is refused as a whole; 0 where it cannot be read."""
    try:
        return sum(batch.height for batch in read_sent(context, extract))
    except NoGo:
        return 0
