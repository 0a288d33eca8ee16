"""A payment is stopped before the release: taken out of a run, or let in again."""
