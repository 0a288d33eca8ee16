"""Practice approval: what lets a rehearsal go on without anybody, and can let nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from flows.demo.people import People
from schemas.approval import Answer, Outcome
from schemas.gate_reasons import to_complete
from schemas.no_go import NoGo
from schemas.one_time_code import STEP_SECONDS, code_of, step_at
from schemas.pay_run import Mode, PayRun
from schemas.stages import Stage
from tasks.approve.decision import undecided_until
from tasks.approve.limits import time_left
from tasks.approve.stage import reasons_wanted
from tasks.approve.task import judge
from tasks.clock import clock
from tasks.error_boundary import error_boundary
from tasks.funding.confirm import keep_confirmed
from tasks.ledger import runs
from tasks.ledger.funding import list_needed
from tasks.stage_run import TakenUp
from tasks.tenant_context import TenantContext

_START = "approval-1"


@dataclass(frozen=True)
class PracticeRun:
    """A run that practice approves: a live one cannot be made into one.

    Attributes:
        run: the run, as it was taken up.

    Raises:
        NoGo: it is a live one, which people approve.
    """

    run: TakenUp

    def __post_init__(self) -> None:
        """Hold the run against the type."""
        if PayRun.of(self.run.run_id).mode is not Mode.REHEARSAL:
            raise NoGo(f"{self.run.run_id} is no rehearsal, and practice approves nothing else. People approve it.")


class PracticeApprovers:
    """The agreement's approvers, played by siller: each answers with a code of a device that was made for practice."""

    def __init__(self, context: TenantContext, people: People) -> None:
        """Take the tenant's context, for rehearsals, and what its people prove themselves by."""
        self._context = context
        self._devices = people.devices
        self._given = count()

    def approve(self, practice: PracticeRun, flow_run_id: str) -> None:
        """Approve a run as people do at its form: one after the other, until the answers are enough.

        Raises:
            NoGo: it is too late to approve it, or the agreement has too few approvers who may.
        """
        run = practice.run
        with error_boundary(Stage.APPROVE):
            latest = undecided_until(self._context, run.run_id, flow_run_id, _START)
            if latest is None:
                return
            now = clock(Mode.REHEARSAL, run.today)
            time_left(run.run_id, latest, now)
            funded_by = self._fund(run.run_id, now)
            answers = enumerate(self._answers(run.run_id, funded_by), start=1)
        for number, answer in answers:
            verdict = judge(run.run_id, run.today, flow_run_id, f"{_START}-{number}", answer)
            if verdict.outcome is Outcome.APPROVED:
                return
            if verdict.outcome is Outcome.REFUSED:
                raise NoGo(f"The practice approval of {run.run_id} does not count. {verdict.cause}")
        raise NoGo(f"{run.run_id} needs more approvers than the agreement names beside whoever sent the extract.")

    def _fund(self, run_id: str, now: datetime) -> str:
        """Confirm the money as the agreement's own people would, where it asks for that; who did."""
        role = self._context.agreement.funding_confirmed_by
        if role is None:
            return ""
        with self._context.ledger.transaction() as connection:
            run = runs.run_row(connection, run_id)
            *_, name = (each for each in self._context.agreement.people_with(role) if each != run.submitted_by)
            for needed in list_needed(connection, self._context.agreement, run_id):
                if not needed.is_covered:
                    keep_confirmed(connection, run, needed, name, needed.pence, now)
        return name

    def _answers(self, run_id: str, funded_by: str) -> Iterator[Answer]:
        """What each approver answers who neither sent the extract nor confirmed the money: yes, to all of it."""
        with self._context.ledger.opened() as connection:
            run = runs.run_row(connection, run_id)
            wanted = reasons_wanted(connection, run.run_no)
        for name in self._devices:
            if name.casefold() in (run.submitted_by.casefold(), funded_by.casefold()):
                continue
            # Each code counts once, and runs follow each other within seconds: each answer is half a minute later.
            at = clock(Mode.REHEARSAL, None) + timedelta(seconds=STEP_SECONDS * next(self._given))
            yield Answer(
                decision="approve",
                approver=name,
                one_time_code=code_of(self._devices[name], step_at(at)),
                control_total=f"{Decimal(int(run.declared_total * 100)).scaleb(-2):.2f}",
                reason="; ".join(f"{part} a rehearsal" for part in to_complete(wanted)) or "none",
                answered_at=at,
            )
