"""The year, played: each period is a story of steps that waits for its next moment, and the earliest one goes on."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from schemas.bank_days import LONDON
from tasks.exceptions.decisions import Decision
from tests.simulated_year.acts import Period
from tests.simulated_year.bodies import Body, new_account, wrong_account
from tests.simulated_year.days import (
    ANNOUNCED,
    ANNOUNCED_AT,
    BACK_AT,
    OUTAGE,
    after,
    at,
    before,
    plan,
    working_day_after,
)
from tests.simulated_year.machine import Machine
from tests.simulated_year.story import CLOSED, DECEASED, NO_ACCOUNT, Approval, Story, story_of

Steps = Iterator[datetime]
"""Yields the moment for which it waits; once it has come, the next step is done."""

_QUARTER = timedelta(minutes=15)
_LATE_IN_THE_DAY = 14
SCOTLANDS_OWN = date(2026, 6, 15)


@dataclass
class Ran:
    """What was played of a period: what the body sent and meant, and the run that it came to.

    Attributes:
        period: with the run.
        story: what went wrong.
        sent: the payees in the extract.
        held: those of them who are not to be paid, as an earlier payment of theirs came back.
        refused: those of them whose row is wrong.
        unpaid: the one whom the bank did not pay; None if it paid all.
        replaced: the run before it, which was not approved in time; empty if there is none.
        certificate: of the close.
    """

    period: Period
    story: Story
    sent: list[Any]
    held: list[Any] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    unpaid: Any = None
    replaced: str = ""
    certificate: Path | None = None

    @property
    def sent_as_written(self) -> list[Any]:
        """The rows as the body's system writes them, with what is wrong in them."""
        wrong = [each.number for each in self.refused]
        return [wrong_account(each) if each.number in wrong else each for each in self.sent]

    @property
    def payees(self) -> list[Any]:
        """Who is in the payment file, in its order."""
        left_out = [each.number for each in (*self.held, *self.refused)]
        return self.period.body.in_file([each for each in self.sent if each.number not in left_out])


@dataclass
class _State:
    """What a body's own system knows: whom it pays, and who of them has died."""

    payees: list[Any]
    dead: list[Any] = field(default_factory=list)


