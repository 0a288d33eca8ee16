"""Retention: what is kept of payees where and until when, what forbids to erase it, and how it is erased."""
