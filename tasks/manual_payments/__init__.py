"""Payments made outside siller, through the bank's portal, become known to it."""
