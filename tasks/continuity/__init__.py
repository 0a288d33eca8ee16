"""What is left for the day on which siller cannot pay: a file of the approved payments, and what is done with it.

An approved run leaves its continuity file (``leave``). It is opened without Prefect and the ledger (``opening``),
which is noted first (``openings``), and must be settled before anything else happens (``settle``).
"""
