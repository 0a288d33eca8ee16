"""What an auditor asks of a run: who did what, when, and does it still hold."""
