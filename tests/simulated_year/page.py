"""The page of a year that was held and checked: what was paid, what went wrong, who was told. It names no payee."""

from collections import Counter
from datetime import date
from pathlib import Path

from tasks.publish.pages import page
from tests.simulated_year import expected
from tests.simulated_year.days import plan
from tests.simulated_year.held import Held
from tests.simulated_year.ran import Ran

TEMPLATE = Path(__file__).with_name("year.html.j2")
_HOW = {"ilf": "by the month, Bacs", "kirkmuir": "by the week, Faster Payments", "rowan": "by the quarter, pain.001"}
_ROLES = ("approvers", "uploader", "sender", "operator", "decision owner")
_TO_APPROVERS = ("waits for your approval", "the time is about to run out")
"""One of them may be the decision owner too."""


def year_page(held: Held) -> str:
    """The page of a year whose figures were checked."""
    ran = sorted(held.ran, key=lambda each: (_pay_day(each), each.period.run_id))
    bodies = {each.period.body.tenant: each.period.body for each in ran}
    first, last = (_pay_day(each) for each in (ran[0], ran[-1]))
    told = sum((expected.letters(each) for each in ran), expected.of_the_machine(tuple(bodies.values())))
    went_wrong = sum(bool(each.story.told) for each in ran)
    return page(
        TEMPLATE,
        title="A simulated year",
        service="Simulated year of three bodies",
        rehearsal=False,
        made="Made by the tests of siller. The bodies, payees and the bank are invented; no money has moved.",
        from_to=f"Pay days from {first:%-d %B %Y} to {last:%-d %B %Y}",
        paid=_pounds(sum(expected.money(each).credited[1] for each in ran)),
        letters=told.total(),
        sentence=f"{_many(len(ran), 'period', 'periods')} of {_many(len(bodies), 'body', 'bodies')} on one machine: in "
        f"{went_wrong} of them something went wrong, and every payment is where it should be.",
        bodies=[_body(tenant, [each for each in ran if each.period.body.tenant == tenant]) for tenant in bodies],
        told=_told(told, held),
        runs=[_run(each) for each in ran],
    )


def _body(tenant: str, ran: list[Ran]) -> dict[str, str]:
    found = [expected.money(each) for each in ran]
    back = [sum(pair) for pair in zip(*(each.returned for each in found), strict=True)]
    away = [sum(pair) for pair in zip(*(each.rejected for each in found), strict=True)]
    return {
        "name": ran[0].period.body.name,
        "how": _HOW[tenant],
        "runs": _many(len(ran), "run", "runs"),
        "payments": f"{sum(each.credited[0] for each in found):,}",
        "pounds": _pounds(sum(each.credited[1] for each in found)),
        "not_paid": f"{back[0] + away[0]}",
        "held": f"{sum(each.held[0] for each in found)}",
        "refused": f"{sum(each.refused[0] for each in found)}",
    }


def _run(ran: Ran) -> dict[str, str]:
    found = expected.money(ran)
    words = {"came back": found.returned, "rejected": found.rejected, "held": found.held, "refused": found.refused}
    parts = [f"{rows} {name} ({_pounds(pence)})" for name, (rows, pence) in words.items() if rows]
    if found.corrected[0]:
        parts.append(f"{found.corrected[0]} of them by a correction ({_pounds(found.corrected[1])})")
    closed = plan(ran.period.body.tenant, _pay_day(ran)).close_on
    return {
        "run_id": ran.period.run_id,
        "told": ran.story.told[:1].upper() + ran.story.told[1:],
        "ended": ", ".join([f"{found.credited[0]} with payees", *parts]),
        "pay_day": f"{_pay_day(ran):%a %-d %b %Y}",
        "payments": f"{found.credited[0]}",
        "pounds": _pounds(found.credited[1]),
        "closed": f"{closed:%-d %b %Y}",
    }


def _told(told: Counter[expected.Letter], held: Held) -> list[tuple[str, str, int]]:
    """What was told to which role, the most frequent first."""
    found = Counter[tuple[str, str]]()
    roles = {person: role for ran in held.ran for role, people in _people(ran).items() for person in people}
    for (_, _, what, person), number in told.items():
        found[what, "approvers" if what in _TO_APPROVERS else roles[person]] += number
    return [(what[:1].upper() + what[1:], role, number) for (what, role), number in found.most_common()]


def _people(ran: Ran) -> dict[str, tuple[str, ...]]:
    body = ran.period.body
    operator, owner = body.closers
    people = (body.approvers, (body.uploader,), (body.sender,), (operator,), (owner,))
    return dict(zip(_ROLES, people, strict=True))


def _pay_day(ran: Ran) -> date:
    return ran.period.body.pay_days[ran.period.period]


def _many(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02}"
