"""Submitted: the sender has handed the released file to the Bacs channel."""
