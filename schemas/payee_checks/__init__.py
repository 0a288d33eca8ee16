"""Confirmation of Payee in bulk: whether a bank says that name and account belong together, as data."""
