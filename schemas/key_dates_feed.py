"""Key dates as an iCalendar file (RFC 5545), for the diaries of those who must meet them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from schemas.agreement import Agreement
from schemas.key_dates import KeyDates

_DEADLINES = {
    "extract_due": "Send the extract of {period} by {at:%H:%M}",
    "approve_by": "Approve {period} by {at:%H:%M}",
    "submit_by": "Send the payment file of {period} by {at:%H:%M}",
}
_DAYS = {
    "processing_date": "{period} is processed by {service}",
    "entry_date": "{period} is paid",
    "returns_closed": "Last day on which a payment of {period} may come back",
}


def feed(agreement: Agreement, periods: Iterable[KeyDates], made_at: datetime) -> bytes:
    """Write the key dates of some pay periods.

    An event keeps its UID from one feed to the next, so a diary that reads a newer one moves what it has. Deadlines
    are written in UTC, which leaves summer time to the diary; days are whole days.

    Args:
        agreement: the body's; its short name is part of each event's UID.
        periods: the key dates; of a period with several pay days those of each.
        made_at: when the feed is made, with its time zone.
    """
    calendar = Calendar()
    calendar.add("PRODID", "-//siller//key dates//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("NAME", f"{agreement.name}: key dates")
    days = {key: said for key, said in _DAYS.items() if key in agreement.terms.days}
    for dates in periods:
        for key, said in (_DEADLINES | days if dates.day == 1 else days).items():
            when: datetime | date = getattr(dates, key)
            event = _event(agreement.tenant, dates, key, made_at)
            event.add("SUMMARY", said.format(period=dates.period, at=when, service=agreement.terms.service))
            event.add("DTSTART", when.astimezone(UTC) if isinstance(when, datetime) else when)
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(tenant: str, dates: KeyDates, key: str, made_at: datetime) -> Event:
    event = Event()
    day = f"-{dates.day}" if dates.day > 1 else ""
    event.add("UID", f"{tenant}-{dates.period}-{key.replace('_', '-')}{day}@siller")
    event.add("DTSTAMP", made_at.astimezone(UTC))
    event.add("TRANSP", "TRANSPARENT")
    return event
