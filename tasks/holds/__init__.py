"""What payments that came back hold, and how two people lift it."""
