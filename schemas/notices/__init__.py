"""Notices: who of a body's people is told what, when and by which channel.

The agreement says it (``agreed.py``), the catalogue has every event and its text (``catalogue.py``), and what is due
follows from where the runs stand (``due.py``).
"""