@dataclass
class Year:
    """Three bodies, period by period.

    Attributes:
        on: the machine.
        bodies: with the periods that are played.
        tell: told of each run that is closed.
        ran: what was played, in the order in which it began.
        said: what the dispatcher said that it did.
    """

    on: Machine
    bodies: Sequence[Body]
    tell: Callable[[str], None]
    ran: list[Ran] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _state: dict[str, _State] = field(default_factory=dict)

    def play(self) -> None:
        """Let the year pass."""
        order, waiting = count(), list[tuple[datetime, int, Steps]]()

        def wait(steps: Steps) -> None:
            moment = next(steps, None)
            if moment is not None:
                is_off = datetime.combine(OUTAGE, time(), LONDON) <= moment < BACK_AT
                heapq.heappush(waiting, (BACK_AT if is_off else moment, next(order), steps))

        begins = self.on.now
        self._state = {body.tenant: _State(list(body.payees)) for body in self.bodies}
        wait(self._holidays(begins))
        for body in self.bodies:
            for period in body.pay_days:
                wait(self._of_period(body, period))
        while waiting:
            moment, _, steps = heapq.heappop(waiting)
            self.on.now = max(self.on.now, moment)
            self.on.renew_table()
            wait(steps)
        self.on.now += _QUARTER
        self.said += self.on.look(*(body.tenant for body in self.bodies))

    def _holidays(self, begins: datetime) -> Steps:
        """Who runs siller enters what is announced: Scotland's own day once the two lists differ, the other at once."""
        yield begins
        self.said += self.on.look(*(body.tenant for body in self.bodies))
        announced = [{"announced_on": date(2026, 3, 27), "source": "https://www.gov.uk/bank-holidays",
                      "divisions": ["scotland"], "holidays": [SCOTLANDS_OWN]}]  # fmt: skip
        self._announce(announced)
        yield ANNOUNCED_AT
        announced.append({"announced_on": ANNOUNCED_AT.date(), "source": "https://www.gov.uk/bank-holidays",
                          "divisions": ["england-and-wales", "scotland", "northern-ireland"],
                          "holidays": [ANNOUNCED]})  # fmt: skip
        self._announce(announced)

    def _announce(self, announced: list[dict[str, Any]]) -> None:
        path = self.on.home / "contracts" / "bank_holidays.yaml"
        path.write_text(yaml.safe_dump({"version": len(announced) + 1, "announcements": announced}), encoding="utf-8")

    def _of_period(self, body: Body, period: str) -> Steps:
        """One period, from the reminder to the close."""
        story, day = story_of(body.tenant, period), body.pay_days[period]
        first_day = before(day, 1) if story.approval is Approval.MISSED else day
        due = plan(body.tenant, first_day).extract_due
        of = Period(self.on, body, period)
        is_reminded = story.is_late or body.sends_on_the_day
        if is_reminded:
            yield due - timedelta(days=1) + _QUARTER
            self._look(body)
        if story.is_late:
            yield due + _QUARTER
            self._look(body)
            sent_at = at(after(due.date(), 1), 10)
            yield sent_at - _QUARTER
            self._look(body)
        else:
            sent_at = due - timedelta(hours=2) if body.sends_on_the_day else at(before(due.date(), 1), 10)
        yield sent_at
        ran = self._begin(of, story)
        sha256 = of.deliver(first_day, ran.sent_as_written)
        yield max(due, sent_at) + _QUARTER
        self._look(body)
        assert (body.tenant, period) in self.on.submitted.values(), "the dispatcher starts what has come"
        of.start()
        self._look(body)
        if story.approval is Approval.MISSED:
            yield from self._missed(ran, plan(body.tenant, first_day).approve_by, day, sha256)
        yield from self._approved(ran, plan(body.tenant, day).approve_by)
        yield from self._sent(ran, day)

    def _begin(self, of: Period, story: Story) -> Ran:
        """What the body's own system has by now: who moved has moved, and who has died is taken out a period late."""
        state = self._state[of.body.tenant]
        ran = Ran(of, story, list(state.payees), held=list(state.dead))
        if story.refused:
            ran.refused = [ran.sent[3]]
        state.payees = [each for each in state.payees if each not in state.dead]
        state.dead = []
        self.ran.append(ran)
        return ran

    def _missed(self, ran: Ran, approve_by: datetime, day: date, sha256: str) -> Steps:
        """Nobody answers in time: the body agrees on the next day, and sends its extract again."""
        of = ran.period
        for moment in (approve_by - timedelta(hours=1), approve_by + _QUARTER):
            yield moment
            self._look(of.body)
        ran.replaced = of.run_id
        self.on.says(of.flow, "FAILED", message="Flow run was paused and never resumed")
        of.agree_on(day)
        of.deliver(day, ran.sent_as_written, replaces=sha256)
        yield approve_by + 2 * _QUARTER
        of.start()
        self._look(of.body)

    def _approved(self, ran: Ran, approve_by: datetime) -> Steps:
        of, now = ran.period, self.on.now
        moment = now + timedelta(hours=3) if now.hour < _LATE_IN_THE_DAY else at(working_day_after(now.date()), 10)
        if ran.story.approval is Approval.NEAR:
            yield approve_by - timedelta(hours=1) - _QUARTER
            self._look(of.body)
            moment = approve_by - timedelta(hours=1)
        yield moment
        of.approve()
        self._look(of.body)
        yield moment + 2 * _QUARTER
        of.submit()

    def _sent(self, ran: Ran, day: date) -> Steps:
        """The bank answers, and two people close the run."""
        of, story, dates = ran.period, ran.story, plan(ran.period.body.tenant, day)
        of.bank_takes(day, story.unpaid, story.disputed)
        if story.unpaid:
            ran.unpaid = ran.payees[of.drawn(len(ran.payees))]
        if story.recalled:
            of.recall(ran.sent.index(ran.unpaid))
        yield at(dates.processing, 9)
        of.arrives("input-report", "pain002-1", "pain002-2")
        self._look(of.body)
        yield at(after(dates.entry, 1), 8, 30)
        of.arrives("arucs", "camt053", "pain002-3")
        self._after_returns(ran)
        self._look(of.body)
        if story.disputed:
            yield from self._settled(ran)
        yield at(after(dates.returns_closed, 1), 8, 30)
        self._look(of.body)
        yield at(dates.close_on, 11)
        ran.certificate = of.close()
        self.tell(f"{self.on.now:%a %-d %b %Y}: {of.run_id} is closed")
        self._look(of.body)

    def _after_returns(self, ran: Ran) -> None:
        """The body puts right what the bank could not pay: another account, or nothing more for who has died."""
        state, payee = self._state[ran.period.body.tenant], ran.unpaid
        if ran.story.unpaid == DECEASED:
            state.dead = [payee]
        elif ran.story.unpaid in (CLOSED, NO_ACCOUNT):
            state.payees = [
                new_account(each, "moved") if each.number == payee.number else each for each in state.payees
            ]

    def _settled(self, ran: Ran) -> Steps:
        """The bank writes that the payees have the money, and two people settle it so."""
        yield self.on.now + timedelta(hours=1)
        ran.period.settle(Decision.PAID)
        self._look(ran.period.body)

    def _look(self, body: Body) -> None:
        self.said += self.on.look(body.tenant)
