"""Sealed parts: the rows of every extract, in files of their own that the ledger lists.

An extract's rows are cut into parts of :data:`~tasks.ledger.parts.sealing.PART_ROWS`. Each is one encrypted Parquet
file, written once and never changed; each row stands in exactly one of them, as it was sent, with its pence if its
amount reads as whole pence. What becomes of a row is said by rows of the ledger about it.

``sealing`` writes a part and opens it, ``listing`` has what the ledger says of parts, ``sweeping`` removes those of
which it says nothing, ``views`` makes ``raw_extract_row`` and ``core_payment`` of them when a ledger is opened,
``proof`` holds files against the ledger, ``labels`` what no entry of the journal covers against the files.
"""
