"""Measure a run in its ledger: one query a question, each in a file of its own beside this.

Nothing of the size of an extract leaves DuckDB.
"""

from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from schemas.account.forms import AccountForms
from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.stages import Stage
from tasks.assess.authorised import measure_authorised
from tasks.assess.beside import Beside, MadeGood
from tasks.assess.context import Context
from tasks.assess.following import Following, LastFull, Repeats
from tasks.assess.metrics import LeftOut, Metrics, PlaceTaken, SharedAccounts
from tasks.assess.payees_checked import measure_payees
from tasks.assess.previous import BiggestChange, Group, NewDetails, OnePayee, Previous
from tasks.ledger import never_twice, runs
from tasks.ledger.runs import RunRow

_FOLDER = Path(__file__).parent
_EACH_ROW_IS_ONE_OF = ("refused_rows", "held_rows", "corrected_rows", "payable_payments")

LATELY = timedelta(days=31)
"""What was released so long ago can be sent again unnoticed: a month's money is asked after within a month."""

A_YEAR = timedelta(days=366)
"""How long ago a payee may have been paid last, for arrears to be held against the details of then."""

PERIODS_OF_A_RANGE = 12
"""Of so many periods totals make a range, and payees are known who are back."""

_EVER_ADVISED = "SELECT 1 FROM core_bank_answer WHERE kind = 'advised' LIMIT 1"
_UNKNOWN = """
SELECT 1 FROM sent_row JOIN core_payment USING (run_no, row_number) ANTI JOIN last_details USING (payee_reference)
WHERE run_no = ? AND payee_reference <> '' LIMIT 1
"""

Spans = dict[str, int | list[int]]


def measure(connection: duckdb.DuckDBPyConnection, run: RunRow, context: Context, forms: AccountForms) -> Metrics:
    """Measure a validated run.

    Args:
        connection: the tenant's open ledger; nothing is written.
        run: the run's row.
        context: what the ledger's tables do not say.
        forms: which accounts beside those of eight digits the body may send.

    Raises:
        NoGo: the run's rows, or its payments, are not conserved in the ledger.
    """
    rows = _one(connection, "rows.sql", run_no=run.run_no)
    if rows["found_rows"] != sum(rows[name] for name in _EACH_ROW_IS_ONE_OF):
        raise NoGo(
            f"The rows of {run.run_id} do not add up: {rows['found_rows']:,} found, {rows['refused_rows']:,} refused, "
            f"{rows['held_rows']:,} held, {rows['corrected_rows']:,} corrected, {rows['payable_payments']:,} payable. "
            "Nothing may be paid; ask the operator to run siller verify."
        )
    never_twice.define_rows(connection, forms)
    before = runs.released_last_time(connection, run) if run.kind.pays_everybody else []
    spans: Spans = {"run_no": run.run_no, "previous": [each.run_no for each in before]}
    connection.execute((_FOLDER / "payee.sql").read_text(), spans)
    payees = _one(connection, "payees.sql")
    _check_conserved(connection, payees, run, [each.run_no for each in before])
    left_out = [LeftOut(**cause) for cause in _all(connection, "left_out.sql", **spans)]
    if payees["missing"]:
        left_out.append(
            LeftOut("missing", "", "", 0, Decimal(0), payees["missing"], payees["missing"], payees["missing_pence"])
        )
    metrics = Metrics(
        run=run,
        context=context,
        **rows,
        payees=payees["payees"],
        previous=_previous(connection, run, before, payees) if before else None,
        left_out=tuple(left_out),
        shared_accounts=tuple(
            SharedAccounts(**shared) for shared in _all(connection, "shared_accounts.sql", run_no=run.run_no)
        ),
        place_taken=_place_taken(connection, run),
        erased=runs.erased_last_time(connection, run) if run.kind.pays_everybody else None,
        beside=None if run.kind == Kind.FULL else _beside(connection, run, context.now.date()),
        advised_rows=_advised(connection, run),
        referred_rows=_row_numbers(connection, "referred.sql", run_no=run.run_no),
        following=None if run.kind.pays_everybody else _following(connection, run, context.now),
        repeats=_repeats(connection, run, context.now),
        authorised=measure_authorised(connection, run.run_no, context.authorised) if context.authorised else None,
        payees_checked=measure_payees(connection, run.run_no) if context.checks_payees else None,
    )
    connection.execute("DROP TABLE payee")
    return metrics


