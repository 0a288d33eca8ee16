"""The sheet for the sponsoring bank: a page to be printed and a CSV file, made from the ledger alone.

It has the account of a payment, by which the bank finds it, and no name; it stands where a payment file's own access
rules hold, and is for the bank alone. Made again it is the same to the byte.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.pay_run import Mode
from schemas.tables_for_people.csv_text import csv_text
from tasks.ledger import runs
from tasks.ledger.payment_line import define_payment_line
from tasks.ledger.problem import Problem
from tasks.ledger.recalls import Recall, list_standing
from tasks.publish.pages import page
from tasks.storage.atomic_write import write_atomic
from tasks.tenant_context import TenantContext

_HERE = Path(__file__).resolve().parent
_ASKED = _HERE / "sheet.sql"
_TEMPLATE = _HERE / "sheet.html.j2"


_WHOLE = {False: "a whole payment file", True: "all of one processing day of a payment file"}


def write_sheets(context: TenantContext, run_id: str, as_at: date) -> dict[int, list[Path]]:
    """Write the sheet of each recall of a run that stands, or find it as it was.

    So whoever died before it was written, or lost it, only asks again.

    Args:
        context: the tenant's.
        run_id: the run.
        as_at: the day.

    Returns:
        page and CSV file, by the recall's number.
    """
    with context.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        standing = list_standing(connection, as_at, run.run_no)
        sheets = {recall.recall_no: _make(connection, context, recall) for recall in standing}
    for sheet in sheets.values():
        for path, content in sheet.items():
            write_atomic(path, content)
    return {number: list(sheet) for number, sheet in sheets.items()}


def find_changed(connection: duckdb.DuckDBPyConnection, context: TenantContext) -> Iterator[Problem]:
    """Hold the sheets of recalls that stand against what would be made of the ledger: the bank acts on what they say.

    One that is not there is made again by who asks for it. Of a recall that has ended nobody acts on the sheet.
    """
    [(last,)] = connection.execute("SELECT max(recorded_at) FROM journal").fetchall()
    for recall in list_standing(connection, last.date()) if last else ():
        for path, content in _make(connection, context, recall).items():
            if path.exists() and path.read_bytes() != content:
                yield Problem(
                    recall.run_id,
                    f"{path.name} is not the sheet that siller makes of that recall. It must not go to the bank; "
                    f"siller recall {recall.subject} makes it anew.",
                )


def _make(connection: duckdb.DuckDBPyConnection, context: TenantContext, recall: Recall) -> dict[Path, bytes]:
    """Page and CSV file of a recall, each with what stands in it."""
    facts = _facts(connection, context, recall)
    place = context.paths.recalls(recall.run_id) / f"{recall.run_id}.recall-{recall.recall_no}"
    files = {
        ".html": _page(context, recall, facts).encode(),
        ".csv": csv_text(pl.DataFrame([facts]), is_marked=False),
    }
    return {place.with_name(f"{place.name}{end}"): content for end, content in files.items()}


def _facts(connection: duckdb.DuckDBPyConnection, context: TenantContext, recall: Recall) -> dict[str, str]:
    """What the bank finds it by, in its own words."""
    define_payment_line(connection)
    asked = {"run_no": recall.run_no, "row_number": recall.row_number, "day_no": recall.day_no}
    found = connection.execute(_ASKED.read_text(encoding="utf-8"), asked).pl()
    [row] = context.agreement.accounts.applied(found).rows(named=True)
    facts = {
        "Service user number": row["service_user_number"],
        "Submission serial": f"{row['serial']:06}",
        "Payment file": row["file_name"],
        "Processing day": _day(row["processing_date"]),
        "Entry day": _day(row["entry_date"]),
        "Item": _item(recall) if recall.row_number is None else f"payment {row['line']} of the file",
        "Payments": f"{recall.payments:,}",
        "Amount": pounds(recall.pence),
    }
    if recall.row_number is not None:
        facts |= {
            "Destination sort code": row["sort_code"],
            "Destination account": row["account_number"],
        }
    return facts | {"Our reference": f"{recall.run_id} recall {recall.recall_no}"}


def _page(context: TenantContext, recall: Recall, facts: Mapping[str, str]) -> str:
    until = f"{recall.recall_by.astimezone(LONDON):%H:%M on %-d %B %Y}"
    return page(
        _TEMPLATE,
        title="Recall of a payment" if recall.row_number is not None else "Recall of a payment file",
        service=f"{context.agreement.name}, {recall.run_id}",
        rehearsal=context.mode is Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {recall.run_id}, for the sponsoring bank alone.",
        body=context.agreement.name,
        ask="stop one payment" if recall.row_number is not None else f"withdraw {_WHOLE[bool(recall.pay_day)]}",
        clock=(
            f"It was asked for after {until}, until when such requests are taken: please say whether it can be done."
            if recall.is_late
            else f"It has to be done by {until}."
        ),
        facts=list(facts.items()),
    )


def _item(recall: Recall) -> str:
    return "all payments of this processing day" if recall.pay_day else "the whole file"


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
