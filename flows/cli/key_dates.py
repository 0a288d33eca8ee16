"""``siller calendar``: a year's key dates."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from schemas.agreement import Agreement
    from schemas.key_dates import KeyDates


def calendar(
    tenant: Annotated[str, typer.Argument(help="The body, for example ilf.")],
    year: Annotated[int | None, typer.Option(help="The year of the pay periods; this one's if not given.")] = None,
    ical: Annotated[
        Path | None, typer.Option(help="Write them to this file as iCalendar.", dir_okay=False, writable=True)
    ] = None,
) -> None:
    """Show what is due when, for each pay period of a year, in the time of London.

    Exit code 1 if a period has no pay day, or the holidays that it needs are not published yet; the others are shown.
    """
    from flows.console import OUT
    from schemas.body_periods import list_shared_exceptions
    from schemas.key_dates_feed import feed
    from schemas.no_go import NoGo
    from schemas.pay_run import Mode
    from tasks.clock import clock
    from tasks.settings import Settings
    from tasks.sharing import list_others
    from tasks.tenant_context import TenantContext

    if ical and not ical.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {ical.parent} to write {ical.name} to.")
    context = TenantContext(tenant, Mode.LIVE, Settings())
    now = clock(Mode.LIVE, None)
    year = now.year if year is None else year
    known: list[KeyDates] = []
    unknown = dict[str, None]()
    for period in context.agreement.periods.of_year(year):
        try:
            known += context.calendar.of_each_day(period)
        except NoGo as said:  # of many periods it can be the same: the holidays of a year
            unknown[str(said)] = None
    if known:
        OUT.print(_table(known, context.agreement, year))
        OUT.print(f"By {context.bank_days.version}.", highlight=False, soft_wrap=True)
        others = {other.tenant: other.agreement.periods for other in list_others(context)}
        for shared in list_shared_exceptions(context.agreement.periods, others, year):
            OUT.print(shared, style="bold", highlight=False, soft_wrap=True)
    if known and ical:
        ical.write_bytes(feed(context.calendar, [dates.period for dates in known if dates.day == 1], now))
        OUT.print(f"Written to {ical}.", highlight=False, soft_wrap=True)
    if unknown:
        first, *more = unknown
        raise NoGo(f"{first} So it is with {len(more)} more of {year}." if more else first)


_HEADINGS = {
    "processing_date": "Processing\nday",
    "entry_date": "Pay day\n(entry)",
    "returns_closed": "Returns\nclosed",
}


def _table(periods: "list[KeyDates]", agreement: "Agreement", year: int) -> "Table":
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in (
        "Period",
        f"Extract\ndue {agreement.extract_due.time:%H:%M}",
        f"Approval\nby {agreement.approve_by.time:%H:%M}",
        f"Submit\nby {agreement.submit_by.time:%H:%M}",
        *(_HEADINGS[day] for day in agreement.terms.days),
    ):
        table.add_column(heading)
    for dates in periods:
        moments = (dates.extract_due, dates.approve_by, dates.submit_by)
        days = [*(moment.date() for moment in moments), *(getattr(dates, day) for day in agreement.terms.days)]
        cells = [str(dates.period), *(f"{day:%a %-d %b}" + f" {day:%Y}" * (day.year != year) for day in days)]
        if dates.day > 1:  # the same file, which has one deadline
            cells[: 1 + len(moments)] = [""] * (1 + len(moments))
        table.add_row(*cells)
    return table
