"""Payees' details are checked with their banks before money goes there for the first time, and payees are called."""
