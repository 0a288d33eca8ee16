"""What a body may use on its own machine, with its contract and agreement alone: no server, no ledger, no network."""
