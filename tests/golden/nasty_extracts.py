"""All nasty extracts, each labelled by hand; what a label says is in :mod:`tests.golden.nasty`."""

from tests.golden.nasty_cells import cells, structure
from tests.golden.nasty_tables import parquets, workbooks
from tests.golden.nasty_texts import archives, fixed_width, records, texts

NASTY = (
    *structure(),
    *cells(),
    *texts(),
    *records(),
    *fixed_width(),
    *archives(),
    *workbooks(),
    *parquets(),
)
"""All of them."""
