"""Recalls: what people ask the sponsoring bank to stop of a released file. No recall frees anybody."""
