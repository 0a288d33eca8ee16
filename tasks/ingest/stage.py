"""Ingest: the extract and its manifest become sealed bytes and rows in the ledger."""

from datetime import datetime

import duckdb

from schemas.agreement import Role
from schemas.contract.contract import Contract
from schemas.contract.extract import first_line
from schemas.incoming import Incoming, open_incoming
from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from tasks.account_table.shelf import in_use
from tasks.adoption.adopted import say_unadopted
from tasks.continuity.settle import check_settled
from tasks.ingest.claim import claim_bytes
from tasks.ingest.correction import join
from tasks.ingest.given_back import check_given_back
from tasks.ingest.integrity import check_hash, check_is_meant, check_uploader
from tasks.ingest.landing import Landed, find_landed
from tasks.ingest.landing_bucket import arrived_at
from tasks.ingest.opening import check_day, joined_run, run_for, runs_before
from tasks.ingest.rows import TakenIn, begin, take_in
from tasks.ingest.signature import check_signature, keep_signature
from tasks.ledger import Entry, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Ingest
from tasks.ledger.counters import next_in
from tasks.ledger.file_line import keep_breaks
from tasks.ledger.parts import listing, views
from tasks.ledger.parts.sweeping import writing
from tasks.ledger.rows import FlowRunRow, PeriodDayRow, insert
from tasks.ledger.runs import RunRow
from tasks.storage.custody import Sealed, seal
from tasks.tenant_context import TenantContext
from tasks.validate.judgement import hand_on


def open_run(
    context: TenantContext, asked: str | None, flow_run_id: str, now: datetime
) -> tuple[PayRun, Landed | None]:
    """Say which run a flow works on, and what has arrived for it.

    A flow that was started before goes on with the run it had. Otherwise the run is looked up by tenant,
    period and the extract's SHA-256: one that was left half-done is taken up again.

    Returns:
        the run, and the extract to ingest; None for a flow that has ingested it.

    Raises:
        NoGo: the run is live and has no account table or no adopted agreement, the flow works on another period,
            nothing to pay has arrived, nobody can tell which extract is meant, it was paid already, another extract
            of the period stands, it is not what its manifest declares, or the manifest is not signed by its uploader.
            The ledger is unchanged, but for a note of a bad signature.
    """
    given = Period.parsed(asked) if asked else None
    period = given or context.agreement.periods.around(now.date())
    _check_account_table(context, now)
    with context.ledger.opened(create=True) as connection:
        started = runs.run_of_flow(connection, flow_run_id)
        if started:
            return _goes_on(PayRun.of(started), given), None
        if said := say_unadopted(connection, context):
            raise NoGo(f"{said} Nothing was done.")
        check_settled(connection, context.paths, context.tenant)
        before = runs_before(connection, period)
    # Whatever somebody has put into the landing folder is read while nobody waits for the ledger.
    arrived = find_landed(arrived_at(context), context.tenant, period, before)
    check_is_meant(arrived.manifest, context.mode)
    check_hash(arrived.manifest, arrived.sha256)
    check_uploader(arrived.manifest, context.agreement.people_with(Role.UPLOADER))
    with context.ledger.opened() as connection:
        check_signature(connection, context, arrived, now)
        check_day(context, arrived.manifest, now)
        return run_for(connection, context, arrived, now), arrived


def _goes_on(run: PayRun, period: Period | None) -> PayRun:
    """The run that a flow was started with, if it is still asked for that one."""
    if period is None or period == run.period:
        return run
    raise NoGo(
        f"This flow run works on {run.run_id}, and its parameters now name the period {period}. Somebody changed them "
        "in Prefect. Nothing was done; find out who, and start the run again."
    )


def ingest(context: TenantContext, run: PayRun, arrived: Landed, flow_run_id: str, now: datetime) -> Entry[Ingest]:
    """Take in the extract's rows and seal its bytes, then let the run have them, as one transaction.

    The ledger is not held while the extract is read. What the rules say of its rows is handed on to validate.

    Raises:
        NoGo: rows or total differ from the manifest, the extract cannot be read, rows that siller gave back come as
            something else than they were sent as, another start of the period was quicker, or another body has sent
            them.
    """
    with context.ledger.transaction() as connection:
        entry = standing(connection, run.run_id, Ingest, _input_hash(arrived))
        if entry is None:
            pass_over = begin(connection, context, arrived)
        else:
            _note_flow(connection, run, flow_run_id, now)
    if entry:
        return entry
    with writing(context.paths.parts(context.tenant)):
        taken = take_in(context, arrived, pass_over, now)
        claim_bytes(context, arrived)
        with open_incoming(arrived.extract, Incoming.EXTRACT) as file:
            seal(Sealed.EXTRACT, file, arrived.extract.name, context.paths, context.tenant, arrived.sha256)
        with context.ledger.transaction() as connection:
            if run_for(connection, context, arrived, now) != run:
                raise NoGo(f"Another run of {run.period} was opened in the same moment. Start this one again.")
            entry = standing(connection, run.run_id, Ingest, _input_hash(arrived))
            if entry is None:
                check_given_back(connection, arrived.manifest, taken)
                entry = land(connection, context, run, arrived, taken, now)
                keep_signature(connection, context, run.run_id, arrived, now)
            _note_flow(connection, run, flow_run_id, now)
    return entry


