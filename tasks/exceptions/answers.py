"""The answers to the form by which two people settle what the bank left open: each is judged once, and kept.

One says what is settled, somebody else agrees on a form of their own. Who may, and what of it is open, is asked of
:mod:`tasks.exceptions.settle` alone: what the command refuses, the form refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb

from schemas.approval import Outcome, Verdict, canonical
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.exceptions.decisions import Decision
from tasks.exceptions.form import Offer, list_offers, name_part
from tasks.exceptions.settle import PARTS, Word, check_open, check_words, keep
from tasks.exceptions.waiting import define, list_waiting_in
from tasks.ledger import audit_log, sha256_of
from tasks.ledger.catalogue.settling import ExceptionAnswered
from tasks.ledger.journal import entries_since
from tasks.people.on_a_form import OnAForm
from tasks.people.parts import find_people_in_force
from tasks.people.two_people import Given, check_one, check_two
from tasks.tenant_context import TenantContext

DOOR = "the form of what waits for two people"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Says:
    """What the first of two chose and typed.

    Attributes:
        subject: the label of what it is.
        part: see :func:`tasks.exceptions.form.name_part`.
        decision: admit, dismiss, paid or not_paid.
        reason: why; nothing of a payee.
        bank_reference: under which the bank said so.
    """

    subject: str
    part: str
    decision: str
    reason: str
    bank_reference: str


@dataclass(frozen=True)
class Answer:
    """An answer to one form.

    Attributes:
        who: who they say to be, and their one-time code.
        at: when it reached the server, by a real clock.
        came_through: by whose password it came through the server's door; empty where there is no door.
        shown: what stood above the form.
        said: what the first says; of the second whether they agree.
    """

    who: Given
    at: datetime
    came_through: str
    shown: str
    said: Says | bool

    @property
    def given(self) -> OnAForm:
        """How it was given."""
        return OnAForm(self.who, self.at, self.came_through, DOOR)


def list_answers(context: TenantContext, flow_run_id: str) -> list[ExceptionAnswered]:
    """What was judged of a flow run's forms, in its order."""
    if not context.ledger.exists:
        return []
    with context.ledger.opened() as connection:
        found = entries_since(connection, ExceptionAnswered, _EVER)
    return [said for _, said in reversed(found) if said.flow_run_id == flow_run_id]


def first_of(answers: Sequence[ExceptionAnswered]) -> ExceptionAnswered | None:
    """What the first of two has said, if another is to agree."""
    return next((said for said in reversed(answers) if said.verdict == Outcome.FIRST), None)


def judge_once(context: TenantContext, flow_run_id: str, key: str, answer: Answer, now: datetime) -> ExceptionAnswered:
    """Judge the answer to one form and keep what it comes to, or return what was said before of the same form.

    The code that is taken, the settlement and the verdict are one transaction: whatever ends this before, the answer
    is judged anew, and nothing was done.
    """
    answers = list_answers(context, flow_run_id)
    said = next((each for each in answers if each.key == key), None)
    if said:
        return said
    judged = _Judged(context, flow_run_id, key, answer, now)
    try:
        name = judged.name()
        first = first_of(answers)
        if isinstance(answer.said, bool):
            assert first is not None  # nobody is asked to agree before
            return _agree(judged, name, first, answer.said)
        return _say(judged, name, answer.said)
    except NoGo as refused:
        with context.ledger.transaction() as connection:
            return judged.kept(connection, answer.who.name, Verdict(Outcome.REFUSED, str(refused)))


@dataclass(frozen=True)
class _Judged:
    context: TenantContext
    flow_run_id: str
    key: str
    answer: Answer
    now: datetime

    def name(self) -> str:
        """Who answers, as the agreement has them.

        Raises:
            NoGo: they came in as somebody else.
        """
        return self.answer.given.name(self.context.agreement.people)

    def refused_code(self, connection: duckdb.DuckDBPyConnection, name: str) -> Verdict | None:
        """Take the one-time code; why it does not count, None if it does."""
        return self.answer.given.refused_code(connection, self.context.agreement.people, name, self.now)

    def kept(
        self,
        connection: duckdb.DuckDBPyConnection,
        name: str,
        verdict: Verdict,
        word: Word | None = None,
        offer: Offer | None = None,
    ) -> ExceptionAnswered:
        """Keep what the answer comes to, in the transaction that is open."""
        by = sanitise(canonical(name, self.context.agreement.people))
        about = f"{sanitise(offer.label)} as {word.decision}" if offer and word else str(verdict.outcome)
        said = ExceptionAnswered(
            by=by,
            said=f"answered {DOOR}: {about}. {verdict.cause}",
            flow_run_id=self.flow_run_id,
            key=self.key,
            verdict=str(verdict.outcome),
            cause=verdict.cause,
            costs_an_attempt=int(verdict.costs_an_attempt),
            subject=offer.label if offer else None,
            known_sha256=sha256_of(offer.known) if offer else None,
            named=word.named if word else None,
            item=word.item if word else None,
            decision=str(word.decision) if word else None,
            reason=word.reason if word else None,
            bank_reference=word.bank_reference if word else None,
        )
        audit_log.keep(connection, said, self.now)
        return said


