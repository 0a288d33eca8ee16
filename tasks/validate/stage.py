"""Validate: every row is judged (:mod:`tasks.validate.judging`), then copies and what is paid already are held.

What comes out is one narrow row a payable payment and one row a reason for what is left out; the wide
rows stay where ingest put them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from schemas.account.forms import AccountForms
from schemas.account.modulus import AccountAnswer
from schemas.contract.contract import PAYING_ACCOUNT
from schemas.contract.refused_rows import refused_rows_file
from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.stages import Stage
from tasks.account_table.shelf import InUse, in_use
from tasks.ledger import Entry, entry_of, never_twice, record, runs, sha256_of, standing
from tasks.ledger.catalogue.stages import Validate
from tasks.ledger.runs import RunRow
from tasks.storage.atomic_write import write_atomic
from tasks.tenant_context import TenantContext

BATCH = 500_000
_LEFT_OUT = {"row_number": pl.Int32, "column_name": pl.String, "rule": pl.String}
_ACCOUNT_RULE = "account_passes_modulus_check"
_CORRECTED = Path(__file__).with_name("corrected.sql")
_COPIES = Path(__file__).with_name("copies.sql")
_NOTHING_OPEN = Path(__file__).with_name("nothing_open.sql")
_PROVEN_ACCOUNTS = Path(__file__).with_name("proven_accounts.sql")


def validate(context: TenantContext, run_id: str, now: datetime) -> Entry[Validate]:
    """Tell payable rows from refused and held ones, as one transaction, and write the body's file of the latter.

    Rows are judged before that, a batch at a time, and the ledger is not held meanwhile.
    """
    with context.ledger.opened() as connection:
        asked = _asked(connection, context, run_id, now)
        stands = standing(connection, run_id, Validate, asked.input_hash)
    judgement = None if stands else _judged(context, asked, _rows_of(context, asked.run))
    with context.ledger.transaction() as connection:
        entry = standing(connection, run_id, Validate, asked.input_hash)
        if entry is None and judgement:
            entry = _settle(connection, context, asked, judgement, now)
        assert entry
        back = _for_the_body(connection, context, run_id)
    if back:
        write_atomic(context.paths.left_out(run_id), back)
    return entry


def validate_rows(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, now: datetime
) -> Entry[Validate]:
    """The stage itself, in a transaction that is open already."""
    asked = _asked(connection, context, run_id, now)
    judgement = _judged(context, asked, runs.rows_in_batches(connection, asked.run))
    return _settle(connection, context, asked, judgement, now)


def _for_the_body(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str) -> bytes:
    """The rows that are left out, as sent, with what to do about each; nothing if there are none."""
    run_no = runs.run_row(connection, run_id).run_no
    reasons = connection.execute(
        "SELECT row_number, column_name, rule FROM core_left_out WHERE run_no = ? AND outcome <> 'corrected' "
        "ORDER BY ALL",
        [run_no],
    ).pl()
    rows = connection.execute(
        "SELECT * EXCLUDE (run_no) FROM raw_extract_row WHERE run_no = $run_no AND row_number IN "
        "(SELECT row_number FROM core_left_out WHERE run_no = $run_no AND outcome <> 'corrected') ORDER BY row_number",
        {"run_no": run_no},
    ).pl()
    return refused_rows_file(rows, reasons, context.contract) if rows.height else b""


@dataclass(frozen=True)
class _Asked:
    """What is to be judged, and by what.

    Attributes:
        run: whose rows.
        corrected: ``row_number``, ``column_name``, ``rule`` of those that a correction has put others in the place of:
            these are not judged.
        provided: the account table, and who provided it.
        input_hash: SHA-256 over all that decides about a row.
    """

    run: RunRow
    corrected: pl.DataFrame
    provided: InUse
    input_hash: str


@dataclass(frozen=True)
class _Judgement:
    """What the rules say of a run's rows, before the ledger is asked about any of them.

    Attributes:
        refused: ``row_number``, ``column_name``, ``rule``; one row a reason, but for the account table's.
        failing: ``row_number``, ``amount_pence``: rows whose account fails the table.
        account_answers: how many accounts passed, failed, could not be checked.
    """

    refused: pl.DataFrame
    failing: pl.DataFrame
    account_answers: Mapping[str, int]


def _asked(connection: duckdb.DuckDBPyConnection, context: TenantContext, run_id: str, now: datetime) -> _Asked:
    run = runs.run_row(connection, run_id)
    check_paying_accounts(context)
    provided = in_use(context.settings, now.date())
    never_twice.define(connection, context.agreement.accounts)
    input_hash = sha256_of(
        run.extract_sha256,
        context.contract_sha256,
        _table_of_before(connection, run_id) or provided.table.sha256,
        run.pay_date,
        context.agreement.accounts.model_dump_json(),
        *(account.pays for account in context.agreement.paying_accounts if account.pays),
    )
    return _Asked(run, _corrected(connection, run), provided, input_hash)


def _corrected(connection: duckdb.DuckDBPyConnection, run: RunRow) -> pl.DataFrame:
    """The rows of a run that a correction has put others in the place of, as they are left out."""
    if run.joins is None:
        return pl.DataFrame(schema=_LEFT_OUT)
    known = {"run_no": run.run_no, "joins": run.joins, "first": runs.first_own_row(connection, run)}
    return connection.execute(_CORRECTED.read_text(), known).pl()


def _judged(context: TenantContext, asked: _Asked, batches: Iterator[pl.DataFrame]) -> _Judgement:
    # With Pandera comes pandas: more than a second that a resume, which judges nothing, need not wait for.
    from tasks.validate.judging import Judge

    answers = dict.fromkeys(map(str, AccountAnswer), 0)
    refused, failing = [], []
    judge = Judge(context.contract, asked.provided.table, asked.run.pay_date, context.agreement)
    for rows in batches:
        judged = judge(rows.join(asked.corrected, on="row_number", how="anti") if asked.corrected.height else rows)
        refused.append(judged.refused)
        failing.append(judged.failing)
        for answer, count in judged.account_answers.iter_rows():
            answers[answer] += count
    return _Judgement(pl.concat(refused), pl.concat(failing), answers)


def _rows_of(context: TenantContext, run: RunRow) -> Iterator[pl.DataFrame]:
    """A run's rows as they were sent; the ledger is opened for each batch, and not held while it is judged."""
    for first in range(0, run.declared_rows, BATCH):
        with context.ledger.opened() as connection:
            rows = runs.rows_between(connection, run, first, first + BATCH - 1)
        yield rows


