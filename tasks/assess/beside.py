"""What a run that is no period's comes beside, and what of earlier runs it makes good."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MadeGood:
    """Rows that were not paid, or came back, and are made good by a run that is no period's.

    Attributes:
        run_id: the run whose rows they are.
        state: what had become of them: ``refused``, ``held``, ``returned`` or ``rejected``.
        rows: their row numbers there.
    """

    run_id: str
    state: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Beside:
    """What a correction, a supplementary extract or arrears come beside.

    Attributes:
        payees_paid: payees who have been paid for the period already.
        of_them_here: those of them whom this run pays as well.
        made_good: the rows that are made good, by run and by what had become of them.
        missing: payments to payees who were in no extract of the period, and were paid last time.
    """

    payees_paid: int
    of_them_here: int
    made_good: tuple[MadeGood, ...] = ()
    missing: int = 0
