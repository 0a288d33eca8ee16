"""Bring the ledgers of an earlier siller to the tables of this one."""
