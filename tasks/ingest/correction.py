"""A correction joins a run: all rows of that run, and after them the correction's own."""

from pathlib import Path

import duckdb

from schemas.account.forms import AccountForms
from schemas.no_go import NoGo
from tasks.ingest.integrity import Found
from tasks.ingest.rows import seal
from tasks.ledger import entry_of, never_twice, runs
from tasks.ledger.catalogue.stages import Ingest
from tasks.ledger.file_line import file_lines
from tasks.ledger.parts import listing, views
from tasks.ledger.parts.sealing import PART_ROWS
from tasks.ledger.runs import RunRow
from tasks.tenant_context import TenantContext

MOST_LINES_NAMED = 20
"""How many lines a sentence names; the first ones show what is the matter."""

_CORRECTS_NOTHING = Path(__file__).with_name("corrects_nothing.sql")


def join(
    connection: duckdb.DuckDBPyConnection,
    context: TenantContext,
    run_no: int,
    joined: RunRow,
    extract: str,
    found: Found,
) -> Found:
    """Put the rows of the joined run before those of the correction, which have landed.

    The correction's run lists the parts of the joined one: a run's rows are then all under its own number, for every
    stage alike, and none is copied. Rows that an earlier siller kept in the ledger are sealed for that.

    Args:
        connection: an open ledger, in the transaction.
        context: the tenant's.
        run_no: the correction's run.
        joined: the run that it joins.
        extract: the correction's file name.
        found: what the correction holds.

    Returns:
        what both hold together.

    Raises:
        NoGo: a row of the correction is for a payee with nothing refused or held in the joined run, or with a
            payment in it.
    """
    never_twice.define(connection, AccountForms())  # it is payees that are looked for, not accounts
    others = connection.execute(_CORRECTS_NOTHING.read_text(), {"run_no": run_no, "joins": joined.run_no}).fetchall()
    if others:
        run = next(each for each in runs.runs_of_period(connection, joined.period) if each.run_no == run_no)
        lines = [str(line) for line in file_lines(connection, run, [row for (row,) in others])["line"]]
        more = f" and {len(lines) - MOST_LINES_NAMED:,} more" if len(lines) > MOST_LINES_NAMED else ""
        raise NoGo(
            f"{extract} corrects {joined.run_id}, and may have only payees whose rows that run refused or holds, and "
            f"does not pay. These lines of the file are others: {', '.join(lines[:MOST_LINES_NAMED])}{more}. Nothing "
            "was done. Take them out; who is paid already is not touched by a correction."
        )
    folder = context.paths.parts(context.tenant)
    if listing.listed(connection, joined.run_no):
        listing.join(connection, run_no, joined.run_no)
    else:
        key = listing.key_of(connection, joined.period, joined.payment_kind)
        rows = runs.rows_in_batches(connection, joined, PART_ROWS)
        parts = [seal(each, folder, key) for each in rows]
        listing.keep(connection, run_no, parts, key)
    views.define(connection, folder)
    before = entry_of(connection, joined.run_id, Ingest)
    return found + Found(before.rows, before.total, before.unreadable_amounts)