def _previous(
    connection: duckdb.DuckDBPyConnection, run: RunRow, before: list[RunRow], payees: dict[str, Any]
) -> Previous:
    biggest = payees["biggest_change"]
    earlier = runs.done_before(connection, run, Stage.RELEASE)
    last = sorted({each.period for each in earlier})[-PERIODS_OF_A_RANGE:]
    of_a_year = [each for each in earlier if each.period in last]
    spans: Spans = {"run_no": run.run_no, "previous": [each.run_no for each in before]}
    return Previous(
        run_id=before[0].run_id,
        period=before[0].period,
        payments=payees["payments_last"],
        pence=payees["pence_last"],
        payees=payees["payees_last"],
        joiners=payees["joiners"],
        leavers=payees["leavers"],
        unchanged=payees["unchanged"],
        usual_pence=payees["usual_pence"],
        biggest_change=BiggestChange(**biggest) if biggest else None,
        changes=tuple(BiggestChange(**each) for each in payees["changes"] or ()),
        groups=(
            Group("paid last time too", payees["paid_both"], payees["paid_both_pence"], payees["paid_both_pence_last"]),
            Group("new", payees["paid_new"], payees["paid_new_pence"], 0),
            Group("in the last extract, and not paid then", payees["paid_again"], payees["paid_again_pence"], 0),
        ),
        details=_new_details(connection, spans),
        returners=_returners(connection, of_a_year) if payees["joiners"] else (),
        totals=_totals(connection, of_a_year),
    )


def _new_details(connection: duckdb.DuckDBPyConnection, spans: Spans) -> NewDetails:
    found = _one(connection, "new_details.sql", **spans)
    changed, first = found["biggest_changed"], found["biggest_first"]
    return NewDetails(
        changed=tuple(found["changed"]),
        renamed=tuple(found["renamed"]),
        one_account=tuple(found["one_account"]),
        biggest_changed=OnePayee(**changed) if changed else None,
        biggest_first=OnePayee(**first) if first else None,
    )


def _returners(connection: duckdb.DuckDBPyConnection, of_a_year: list[RunRow]) -> tuple[int, ...]:
    earlier = [each.run_no for each in of_a_year if each.period < of_a_year[-1].period]
    return _row_numbers(connection, "returners.sql", earlier=earlier) if earlier else ()


def _totals(connection: duckdb.DuckDBPyConnection, of_a_year: list[RunRow]) -> tuple[int, ...]:
    """What each period came to; what was paid after the full run belongs to it."""
    period_of = {each.run_no: each.period for each in of_a_year}
    totals: dict[Period, int] = defaultdict(int)
    for each in _all(connection, "totals.sql", runs=[*period_of]):
        totals[period_of[each["run_no"]]] += each["pence"]
    return tuple(totals[period] for period in sorted(totals))