def _note_flow(connection: duckdb.DuckDBPyConnection, run: PayRun, flow_run_id: str, now: datetime) -> None:
    run_no = runs.run_row(connection, run.run_id).run_no
    insert(connection, FlowRunRow(run_no, flow_run_id, now))


def _check_account_table(context: TenantContext, now: datetime) -> None:
    """A live run checks accounts with Vocalink's own table, or does not begin."""
    if context.mode is Mode.LIVE and in_use(context.settings, now.date()).table.is_practice:
        raise NoGo(
            "A live run needs Vocalink's account table, and only the practice table is here: most accounts would go "
            "unchecked. Install it (siller modulus-table install), or run a rehearsal."
        )


def land(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run: PayRun,
    arrived: Landed,
    taken: TakenIn,
    now: datetime,
) -> Entry[Ingest]:
    """Let a run have the rows that were taken in, in a transaction that is open already.

    A correction's run begins with all rows of the run that it joins, under the row numbers that they have there;
    the correction's own rows come after them. What is declared and found is then of all these rows together.

    Raises:
        NoGo: the contract has other columns than the ledger's rows, or a correction has a row that corrects nothing.
    """
    manifest, found = arrived.manifest, taken.found
    joined = joined_run(connection, manifest) if manifest.kind is Kind.CORRECTION else None
    if taken.first_row != (joined.declared_rows if joined else 0):
        raise NoGo(f"The run that {manifest.extract} corrects is another one by now. Start this one again.")
    run_no = _write_run(connection, run, context, arrived, taken, joined, now)
    keep_breaks(connection, run_no, taken.broken)
    _check_columns(connection, context.contract)
    listing.keep(connection, run_no, taken.parts, taken.key)
    hand_on(taken.judgement, taken.judged_by, taken.first_row)
    views.define(connection, context.paths.parts(context.tenant))
    if joined:
        found = join(connection, context, run_no, joined, manifest.extract, found)
    dropped = ", ".join(taken.dropped) or None
    figures = Ingest(found.rows, found.total, found.unreadable, arrived.sha256, dropped)
    return record(connection, run_no, run.run_id, figures, _input_hash(arrived), now)


def _input_hash(arrived: Landed) -> str:
    return sha256_of(arrived.sha256, arrived.manifest.rows, arrived.manifest.total)


def _write_run(
    connection: duckdb.DuckDBPyConnection,
    run: PayRun,
    context: TenantContext,
    arrived: Landed,
    taken: TakenIn,
    joined: RunRow | None,
    now: datetime,
) -> int:
    manifest, contract = arrived.manifest, context.contract
    form = contract.form.for_people if taken.dropped else contract.form
    row = RunRow(
        run_no=next_in(connection, RunRow.TABLE, "run_no"),
        run_id=run.run_id,
        tenant=run.tenant,
        period=run.period,
        mode=run.mode,
        kind=manifest.kind,
        extract_sha256=arrived.sha256,
        extract_name=manifest.extract,
        submitted_by=manifest.submitted_by,
        declared_rows=manifest.rows + (joined.declared_rows if joined else 0),
        declared_total=manifest.total + (joined.declared_total if joined else 0),
        pay_date=manifest.pay_date,
        today=now.date(),
        opened_at=now,
        joins=joined.run_no if joined else None,
        first_line=first_line(contract, form),
        is_text=form.is_text,
    )
    insert(connection, row)
    if len(pay_days := context.due(manifest.pay_date, manifest.pay_period).pay_days) > 1:
        for pay_day in pay_days:
            insert(connection, PeriodDayRow(row.run_no, pay_day))
    return row.run_no


def _check_columns(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Rows land in the columns that the ledger was made with; a digest covers them, so none is added later.

    Raises:
        NoGo: the contract has others, or in another order.
    """
    kept, wanted = views.columns_of(connection), contract.kept_columns
    if not kept:
        views.keep_columns(connection, wanted)
    elif kept != wanted:
        raise NoGo(
            f"The ledger of {contract.tenant} was made for the columns {', '.join(kept)}; its contract now has "
            f"{', '.join(wanted)}. Nothing was done; a contract with other columns begins with a new ledger."
        )
