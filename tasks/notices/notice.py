"""One notice: something that is due, for one person by one channel, and its words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from schemas.agreement import Agreement, Role
from schemas.bank_days import LONDON
from schemas.money import pounds
from schemas.notices.agreed import Channel
from schemas.notices.catalogue import CATALOGUE
from schemas.sanitise import sanitise
from tasks.notices.due import Due

MAY_COME_TWICE = (
    "This may reach you twice: siller has sent it before, perhaps, and was ended or not told whether it was taken. It "
    "tells of one thing."
)

Key = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Notice:
    """Something that is due, for one person.

    Attributes:
        due: what.
        person: who, as the agreement has them; of a webhook the role.
        channel: how.
    """

    due: Due
    person: str
    channel: Channel

    @property
    def key(self) -> Key:
        """What tells it from every other one of the body's."""
        return self.due.about, self.due.event.value, self.due.occasion, self.person, self.channel.value


@dataclass(frozen=True)
class Letter:
    """The words of a notice, ready to be sent.

    Attributes:
        to: the person; of a webhook the role.
        subject: one line.
        body: the text.
        reference: the same whenever it is sent again, so that a mail program can tell.
    """

    to: str
    subject: str
    body: str
    reference: str


def list_addressed(agreement: Agreement, due: Iterable[Due]) -> Iterator[Notice]:
    """Whom the agreement has told what is due, each person once by each channel.

    Who may not act upon it is not told that they may.
    """
    told = set[Key]()
    for each in due:
        for tell in agreement.notices.tell if agreement.notices else ():
            if each.event not in tell.events:
                continue
            people: tuple[str, ...] = (tell.role,)
            if tell.by is not Channel.WEBHOOK:
                people = tuple(name for name in agreement.people_with(Role(tell.role)) if name not in each.not_for)
            for person in people:
                notice = Notice(each, person, tell.by)
                if notice.key not in told:
                    told.add(notice.key)
                    yield notice


def write(notice: Notice, agreement: Agreement, may_come_twice: bool) -> Letter:
    """Put a notice into words: what, how much, until when, what to do and where; no payee and no secret.

    Args:
        notice: which.
        agreement: the body's.
        may_come_twice: whether an earlier try may have reached the person.
    """
    due, words = notice.due, CATALOGUE[notice.due.event]
    said, body = words.subject.format(count=due.count), sanitise(agreement.name)
    worth = f"{due.payments:,} payments, {pounds(due.pence)}." if due.payments and due.pence is not None else ""
    until = f"Until {due.until.astimezone(LONDON):%H:%M on %A %-d %B %Y}." if due.until else ""
    pages = agreement.notices.pages if agreement.notices else None
    page = f"{pages}/login?redirect=/runs/flow-run/{due.flow_run_id}" if pages and due.flow_run_id else pages or ""
    lines = (
        f"{body}, {due.period.words} ({due.about}): {said}.",
        worth,
        until,
        f"What to do: {words.to_do}",
        page,
        f"On siller's machine: {due.command}" if due.command else "",
        MAY_COME_TWICE if may_come_twice else "",
        f"siller tells you because the agreement with {body} says so.",
    )
    return Letter(
        notice.person,
        f"{body}, {due.period.words}: {said}",
        "\n\n".join(filter(None, lines)) + "\n",
        sha256("\n".join((agreement.tenant, *notice.key)).encode()).hexdigest()[:32],
    )
