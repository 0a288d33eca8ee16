"""The account table: the versions that are installed on this machine, and which one is in use."""
