"""Handing over: the released file goes to the bank's SFTP server or bucket, and the bank's answers come from there."""