def _settle(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, asked: _Asked, judgement: _Judgement, now: datetime
) -> Entry[Validate]:
    """Keep what the rules say, hold what stands twice or is paid already, and record it."""
    run, table = asked.run, asked.provided.table
    never_twice.define(connection, context.agreement.accounts)
    _leave_out(connection, run.run_no, "corrected", asked.corrected)
    _leave_out(connection, run.run_no, "refused", judgement.refused)
    proven = _settle_failing(connection, run, judgement.failing, now)
    connection.execute("INSERT INTO core_judged (run_no) VALUES (?)", [run.run_no])
    _hold(connection, run, now, context.agreement.accounts)
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


def check_paying_accounts(context: TenantContext) -> None:
    """Hold agreement and contract against each other: several accounts need a column that says which, and one none.

    Raises:
        NoGo: they do not fit.
    """
    several = len(context.agreement.paying_accounts) > 1
    if several and not context.contract.has(PAYING_ACCOUNT):
        raise NoGo(
            f"The agreement with {context.tenant} names several paying accounts, and its contract has no column "
            f"{PAYING_ACCOUNT} that says which of them a payment leaves. Nothing was done; agree such a column."
        )
    if not several and context.contract.has(PAYING_ACCOUNT):
        raise NoGo(
            f"The contract of {context.tenant} has a column {PAYING_ACCOUNT}, and the agreement one paying account. "
            "Nothing was done; name the other accounts under further_accounts, or take the column out."
        )


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


def _hold(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime, forms: AccountForms) -> None:
    """Take out of the payments what stands twice in the extract, is paid already, or is not the extract's to pay."""
    connection.execute(_COPIES.read_text(), {"run_no": run.run_no})
    hits = never_twice.find_duplicates(connection, run.run_no, now.date(), forms)
    _leave_out(connection, run.run_no, "held", hits.with_columns(column_name=pl.lit("payee_reference")))
    if run.kind is Kind.SUPPLEMENTARY:
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
