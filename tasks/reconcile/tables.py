"""A reconciliation as CSV and as the text of a Prefect artifact."""

import polars as pl

from schemas.reconciliation.figures import Reconciliation
from schemas.sanitise import in_markdown
from schemas.tables_for_people.csv_text import csv_text
from tasks.reconcile import wording


def buckets_csv(reconciliation: Reconciliation) -> bytes:
    """Buckets, the extract's total and what is unexplained: ``where,rows,pounds``."""
    lines = [(str(bucket.name), bucket.rows, bucket.pounds) for bucket in reconciliation.buckets]
    extract = reconciliation.extract
    items = sum(part.items for part in reconciliation.unexplained)
    lines.append(("extract", extract.rows, extract.pounds))
    lines.append(("unexplained", items, reconciliation.unexplained_pounds))
    where, rows, pounds = zip(*lines, strict=True)
    exact = pl.Series(pounds, dtype=pl.Decimal(38, max(map(wording.decimals, pounds))))
    return csv_text(pl.DataFrame({"where": where, "rows": rows, "pounds": exact}), is_marked=False)


def markdown(reconciliation: Reconciliation, report: str) -> str:
    """The text of a Prefect artifact: headline, buckets, counts by code.

    It names no payment and no single amount beyond the sums: Prefect's database is no place for them.

    Args:
        reconciliation: the run.
        report: where the page is, as an address or a path.
    """
    headline = "; ".join(f"**{figure.amount}** {figure.label}" for figure in wording.headline(reconciliation))
    extract = reconciliation.extract
    lines = [
        f"# {headline}",
        "",
        f"{wording.lead(reconciliation)} As at {wording.moment(reconciliation.as_at)}.",
        "",
        "| Where | Rows | Pounds |",
        "| --- | ---: | ---: |",
        *(
            f"| {bucket.name.capitalize()} | {bucket.rows:,} | {wording.pounds(bucket.pounds)} |"
            for bucket in reconciliation.buckets
        ),
        f"| **Extract** | **{extract.rows:,}** | **{wording.pounds(extract.pounds)}** |",
        "",
        *(f"- {part.cause}: {part.items:,}, {wording.pounds(part.pounds)}" for part in reconciliation.unexplained),
        *(
            f"- {in_markdown(step.meaning)}: {payments} {step.outcome}"
            for step in reconciliation.follow_ups
            for payments in [wording.count_in_words(len(step.row_numbers), "payment", "payments")]
        ),
        "",
        f"Report: {report}",
    ]
    return "\n".join(lines) + "\n"
