"""The demonstration: what an operator, approvers and the bank do in three months, or for three bodies on one day."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from rich.console import Console

from flows.console import waiting_for
from flows.demo.by_hand import let_people_answer
from flows.demo.paydays import Payday
from flows.demo.people import People, code_now
from flows.demo.rails import copy_contracts
from flows.service import environment
from flows.service.up import bring_up
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.reconciliation.figures import Reconciliation
from schemas.signature import sign
from tasks.clock import clock
from tasks.ingest.landing import signature_of
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.practice_bank.bank import answer, way_of
from tasks.reconcile.stage import as_at
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

if TYPE_CHECKING:
    from flows.service.client import Rest, Server

_MARK = ".made-by-siller-demo"
_AGAIN = "The demonstration ends here; start it again with the same command: it begins anew."


@dataclass(frozen=True)
class Paid:
    """A period that was paid.

    Attributes:
        tenant: whose.
        run_id: its run.
        reconciliation: where every pound of it is.
        payment_file: in the outbox.
        reports: the folder of its reports.
        left_out: the rows that go back to the body; there is no such file if all were paid.
    """

    tenant: str
    run_id: str
    reconciliation: Reconciliation
    payment_file: Path
    reports: Path
    left_out: Path


def fresh_home() -> Path:
    """The demonstration's home, empty.

    Raises:
        NoGo: there is something in it that no demonstration made.
    """
    home = Path(os.environ.get("SILLER_HOME", "siller-demo")).absolute()
    if home.exists() and any(home.iterdir()) and not (home / _MARK).exists():
        raise NoGo(
            f"{home} holds something that no demonstration made, so it is left alone. "
            "Name another folder: SILLER_HOME=FOLDER siller demo"
        )
    if standing := environment.read_address(home):
        raise NoGo(f"A demonstration is running in {home}, as process {standing.pid}. End it first.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    (home / _MARK).touch()
    return home


@dataclass(frozen=True)
class Demonstration:
    """The people and the banks around a running siller.

    Attributes:
        contexts: each body's, for rehearsals, by its name.
        people: what they prove themselves by, of each body.
        server: the Prefect server.
        ui_url: its pages.
        manual: whether the approvals are left to the person who watches.
        out: where it tells what happens.
    """

    contexts: Mapping[str, TenantContext]
    people: Mapping[str, People]
    server: "Server"
    ui_url: str
    manual: bool
    out: Console

    @classmethod
    @contextmanager
    def brought_up(
        cls, home: Path, paydays: Sequence[Payday], out: Console, rail: str | None = None, manual: bool = False
    ) -> Iterator["Demonstration"]:
        """Start siller for the bodies of some paydays, and stop it at the end.

        Without a rail each body is paid as its agreement says.
        """
        environment.prepare(home)
        tenants = tuple(dict.fromkeys(payday.tenant for payday in paydays))
        # The practice bank looks into a folder, and nothing of a demonstration belongs into a real bucket.
        for name in ("SILLER_OUTBOX", "SILLER_STORE", "SILLER_PUBLISHED"):
            os.environ.pop(name, None)
        if rail:
            os.environ["SILLER_CONTRACTS"] = str(copy_contracts(tenants, rail, Settings().contracts, home))
        with ExitStack() as running:
            with waiting_for("Starting a Prefect server and siller's deployments (half a minute)"):
                address = running.enter_context(bring_up(home))
                environment.prepare(home, address.api_url)
                from flows.service.client import connect

                server = running.enter_context(connect())
            out.print(f"siller is up: {address.ui_url}", soft_wrap=True)
            contexts = {tenant: TenantContext(tenant, Mode.REHEARSAL, Settings()) for tenant in tenants}
            begins = {payday.tenant: payday.today for payday in reversed(paydays)}
            people = {tenant: People.enrolled(context, begins[tenant]) for tenant, context in contexts.items()}
            yield cls(contexts, people, server, address.ui_url, manual, out)

    def pay(self, payday: Payday) -> Paid:
        """Pay a period: extract, run, approval, the bank's answers, reconciliation."""
        self.out.rule(f"{payday.period}", align="left")
        manifest = self._deliver(payday)
        return self._paid(payday, manifest, self._submit(payday))

    def pay_beside(self, paydays: Sequence[Payday]) -> list[Paid]:
        """Pay a period of each of several bodies: their runs stand and work beside each other."""
        manifests = [self._deliver(payday) for payday in paydays]
        begun = [self._submit(payday) for payday in paydays]
        return [self._paid(*each) for each in zip(paydays, manifests, begun, strict=True)]

    def stop(self, payday: Payday) -> str:
        """Show a period being stopped; return the reason."""
        self.out.rule(f"{payday.period}", align="left")
        self._deliver(payday)
        return self._follow(self._submit(payday), "Starting").message

    def _paid(self, payday: Payday, manifest: Manifest, flow_run_id: UUID) -> Paid:
        """Follow a run that was submitted, and have it approved and answered."""
        rest = self._follow(flow_run_id, "Starting")
        if rest.waits:
            answered = self._by_hand if self.manual else self._approve
            rest = answered(flow_run_id, payday, manifest)
        if not rest.done:
            raise NoGo(f"{payday.period} was not paid. {rest.message} {_AGAIN}")
        return self._bank_answers(payday)

    def _deliver(self, payday: Payday) -> Manifest:
        """The body puts its extract and manifest into the landing folder, the manifest last."""
        context = self.contexts[payday.tenant]
        samples, landing = context.settings.contracts / payday.tenant / "samples", context.paths.landing(payday.tenant)
        manifest = landing / f"{payday.tenant}-{payday.period}.manifest.json"
        declared = Manifest.load(samples / manifest.name, payday.tenant)
        landing.mkdir(parents=True, exist_ok=True)
        for name in (declared.extract, manifest.name):
            shutil.copy(samples / name, landing / name)
        signature_of(manifest).write_text(sign(manifest.read_bytes(), self.people[payday.tenant].signing_key))
        self.out.print(f"{declared.extract} and its signed manifest have arrived.", highlight=False)
        return declared

    def _submit(self, payday: Payday) -> UUID:
        parameters = {"mode": str(Mode.REHEARSAL), "today": payday.today.isoformat(), "period": str(payday.period)}
        return self.server.submit(f"pay-run/{payday.tenant}", parameters)

    def _follow(self, flow_run_id: UUID, what: str) -> "Rest":
        with waiting_for(what) as now:
            return self.server.follow(flow_run_id, now)

    def _approve(self, flow_run_id: UUID, payday: Payday, manifest: Manifest) -> "Rest":
        """One approver answers, or two where the sum needs it, each with a code of their own device."""
        for approver, device in list(self.people[payday.tenant].devices.items())[payday.first_approver :]:
            self.server.answer(
                flow_run_id,
                {
                    "decision": "approve",
                    "approver": approver,
                    "one_time_code": code_now(device),
                    # From the body's own records: the form does not show it.
                    "control_total": f"{manifest.total:,.2f}",
                    "reason": f"all: {payday.reason}",
                },
            )
            self.out.print(f"{approver} has approved it.", highlight=False)
            rest = self._follow(flow_run_id, "Releasing")
            if not rest.waits:
                return rest
        raise NoGo(f"No answer counted. Above the form: {self.server.form(flow_run_id).splitlines()[0]}")

    def _by_hand(self, flow_run_id: UUID, payday: Payday, manifest: Manifest) -> "Rest":
        """Whoever watches answers, as often as it takes."""
        home, people = self.contexts[payday.tenant].settings.home, self.people[payday.tenant]
        wanted = {
            "The run waits for you. Open this page and press Resume:": environment.page_of(self.ui_url, flow_run_id),
            "The page asks for this password, all of it:": environment.password(home),
            "Control total, as it stands in the body's own records:": f"{manifest.total:,.2f}",
        }
        return let_people_answer(self.server, flow_run_id, wanted, people.codes, self.out)

    def _bank_answers(self, payday: Payday) -> Paid:
        """The practice bank reads the released file and answers; siller takes the answers in."""
        context, tenant, run_id = self.contexts[payday.tenant], payday.tenant, payday.run_id
        with context.ledger.opened() as connection:
            file_name = entry_of(connection, run_id, Instruct).file_name
            days = [day.entry_date for day in days_of(connection, run_id)]
        payment_file = context.paths.outbox(tenant) / file_name
        inbox, rail = context.paths.bank_inbox(tenant), way_of(context.agreement)
        answer(payment_file, inbox, days[0], rail=rail, bank_days=context.bank_days)
        self.out.print(f"{payment_file.name} is in the outbox; the practice bank has answered it.", highlight=False)
        # After the last day on which a payment may still come back.
        today = context.bank_days.returns_closed(days[-1]) + timedelta(days=1)
        parameters = {"mode": str(Mode.REHEARSAL), "today": today.isoformat()}
        rest = self._follow(self.server.submit(f"bank-answers/{tenant}", parameters), "Starting")
        if not rest.done:
            raise NoGo(f"The bank's answers were not taken in. {rest.message} {_AGAIN}")
        reconciliation = as_at(context, run_id, clock(Mode.REHEARSAL, today))
        left_out = context.paths.left_out(run_id, context.contract.form.for_people.kind)
        return Paid(tenant, run_id, reconciliation, payment_file, context.paths.reports(run_id), left_out)
