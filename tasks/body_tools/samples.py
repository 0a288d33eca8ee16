"""A good and a bad sample of a body's extract, made up from its contract, for whoever will write the real one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from schemas.agreement import Role
from schemas.contract.explain import message
from schemas.contract.extract import first_line
from schemas.manifest import Kind
from schemas.period import Period
from schemas.tables_for_people.csv_text import csv_text
from tasks.account_table.shelf import in_use
from tasks.body_tools.agreed_form import suffix_of, write_extract
from tasks.body_tools.as_sent import Row, as_sent
from tasks.body_tools.broken import Broken, Wanted, broken_rows
from tasks.body_tools.invented import Inventor
from tasks.ingest.declaring import declare, write
from tasks.ingest.integrity import Found
from tasks.storage.atomic_write import make_folder
from tasks.tenant_context import TenantContext


@dataclass(frozen=True)
class Samples:
    """What was made.

    Attributes:
        good: the sample that is accepted whole.
        bad: the one of which each row is refused.
        labels: beside it, which line breaks which rule, and what is said of it.
        without: the rules of which no row could be made up.
    """

    good: Path
    bad: Path
    labels: Path
    without: list[Wanted]


def inventor_of(context: TenantContext, period: Period, today: date) -> Inventor:
    """Who makes rows up for a body's period, by the account table that holds on a day."""
    due = context.due(context.agreement.pay_day_of(period, context.bank_days), period)
    return Inventor(context, in_use(context.settings, today).table, due)


def write_samples(context: TenantContext, period: Period, today: date, folder: Path) -> Samples:
    """Write both samples, each with a manifest for practice; for one period they are the same to the byte each time.

    Args:
        context: the tenant's.
        period: which the rows are for.
        today: by which the account table is chosen.
        folder: where; made if it is not there.

    Raises:
        NoGo: no rows can be made up that keep the contract, or another manifest stands there.
    """
    make_folder(folder)
    inventor = inventor_of(context, period, today)
    good = [as_sent(row, context.contract) for row in inventor.good]
    bad, without = broken_rows(inventor)
    paths = (
        _written(inventor, period, folder, "good", good),
        _written(inventor, period, folder, "bad", [each.sent for each in bad]),
    )
    labels = folder / "bad.labels.csv"
    labels.write_bytes(csv_text(_labels(context, bad)))
    return Samples(*paths, labels, without)


def _written(inventor: Inventor, period: Period, folder: Path, name: str, sent: Sequence[Row]) -> Path:
    context = inventor.context
    form = context.contract.form
    path = folder / f"{name}{suffix_of(form)}"
    rows = pl.DataFrame(list(sent), schema=dict.fromkeys(context.contract.source_columns, pl.String))
    write_extract(path, rows, form, Found.of(inventor.kept(sent)).total)
    uploaders = context.agreement.people_with(Role.UPLOADER)
    write(declare(context, path, Kind.FULL, period, *uploaders[:1]), path, None)
    return path


def _labels(context: TenantContext, bad: list[Broken]) -> pl.DataFrame:
    contract = context.contract
    return pl.DataFrame(
        [
            (line, contract.column(column).physical_name, rule, message(contract, column, rule))
            for line, (_, column, rule) in enumerate(bad, start=first_line(contract, contract.form))
        ],
        schema={"Line of the file": pl.Int64, "Column": pl.String, "Rule": pl.String, "What to do": pl.String},
        orient="row",
    )
