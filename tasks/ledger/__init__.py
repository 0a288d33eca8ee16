"""The book of record: the only place that opens DuckDB for a tenant."""

from tasks.ledger.door import Ledger, LedgerBusy
from tasks.ledger.journal import Entry, record, sha256_of, standing

__all__ = ["Entry", "Ledger", "LedgerBusy", "record", "sha256_of", "standing"]
