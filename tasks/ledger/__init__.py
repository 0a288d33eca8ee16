"""The book of record: the only place that opens DuckDB for a tenant."""

from tasks.ledger.connection import Ledger
from tasks.ledger.digests import sha256_of
from tasks.ledger.exclusive import LedgerBusy
from tasks.ledger.journal import Entry, entry_of, record, standing

__all__ = ["Entry", "Ledger", "LedgerBusy", "entry_of", "record", "sha256_of", "standing"]
