"""What the bank sent back, and where every pound is."""
