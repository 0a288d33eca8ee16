"""The stages of a pay run: what happens to a tenant's payments, one package a stage."""

import os

THREADS = 2
"""What ``SILLER_THREADS`` is if nobody sets it."""

# polars makes its threads as it is imported, and so before any setting can be read in the usual way.
_asked = os.environ.get("SILLER_THREADS", "")
os.environ.setdefault("POLARS_MAX_THREADS", _asked if _asked.isdigit() else str(THREADS))
