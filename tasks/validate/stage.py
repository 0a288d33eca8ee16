"""Validate: every row is judged (:mod:`tasks.validate.judging`), then copies and what is paid already are held.

What comes out is one narrow row a payable payment and one row a reason for what is left out; the wide
rows stay where ingest put them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.account.modulus import AccountAnswer
from schemas.manifest import Kind
from schemas.stages import Stage
from tasks.account_table.shelf import InUse, in_use
from tasks.in_threads import in_threads
from tasks.ledger import Entry, entry_of, holds, never_twice, record, runs, sql_rules, standing
from tasks.ledger.catalogue.stages import Validate
from tasks.ledger.parts import listing
from tasks.ledger.parts.listing import Part
from tasks.ledger.parts.reading import read_part
from tasks.ledger.parts.sealing import PART_ROWS
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext
from tasks.validate.changed import list_changes
from tasks.validate.judgement import Judgement, check_pay_days, check_paying_accounts, input_hash, take_over
from tasks.validate.left_out import gather_left_out, give_back
from tasks.validate.means import check_vouchers
from tasks.validate.payees import keep_findings

_LEFT_OUT = {"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String}
_ACCOUNT_RULE = "account_passes_modulus_check"
_CORRECTED = Path(__file__).with_name("corrected.sql")
_COPIES = Path(__file__).with_name("copies.sql")
_NOTHING_OPEN = Path(__file__).with_name("nothing_open.sql")
_OWN_ACCOUNT = Path(__file__).with_name("own_account.sql")
_PROVEN_ACCOUNTS = Path(__file__).with_name("proven_accounts.sql")


def validate(context: TenantContext, run_id: str, now: datetime) -> Entry[Validate]:
    """Tell payable rows from refused and held ones, as one transaction, and write the body's file of the latter.

    Rows have been judged before that, by the pass that took them in or here, and the ledger is not held meanwhile.
    """
    with context.ledger.opened() as connection:
        asked = _asked(connection, context, run_id, now)
        stands = standing(connection, run_id, Validate, asked.input_hash)
    judgement = None if stands else _judged_together(context, asked)
    with context.ledger.transaction() as connection:
        entry = standing(connection, run_id, Validate, asked.input_hash)
        if entry is None and judgement:
            entry = _settle(connection, context, asked, judgement, now)
        assert entry
        left_out = gather_left_out(connection, run_id)
    if left_out:
        give_back(context, left_out)
    if context.contract.keeps_as_sent:
        list_changes(context, run_id)
    return entry


def check_stands(context: TenantContext, connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime) -> None:
    """Hold what was said of a run's rows against contract and agreement that are in force now.

    Raises:
        NoGo: they were judged by others.
    """
    standing(connection, run_id, Validate, _asked(connection, context, run_id, now).input_hash)


def validate_rows(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, now: datetime
) -> Entry[Validate]:
    """The stage itself, in a transaction that is open already; payees' details are left to a run of siller's own."""
    asked = _asked(connection, context, run_id, now)
    return _settle(connection, context, asked, _judged_together(context, asked), now, checks_payees=False)


@dataclass(frozen=True)
class _Asked:
    """What is to be judged, and by what.

    Attributes:
        run: whose rows.
        first_own_row: the number of the first row of its own extract; before it are those of the run that it joins.
        parts: in which its rows stand; none if an earlier siller took them in.
        corrected: ``row_number``, ``column_name``, ``rule`` of those that a correction has put others in the place of:
            these are not judged.
        provided: the account table, and who provided it.
        input_hash: SHA-256 over all that decides about a row.
    """

    run: RunRow
    first_own_row: int
    parts: Sequence[Part]
    corrected: pl.DataFrame
    provided: InUse
    input_hash: str


def _asked(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, now: datetime) -> _Asked:
    run = runs.run_row(connection, run_id)
    check_paying_accounts(context)
    check_vouchers(context)
    check_pay_days(context)
    provided = in_use(context.settings, now.date())
    table_sha256 = _table_of_before(connection, run_id) or provided.table.sha256
    return _Asked(
        run,
        runs.first_own_row(connection, run),
        listing.listed(connection, run.run_no),
        _corrected(connection, context, run),
        provided,
        input_hash(context, run.extract_sha256, context.due(run.pay_date, run.period), table_sha256),
    )


def _corrected(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> pl.DataFrame:
    """The rows of a run that a correction has put others in the place of, as they are left out."""
    if run.joins is None:
        return pl.DataFrame(schema=_LEFT_OUT)
    never_twice.define_rows(connection, context.agreement.accounts)
    known = {"run_no": run.run_no, "joins": run.joins, "first": runs.first_own_row(connection, run)}
    return connection.execute(_CORRECTED.read_text(), known).pl()


def _judged_together(context: TenantContext, asked: _Asked) -> Judgement:
    """What all rules say of a run's rows: those of single cells, and the contract's own of all rows together."""
    judgement = _judged(context, asked)
    if not context.contract.sql_rules:
        return judgement
    return judgement.with_refused(
        sql_rules.broken_rows(context.contract, _standing_rows(context, asked), context.settings)
    )


def _standing_rows(context: TenantContext, asked: _Asked) -> Iterator[pl.DataFrame]:
    """A run's rows, but for those that a correction has put others in the place of."""
    return (rows.join(asked.corrected, on="row_number", how="anti") for rows in _rows_of(context, asked))


