"""Where data came from: OpenLineage events of each stage, and the trace of one payment."""
