"""A rehearsal in one process: a whole period, without a server and without money."""