def _judged(context: TenantContext, asked: _Asked) -> Judgement:
    """What the rules say of a run's rows: of its own extract as it was taken in just now, else of what is kept."""
    of_the_pass = take_over(asked.input_hash, asked.first_own_row)
    if of_the_pass is None:
        return _of_rows(context, asked, _rows_of(context, asked))
    if not asked.first_own_row:
        return of_the_pass
    return _of_rows(context, asked, _rows_of(context, asked, until=asked.first_own_row)) + of_the_pass


def _of_rows(context: TenantContext, asked: _Asked, batches: Iterator[pl.DataFrame]) -> Judgement:
    """Judge rows, but for those that a correction has put others in the place of."""
    # With Pandera comes pandas: more than a second that a resume, which judges nothing, need not wait for.
    from tasks.validate.judging import Judge

    due = context.due(asked.run.pay_date, asked.run.period)
    judge = Judge(context.contract, asked.provided.table, due, context.agreement, context.voucher_channel)
    stand = (rows.join(asked.corrected, on="row_number", how="anti") for rows in batches)
    return Judgement.of(in_threads(judge, stand, context.settings.threads))


def _rows_of(context: TenantContext, asked: _Asked, until: int | None = None) -> Iterator[pl.DataFrame]:
    """A run's rows as they were sent, before one or to the last; the ledger is not held while they are judged."""
    if not asked.parts:
        yield from _rows_of_earlier(context, asked.run)
    for part in asked.parts:
        if until is None or part.first_row < until:
            yield read_part(part, context.paths.parts(context.tenant)).drop("pence")


def _rows_of_earlier(context: TenantContext, run: RunRow) -> Iterator[pl.DataFrame]:
    """The rows of a run that an earlier siller took in, which the ledger has."""
    for first in range(0, run.declared_rows, PART_ROWS):
        with context.ledger.opened() as connection:
            rows = runs.rows_between(connection, run, first, first + PART_ROWS - 1)
        yield rows


def _settle(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    asked: _Asked,
    judgement: Judgement,
    now: datetime,
    checks_payees: bool = True,
) -> Entry[Validate]:
    """Keep what the rules say, hold what stands twice or is paid already, and record it."""
    run, table = asked.run, asked.provided.table
    never_twice.define_rows(connection, context.agreement.accounts)
    _leave_out(connection, run.run_no, "corrected", asked.corrected)
    _leave_out(connection, run.run_no, "refused", judgement.refused)
    proven = _settle_failing(connection, run, judgement.failing, now)
    connection.execute("INSERT INTO core_judged (run_no) VALUES (?)", [run.run_no])
    own = [account.sort_code + account.account_number for account in context.agreement.paying_accounts]
    connection.execute(_OWN_ACCOUNT.read_text(), {"run_no": run.run_no, "own": own})
    if judgement.may_have_copies:
        connection.execute(_COPIES.read_text(), {"run_no": run.run_no})
    _hold(connection, run, now)
    if checks_payees and context.agreement.payee_checks:
        _leave_out(connection, run.run_no, "held", keep_findings(connection, context, run, now))
    _refer(connection, run.run_no, proven)
    figures = Validate(
        **_counts(connection, run.run_no),
        accounts_passes=judgement.account_answers[AccountAnswer.PASSES],
        accounts_fails=judgement.account_answers[AccountAnswer.FAILS],
        accounts_cannot_be_checked=judgement.account_answers[AccountAnswer.CANNOT_BE_CHECKED],
        account_table=table.version,
        account_table_date=table.valid_from,
        account_table_from=asked.provided.provided_by,
        account_table_sha256=table.sha256,
        contract_sha256=context.contract_sha256,
    )
    if figures.payable + figures.refused + figures.held + figures.corrected != run.declared_rows:
        raise AssertionError("a row of the extract is neither payable nor left out, or both")
    return record(connection, run.run_no, run.run_id, figures, asked.input_hash, now)


