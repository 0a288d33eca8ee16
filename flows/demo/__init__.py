"""The demonstration: two months are paid for practice, and a third is stopped."""
