"""Submitted: the sender has handed the released file to the channel of its rail."""
