"""How a file of the practice bank says that it is one."""

PRACTICE = "PRACTICE"
"""Stands as ``SignatureMethod`` in Bacs XML and begins ``MsgId`` in ISO 20022.

A live run refuses such a file.
"""
