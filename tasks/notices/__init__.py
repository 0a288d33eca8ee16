"""Notices: derived from where the runs stand, kept in the ledger, sent once per person and event."""
