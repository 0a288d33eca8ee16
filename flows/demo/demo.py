"""The demonstration: what an operator, two approvers and the bank do in three months, in two minutes."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from rich.console import Console

from flows.console import waiting_for
from flows.demo.by_hand import let_people_answer
from flows.demo.people import People
from flows.demo.rails import copy_contracts
from flows.service import environment
from flows.service.up import bring_up
from schemas.manifest import Manifest
from schemas.no_go import NoGo
from schemas.one_time_code import code_of, step_at
from schemas.pay_run import Mode
from schemas.period import Period, Rhythm
from schemas.reconciliation.figures import Reconciliation
from schemas.signature import sign
from tasks.clock import clock
from tasks.ingest.landing import signature_of
from tasks.ledger import entry_of
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import only_day
from tasks.practice_bank.bank import Rail, answer
from tasks.reconcile.stage import as_at
from tasks.settings import Settings
from tasks.tenant_context import TenantContext

if TYPE_CHECKING:
    from flows.service.client import Rest, Server

TENANT = "ilf"
_MARK = ".made-by-siller-demo"
_AGAIN = "The demonstration ends here; start it again with the same command: it begins anew."


@dataclass(frozen=True)
class Month:
    """One month of the demonstration.

    Attributes:
        today: the day on which it is run.
        reason: what the approver gives as reason for paying although gates refer to a person.
    """

    today: date
    reason: str

    @property
    def period(self) -> Period:
        """The pay period."""
        return Period.around(self.today, Rhythm.MONTH)


MONTHS = (
    Month(date(2026, 10, 26), "First month with siller: compared with the body's own list by hand."),
    Month(date(2026, 11, 23), "The body wants the rest paid on its day and sends the refused rows again."),
)
STOPPED = Month(date(2026, 12, 16), "")


@dataclass(frozen=True)
class Paid:
    """A month that was paid.

    Attributes:
        run_id: its run.
        reconciliation: where every pound of it is.
        payment_file: in the outbox.
        reports: the folder of its reports.
    """

    run_id: str
    reconciliation: Reconciliation
    payment_file: Path
    reports: Path


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
    """The people and the bank around a running siller.

    Attributes:
        context: ILF's, for rehearsals.
        server: the Prefect server.
        ui_url: its pages.
        people: what they prove themselves by.
        rail: the way that the money goes.
        manual: whether the approvals are left to the person who watches.
        out: where it tells what happens.
    """

    context: TenantContext
    server: "Server"
    ui_url: str
    people: People
    rail: Rail
    manual: bool
    out: Console

    @classmethod
    @contextmanager
    def brought_up(cls, home: Path, rail: Rail, manual: bool, out: Console) -> Iterator["Demonstration"]:
        """Start siller, and stop it at the end."""
        environment.prepare(home)
        # The practice bank looks into a folder, and nothing of a demonstration belongs into a real bucket.
        os.environ.pop("SILLER_OUTBOX", None)
        os.environ["SILLER_CONTRACTS"] = str(copy_contracts(rail, Settings().contracts, home))
        with ExitStack() as running:
            with waiting_for("Starting a Prefect server and siller's deployments (half a minute)"):
                address = running.enter_context(bring_up(home))
                environment.prepare(home, address.api_url)
                from flows.service.client import connect

                server = running.enter_context(connect())
            out.print(f"siller is up: {address.ui_url}", soft_wrap=True)
            context = TenantContext(TENANT, Mode.REHEARSAL, Settings())
            people = People.enrolled(context)
            yield cls(context, server, address.ui_url, people, rail, manual, out)

    def pay(self, month: Month) -> Paid:
        """Pay a month: extract, run, approval, the bank's answers, reconciliation."""
        self.out.rule(f"{month.period}", align="left")
        manifest = self._deliver(month.period)
        flow_run_id, rest = self._run("pay-run", month.today, month.period)
        if rest.waits:
            rest = self._by_hand(flow_run_id, manifest) if self.manual else self._approve(flow_run_id, month, manifest)
        if not rest.done:
            raise NoGo(f"{month.period} was not paid. {rest.message} {_AGAIN}")
        run_id = f"{TENANT}-{month.period}-{Mode.REHEARSAL}-1"
        return self._bank_answers(run_id, month)

    def december(self) -> str:
        """Show December being stopped; return the reason."""
        self.out.rule(f"{STOPPED.period}", align="left")
        self._deliver(STOPPED.period)
        _, rest = self._run("pay-run", STOPPED.today, STOPPED.period)
        return rest.message

    def _deliver(self, period: Period) -> Manifest:
        """The body puts its extract and manifest into the landing folder, the manifest last."""
        samples = self.context.settings.contracts / TENANT / "samples"
        landing = self.context.paths.landing(TENANT)
        landing.mkdir(parents=True, exist_ok=True)
        for name in (f"{TENANT}-{period}.csv", f"{TENANT}-{period}.manifest.json"):
            shutil.copy(samples / name, landing / name)
        manifest = landing / f"{TENANT}-{period}.manifest.json"
        signature_of(manifest).write_text(sign(manifest.read_bytes(), self.people.signing_key))
        self.out.print(f"{TENANT}-{period}.csv and its signed manifest have arrived.", highlight=False)
        return Manifest.load(manifest, TENANT)

    def _run(self, flow: str, today: date, period: Period | None = None) -> "tuple[UUID, Rest]":
        parameters = {"mode": str(Mode.REHEARSAL), "today": today.isoformat()}
        if period:
            parameters["period"] = str(period)
        flow_run_id = self.server.submit(f"{flow}/{TENANT}", parameters)
        return flow_run_id, self._follow(flow_run_id, "Starting")

    def _follow(self, flow_run_id: UUID, what: str) -> "Rest":
        with waiting_for(what) as now:
            return self.server.follow(flow_run_id, now)

    def _approve(self, flow_run_id: UUID, month: Month, manifest: Manifest) -> "Rest":
        """One approver answers, or two where the sum needs it, each with a code of their own device."""
        for approver in list(self.people.devices)[MONTHS.index(month) :]:
            self.server.answer(
                flow_run_id,
                {
                    "decision": "approve",
                    "approver": approver,
                    "one_time_code": self._code(approver),
                    # From the body's own records: the form does not show it.
                    "control_total": f"{manifest.total:,.2f}",
                    "reason": f"all: {month.reason}",
                },
            )
            self.out.print(f"{approver} has approved it.", highlight=False)
            rest = self._follow(flow_run_id, "Releasing")
            if not rest.waits:
                return rest
        raise NoGo(f"No answer counted. Above the form: {self.server.form(flow_run_id).splitlines()[0]}")

    def _by_hand(self, flow_run_id: UUID, manifest: Manifest) -> "Rest":
        """Whoever watches answers, as often as it takes."""
        wanted = {
            "The run waits for you. Open this page and press Resume:": environment.page_of(self.ui_url, flow_run_id),
            "The page asks for this password, all of it:": environment.password(self.context.settings.home),
            "Control total, as it stands in the body's own records:": f"{manifest.total:,.2f}",
        }
        return let_people_answer(self.server, flow_run_id, wanted, self._codes, self.out)

    def _code(self, approver: str) -> str:
        return code_of(self.people.devices[approver], step_at(clock(Mode.REHEARSAL, None)))

    def _codes(self) -> Mapping[str, str]:
        return {name: self._code(name) for name in self.people.devices}

    def _bank_answers(self, run_id: str, month: Month) -> Paid:
        """The practice bank reads the released file and answers; siller takes the answers in."""
        with self.context.ledger.opened() as connection:
            file_name = entry_of(connection, run_id, Instruct).file_name
            entry_date = only_day(connection, run_id).entry_date
        payment_file = self.context.paths.outbox(TENANT) / file_name
        answer(payment_file, self.context.paths.bank_inbox(TENANT), entry_date, rail=self.rail)
        self.out.print(f"{payment_file.name} is in the outbox; the practice bank has answered it.", highlight=False)
        # After the last day on which a payment may still come back.
        today = self.context.bank_days.returns_closed(entry_date) + timedelta(days=1)
        _, rest = self._run("bank-answers", today)
        if not rest.done:
            raise NoGo(f"The bank's answers were not taken in. {rest.message} {_AGAIN}")
        reconciliation = as_at(self.context, run_id, clock(Mode.REHEARSAL, today))
        return Paid(run_id, reconciliation, payment_file, self.context.paths.reports(run_id))
