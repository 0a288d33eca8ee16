"""The postings of a run: what it moved, as double entry by the codes of the body's own books."""
