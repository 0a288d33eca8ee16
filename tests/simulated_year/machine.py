"""The machine on which siller works: its clock, its folders, its post, and what Prefect would say of its flow runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from pathlib import Path
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

import pytest

from flows.service import dispatcher, standing
from schemas.pay_run import Mode
from schemas.standing.seen import Seen
from tasks.advisories import record_look
from tasks.notices.book import list_untold
from tasks.people.credentials import Kind, keep
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.people import ENROLLED, adopt, register_uploaders, secret_of, sit_at
from tests.published_table import published_table
from tests.rehearsed import judged_by_arithmetic
from tests.simulated_year.bank import Bank
from tests.simulated_year.bodies import BODIES, OPERATOR
from tests.told import body_told

NOTICES = """\
  email: {{host: 127.0.0.1, port: {port}, sender: payments@siller.example}}
  tell:
    - {{role: uploader, by: email, events: [extract_due_soon, extract_late, refused_rows, waiting_for_correction,
        returns, details_to_change]}}
    - {{role: approver, by: email, events: [waiting_for_approval, about_to_run_out]}}
    - {{role: sender, by: email, events: [to_be_submitted, not_submitted_in_time]}}
    - {{role: decision_owner, by: email, events: [approved, released, answers_in, closed]}}
    - {{role: operator, by: email, events: [no_go, stopped, not_approved_in_time, never_sent, disputed, rejected,
        paid_twice, file_set_aside, unsettled, silence, enquiry, to_be_closed, reopened, data_lapses,
        holidays_differ]}}
"""
"""Every event is one role's."""
_TABLE_DAYS = 150
"""The agreements have a gate ask about a table that is older than 180."""
_ADVISORIES_DAYS = 25
"""A look at the advisories on packages says something of them for 30."""


@dataclass
class Machine:
    """One machine with three live bodies.

    Attributes:
        home: its folder, with siller's in it.
        now: its clock.
        flows: what Prefect says of each flow run.
        submitted: body and period of what the dispatcher has had started, by what it is for.
        bank: the bodies' bank.
    """

    home: Path
    now: datetime
    flows: dict[str, Seen] = field(default_factory=dict)
    submitted: dict[str, tuple[str, str]] = field(default_factory=dict)
    bank: Bank = field(default_factory=Bank)
    _table_of: date | None = None
    _advisories_of: date | None = None
    _looked_at: list[TenantContext] = field(default_factory=list)

    def of(self, tenant: str) -> TenantContext:
        """A body's context, read anew: agreements and holidays change in a year."""
        return TenantContext(tenant, Mode.LIVE, Settings())

    def look(self, *tenants: str) -> None:
        """A look of the dispatcher's at these bodies: it tells people, and submits what is due."""
        self._looked_at = [self.of(tenant) for tenant in tenants]
        dispatcher.dispatch(self.home / "home")

    def untold(self, tenant: str) -> list[str]:
        """What siller says of a body's letters that it could not send."""
        with self.of(tenant).ledger.opened() as connection:
            return list(list_untold(connection, tenant))

    def renew_table(self) -> None:
        """Who runs siller gets each new account table, before a gate asks about the age of the one in use."""
        today = self.now.date()
        if self._table_of is None or (today - self._table_of).days > _TABLE_DAYS:
            self._table_of, midnight = today, datetime.combine(today, time(), UTC).timestamp()
            for file in published_table(self.home / "table"):
                os.utime(file, (midnight, midnight))

    def look_at_advisories(self) -> None:
        """Who runs siller holds its packages against the advisories, before nobody knows any more what is in them."""
        today = self.now.date()
        if self._advisories_of is None or (today - self._advisories_of).days > _ADVISORIES_DAYS:
            self._advisories_of = today
            for body in BODIES:
                record_look(self.of(body.tenant), "nothing", OPERATOR, self.now)

    def flow(self, tenant: str, period: str, start: int) -> str:
        """The id of a flow run."""
        return str(uuid5(NAMESPACE_URL, f"{tenant} {period} {start}"))

    def says(self, flow: str, type_: str, **more: Any) -> None:
        """Let Prefect say something of a flow run."""
        self.flows[flow] = Seen(flow, type_, type_.capitalize(), self.now, **more)


def machine(home: Path, port: int, begins: datetime, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine on which three bodies have adopted their agreements, and everybody is enrolled.

    Args:
        home: an empty folder.
        port: of the SMTP server.
        begins: what its clock says.
        monkeypatch: a test's, for the clock, the settings and Prefect's part.
    """
    made = Machine(home, begins)
    made.renew_table()
    for body in BODIES:
        body_told(home, NOTICES.format(port=port), body.tenant, Settings(contracts=PROJECT / "data_contracts"))
    for name, path in (("HOME", "home"), ("CONTRACTS", "contracts"), ("MODULUS_TABLE", "table")):
        monkeypatch.setenv(f"SILLER_{name}", str(home / path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    sit_at(monkeypatch, "operator")
    judged_by_arithmetic(monkeypatch)
    _tell_the_time(made, monkeypatch)
    _play_prefect(made, monkeypatch)
    for body in BODIES:
        of = made.of(body.tenant)
        register_uploaders(of)
        with of.ledger.transaction(create=True) as connection:
            for person in of.agreement.people:
                keep(connection, person.name, Kind.ONE_TIME_CODE, secret_of(person.name), ("nobody",), ENROLLED)
        adopt(of)
    return made


def _tell_the_time(of: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let siller's one clock say what the machine's says."""

    class Told(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return of.now.astimezone(tz)  # type: ignore[return-value]  # it is read and converted, no more

    monkeypatch.setattr("tasks.clock.datetime", Told)


def _play_prefect(of: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the machine say of flow runs what Prefect would, and take what is to be started."""

    @dataclass
    class Server:
        client: None = None

        def submit(self, deployment: str, parameters: dict[str, str], once: str) -> None:
            of.submitted[once] = (deployment.partition("/")[2], parameters["period"])

    @contextmanager
    def connected() -> Iterator[Server]:
        yield Server()

    monkeypatch.setattr(dispatcher, "list_agreed_in_both_modes", lambda _: of._looked_at)
    monkeypatch.setattr(dispatcher, "connect", connected)
    monkeypatch.setattr("flows.service.dispatcher.flow_runs.was_started", lambda _, once: once in of.submitted)
    monkeypatch.setattr("flows.service.dispatcher.notifications.tell", lambda *_: [])
    monkeypatch.setattr(standing, "_ask", lambda *_: standing.Sight(dict(of.flows)))