def _table_of_before(connection: duckdb.DuckDBPyConnection, run_id: str) -> str | None:
    """With which table a run was validated: a newer one that is installed while it waits concerns the next run."""
    if Stage.VALIDATE not in runs.stages_done(connection, run_id):
        return None
    return entry_of(connection, run_id, Validate).account_table_sha256


def _leave_out(connection: duckdb.DuckDBPyConnection, run_no: int, outcome: str, rows: pl.DataFrame) -> None:
    connection.register("left_out", rows.to_arrow())
    connection.execute(
        "INSERT INTO core_left_out BY NAME SELECT ? AS run_no, row_number, ? AS outcome, column_name, rule "
        "FROM left_out",
        [run_no, outcome],
    )
    connection.unregister("left_out")


def _settle_failing(
    connection: duckdb.DuckDBPyConnection, run: RunRow, failing: pl.DataFrame, now: datetime
) -> pl.DataFrame:
    """Refuse accounts that fail the table, but pay those that the same payee had money in; return the latter's rows.

    Their money did not come back, so that the table is stale is likelier than that the account is wrong.
    """
    if failing.is_empty():
        return failing
    never_twice.define_standings(connection)
    connection.register("failing", failing.select("row_number").to_arrow())
    known = {"run_no": run.run_no, "pay_date": run.pay_date, "today": now.date()}
    proven = connection.execute(_PROVEN_ACCOUNTS.read_text(), known).pl()
    connection.unregister("failing")
    refused = failing.join(proven, on="row_number", how="anti").select(
        "row_number", column_name=pl.lit("account_number"), rule=pl.lit(_ACCOUNT_RULE)
    )
    payable = failing.join(proven, on="row_number", how="semi").drop_nulls()
    _leave_out(connection, run.run_no, "refused", refused)
    return payable


def _refer(connection: duckdb.DuckDBPyConnection, run_no: int, proven: pl.DataFrame) -> None:
    """Keep which payments are paid although their account fails, for a person to look at."""
    connection.register("proven", proven.to_arrow())
    connection.execute(
        "INSERT INTO core_referred BY NAME SELECT run_no, row_number, 'account_number' AS column_name, ? AS rule "
        "FROM core_payment SEMI JOIN proven USING (row_number) WHERE run_no = ?",
        [_ACCOUNT_RULE, run_no],
    )
    connection.unregister("proven")


def _hold(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> None:
    """Take out of the payments what is paid already, what came back holds, or is not the extract's to pay."""
    hits = never_twice.list_duplicates(connection, run.run_no, now.date())
    _leave_out(connection, run.run_no, "held", hits.with_columns(column_name=pl.lit("payee_reference")))
    _leave_out(connection, run.run_no, "held", holds.find_held(connection, run.run_no, now.date()))
    if run.kind is Kind.SUPPLEMENTARY:
        never_twice.define_standings(connection)
        last_time = [before.run_no for before in runs.released_last_time(connection, run)]
        known = {"run_no": run.run_no, "last_time": last_time, "today": now.date()}
        connection.execute(_NOTHING_OPEN.read_text(), known)


def _counts(connection: duckdb.DuckDBPyConnection, run_no: int) -> dict[str, int]:
    payable = connection.execute(
        "SELECT count(*), coalesce(sum(amount_pence), 0)::BIGINT FROM core_payment WHERE run_no = ?", [run_no]
    ).fetchone()
    left_out = connection.execute(
        "SELECT count(DISTINCT row_number) FILTER (outcome = 'refused'), "
        "count(DISTINCT row_number) FILTER (outcome = 'held'), "
        "count(DISTINCT row_number) FILTER (outcome = 'corrected') FROM core_left_out WHERE run_no = ?",
        [run_no],
    ).fetchone()
    referred = connection.execute("SELECT count(*) FROM core_referred WHERE run_no = ?", [run_no]).fetchone()
    assert payable and left_out and referred
    return {
        "payable": payable[0],
        "pence": payable[1],
        "refused": left_out[0],
        "held": left_out[1],
        "corrected": left_out[2],
        "referred": referred[0],
    }
