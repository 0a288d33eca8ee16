"""What somebody is told who asks after a payee: every payment of theirs, and nothing else of them."""
