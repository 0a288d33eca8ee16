"""What the report shows beside a run's figures: what waits for people, the last period, the days ahead, other runs."""

import os
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal

import duckdb
import polars as pl

from schemas.contract.contract import Contract
from schemas.contract.explain import message
from schemas.no_go import NoGo
from schemas.payment_state import PAID, PaymentState
from schemas.reconciliation.figures import Loud, PaidSince, Reconciliation, Share, count_rows, outcome_of
from schemas.stages import Stage
from tasks.exceptions.waiting import list_waiting_in, word_clock
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Ingest, Instruct, Validate
from tasks.ledger.file_days import days_of
from tasks.ledger.file_line import file_lines
from tasks.ledger.payment_state import define_payment_state
from tasks.ledger.runs import RunRow
from tasks.lineage.same_payment import paid_since
from tasks.overpayments.register import find_in, sum_up
from tasks.reconcile import wording
from tasks.reconcile.report import About, Ahead, LastTime, Link, Matter, PaidHere
from tasks.tenant_context import TenantContext

_BESIDE = """
SELECT count(*), coalesce(sum(amount_pence), 0) FROM core_bank_answer
WHERE run_no = 0 AND bank_file_no IN (SELECT bank_file_no FROM core_bank_answer WHERE run_no = ?)
"""
"""What the statements that speak of a run have besides."""
_LOUD = """
SELECT finding = 'paid_twice' AS is_twice, count(*), coalesce(sum(amount_pence), 0)::BIGINT FROM open_finding
WHERE run_no = $run_no OR run_no = 0 AND bank_file_no IN (SELECT bank_file_no FROM concerned_run WHERE run_no = $run_no)
GROUP BY is_twice
"""
_SET_ASIDE = "SELECT count(*) FROM concerned_run SEMI JOIN open_bank_file USING (bank_file_no) WHERE run_no = ?"
_LEFT_OUT = """
SELECT row_number, outcome, column_name, rule FROM core_left_out
WHERE run_no = ? AND outcome <> 'corrected' ORDER BY ALL
"""
_TOTALS = "SELECT state, payments, pence FROM state_totals(?) WHERE run_no = ?"


def find_loud(connection: duckdb.DuckDBPyConnection, run: RunRow) -> Loud:
    """What of a run people have to settle that no payment's state says, by the definitions of what waits for them."""
    found = {
        is_twice: count_rows(items, pence)
        for is_twice, items, pence in connection.execute(_LOUD, {"run_no": run.run_no}).fetchall()
    }
    nothing = (0, Decimal(0))
    files = connection.execute(_SET_ASIDE, [run.run_no]).fetchall()[0][0]
    return Loud(found.get(True, nothing), found.get(False, nothing), files)


def group_paid_since(since: pl.DataFrame) -> tuple[PaidSince, ...]:
    """What later runs have paid, by where it stands in this one; ``since`` as ``paid_since`` gives it."""
    groups = since.group_by("state", "paid_run", is_paid=pl.col("paid_state").is_in(sorted(PAID))).agg(
        pl.len(), pl.col("amount_pence").sum()
    )
    return tuple(
        PaidSince(outcome_of(PaymentState(state)), run_id, is_paid, *count_rows(rows, pence))
        for state, run_id, is_paid, rows, pence in groups.sort("state", "paid_run", "is_paid").iter_rows()
    )


def about_run(context: TenantContext, reconciliation: Reconciliation, now: datetime) -> About:
    """All that the report says of a run beside its figures."""
    run_id = reconciliation.run_id
    with context.ledger.opened() as connection:
        define_payment_state(connection)
        run = runs.run_row(connection, run_id)
        matters = tuple(_matters(connection, context, run, now))
        file = entry_of(connection, run_id, Instruct) if reconciliation.sent else None
        beside = connection.execute(_BESIDE, [run.run_no]).fetchall()[0]
        left_out = _left_out(connection, run, context.contract)
        since = paid_since(connection, run, now.date())
        named = [pl.Series(step.row_numbers, dtype=pl.Int32) for step in reconciliation.follow_ups]
        lines = file_lines(connection, run, pl.concat([*named, left_out["row_number"], since["row_number"]]))
        return About(
            tenant_name=context.agreement.name,
            period=run.period,
            mode=context.mode,
            extract_name=run.extract_name,
            extract_sha256=run.extract_sha256,
            file_name=file.file_name if file else None,
            file_sha256=file.file_sha256 if file else None,
            links=tuple(_links(context, run_id)),
            beside=beside,
            matters=matters,
            ahead=tuple(_ahead(connection, context, run, now)),
            last_time=_last_time(connection, run, now),
            lines=lines,
            left_out=left_out,
            since=since,
            makes_good=tuple(_makes_good(connection, run, now)),
            reported=frozenset(_reported(connection, context, run)),
            overpaid=tuple(wording.say_overpaid(sum_up(find_in(connection, context, now).filter(run_id=run_id)))),
        )


def _matters(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, now: datetime
) -> Iterator[Matter]:
    for each in list_waiting_in(context, connection, now, names_lines=True):
        if run.run_no in each.run_nos:
            yield Matter(each.said, word_clock(each), f"siller exceptions {context.tenant} {each.command}")


