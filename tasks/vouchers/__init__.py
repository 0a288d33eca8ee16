"""Vouchers after their release: that they were sent, what the provider says of each, and what it is asked to cancel."""
