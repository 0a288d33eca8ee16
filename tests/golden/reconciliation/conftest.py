"""The run that the report is tested on."""

from tests.november_reconciled import about, reconciliation

__all__ = ["about", "reconciliation"]
