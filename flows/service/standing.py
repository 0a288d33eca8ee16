"""Where every run stands: gathers what the ledgers and Prefect say, for the rule in :mod:`schemas.standing.rule`.

``siller status`` shows it, the watch tells what changes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows.service import environment, liveness
from flows.service.called_off import list_called_off
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.stages import Event
from schemas.standing.awaited import list_overdue
from schemas.standing.extracts import list_late_extracts
from schemas.standing.records import Errand, Recorded, Standing
from schemas.standing.rule import standing_of, standing_of_errand
from schemas.standing.seen import GIVEN_UP, Seen
from schemas.standing.tables import Stand, Urgency
from tasks.adoption.adopted import say_unadopted
from tasks.carried_data import InLedger, find_in_ledger
from tasks.close.closed import find_closed
from tasks.enquiries.enquiry import Enquiry, list_enquiries_in
from tasks.enquiries.standings import standings_of_enquiries
from tasks.exceptions.standings import list_set_aside, standings_of_waiting
from tasks.exceptions.waiting import Waiting, list_waiting_in
from tasks.instruct.plan import Move, moves
from tasks.ledger import LedgerBusy, never_twice, runs
from tasks.ledger.disputes import disputes, find_turned_away
from tasks.ledger.file_progress import follow
from tasks.ledger.funding import list_confirmers, say_unfunded
from tasks.ledger.overview import overview
from tasks.notices.book import list_untold
from tasks.notices.due import Known
from tasks.notices.known import find_known
from tasks.tenant_context import TenantContext

_LATER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Books:
    """What one tenant's ledger says.

    Attributes:
        context: the tenant's.
        runs: every run of it.
        moves: the runs whose days a new holiday has moved.
        waiting: what waits for two people.
        enquiries: what is said not to have arrived.
        called_off: a sentence for each thing that keeps money from going, or is to bring it back.
        known: what its people are told by; None if they are not told anything.
        untold: a sentence for each channel by which they could not be told.
        unadopted: why no live run may pay by the agreement as it stands; empty if one may.
        carried: what it says of what siller carries.
        refused: why the tenant cannot be looked into; empty if it can.
        is_busy: whether that is only because somebody works there.
    """

    context: TenantContext
    runs: tuple[Recorded, ...] = ()
    moves: tuple[Move, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    enquiries: tuple[Enquiry, ...] = ()
    called_off: tuple[str, ...] = ()
    known: Known | None = None
    untold: tuple[str, ...] = ()
    unadopted: str = ""
    carried: InLedger = field(default_factory=InLedger)
    refused: str = ""
    is_busy: bool = False


@dataclass(frozen=True)
class Sight:
    """What Prefect says.

    Attributes:
        flows: of the ledgers' flow runs; None if it was not asked.
        errands: flow runs that no run of a ledger belongs to.
        unasked: why it was not asked; empty if it was.
        api_url: the server that was asked.
    """

    flows: dict[str, Seen] | None = None
    errands: tuple[Errand, ...] = ()
    unasked: str = ""
    api_url: str = ""


@dataclass(frozen=True)
class Picture:
    """Where everything stands.

    Attributes:
        standings: of every run, the most urgent first.
        refused: a sentence for each tenant that cannot be looked into.
        busy: a sentence for each ledger that somebody works on, so that it could not be read.
        unasked: why Prefect was not asked; empty if it was.
        moves: the runs whose days a new holiday has moved.
        api_url: the Prefect server that was asked.
        set_aside: a sentence for each file of a bank's that was set aside, and what to do about it.
        called_off: a sentence for each thing that keeps money from going, or is to bring it back.
        books: what each tenant's ledger says.
    """

    standings: tuple[Standing, ...]
    refused: tuple[str, ...]
    busy: tuple[str, ...]
    unasked: str
    moves: tuple[Move, ...]
    api_url: str
    set_aside: tuple[str, ...] = ()
    called_off: tuple[str, ...] = ()
    books: tuple[Books, ...] = ()

    @property
    def untold(self) -> tuple[str, ...]:
        """A sentence for each channel by which somebody's people could not be told."""
        return tuple(said for each in self.books for said in each.untold)

    @property
    def unadopted(self) -> tuple[str, ...]:
        """A sentence for each body that no live run may pay by the agreement as it stands."""
        return tuple(each.unadopted for each in self.books if each.unadopted)

    def page(self, standing: Standing) -> str:
        """The page on which a person sees more, or answers; empty where there is none."""
        return environment.page_of(self.api_url, standing.flow_run_id) if self.api_url and standing.flow_run_id else ""

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody must act now."""
        return bool(self.refused or self.busy or self.set_aside or self.called_off or self.untold) or any(
            standing.urgency is Urgency.ACT for standing in self.standings
        )


def picture(contexts: Iterable[TenantContext], home: Path, now: datetime, patience: float | None = None) -> Picture:
    """Say where every run of these tenants stands, and every flow run of theirs that has opened none.

    Args:
        contexts: whose runs.
        home: ``SILLER_HOME``.
        now: the time that counts.
        patience: seconds to wait for whoever holds a ledger; as long as every command waits if not given.
    """
    books = [_read(context, now, patience) for context in contexts]
    sight = _ask(home, books, now)
    given_up = {flow: _as_seen(flow, begun, now) for flow, begun in liveness.list_given_up(home).items()}
    standings, refused = [], [each.refused for each in books if each.refused and not each.is_busy]
    for each in books:
        try:
            standings += _of_runs(each, sight, given_up, now)
            standings += _of_errands(each, [*sight.errands, *_nobody_starts(given_up, home, books, sight)], now)
        except NoGo as said:  # the agreement does not fit, or is of a year whose holidays nobody knows
            refused.append(str(said))
    return Picture(
        tuple(sorted(standings, key=_most_urgent_first)),
        tuple(dict.fromkeys(refused)),
        tuple(each.refused for each in books if each.is_busy),
        sight.unasked,
        tuple(move for each in books for move in each.moves),
        sight.api_url,
        tuple(said for each in books for said in list_set_aside(each.context, each.waiting)),
        tuple(sentence for each in books for sentence in each.called_off),
        tuple(books),
    )


def _most_urgent_first(standing: Standing) -> tuple[bool, Urgency, datetime]:
    """What may have been paid twice comes before everything: it can be recalled for hours only."""
    return standing.stand is not Stand.PAID_TWICE, standing.urgency, standing.until or _LATER


def _read(context: TenantContext, now: datetime, patience: float | None = None) -> Books:
    """Read one tenant's ledger; what stands in the way is said, and never raised.

    Args:
        context: the tenant's.
        now: the time that counts.
        patience: seconds to wait for whoever holds the ledger; as long as every command waits if not given.
    """
    ledger = context.ledger if patience is None else replace(context.ledger, patience=patience)
    try:
        _ = context.agreement  # without one a ledger is not opened: it would be made
        if said := ledger.lost:
            return Books(context, refused=said)
        if not ledger.exists:
            return Books(context)
        with ledger.opened() as connection:
            come = follow(connection, now.date())
            disputed = {each.run_id: each.said for each in disputes(come)}
            away = find_turned_away(connection, come)
            closed, told = find_closed(connection), overview(connection)
            recorded = tuple(
                replace(
                    _unless_paid_otherwise(context, connection, run, now),
                    disputed=disputed.get(run.run_id, ""),
                    is_turned_away=run.run_id in away,
                    closed=closed.get(run.run_id),
                    **_funding(context, connection, run),
                    **(vars(come[run.run_id]) if run.run_id in come else {}),
                )
                for run in told
            )
            moving = tuple(moves(context, connection, told, now.date()))
            waiting = tuple(list_waiting_in(context, connection, now))
            enquiries = tuple(list_enquiries_in(connection, now))
            called_off = tuple(list_called_off(connection, context, recorded, now))
            known = find_known(connection, context, waiting)
            untold = tuple(list_untold(connection, context.tenant))
            unadopted = say_unadopted(connection, context)
            carried = find_in_ledger(connection)
    except LedgerBusy as said:
        return Books(context, refused=str(said), is_busy=True)
    except NoGo as said:
        return Books(context, refused=str(said))
    except duckdb.Error as error:  # its message might hold a row
        return Books(context, refused=f"The ledger of {context.tenant} cannot be read ({type(error).__name__}).")
    return Books(context, recorded, moving, waiting, enquiries, called_off, known, untold, unadopted, carried)


def _funding(context: TenantContext, connection: duckdb.DuckDBPyConnection, run: Recorded) -> dict[str, Any]:
    """What of a run that waits is not confirmed to be there, and who has confirmed any of its money."""
    if run.is_settled or run.is_over or run.has_left or not run.payments:
        return {}
    return {
        "unfunded": say_unfunded(connection, context.agreement, run.run_id),
        "funded_by": list_confirmers(connection, run.run_id),
    }


def _unless_paid_otherwise(
    context: TenantContext, connection: duckdb.DuckDBPyConnection, run: Recorded, now: datetime
) -> Recorded:
    """A run, with whether everything in it has been paid otherwise; asked only where anything has been recorded so."""
    anything = runs.ever_done(connection, Event.PAID_ELSEWHERE.numbered(1))
    is_done_with = run.has_left or (run.ended is not None and run.ended is not Stand.REJECTED)
    if is_done_with or not run.payments or not anything:
        return run
    run_no = runs.run_row(connection, run.run_id).run_no
    hits = never_twice.find_duplicates(connection, run_no, now.date(), context.agreement.accounts)
    paid = hits.filter(~pl.col("rule").str.contains("in_another_run|stopped"))["row_number"].n_unique()
    return replace(run, is_paid_otherwise=paid == run.payments)


def _ask(home: Path, books: Sequence[Books], now: datetime) -> Sight:
    """Ask the Prefect server of this machine; where there is none, or it does not answer, the sight says so."""
    of_runs = {flow for each in books for run in each.runs for flow in run.flows}
    of_open_runs = {flow for each in books for run in each.runs if not run.is_settled for flow in run.flows}
    try:
        api_url = environment.server_of(home)
        environment.prepare(home, api_url)
        import httpx

        from flows.service import flow_runs
        from flows.service.client import connect

        try:
            with connect() as server:
                flows = flow_runs.of_ids(server.client, home, of_open_runs)
                return Sight(flows, tuple(flow_runs.errands(server.client, home, of_runs, now)), api_url=api_url)
        except httpx.HTTPError as error:
            return Sight(unasked=f"The Prefect server does not answer what it is asked ({type(error).__name__}).")
    except NoGo as said:
        return Sight(unasked=str(said))


def _of_runs(books: Books, sight: Sight, given_up: dict[str, Seen], now: datetime) -> list[Standing]:
    found = []
    for run in books.runs:
        if sight.flows is not None:
            found_flows = (given_up.get(flow) or sight.flows.get(flow) for flow in run.flows)
            flows: list[Seen] | None = [flow for flow in found_flows if flow]
        else:  # what nobody starts again is known without Prefect
            flows = [given_up[flow] for flow in run.flows if flow in given_up] or None
        found.append(standing_of(run, books.context.calendar, flows, now))
        found += list_overdue(run, books.context.calendar, now)
    if books.context.mode is Mode.LIVE:
        found += list_late_extracts(books.context.calendar, books.runs, now)
    found += standings_of_waiting(books.context, books.waiting)
    return [*found, *standings_of_enquiries(books.context, books.enquiries)]


def _of_errands(books: Books, errands: Iterable[Errand], now: datetime) -> list[Standing]:
    """Where the flow runs of a tenant stand that opened no run; of one whose ledger is in use, those that hang."""
    ours = [each for each in errands if (each.tenant, each.mode) == (books.context.tenant, books.context.mode)]
    found = [standing_of_errand(errand, books.context.agreement, now) for errand in ours]
    return [each for each in found if each and (each.stand is Stand.HUNG or not books.is_busy)]


def _nobody_starts(given_up: dict[str, Seen], home: Path, books: Sequence[Books], sight: Sight) -> Iterator[Errand]:
    """What was given up before it opened a run, and Prefect does not tell of."""
    told = {flow for each in books for run in each.runs for flow in run.flows}
    told |= {errand.seen.flow_run_id for errand in sight.errands}
    for flow, begun in liveness.list_given_up(home).items():
        if flow not in told:
            kind, _, of_tenant = begun.deployment.partition("/")
            parameters = {**begun.parameters, "tenant": begun.parameters.get("tenant") or of_tenant}
            yield Errand.of(kind, parameters, str(parameters.get("period") or ""), given_up[flow])


def _as_seen(flow_run_id: str, begun: liveness.Begun, now: datetime) -> Seen:
    return Seen(flow_run_id, "CRASHED", GIVEN_UP, now, begun.given_up)
