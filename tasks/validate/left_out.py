"""What the body gets of the rows that a run does not take: the rows themselves, and a page that says why, by cause."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
from jinja2 import Template

from schemas.contract.added import Added
from schemas.contract.given_back import in_words, refused_rows, write_rows
from schemas.pay_run import Mode
from tasks.ledger import runs
from tasks.ledger.file_line import file_lines
from tasks.ledger.runs import RunRow
from tasks.publish.pages import compiled, page
from tasks.storage.atomic_write import open_atomic, write_atomic
from tasks.tenant_context import TenantContext

_TEMPLATE = Path(__file__).with_name("left_out.html.j2")
_LINES_NAMED = 12


def template() -> Template:
    """What it is written by, compiled."""
    return compiled(_TEMPLATE)


@dataclass(frozen=True)
class LeftOut:
    """The rows that a run does not take.

    Attributes:
        run: the run.
        rows: ``row_number``, ``line`` in words, and the contract's kept columns.
        reasons: ``row_number``, ``outcome``, ``column_name`` and ``rule``, a row a reason.
    """

    run: RunRow
    rows: pl.DataFrame
    reasons: pl.DataFrame


def gather_left_out(connection: duckdb.DuckDBPyConnection, run_id: str) -> LeftOut | None:
    """Return the rows that a run does not take, without those that a correction has put others in the place of."""
    run = runs.run_row(connection, run_id)
    reasons = connection.execute(
        "SELECT row_number, outcome, column_name, rule FROM core_left_out WHERE run_no = ? AND outcome <> 'corrected' "
        "ORDER BY ALL",
        [run.run_no],
    ).pl()
    if reasons.is_empty():
        return None
    rows = connection.execute(
        "SELECT * EXCLUDE (run_no) FROM raw_extract_row WHERE run_no = $run_no AND row_number IN "
        "(SELECT row_number FROM core_left_out WHERE run_no = $run_no AND outcome <> 'corrected') ORDER BY row_number",
        {"run_no": run.run_no},
    ).pl()
    of = pl.when(pl.col("of") == "").then(pl.lit("")).otherwise(" of " + pl.col("of"))
    lines = file_lines(connection, run, rows["row_number"]).select(
        "row_number", line=pl.col("line").cast(pl.String) + of
    )
    return LeftOut(run, rows.join(lines, on="row_number", maintain_order="left"), reasons)


def give_back(context: TenantContext, found: LeftOut) -> None:
    """Write the body's file of these rows, to be put right, and the page beside it."""
    run_id, contract = found.run.run_id, context.contract
    path = context.paths.left_out(run_id, contract.form.for_people.kind)
    rows = refused_rows(found.rows, found.reasons, contract, run_id, found.run.pay_date)
    with open_atomic(path) as file:
        write_rows(file, rows, contract, path)
    write_atomic(context.paths.left_out_summary(run_id), _summary(context, found, path.name).encode())


def _summary(context: TenantContext, found: LeftOut, file: str) -> str:
    """The page: counts, causes, columns, lines and what to do, and nobody's name, account or amount."""
    refused, held = (found.reasons.filter(outcome=outcome)["row_number"].n_unique() for outcome in ("refused", "held"))
    return page(
        _TEMPLATE,
        title=f"Rows left out of {found.run.run_id}",
        service=f"{context.agreement.name}, {found.run.run_id}",
        rehearsal=context.mode is Mode.REHEARSAL,
        made=f"Made by siller from the ledger of run {found.run.run_id}. It names no payee.",
        rows=found.rows.height,
        of=found.run.declared_rows,
        refused=refused,
        held=held,
        file=file,
        later=found.run.kind.payment_kind.put_right_as,
        causes=list(_causes(context, found)),
    )


def _causes(context: TenantContext, found: LeftOut) -> Iterator[dict[str, object]]:
    """Each cause, the one with most rows first."""
    reasons = found.reasons.join(found.rows.select("row_number", "line"), on="row_number", maintain_order="left")
    by_cause = (
        in_words(reasons, context.contract)
        # Once a row, also if its cell makes two columns: sort code and account.
        .unique(["row_number", Added.COLUMN, Added.WRONG, Added.TO_DO], maintain_order=True)
        .group_by(Added.COLUMN, Added.WRONG, Added.TO_DO, maintain_order=True)
        .agg(pl.len().alias("rows"), pl.col("line").head(_LINES_NAMED).str.join(", ").alias("lines"))
        .sort("rows", descending=True, maintain_order=True)
    )
    for column, wrong, to_do, rows, lines in by_cause.iter_rows():
        more = f" and {rows - _LINES_NAMED:,} more" if rows > _LINES_NAMED else ""
        yield {"column": column, "wrong": wrong, "to_do": to_do, "rows": f"{rows:,}", "lines": f"{lines}{more}"}