def _following(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> Following:
    never_twice.define_standings(connection)
    full, before = runs.last_full(connection, run), runs.followed_before(connection, run, now - LATELY)
    _find_last_details(connection, run, full)
    spans: Spans = {name: [each.run_no for each in of] for name, of in (("full", full), ("before", before))}
    found = _one(connection, "following.sql", run_no=run.run_no, today=now.date(), **spans)
    changed = tuple(found.pop("changed"))
    then = (found.pop("payees_then"), found.pop("pence_then"), found.pop("usual_pence"))
    last = LastFull(full[0].run_id, full[0].period, *then) if all(then) else None
    return Following(**found, changed=changed, full=last, before=tuple(each.run_id for each in before))


def _find_last_details(connection: duckdb.DuckDBPyConnection, run: RunRow, full: list[RunRow]) -> None:
    """Keep by which details each payee of a run was last paid, for this connection alone.

    Nearly everybody was paid in the last full run or since. Rows of earlier ones are only read for whoever was not.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE last_details "
        "(payee_reference VARCHAR, sort_code VARCHAR, account_number VARCHAR, roll_number VARCHAR)"
    )
    earlier = runs.released_since(connection, run, run.pay_date - A_YEAR)
    since = min((each.pay_date for each in full), default=run.pay_date)
    for look_in in (
        [each.run_no for each in earlier if each.pay_date >= since],
        [each.run_no for each in earlier if each.pay_date < since],
    ):
        if look_in and connection.execute(_UNKNOWN, [run.run_no]).fetchone():
            connection.execute((_FOLDER / "paid_before.sql").read_text(), {"run_no": run.run_no, "earlier": look_in})


def _repeats(connection: duckdb.DuckDBPyConnection, run: RunRow, now: datetime) -> Repeats:
    """Rows are only read where there is a run that should not be repeated."""
    others = runs.not_to_repeat(connection, run, now - LATELY)
    if not others:
        return Repeats()
    never_twice.define_standings(connection)
    rows = _row_numbers(
        connection, "repeats.sql", run_no=run.run_no, others=[each.run_no for each in others], today=now.date()
    )
    return Repeats(rows, tuple(each.run_id for each in others))


def _beside(connection: duckdb.DuckDBPyConnection, run: RunRow, today: date) -> Beside:
    never_twice.define_standings(connection)
    of_the_day: dict[str, int | date] = {"run_no": run.run_no, "today": today}
    made_good = [
        MadeGood(each["run_id"], each["state"], tuple(each["rows"]))
        for each in _all(connection, "made_good.sql", **of_the_day)
    ]
    missing = _one(connection, "missing_before.sql", run_no=run.run_no)["payments"]
    paid = _one(connection, "paid_already.sql", **of_the_day)
    return Beside(**paid, made_good=tuple(made_good), missing=missing if run.kind == Kind.SUPPLEMENTARY else 0)


def _advised(connection: duckdb.DuckDBPyConnection, run: RunRow) -> tuple[int, ...] | None:
    """The extract's rows are only read where the bank has advised anything."""
    if not connection.execute(_EVER_ADVISED).fetchone():
        return None
    never_twice.define_standings(connection)
    if not connection.execute("FROM open_advice LIMIT 1").fetchone():
        return None
    return _row_numbers(connection, "advised.sql", run_no=run.run_no)


def _place_taken(connection: duckdb.DuckDBPyConnection, run: RunRow) -> PlaceTaken | None:
    replaced = runs.find_replaced(connection, run)
    if not replaced:
        return None
    before = replaced[-1]
    approver = connection.execute(
        "SELECT approver FROM approval WHERE run_no = ? AND verdict = 'approved'", [before.run_no]
    ).fetchone()
    new_rows = run.declared_rows - runs.first_own_row(connection, run)
    return PlaceTaken(before.run_id, approver[0] if approver else None, new_rows)


def _check_conserved(
    connection: duckdb.DuckDBPyConnection, payees: dict[str, Any], run: RunRow, previous: list[int]
) -> None:
    """Payments seen through the extract's rows must be those of the ledger, in number and pence, in both months."""
    for run_nos, name in (([run.run_no], "now"), (previous, "last")):
        counted = connection.execute(
            "SELECT count(*), coalesce(sum(amount_pence), 0) FROM core_payment WHERE run_no IN (SELECT unnest(?))",
            [run_nos],
        ).fetchone()
        if counted != (payees[f"payments_{name}"], payees[f"pence_{name}"]):
            raise NoGo(
                f"The payments that {run.run_id} is measured by are not the payable rows of their extracts, in number "
                "or in sum. Nothing may be paid; ask the operator to run siller verify."
            )


def _all(connection: duckdb.DuckDBPyConnection, query: str, **values: int | list[int] | date) -> list[dict[str, Any]]:
    cursor = connection.execute((_FOLDER / query).read_text(), values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _row_numbers(
    connection: duckdb.DuckDBPyConnection, query: str, **values: int | list[int] | date
) -> tuple[int, ...]:
    return tuple(row["row_number"] for row in _all(connection, query, **values))


def _one(connection: duckdb.DuckDBPyConnection, query: str, **values: int | list[int] | date) -> dict[str, Any]:
    (row,) = _all(connection, query, **values)
    return row
