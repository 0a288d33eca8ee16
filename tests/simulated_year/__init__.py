"""The financial year 2026/27 of three bodies on one machine, played in process: what it must come to is said here.

siller has no part in what is expected: pay days, deadlines and holidays are written out by hand or counted here
(``days.py``), what goes wrong in which period is a table (``story.py``), and what a run comes to and whom it is told
follows from both (``expected.py``). The stages, the bank's files, the ledgers and the letters are real; the clock, and
what Prefect would say of its flow runs, are the year's own (``machine.py``).
"""
