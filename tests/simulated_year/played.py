"""The year, played: each period is a story of steps that waits for its next moment, and the earliest one goes on."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import yaml

from schemas.bank_days import LONDON
from tasks.exceptions.decisions import Decision
from tests.simulated_year.acts import Period
from tests.simulated_year.bodies import Body, new_account
from tests.simulated_year.days import (
    ANNOUNCED,
    ANNOUNCED_AT,
    BACK_AT,
    OUTAGE,
    POST_BACK_AT,
    POST_OUT_AT,
    after,
    at,
    before,
    plan,
    working_day_after,
)
from tests.simulated_year.machine import Machine
from tests.simulated_year.post import PostOffice
from tests.simulated_year.ran import Ran
from tests.simulated_year.story import CLOSED, DECEASED, NO_ACCOUNT, Approval, Story, story_of

Steps = Iterator[datetime]
"""Yields the moment for which it waits; once it has come, the next step is done."""

_QUARTER = timedelta(minutes=15)
_LATE_IN_THE_DAY = 14
SCOTLANDS_OWN = date(2026, 6, 15)


@dataclass
class _State:
    """What a body's own system knows: whom it pays, and of whom it does not know yet what the bank has said.

    Attributes:
        payees: whom it sends.
        late: those whom it sends once more as they are, and then with another account, or (None) no more.
    """

    payees: list[Any]
    late: dict[Any, Any] = field(default_factory=dict)


@dataclass
class Year:
    """Three bodies, period by period.

    Attributes:
        on: the machine.
        bodies: with the periods that are played.
        post: their SMTP server.
        tell: told of each run that is closed.
        ran: what was played, in the order in which it began.
        untold: what siller said of the letters that it could not send, while nobody took any.
        faults: what ended a period before it was over; the others go on.
    """

    on: Machine
    bodies: Sequence[Body]
    post: PostOffice
    tell: Callable[[str], None]
    ran: list[Ran] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    _state: dict[str, _State] = field(default_factory=dict)

    def play(self) -> None:
        """Let the year pass."""
        order, waiting = count(), list[tuple[datetime, int, Steps]]()

        def wait(steps: Steps) -> None:
            moment = self._next(steps)
            if moment is not None:
                is_off = datetime.combine(OUTAGE, time(), LONDON) <= moment < BACK_AT
                heapq.heappush(waiting, (BACK_AT if is_off else moment, next(order), steps))

        begins = self.on.now
        self._state = {body.tenant: _State(list(body.payees)) for body in self.bodies}
        wait(self._holidays(begins))
        wait(self._post())
        for body in self.bodies:
            for period in body.pay_days:
                wait(self._of_period(body, period))
        while waiting:
            moment, _, steps = heapq.heappop(waiting)
            self.on.now = max(self.on.now, moment)
            self.on.renew_table()
            self.on.look_at_advisories()
            wait(steps)
        self.on.now += _QUARTER
        self._look(*self.bodies)

    def _next(self, steps: Steps) -> datetime | None:
        """Do the next step; None if it was the last one."""
        try:
            return next(steps, None)
        except Exception as fault:  # noqa: BLE001  # whatever it is, a year is too long to play it again for each
            self.faults.append(fault)
            self.tell(f"{self.on.now:%a %-d %b %Y}: {type(fault).__name__}: {fault}")
            return None

    def _holidays(self, begins: datetime) -> Steps:
        """Who runs siller enters what is announced: Scotland's own day once the two lists differ, the other at once."""
        yield begins
        self._look(*self.bodies)
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

    def _post(self) -> Steps:
        """For an hour nobody takes a letter: the server is killed, and comes back."""
        yield POST_OUT_AT
        self.post.kill()
        yield POST_OUT_AT + 2 * _QUARTER
        self._look(*self.bodies)
        self.untold = [said for body in self.bodies for said in self.on.untold(body.tenant)]
        yield POST_BACK_AT
        self.post.open()
        yield POST_BACK_AT + _QUARTER
        self._look(*self.bodies)

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
        if story.corrected:
            yield from self._corrected(ran, day, sha256)
        yield from self._approved(ran, plan(body.tenant, day).approve_by)
        yield from self._sent(ran, day)

    def _begin(self, of: Period, story: Story) -> Ran:
        """What the body's own system has by now; what it learns late is in it from the next period on."""
        state = self._state[of.body.tenant]
        ran = Ran(of, story, list(state.payees), held=list(state.late))
        if story.refused or story.corrected:
            ran.refused = [ran.sent[3]]
        known = (state.late.get(each, each) for each in state.payees)
        state.payees, state.late = [each for each in known if each is not None], {}
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

    def _corrected(self, ran: Ran, day: date, sha256: str) -> Steps:
        """The body puts right what was refused, and sends it again before anybody has answered."""
        of, waits = ran.period, ran.period.flow
        yield at(working_day_after(self.on.now.date()), 9)
        ran.replaced = of.run_id
        of.correct(day, ran.refused, sha256)
        ran.corrected, ran.refused = ran.refused, []
        of.start()
        self.on.says(waits, "CANCELLED")
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
        of.bank_takes(day, story)
        if story.unpaid:
            ran.unpaid = ran.payees[of.drawn(len(ran.payees))]
        if story.advised:
            ran.advised = [ran.payees[place] for place in of.advised(len(ran.payees))]
        if story.recalled:
            of.recall(ran.sent.index(ran.unpaid))
        yield at(dates.processing, 9)
        of.arrives("input-report", "pain002-1", "pain002-2")
        self._look(of.body)
        yield at(after(dates.entry, 1), 8, 30)
        of.arrives("arucs", "awacs", "camt053", "pain002-3")
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
        """The body changes what the bank has said of accounts, at once or late, and pays nobody more who has died."""
        state, story = self._state[ran.period.body.tenant], ran.story
        if story.unpaid == DECEASED:
            state.late = {ran.unpaid: None}
        has_moved = [ran.unpaid] if story.unpaid in (CLOSED, NO_ACCOUNT) else ran.advised
        moved = {each: new_account(each, ran.period.period) for each in has_moved}
        if story.learns_late:
            state.late = moved
        else:
            state.payees = [moved.get(each, each) for each in state.payees]

    def _settled(self, ran: Ran) -> Steps:
        """The bank writes that the payees have the money, and two people settle it so."""
        yield self.on.now + timedelta(hours=1)
        ran.period.settle(Decision.PAID)
        self._look(ran.period.body)

    def _look(self, *bodies: Body) -> None:
        self.on.look(*(body.tenant for body in bodies))
