"""Postings: what a run moved, given out once for the body's books, and what changed afterwards beside it."""
