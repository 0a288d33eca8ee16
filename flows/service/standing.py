"""Where every run stands: gathers what the ledgers and Prefect say, for the rule in :mod:`schemas.standing.rule`.

``siller status`` shows it, the watch tells what changes.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.service import environment, liveness
from flows.service.books import Books, read
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.standing.awaited import list_overdue
from schemas.standing.extracts import list_late_extracts
from schemas.standing.records import Errand, Standing
from schemas.standing.rule import standing_of, standing_of_errand
from schemas.standing.seen import GIVEN_UP, Seen
from schemas.standing.tables import Stand, Urgency
from tasks.enquiries.standings import standings_of_enquiries
from tasks.exceptions.standings import list_set_aside, standings_of_waiting
from tasks.instruct.plan import Move
from tasks.tenant_context import TenantContext

_LATER = datetime.max.replace(tzinfo=UTC)


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


def picture(
    contexts: Iterable[TenantContext],
    home: Path,
    now: datetime,
    patience: float | None = None,
    reading: Callable[[TenantContext, datetime, float | None], Books] = read,
) -> Picture:
    """Say where every run of these tenants stands, and every flow run of theirs that has opened none.

    Args:
        contexts: whose runs.
        home: ``SILLER_HOME``.
        now: the time that counts.
        patience: seconds to wait for whoever holds a ledger; as long as every command waits if not given.
        reading: reads a ledger; whoever looks again and again keeps what was read.
    """
    books = [reading(context, now, patience) for context in contexts]
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
