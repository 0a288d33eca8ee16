"""Vouchers for people without an account: how a provider takes them and answers for them, as data."""
