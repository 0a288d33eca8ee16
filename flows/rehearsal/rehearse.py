"""A period rehearsed: each extract released in turn, the bank's answers taken in, as the flows do it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import uuid4

from flows.demo.people import People
from flows.inbox import put
from flows.rehearsal.approval import PracticeApprovers, PracticeRun
from flows.rehearsal.authorised_payees import authorise_everybody
from flows.rehearsal.extracts import Declared, declare_all, deliver
from flows.rehearsal.payee_checks import ask_practice_bank
from flows.rehearsal.vouchers import find_end, let_provider_answer, send_to_practice
from flows.service.kept_warm import kept_warm
from schemas.bank_messages.verdict import Taken
from schemas.pay_run import Mode
from schemas.stages import Stage
from tasks.clock import clock
from tasks.ledger import entry_of, runs
from tasks.ledger.catalogue.stages import Instruct
from tasks.ledger.file_days import days_of
from tasks.order import as_it_is, pay, take_in_answers
from tasks.practice_bank.bank import answer, way_of
from tasks.practice_bank.behaviour import Behaviour
from tasks.practice_bank.vouchers import AT_LAST, IN_TIME
from tasks.publish.task import publish
from tasks.reconcile.task import reconcile
from tasks.stage_run import TakenUp, take_up
from tasks.tenant_context import TenantContext

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Plan:
    """What is rehearsed.

    Attributes:
        extracts: the period's full one, then those that follow it.
        today: the day on which each is run; the real one if not given.
        answers: what the bank sent back; none: the practice bank answers.
        answers_on: the day on which answers are taken in; after the last one on which a payment may come back if not
            given.
        until: the stage after which the last extract stops; reconcile is the end.
        behaviour: what the practice bank does; a few payments come back if not given.
    """

    extracts: Sequence[Path]
    today: date | None = None
    answers: Sequence[Path] = ()
    answers_on: date | None = None
    until: Stage = Stage.RECONCILE
    behaviour: Behaviour | None = None


class _Answered(Exception):  # noqa: N818  # nothing is wrong: it begins the next run
    """Banks have answered about payees: the same extract opens the next run."""


class _Reached(Exception):  # noqa: N818  # nothing is wrong
    """The stage is done that the rehearsal goes up to."""


@dataclass
class Rehearsal:
    """A rehearsal, and what has come of it so far.

    Attributes:
        context: the tenant's, for rehearsals, in the rehearsal's home.
        plan: what is rehearsed.
        runs: the runs begun, in their order.
        released: those of them that are released.
        files: what each file of the bank came to.
        day: the day that it has come to; the real one if not given.
    """

    context: TenantContext
    plan: Plan
    runs: list[str] = field(default_factory=list)
    released: list[str] = field(default_factory=list)
    files: list[Taken] = field(default_factory=list)
    day: date | None = None
    _answered: int = 0

    def hold(self, now: Callable[[str], None]) -> None:
        """Do all of it.

        Args:
            now: told what is being done.

        Raises:
            NoGo: siller said no to an extract; what came before it stands.
        """
        self.day = self.plan.today
        with kept_warm(self.context.settings.home):  # it loads once for all extracts, while the first is read
            self._hold(now)

    def _hold(self, now: Callable[[str], None]) -> None:
        people = People.enrolled(self.context, self.day)
        approvers = PracticeApprovers(self.context, people)
        today = clock(Mode.REHEARSAL, self.day).date()
        declared = list(declare_all(self.context, list(self.plan.extracts), today))
        for each in declared:
            if self.released:
                self._go_on_to(each, now)
            now(f"Paying {each.extract.name}")
            deliver(self.context, each, people.signing_key)
            is_last = each is declared[-1]
            if not self._pay(each, approvers, self.plan.until if is_last else Stage.RECONCILE):
                return
        if self.plan.until is Stage.RECONCILE:
            self._take_in_answers(now)
            self._let_vouchers_end(now)

    def _go_on_to(self, declared: Declared, now: Callable[[str], None]) -> None:
        """Let the days pass until an extract comes, and the answers before it if it can still be approved after them.

        A full one comes on the day on which it is due: no rail takes a file a quarter ahead.
        """
        manifest, due = declared.manifest, None
        latest = manifest.pay_date
        if manifest.kind.is_paid_on_the_pay_day:
            dates = self.context.calendar.of_period(manifest.pay_period)
            latest, due = dates.approve_by.date(), dates.extract_due.date()
        if latest > self._answers_day():
            self._take_in_answers(now)
            if self.day and due:
                self.day = max(self.day, due)

    def _pay(self, declared: Declared, approvers: PracticeApprovers, until: Stage) -> bool:
        """Take an extract as far as it is to go; whether it is released and anything is to come after it."""
        try:
            return self._start(declared, approvers, until, asks_banks=True)
        except _Answered:
            return self._start(declared, approvers, until, asks_banks=False)

    def _start(self, declared: Declared, approvers: PracticeApprovers, until: Stage, asks_banks: bool) -> bool:
        """Start an extract; banks are asked about its payees once, when it is known whom it would pay."""
        flow_run_id, taken_up = str(uuid4()), list[TakenUp]()

        def work(name: str, task: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> T:
            done = task(*given, **named)
            if name == Stage.VALIDATE:
                authorise_everybody(self.context, taken_up[0].run_id, self.day)
            asks = asks_banks and name == Stage.VALIDATE
            if asks and ask_practice_bank(self.context, taken_up[0].run_id, self.day):
                raise _Answered
            if name == until:
                raise _Reached
            return done

        def approve(run: TakenUp) -> None:
            work(Stage.APPROVE, approvers.approve, PracticeRun(run), flow_run_id)

        period = str(declared.manifest.pay_period)
        try:
            pay(
                self.context.tenant,
                period,
                Mode.REHEARSAL,
                self.day,
                flow_run_id,
                work=work,
                taken_up=taken_up.append,
                approve=approve,
            )
        except _Reached:
            return False
        finally:
            self._note(flow_run_id)
        return True

    def _note(self, flow_run_id: str) -> None:
        """Note the run that a start has worked on, also one that was stopped."""
        with self.context.ledger.opened() as connection:
            run_id = runs.run_of_flow(connection, flow_run_id)
            if run_id:
                self.runs.append(run_id)
                if Stage.RELEASE in runs.stages_done(connection, run_id):
                    self.released.append(run_id)

    def _take_in_answers(self, now: Callable[[str], None]) -> None:
        on = self._answers_day()
        self.day = max(self.day, on) if self.day else on
        self._bank_answers()
        now("Taking in the bank's answers")
        taken = take_in_answers(self.context.tenant, Mode.REHEARSAL, self.day, work=as_it_is)
        self.files.extend(taken.files)

    def _let_vouchers_end(self, now: Callable[[str], None]) -> None:
        """Let the days pass until no voucher can be cashed any more, and the provider say what became of each."""
        end = find_end(self.context, self.released)
        if end is None:
            return
        self.day = max(self.day or end, end)
        now("Taking in what became of the vouchers")
        for run_id in self.released:
            if let_provider_answer(self.context, run_id, self.day, AT_LAST):
                run = take_up(run_id, self.day)
                reconcile(run)
                publish(run)

    def _answers_day(self) -> date:
        """The day on which answers are taken in: none can come after it, unless another was given."""
        if self.plan.answers_on:
            return self.plan.answers_on
        with self.context.ledger.opened() as connection:
            entered = max(day.entry_date for run_id in self.released for day in days_of(connection, run_id))
        return self.context.bank_days.returns_closed(entered) + timedelta(days=1)

    def _bank_answers(self) -> None:
        """The bank's files arrive: those that were given, once, or the practice bank's of each payment file."""
        inbox = self.context.paths.bank_inbox(self.context.tenant)
        if self.plan.answers:
            if not self._answered:
                put(self.plan.answers, inbox)
        else:
            for run_id in self.released[self._answered :]:
                with self.context.ledger.opened() as connection:
                    file_name = entry_of(connection, run_id, Instruct).file_name
                    entry_date = days_of(connection, run_id)[0].entry_date
                send_to_practice(self.context, run_id)
                let_provider_answer(self.context, run_id, self.day or entry_date, IN_TIME)
                if not file_name:  # everybody is paid by voucher
                    continue
                payment_file = self.context.paths.outbox(self.context.tenant) / file_name
                answer(
                    payment_file,
                    inbox,
                    entry_date,
                    rail=way_of(self.context.agreement),
                    behaviour=self.plan.behaviour,
                    bank_days=self.context.bank_days,
                )
        self._answered = len(self.released)

    def run_files(self, run_id: str) -> list[tuple[Path, str]]:
        """The files of a run in the outbox, each with its SHA-256, the payment file first; none if it is not released.

        A run with vouchers has a file of these too, or alone.
        """
        if run_id not in self.released:
            return []
        with self.context.ledger.opened() as connection:
            instructed = entry_of(connection, run_id, Instruct)
        outbox = self.context.paths.outbox(self.context.tenant)
        return [(outbox / name, sha256) for name, sha256 in instructed.files.items()]
