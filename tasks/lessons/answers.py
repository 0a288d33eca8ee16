"""The answers to the form that asks what a payday taught: each is judged once, and kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.agreement import Role
from schemas.approval import Outcome, Verdict
from schemas.no_go import NoGo
from schemas.sanitise import sanitise
from tasks.ledger import audit_log
from tasks.ledger.catalogue.learning import LessonsAnswered
from tasks.ledger.journal import entries_since
from tasks.lessons.lessons import Said, check_lessons, keep_in
from tasks.people.on_a_form import OnAForm
from tasks.people.parts import people_in_force, say_no_part
from tasks.tenant_context import TenantContext

DOOR = "the form of what a payday taught"
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    """An answer to the form.

    Attributes:
        given: by whom, and how.
        run_id: of which payday.
        said: of each theme that has a lesson the theme, whether it went well, and the sentence.
    """

    given: OnAForm
    run_id: str
    said: Sequence[Said]


def list_answers(context: TenantContext, flow_run_id: str) -> list[LessonsAnswered]:
    """What was judged of a flow run's forms, in its order."""
    if not context.ledger.exists:
        return []
    with context.ledger.opened() as connection:
        found = entries_since(connection, LessonsAnswered, _EVER)
    return [said for _, said in reversed(found) if said.flow_run_id == flow_run_id]


def judge_once(context: TenantContext, flow_run_id: str, key: str, answer: Answer, now: datetime) -> LessonsAnswered:
    """Judge the answer to one form and keep what it comes to, or return what was said before of the same form.

    The code that is taken, the lessons and the verdict are one transaction.
    """
    if said := next((each for each in list_answers(context, flow_run_id) if each.key == key), None):
        return said
    name = sanitise(answer.given.who.name)

    def judged(verdict: Verdict) -> LessonsAnswered:
        said = f"answered {DOOR}: {verdict.outcome}. {verdict.cause}"
        return LessonsAnswered(
            name, said, flow_run_id, key, str(verdict.outcome), verdict.cause, int(verdict.costs_an_attempt)
        )

    try:
        people = context.agreement.people
        name = answer.given.name(people)
        lessons = check_lessons(answer.said)
        with context.ledger.transaction() as connection:
            if no_part := say_no_part(context, people_in_force(connection, context), name, tuple(Role)):
                raise NoGo(no_part)
            verdict = answer.given.refused_code(connection, people, name, now)
            if verdict is None:
                kept = keep_in(connection, answer.run_id, lessons, name, now)
                verdict = Verdict(Outcome.APPROVED, _say_kept(answer.run_id, [each.number for each in kept]))
            entry = judged(verdict)
            audit_log.keep(connection, entry, now)
    except NoGo as refused:
        entry = judged(Verdict(Outcome.REFUSED, str(refused)))
        with context.ledger.transaction() as connection:
            audit_log.keep(connection, entry, now)
    return entry


def _say_kept(run_id: str, numbers: Sequence[int]) -> str:
    which = f"number {numbers[0]} is" if len(numbers) == 1 else f"numbers {numbers[0]} to {numbers[-1]} are"
    return f"Of {run_id}, {which} kept."
