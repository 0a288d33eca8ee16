"""The page, the CSV files and the artifact's text, byte for byte.

Where a change of them is meant, the files beside this one are written anew and reviewed like code.
"""

from pathlib import Path

import pytest

from tasks.reconcile.items import as_csv, items
from tasks.reconcile.report import report_page
from tasks.reconcile.tables import buckets_csv, markdown

HERE = Path(__file__).resolve().parent
PICTURES = {"wide": "data:,wide", "narrow": "data:,narrow"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("reconciliation.html", lambda found, about: report_page(found, about, PICTURES)),
        ("reconciliation.csv", lambda found, _: buckets_csv(found)),
        ("to-follow-up.csv", lambda found, about: as_csv(items(found, about.left_out, about.lines, about.since))),
        ("artifact.md", lambda found, _: markdown(found, "reconciliation.html")),
    ],
)
def test_a_report_is_what_it_was(reconciliation, about, name, made):
    text = made(reconciliation, about)
    assert (text if isinstance(text, bytes) else text.encode()) == (HERE / name).read_bytes()