def _say(judged: _Judged, name: str, says: Says) -> ExceptionAnswered:
    """What the first of two says: nothing is settled by it."""
    context, now = judged.context, judged.now
    words = check_words(says.reason, says.bank_reference)
    with context.ledger.opened() as connection:
        offer = _offered(connection, judged, says.subject)
        if offer is None or offer.known not in judged.answer.shown:
            raise NoGo(
                f"{sanitise(says.subject)} is not what it was when this form was shown: it was settled, or the bank "
                "has said more since. Nothing was done: read what waits now."
            )
        decision = Decision(says.decision)
        word = Word(*name_part(connection, offer, says.part, decision, now.date()), decision, *words)
        involved = check_open(connection, context, word, now)
    check_one(context, find_people_in_force(context), name, PARTS[0], involved, DOOR)
    with context.ledger.transaction() as connection:
        if refused := judged.refused_code(connection, name):
            return judged.kept(connection, name, refused)
        return judged.kept(connection, name, Verdict(Outcome.FIRST, "Somebody else is to agree now."), word, offer)


def _agree(judged: _Judged, name: str, first: ExceptionAnswered, agrees: bool) -> ExceptionAnswered:
    """What the second of two says: with it is settled what the first has said."""
    context, now = judged.context, judged.now
    assert first.named is not None and first.reason is not None and first.bank_reference is not None  # so _say keeps it
    word = Word(first.named, first.item, Decision(str(first.decision)), first.reason, first.bank_reference)
    with context.ledger.opened() as connection:
        changed = _change_since(connection, judged, first)
        involved = {} if changed else check_open(connection, context, word, now)
    if not changed and not (changed := _may_not(context, first.by, involved)):
        check_two(context, (Given(first.by, ""), judged.answer.who), PARTS, involved, DOOR)
    with context.ledger.transaction() as connection:
        changed = changed or _change_since(connection, judged, first)
        if changed:
            return judged.kept(connection, name, Verdict(Outcome.REJECTED, changed))
        if refused := judged.refused_code(connection, name):
            return judged.kept(connection, name, refused)
        if not agrees:
            cause = f"{name} does not agree with {first.by} on {first.named}. Nothing was done."
            return judged.kept(connection, name, Verdict(Outcome.REJECTED, cause))
        settled, count = keep(connection, context, word, (first.by, name), now)
        things = "" if count == 1 else f" ({count:,} payments)"
        cause = f"{settled} is settled{things}: {word.decision}."
        return judged.kept(connection, name, Verdict(Outcome.APPROVED, cause))


def _may_not(context: TenantContext, name: str, involved: Mapping[str, str]) -> str:
    """Why the first of two may not say any more what they have said; empty if they may."""
    try:
        check_one(context, find_people_in_force(context), name, PARTS[0], involved, DOOR)
    except NoGo as refused:
        return str(refused)
    return ""


def _change_since(connection: duckdb.DuckDBPyConnection, judged: _Judged, first: ExceptionAnswered) -> str:
    """Why the second cannot agree any more; empty if all is as the first has seen it."""
    offer = _offered(connection, judged, str(first.subject))
    if offer and sha256_of(offer.known) == first.known_sha256:
        return ""
    return (
        f"{first.subject} is not what it was when {first.by} answered: it was settled, or the bank has said more "
        "since. Nothing was done: start again, and read what waits now."
    )


def _offered(connection: duckdb.DuckDBPyConnection, judged: _Judged, label: str) -> Offer | None:
    define(connection)
    waiting = list_waiting_in(judged.context, connection, judged.now, names_lines=True)
    return next((offer for offer in list_offers(waiting) if offer.label == label), None)
