"""One pass that tells payable rows from refused and held ones."""
