"""Key moments as an iCalendar file (RFC 5545), for the diaries of those who must meet them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from icalendar import Calendar, Event

from schemas.key_dates import BodyCalendar
from schemas.key_moments import KeyMoment, Moment, key_moments
from schemas.period import Period
from schemas.sanitise import sanitise

_SAID = {
    Moment.EXTRACT_DUE: "Send the extract of {period} by {at}",
    Moment.CORRECTIONS_BY: "Send corrections of {period} by {at}",
    Moment.GATES: "The gates of {period} are judged by {at}",
    Moment.APPROVE_BY: "Approve {period} by {at}",
    Moment.SUBMIT_BY: "Send the payment file of {period} by {at}",
    Moment.PROCESSING: "{period} is processed by {service}",
    Moment.ENTRY: "{period} is paid",
    Moment.RETURNS_CLOSED: "Last day on which a payment of {period} may come back",
    Moment.RECONCILED: "Know by {at} where every pound of {period} is",
    Moment.CLOSED: "Close {period} by {at}",
}


def feed(calendar: BodyCalendar, periods: Iterable[Period], made_at: datetime) -> bytes:
    """Write the key moments of some pay periods.

    An event keeps its UID from one feed to the next, so a diary that reads a newer one moves what it has. Deadlines
    are written in UTC, which leaves summer time to the diary; days are whole days.

    Args:
        calendar: the body's; its short name is part of each event's UID.
        periods: which.
        made_at: when the feed is made, with its time zone.

    Raises:
        NoGo: a period is none of the body's, or in a year whose holidays are not known.
    """
    written = Calendar()
    written.add("PRODID", "-//siller//key dates//EN")
    written.add("VERSION", "2.0")
    written.add("NAME", f"{sanitise(calendar.agreement.name)}: key dates")
    for period in periods:
        for each in key_moments(calendar, period):
            written.add_component(_event(calendar, period, each, made_at))
    return bytes(written.to_ical())


def _event(calendar: BodyCalendar, period: Period, each: KeyMoment, made_at: datetime) -> Event:
    agreement = calendar.agreement
    at = f"{each.hour:%H:%M}" if each.hour else ""
    event = Event()
    day = f"-{each.pay_day}" if each.pay_day > 1 else ""
    event.add("UID", f"{agreement.tenant}-{period}-{each.moment.value.replace('_', '-')}{day}@siller")
    event.add("DTSTAMP", made_at.astimezone(UTC))
    event.add("TRANSP", "TRANSPARENT")
    event.add("SUMMARY", _SAID[each.moment].format(period=period, at=at, service=agreement.terms.service))
    event.add("DTSTART", each.until.astimezone(UTC) if each.hour else each.day)
    return event
