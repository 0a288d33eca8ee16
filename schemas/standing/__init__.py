"""Where a run stands, by what the ledger and what Prefect say of it: asked of both truths, decided in one place.

The ledger knows how far a run has come and not whether anybody works on it; Prefect knows that, and whether a form is
open, and forgets. Each alone has said "waits for approval" of a run that nobody could approve any more.
"""
