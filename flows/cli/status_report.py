"""What ``siller status`` prints: what is open a paragraph each, then what is over; or all of it as JSON."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.standing.records import FileDay, Recorded, Standing, StateTotal, to_the_minute
from schemas.standing.tables import Stand, Urgency

if TYPE_CHECKING:
    from flows.service.standing import Picture

_COLOURS = {Urgency.ACT: "bold red", Urgency.AWAITED: "bold yellow", Urgency.WORKING: "bold"}


def tell(out: Console, seen: "Picture") -> None:
    """Print where everything stands, the most urgent first."""
    if seen.unasked and seen.standings:
        said = f"Prefect was not asked. {seen.unasked.removesuffix('.')}. What follows is what the ledgers alone know."
        out.print(said, style="bold yellow", soft_wrap=True, highlight=False)
    for said in (*seen.refused, *seen.busy, *seen.set_aside, *seen.called_off, *seen.untold):
        out.print(said, style="bold red", soft_wrap=True, highlight=False)
    for standing in seen.standings:
        if standing.urgency is not Urgency.OVER:
            _tell_one(out, standing, seen.page(standing))
    out.print()
    for standing in seen.standings:
        if standing.urgency is Urgency.OVER:
            _tell_over(out, standing)
    for move in seen.moves:
        out.print(f"\n{move}", style="bold yellow", soft_wrap=True, highlight=False)


def as_data(seen: "Picture", refused: Sequence[str]) -> dict[str, Any]:
    """The same for a program: moments in ISO 8601, money in pence."""
    return {
        "needs_a_person": bool(refused) or seen.needs_a_person,
        "prefect_not_asked": seen.unasked or None,
        "refused": [*refused, *seen.refused, *seen.busy],
        "set_aside": list(seen.set_aside),
        "called_off": list(seen.called_off),
        "untold": list(seen.untold),
        "runs": [_one_as_data(each, seen.page(each)) for each in seen.standings if not each.about],
        "open": [_one_as_data(each, seen.page(each)) for each in seen.standings if each.about],
        "moves": [str(move) for move in seen.moves],
    }


def _one_as_data(standing: Standing, page: str) -> dict[str, Any]:
    run = standing.run
    return {
        "run": standing.subject,
        "about": standing.about or None,
        "tenant": standing.tenant,
        "mode": standing.mode.value,
        "kind": standing.kind or None,
        "standing": standing.stand.value,
        "urgency": standing.urgency.name.lower(),
        "said": standing.said,
        "role": standing.role.value if standing.role else None,
        "people": list(standing.people),
        "until": standing.until.astimezone(LONDON).isoformat() if standing.until else None,
        "near": standing.near.value or None,
        "page": page or None,
        "command": standing.command or None,
        "payments": run.payments if run else None,
        "pence": run.pence if run else None,
        "entry_date": run.entry_date.isoformat() if run and run.entry_date else None,
        "bank_files": run.bank_files if run else None,
        "states": {each.state: _total_as_data(each) for each in run.states} if run else None,
        "file_days": [_day_as_data(day) for day in run.days] if run else None,
    }


def _total_as_data(total: StateTotal) -> dict[str, int]:
    return {"payments": total.payments, "pence": total.pence, "not_proven": total.not_proven}


def _day_as_data(day: FileDay) -> dict[str, Any]:
    return {
        "processing_date": day.processing_date.isoformat(),
        "entry_date": day.entry_date.isoformat(),
        "returns_closed": day.returns_closed.isoformat(),
        "payments": day.payments,
        "pence": day.pence,
        "has_report": day.has_report,
        "has_statement": day.has_statement,
    }


def _tell_one(out: Console, standing: Standing, page: str) -> None:
    until = f" until {to_the_minute(standing.until):%a %-d %b %Y %H:%M}" if standing.until else ""
    near = f" ({standing.near})" if standing.near else ""
    out.print(Text(f"\n{_named(standing)}"), Text(f"{standing.stand}{until}{near}", _COLOURS[standing.urgency]))
    if standing.run and standing.run.payments is not None:
        _print_below(out, _figures(standing.run))
    _print_below(out, standing.said)
    if standing.role:
        _print_below(out, f"{standing.role.replace('_', ' ')}: {', '.join(standing.people) or 'nobody'}")
    # What somebody copies stays one line, however narrow the terminal.
    for line in (page, standing.command):
        if line:
            out.print(f"  {line}", soft_wrap=True, highlight=False)


def _tell_over(out: Console, standing: Standing) -> None:
    out.print(f"{_named(standing)} {_in_short(standing)}", highlight=False)
    if standing.run and standing.run.payments is not None:
        _print_below(out, _figures(standing.run))
        _print_below(out, _progress(standing.run))


def _progress(run: Recorded) -> str:
    """Where its payments stand, and when the time of returns is over."""
    states = []
    for each in run.states:
        not_proven = f" ({each.not_proven:,} not proven)" if each.not_proven else ""
        states.append(f"{each.payments:,} {each.state.replace('_', ' ')}{not_proven}")
    closes = [f"{day.returns_closed:%-d %b %Y}" for day in run.days]
    until = f"; returns close {' and '.join(closes)}" if closes else ""
    return f"{', '.join(states)}{until}" if states else ""


def _named(standing: Standing) -> str:
    return f"{', '.join(filter(None, (standing.subject, standing.kind, standing.about)))}:"


def _figures(run: Recorded) -> str:
    entry_day = f", pay day {run.entry_date:%-d %b %Y}" if run.entry_date else ""
    return f"{run.payments:,} payments, {pounds(run.pence or 0)}{entry_day}"


def _print_below(out: Console, said: str) -> None:
    if said:
        out.print(Padding(Text(said), (0, 0, 0, 2), expand=False))


def _in_short(standing: Standing) -> str:
    run = standing.run
    if run is None:
        return standing.stand
    details = {
        Stand.SUBMITTED: run.submission,
        Stand.RECONCILED: f"with {run.bank_files} bank file{'s' if run.bank_files > 1 else ''}",
        Stand.CLOSED: f"on {run.closed.on:%-d %b %Y}" if run.closed else "",
        Stand.REJECTED: f"by {run.ended_by}",
        Stand.ABANDONED: f"by {run.ended_by}",
        Stand.REPLACED: f"by {run.ended_by}",
    }
    return f"{standing.stand} {details.get(standing.stand, '')}".strip()
