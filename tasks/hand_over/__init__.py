"""Handing over: the released file goes to the bank's server by SFTP, and the bank's answers come from there."""
