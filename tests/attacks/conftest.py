"""A running siller with two bodies, and their people before its door."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from flows.service import environment
from schemas.pay_run import Mode
from tasks.people.door import let_in
from tasks.settings import PROJECT, Settings
from tasks.tenant_context import TenantContext
from tests.e2e.stack import Stack
from tests.people import enrol_approvers

STAND_IN = Path(__file__).with_name("stand_in")
BODIES = ("ilf", "other")
NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)


@dataclass
class Attacked:
    """The server, and who comes to it.

    Attributes:
        stack: what runs.
        contexts: of both bodies, live.
        passwords: what each person types, by name.
    """

    stack: Stack
    contexts: dict[str, TenantContext]
    passwords: dict[str, str] = field(default_factory=dict)

    def let_in(self, body: str, part: str) -> str:
        """Give a person a password of their own; returns their name."""
        name = f"{part}@{body}.example"
        password = let_in(self.contexts[body], name, ("operator@siller.example",), NOW)
        self.passwords[name] = f"{name}:{password}"
        return name

    def asks(self, who: str, method: str, path: str, json: object = None, **more: Any) -> httpx.Response:
        """Ask as somebody: a person, ``siller`` for the operator, or ``itself`` for siller's own processes."""
        name, _, password = self.passwords[who].partition(":")
        url = httpx.URL(self.stack.address.api_url.removesuffix("/api")).copy_with(raw_path=path.encode())
        return httpx.request(method, url, json=json, auth=(name, password), timeout=60, trust_env=False, **more)

    def deployment(self, body: str) -> str:
        return str(self.asks("itself", "GET", f"/api/deployments/name/pay-run/{body}").json()["id"])

    def submitted(self, body: str, period: str) -> UUID:
        """Start a run as siller does."""
        with self.stack.connected() as server:
            return server.submit(f"pay-run/{body}", {"period": period, "mode": "live"})

    def waits(self, flow_run: UUID | str) -> str:
        """Wait until a run shows its form."""
        with self.stack.connected() as server:
            rest = server.follow(UUID(str(flow_run)), lambda _: None)
            assert rest.ending == "waits", rest.message
            server._wait_for_the_form(UUID(str(flow_run)))
        return str(flow_run)

    def run(self, flow_run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.asks("itself", "GET", f"/api/flow_runs/{flow_run_id}").json()
        return found


@pytest.fixture(scope="package")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    before = dict(os.environ)
    home, contracts = tmp_path_factory.mktemp("attacked"), tmp_path_factory.mktemp("contracts")
    shutil.copy(PROJECT / "data_contracts" / "bank_holidays.yaml", contracts)
    for body in BODIES:
        folder = contracts / body
        folder.mkdir()
        for name in ("agreement.yaml", "extract.odcs.yaml"):
            text = (PROJECT / "data_contracts" / "ilf" / name).read_text()
            (folder / name).write_text(text.replace("@ilf.", f"@{body}.").replace("tenant: ilf", f"tenant: {body}"))
        agreement = folder / "agreement.yaml"
        also = {f"operator@{body}.example": "operator", "both@example": "auditor"}
        more = "".join(f"  - {{name: {name}, roles: [{role}]}}\n" for name, role in also.items())
        agreement.write_text(agreement.read_text() + more)
    contexts = {body: TenantContext(body, Mode.LIVE, Settings(home=home, contracts=contracts)) for body in BODIES}
    try:
        os.environ["SILLER_CONTRACTS"] = str(contracts)
        os.environ["PYTHONPATH"] = os.pathsep.join([str(PROJECT), str(STAND_IN)])
        for context in contexts.values():
            enrol_approvers(context)
        stack = Stack(home, ["up_attacked", "{home}", "{port}"], also=[STAND_IN])
        stack.start()
        passwords = {"siller": environment.password(home), "itself": environment.internal(home)}
        attacked = Attacked(stack, contexts, passwords)
        for body in BODIES:
            for part in ("first.approver", "second.approver", "operator", "auditor"):
                attacked.let_in(body, part)
        yield attacked
        stack.stop_and_look()
    finally:  # else whatever comes after a server that did not start pays other bodies
        os.environ.clear()
        os.environ.update(before)
