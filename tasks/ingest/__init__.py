"""From the landing folder to sealed bytes and rows in the ledger."""
