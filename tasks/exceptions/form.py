"""The form of what waits for two people: each thing with what is known of it, and what can be chosen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from schemas.bank_days import LONDON
from schemas.no_go import NoGo, NothingToDo
from schemas.pay_run import Mode
from schemas.sanitise import in_markdown, sanitise
from tasks.exceptions.decisions import Decision
from tasks.exceptions.waiting import Waiting, list_waiting, word_clock
from tasks.ledger.catalogue.settling import ExceptionAnswered
from tasks.people.two_people import LONGEST_REASON
from tasks.tenant_context import TenantContext

MOST_OFFERED = 40
"""The most urgent; whatever else waits is settled by the command."""
WHOLE = "all"
_HOW = (
    "One of you says which of these is settled, and how, on the bank's word. Somebody else agrees on the form that "
    "comes next: only then it is settled. Each gives a one-time code of their own. Neither has had a hand in a run "
    "that it concerns, and one of you is an approver or the decision owner. What the bank gave in writing is sealed by "
    "the command (siller exceptions, --evidence)."
)
_AGREE = "Agree if you know the bank's word from the bank, and not from this page alone. With that it is settled."
_LONGEST = 6000
_LONGEST_NUMBER = 9
_OF_PAYMENTS = (Decision.PAID, Decision.NOT_PAID)


@dataclass(frozen=True)
class Offer:
    """One thing that can be chosen.

    Attributes:
        label: what it is called.
        waiting: what waits.
        known: all that is known of it, as the form says it. Where an act settles a whole run that is what waits of
            each of its groups.
    """

    label: str
    waiting: Waiting
    known: str


@dataclass(frozen=True)
class Form:
    """A form that is to be shown.

    Attributes:
        text: what stands above it, as markdown.
        labels: what can be chosen; empty where somebody has chosen and another is to agree.
    """

    text: str
    labels: tuple[str, ...]


def make_form(context: TenantContext, first: ExceptionAnswered | None, now: datetime) -> Form:
    """The form that comes next.

    Args:
        context: the tenant's.
        first: what the first of two has said; None if nobody has.
        now: the time that counts.

    Raises:
        NothingToDo: nothing waits for two people.
    """
    waiting = list_waiting(context, now) if context.ledger.exists else []
    if not waiting and first is None:
        raise NothingToDo(f"Nothing of {context.tenant} ({context.mode}) waits for two people.")
    held = f" The rehearsal is held as if today were {now.astimezone(LONDON):%-d %B %Y}."
    title = f"## {in_markdown(context.agreement.name)}: what waits for two people ({context.mode})"
    how = (_HOW if first is None else _AGREE) + (held if context.mode is Mode.REHEARSAL else "")
    if first is None:
        offers = list_offers(waiting)
        return Form("\n\n".join([title, how, _describe(waiting)]), tuple(offer.label for offer in offers))
    known = next((offer.known for offer in list_offers(waiting) if offer.label == first.subject), "")
    return Form("\n\n".join([title, _told(first), how, known]), ())


def _told(first: ExceptionAnswered) -> str:
    """What the first of two says, for the second."""
    item = "" if first.item is None else f", item {first.item}"
    named, reason, reference = (
        in_markdown(said or "", LONGEST_REASON) for said in (first.named, first.reason, first.bank_reference)
    )
    return (
        f"**{in_markdown(first.by)} says: {named}{item} is settled as** `{first.decision}`\n\nWhy: {reason}\n\n"
        f"The bank's reference: {reference}"
    )


def list_offers(waiting: Sequence[Waiting]) -> list[Offer]:
    """What the form offers of what waits, in the same order; what two things are called is offered by the command."""
    shown = waiting[:MOST_OFFERED]
    labels = [_label(each) for each in shown]
    return [
        Offer(label, each, "\n\n".join(_known(one) for one in _settled_with(each, waiting)))
        for label, each in zip(labels, shown, strict=True)
        if labels.count(label) == 1 and set(map(id, _settled_with(each, waiting))) <= set(map(id, shown))
    ]


def _describe(waiting: Sequence[Waiting]) -> str:
    """What waits, as markdown, each with its clock."""
    each = [f"{_known(one)}\n\n*{in_markdown(word_clock(one), _LONGEST)}*" for one in waiting[:MOST_OFFERED]]
    more = len(waiting) - MOST_OFFERED
    return "\n\n".join([*each, *([f"And {more:,} more: the command lists all."] if more > 0 else [])])


def name_part(
    connection: duckdb.DuckDBPyConnection, offer: Offer, part: str, decision: Decision, today: date
) -> tuple[str, int | None]:
    """What is settled, as the command names it, and the item of a file.

    Args:
        connection: the tenant's ledger, with the definitions of :func:`tasks.exceptions.waiting.define`.
        offer: what was chosen.
        part: ``all``; or an item of a file that was set aside; or a row of a run.
        decision: what is decided.
        today: the day that counts.

    Raises:
        NoGo: it has no such part.
    """
    each, part = offer.waiting, part.strip()
    if part.casefold() == WHOLE:
        return each.subject, each.item
    if not (part.isascii() and part.isdecimal() and len(part) <= _LONGEST_NUMBER):
        raise NoGo(f"Write {WHOLE} for the part, or one number: an item of the file, or a row of the run.")
    if each.kind == "set_aside":
        return each.subject, int(part)
    if decision not in _OF_PAYMENTS or len(each.run_nos) != 1:
        raise NoGo(f"{offer.label} has no part that is settled alone: write {WHOLE} for the part.")
    return _payment(connection, offer, int(part), today), None


def _payment(connection: duckdb.DuckDBPyConnection, offer: Offer, row_number: int, today: date) -> str:
    """A payment of a run; of a group it must be one of those."""
    [run_no] = offer.waiting.run_nos
    found = connection.execute("SELECT run_id FROM run WHERE run_no = ?", [run_no]).fetchone()
    assert found is not None  # what waits names runs that there are
    run_id, _, group = offer.waiting.subject.partition("/")
    if run_id == found[0] and group:
        state, _, code = group.partition("/")
        its = connection.execute(
            "SELECT 1 FROM open_payment($today) WHERE run_no = $run_no AND row_number = $row AND state = $state "
            "AND code = coalesce($code, code)",
            {"today": today, "run_no": run_no, "row": row_number, "state": state, "code": code or None},
        ).fetchone()
        if not its:
            raise NoGo(f"Row {row_number} is none of {offer.label}.")
    return f"{found[0]}/{row_number}"


def _label(each: Waiting) -> str:
    return sanitise(each.subject) if each.item is None else f"{sanitise(each.subject)}, item {each.item}"


def _known(each: Waiting) -> str:
    label, choices = _label(each), " or ".join(f"`{choice}`" for choice in each.choices)
    # The sentence begins with what the label says.
    said = each.said.removeprefix(f"{label}, ").removeprefix(f"{each.subject.partition('/')[0]}: ")
    return f"**{in_markdown(label)}** ({choices}): {in_markdown(said, _LONGEST)}"


def _settled_with(each: Waiting, waiting: Iterable[Waiting]) -> list[Waiting]:
    """What one act settles: of a run, all that is open in it."""
    if each.kind == "set_aside" or each.item is not None:
        return [each]
    return [
        one
        for one in waiting
        if one.item is None and (one.subject == each.subject or one.subject.startswith(f"{each.subject}/"))
    ]
