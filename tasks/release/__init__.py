"""The payment file appears in the outbox, once."""
