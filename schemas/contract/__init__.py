"""What a tenant sends: the contract as data, and what follows from it."""
