"""The one place where the clock is read; everything else is told what time it is."""

from datetime import UTC, date, datetime

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode


def clock(mode: Mode, today: date | None) -> datetime:
    """The time that counts: the real one, or in a rehearsal that of the given day.

    Raises:
        NoGo: a live run was given its date.
    """
    now = datetime.now(UTC).astimezone(LONDON)
    if today is None:
        return now
    if mode is Mode.LIVE:
        raise NoGo("A live run takes its date from the clock. Only a rehearsal may be given one with --today.")
    return datetime.combine(today, now.timetz())
