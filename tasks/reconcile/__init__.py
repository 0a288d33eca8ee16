"""Reconciliation: what the bank said, matched and reported."""