def _left_out(connection: duckdb.DuckDBPyConnection, run: RunRow, contract: Contract) -> pl.DataFrame:
    reasons = connection.execute(_LEFT_OUT, [run.run_no]).pl()
    kinds = reasons.select("column_name", "rule").unique()
    words = [message(contract, column, rule) for column, rule in kinds.iter_rows()]
    return (
        reasons.join(kinds.with_columns(meaning=pl.Series(words, dtype=pl.String)), on=["column_name", "rule"])
        .group_by("row_number")
        .agg(pl.col("outcome").max(), pl.col("meaning").sort().str.join(" "))  # refused outweighs held
        .sort("row_number")
    )


def _links(context: TenantContext, run_id: str) -> Iterator[Link]:
    """What else there is to read, by its way from the report's folder."""
    folder = context.paths.reports(run_id)
    others = {
        "Why rows were left out, by cause": context.paths.left_out_summary(run_id),
        "Rows left out, for the body alone (personal data)": context.paths.left_out(
            run_id, context.contract.form.for_people.kind
        ),
        "How Great Expectations judged the gates": folder / "gates" / "data_docs" / "index.html",
    }
    for text, path in others.items():
        if path.exists():
            yield Link(text, os.path.relpath(path, folder))


def _ahead(
    connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow, now: datetime
) -> Iterator[Ahead]:
    """What comes next and by when: of this run, then the next period's."""
    done = runs.stages_done(connection, run.run_id)
    calendar, agreement = context.calendar, context.agreement
    if Stage.INSTRUCT in done:
        for day in days_of(connection, run.run_id):
            if Stage.RELEASE not in done:
                yield Ahead("Approve the payment file", calendar.latest(agreement.approve_by, day.processing_date))
            elif day.payments and not _is_submitted(connection, run):
                yield Ahead(
                    "Send the payment file, and say so", calendar.latest(agreement.submit_by, day.processing_date)
                )
            if Stage.RELEASE in done:
                yield from _vouchers_ahead(connection, run, day.entry_date)
            yield Ahead("Payees have their money", day.entry_date)
            if day.payments:  # of a run that pays by voucher alone a bank has nothing
                yield Ahead("The last day on which a payment comes back", day.returns_closed)
    try:
        following = agreement.periods.after(run.period)
        dates = calendar.of_period(following) if following else None
    except NoGo:  # a year whose holidays nobody knows yet
        return
    if following is None or dates is None:
        return
    yield Ahead(f"The extract for {following.words} is due", dates.extract_due)
    yield Ahead(f"Pay day of {following.words}", dates.entry_date)


def _is_submitted(connection: duckdb.DuckDBPyConnection, run: RunRow) -> bool:
    return connection.execute("SELECT 1 FROM submission WHERE run_no = ?", [run.run_no]).fetchone() is not None


def _vouchers_ahead(connection: duckdb.DuckDBPyConnection, run: RunRow, pay_day: date) -> Iterator[Ahead]:
    row = connection.execute(
        "SELECT expires, run_no IN (SELECT run_no FROM voucher_submission) FROM voucher_file WHERE run_no = ?",
        [run.run_no],
    ).fetchone()
    if row:
        if not row[1]:
            yield Ahead("Send the file of vouchers to its provider, and say so", pay_day)
        yield Ahead("The last day on which a voucher can be cashed", row[0])


def _last_time(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> LastTime | None:
    """The same figures of the last period's first released run, from counts alone."""
    before = runs.released_last_time(connection, run)
    return _figures_of(connection, before[0], now) if before else None


def _figures_of(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> LastTime:
    ingested, judged = entry_of(connection, run.run_id, Ingest), entry_of(connection, run.run_id, Validate)
    totals = connection.execute(_TOTALS, [now.date(), run.run_no]).fetchall()

    def of(states: Collection[PaymentState]) -> Share:
        payments, pence = (sum(row[column] for row in totals if row[0] in states) for column in (1, 2))
        return Share("", *count_rows(payments, pence))

    return LastTime(
        name=run.period.words,
        run_id=run.run_id,
        asked=Share("", ingested.rows - judged.corrected, ingested.total),
        paid=of(PAID),
        came_back=of({PaymentState.RETURNED}),
        left_out=judged.refused + judged.held,
    )


def _reported(connection: duckdb.DuckDBPyConnection, context: TenantContext, run: RunRow) -> Iterator[str]:
    for each in runs.competing(connection, run.period, run.payment_kind):
        if (context.paths.reports(each.run_id) / "reconciliation.html").exists():
            yield each.run_id


def _makes_good(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> Iterator[PaidHere]:
    """The rows of earlier runs of the period that this run pays."""
    for earlier in runs.competing(connection, run.period, run.payment_kind):
        if earlier.run_no >= run.run_no:
            continue
        paid = paid_since(connection, earlier, now.date()).filter(pl.col("paid_run") == run.run_id)
        if paid.height:
            yield PaidHere(earlier.run_id, paid, file_lines(connection, earlier, paid["row_number"]))
