"""What a payday teaches, for the next one."""
