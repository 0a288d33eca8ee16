"""A reconciliation as CSV and as the text of a Prefect artifact."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from schemas.reconciliation.figures import Reconciliation
from schemas.sanitise import in_markdown
from tasks.reconcile import wording

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def buckets_csv(reconciliation: Reconciliation) -> str:
    """Buckets, the extract's total and what is unexplained: ``where,rows,pounds``."""
    lines: list[Sequence[object]] = [
        (bucket.name, bucket.rows, _plain(wording.pounds(bucket.pounds))) for bucket in reconciliation.buckets
    ]
    extract = reconciliation.extract
    items = sum(part.items for part in reconciliation.unexplained)
    lines.append(("extract", extract.rows, _plain(wording.pounds(extract.pounds))))
    lines.append(("unexplained", items, _plain(wording.pounds(reconciliation.unexplained_pounds))))
    return _csv(("where", "rows", "pounds"), lines)


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


def _plain(pounds: str) -> str:
    """Pounds for a spreadsheet: no sign of currency, no thousands, a real minus."""
    return pounds.replace("£", "").replace(",", "").replace("−", "-")


def _csv(header: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """CSV whose texts no spreadsheet takes for a formula: the bank's own words may stand in it."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for line in lines:
        writer.writerow([f"'{cell}" if _is_formula(cell) else cell for cell in line])
    return out.getvalue()


def _is_formula(cell: object) -> bool:
    return isinstance(cell, str) and cell.startswith(_FORMULA) and not cell.lstrip("-").replace(".", "").isdigit()
