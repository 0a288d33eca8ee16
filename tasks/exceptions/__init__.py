"""What the bank leaves to people: what waits for two of them, and how they settle it."""
