"""What goes into the rule, of the ledger and of Prefect, and what comes out."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.key_moments import Moment
from schemas.manifest import Kind
from schemas.no_go import NoGo
from schemas.pay_run import Mode, PayRun
from schemas.period import Period
from schemas.rails.terms import Terms
from schemas.stages import Stage
from schemas.standing.seen import Seen
from schemas.standing.tables import Near, Stand, Urgency
from schemas.standing.vouchers import IssuedAllTheSame, VouchersOut

_HALF_A_MINUTE = timedelta(seconds=30)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class FileDay:
    """One day of a released payment file, and what has come of it.

    Attributes:
        processing_date: when it is processed.
        entry_date: when payees have their money.
        returns_closed: the last day on which a payment of it may come back; one that comes back later is still taken.
        payments: how many.
        pence: their sum.
        has_report: whether the bank has said what it took, or debited all that it did not turn away.
        has_statement: whether the entries of its entry day are known.
        terms: of the rail that its file was written by, whatever the agreement names by now.
    """

    processing_date: date
    entry_date: date
    returns_closed: date
    payments: int
    pence: int
    has_report: bool
    has_statement: bool
    terms: Terms


@dataclass(frozen=True)
class StateTotal:
    """What of a run is in one state.

    Attributes:
        state: as in ``schemas.payment_state``.
        payments: how many.
        pence: their sum.
        not_proven: how many of them the bank has only said.
    """

    state: str
    payments: int
    pence: int
    not_proven: int


@dataclass(frozen=True)
class Closed:
    """That two people have closed a run.

    Attributes:
        on: the day.
        by: who prepared the certificate.
        agreed_by: who reviewed it.
        came_since: how many files of the bank, and words of people, have spoken of the run since.
    """

    on: date
    by: str
    agreed_by: str
    came_since: int


@dataclass(frozen=True)
class Recorded:
    """What the ledger says of a run.

    Attributes:
        run_id: which.
        kind: what its extract was declared as.
        today: the day on which it was opened: in a rehearsal the one that it was given.
        submitted_by: who sent the extract; they do not approve it.
        stage: the furthest stage that is done.
        flows: the Prefect flow runs that work, or worked, on it.
        ended: what ended it before anything left: replaced, rejected, abandoned; None for nothing.
        ended_by: by what or whom, in words.
        no_gos: the gates that stopped it.
        first_approver: of two: the flow run and the form's start on which they answered, and who.
        waiting: the decision owner, where they wait for a correction, so that nobody can approve it; empty otherwise.
        unfunded: that the money for it is not confirmed, in a sentence; empty where it is, or nobody has to.
        funded_by: who has confirmed any of it, and does not approve the run.
        choice_no: which answer was the decision owner's last choice to wait or to pay the rest; 0 for none.
        submission: when it was submitted, in words; empty if nobody has said so.
        hand_over_begun: the server to which siller began to hand its file over itself; empty if it did not.
        vouchers_begun: likewise of its file of vouchers, as long as nobody says that it was sent.
        payments: in its payment file; None before there is one.
        pence: their sum.
        processing_date: of the file; of several the first.
        entry_date: when payees have their money; of several days the last.
        bank_files: how many files of the bank say what became of it or of a payment of it.
        vouchers_wait: whether nobody says that its vouchers were sent, and nothing else of it waits to be.
        is_withdrawn: whether its payment file was released, never sent, and taken back.
        is_overtaken: whether its pay date is over, and a later period has been released after that.
        is_paid_otherwise: whether everything in it has been paid otherwise since.
        is_turned_away: whether the bank has rejected all its payments, or its file was never sent, and nobody in it is
            in a later run.
        disputed: of which of its payments the bank says both that it took them and that it did not; empty for none.
        days: of its payment file, once that is released.
        states: where its payments stand, once it is released.
        advised: how many payees' details the bank has advised to change, that no extract has shown changed since.
        advised_on: when it did so first; None if there are none.
        vouchers_until: the last day on which a voucher of it can be cashed; None if it has none.
        vouchers: those with their provider that are neither cashed nor ended by its word; None if there are none.
        issued_all_the_same: of a run that was taken back, the vouchers that its provider has; None if it has none.
        closed: by whom and when it was closed last; None as long as nobody has.
    """

    run_id: str
    kind: Kind
    today: date
    submitted_by: str
    stage: Stage
    flows: tuple[str, ...] = ()
    ended: Stand | None = None
    ended_by: str = ""
    no_gos: str = ""
    first_approver: tuple[str, str, str] = ("", "", "")
    waiting: str = ""
    unfunded: str = ""
    funded_by: frozenset[str] = frozenset()
    choice_no: int = 0
    submission: str = ""
    hand_over_begun: str = ""
    vouchers_begun: str = ""
    payments: int | None = None
    pence: int | None = None
    processing_date: date | None = None
    entry_date: date | None = None
    bank_files: int = 0
    vouchers_wait: bool = False
    is_withdrawn: bool = False
    is_overtaken: bool = False
    is_paid_otherwise: bool = False
    is_turned_away: bool = False
    disputed: str = ""
    days: tuple[FileDay, ...] = ()
    states: tuple[StateTotal, ...] = ()
    advised: int = 0
    advised_on: date | None = None
    vouchers_until: date | None = None
    vouchers: VouchersOut | None = None
    issued_all_the_same: IssuedAllTheSame | None = None
    closed: Closed | None = None

    @property
    def is_closed(self) -> bool:
        """Whether two people have closed it, and nothing has spoken of it since."""
        return self.closed is not None and not self.closed.came_since

    @property
    def has_left(self) -> bool:
        """Whether its payment file may be with the bank."""
        return self.stage in (Stage.RELEASE_PENDING, Stage.RELEASE, Stage.PUBLISH)

    @property
    def is_over(self) -> bool:
        """Whether it ended before anything left: replaced, rejected or stopped."""
        return not self.has_left and (self.ended is not None or bool(self.no_gos))

    @property
    def is_settled(self) -> bool:
        """Whether no flow run has anything to do with it any more."""
        return (self.ended is not None and not self.has_left) or bool(
            self.stage == Stage.PUBLISH or self.submission or self.bank_files or self.is_withdrawn
        )

    @property
    def end(self) -> str:
        """What ended it, in words; empty if nothing has."""
        if self.has_left:
            return ""
        by_gates = f"stopped by the gate {self.no_gos}" if self.no_gos else ""
        return f"{self.ended} by {self.ended_by}" if self.ended else by_gates


@dataclass(frozen=True)
class Errand:
    """A flow run that no run of the ledger belongs to: it has not opened one, or takes in the bank's answers.

    Attributes:
        tenant: for whom.
        mode: live or rehearsal.
        period: the pay period; None for the bank's answers, and where it cannot be read.
        today: the date that a rehearsal was given.
        seen: what Prefect says of it.
        purpose: what it is for, where no period says so.
    """

    tenant: str
    mode: Mode
    period: Period | None
    today: str
    seen: Seen
    purpose: str = ""

    @classmethod
    def of(cls, flow: str, parameters: Mapping[str, object], period: str, seen: Seen) -> "Errand":
        """A flow run by what it was submitted with, which stands in no command before it has been looked at.

        Args:
            flow: the flow's name.
            parameters: the flow run's.
            period: the pay period; empty where none was given.
            seen: what Prefect says of it.
        """
        given = {name: str(parameters.get(name) or "") for name in ("tenant", "mode", "today")}
        mode = Mode(given["mode"]) if given["mode"] in list(Mode) else Mode.LIVE
        today = given["today"] if _DAY.fullmatch(given["today"]) else ""
        asked = None
        with suppress(NoGo):
            asked = Period.parsed(period)
        purpose = flow.replace("-", " ") + (" with a period that cannot be read" if period else "")
        return cls(given["tenant"], mode, asked, today, seen, "" if asked else purpose)

    @property
    def subject(self) -> str:
        """What it is called."""
        return f"{self.tenant} {self.period or self.purpose} {self.mode}"


@dataclass(frozen=True)
class Standing:
    """Where a run stands.

    Attributes:
        subject: the run's name.
        kind: month, correction, supplementary, arrears; empty where that is not known yet.
        stand: where.
        said: a sentence: why, or what it is at.
        urgency: how soon somebody has to act.
        role: whose turn it is.
        people: who has that part and may.
        excluded: who may not, whatever part they have: of an approval whoever sent the extract, or has approved.
        until: when their time is over.
        near: how near that is.
        command: the next step.
        flow_run_id: the page to open; empty for none.
        tenant: whose run.
        mode: live or rehearsal.
        run: what the ledger says of it; None where it has no run.
        about: what this is about, where it is not the run as a whole but one thing that is open beside it.
        moment: of something overdue, the key moment of the period that is late with it, if one is.
        which: of what a bank's file left open, the SHA-256 of that file: a bank may call each day's the same.
        since: of a run whose form is open, when it was opened.
    """

    subject: str
    kind: str
    stand: Stand
    said: str
    tenant: str
    mode: Mode
    urgency: Urgency = Urgency.OVER
    role: Role | None = None
    people: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    until: datetime | None = None
    near: Near = Near.FAR
    command: str = ""
    flow_run_id: str = ""
    run: Recorded | None = None
    about: str = ""
    moment: Moment | None = None
    which: str = ""
    since: datetime | None = None

    @property
    def key(self) -> str:
        """What tells it from every other standing."""
        return f"{self.subject}, {self.about}" if self.about else self.subject

    @property
    def period(self) -> Period | None:
        """The pay period that it is of; None where it is of none in particular."""
        if self.run:
            return PayRun.of(self.run.run_id).period
        with suppress(NoGo):  # it begins with the body, and most go on with the period
            return Period.parsed(self.subject.partition(" ")[2].partition(" ")[0])
        return None

    def __str__(self) -> str:
        """One sentence for a log or an event."""
        for_whom = f", for {self.role.replace('_', ' ')}" if self.role else ""
        until = f" until {to_the_minute(self.until):%-d %b %Y %H:%M}" if self.until else ""
        near = f" ({self.near})" if self.near else ""
        kind = f" ({self.kind})" if self.kind else ""
        about = f", {self.about}" if self.about else ""
        return f"{self.subject}{kind}{about}: {self.stand}{for_whom}{until}{near}. {self.said}".strip()


def to_the_minute(moment: datetime) -> datetime:
    """The nearest minute, in London: Prefect ends a form a second before or after the hour that it shows."""
    return (moment.astimezone(LONDON) + _HALF_A_MINUTE).replace(second=0, microsecond=0)
