"""What is said not to have arrived is held, and stays on a list with a day until it is found, back, or settled."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.audit.timeline import audit
from tasks.enquiries.enquiry import Said, Stands, enquire, list_enquiries
from tasks.exceptions.decisions import Decision
from tasks.ledger.payment_state import define_payment_state
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, context
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    AFTER,
    OPERATOR,
    OWNER,
    RUN,
    SENDER,
    Answer,
    bank_says,
    home,
    is_whole,
    settled,
    states,
    waiting,
)

__all__ = ["home"]

PAYMENT = f"{RUN}/1"
BACK: Answer = (1, "statement_credit", "0", 190000)


@pytest.fixture(scope="module")
def credited_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All three are credited; the decision owner and the sender sit at this account. Nobody changes anything there."""
    of = context(shutil.copytree(home, tmp_path_factory.mktemp("credited") / "home"))
    with of.ledger.transaction() as connection:
        for name in (OWNER, SENDER):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    bank_says(of, ACCEPTED)
    assert states(of) == {"credited": 3}
    return of.settings.home


@pytest.fixture
def ilf(credited_home: Path, tmp_path: Path) -> TenantContext:
    """The same, in a copy of one's own."""
    return context(shutil.copytree(credited_home, tmp_path / "home"))


def asked(
    of: TenantContext, stands: Stands = Stands.OPENED, on: date | None = None, who: str = OWNER, named: str = PAYMENT
) -> date | None:
    said = Said(stands, "the payee says so", "case 12", on, who)
    return enquire(of, named, said, AFTER + timedelta(minutes=30)).review_on


def listed(of: TenantContext, days: int = 0) -> list[tuple[str, bool]]:
    return [(each.subject, each.is_over) for each, _ in list_enquiries(of, AFTER + timedelta(days=days))]


def is_free(of: TenantContext) -> bool:
    return "free" in " ".join(states(of))


def test_it_is_held_counted_and_looked_at_again_on_a_working_day(ilf: TenantContext) -> None:
    assert asked(ilf) == date(2026, 12, 8)
    assert states(ilf) == {"credited": 2, "under_enquiry": 1}
    assert listed(ilf) == [(PAYMENT, False)]
    assert listed(ilf, 8) == [(PAYMENT, True)]
    [(told, line)] = list_enquiries(ilf, AFTER)
    said = "£1,900.00, line 3 of ilf.csv: said not to have arrived, and the bank is asked, under case 12."
    assert said in told.said(line)
    assert "case 12" not in told.told
    with ilf.ledger.opened() as connection:
        define_payment_state(connection)
        totals = connection.execute("SELECT state, payments, pence FROM state_totals(?) ORDER BY 1", [AFTER.date()])
        assert totals.fetchall() == [("credited", 2, 403160), ("under_enquiry", 1, 190000)]
    assert is_whole(ilf)
    assert any("has not arrived: opened, under case 12" in step.what for step in audit(ilf, RUN, AFTER.date()).steps)


def test_what_is_found_stands_as_before(ilf: TenantContext) -> None:
    asked(ilf)
    assert asked(ilf, Stands.FOUND) is None
    assert states(ilf) == {"credited": 3}
    assert listed(ilf) == []


@pytest.mark.parametrize("before", one_in(2, [Stands.OPENED, Stands.COMING_BACK, Stands.LOST, Stands.REFUSED]))
def test_money_that_is_back_outweighs_it_and_nothing_less_does(ilf: TenantContext, before: Stands) -> None:
    asked(ilf)
    if before is not Stands.OPENED:
        asked(ilf, before)
    assert not is_free(ilf)
    bank_says(ilf, (1, "returned", "0", 190000), message="arucs")
    assert not is_free(ilf)
    assert listed(ilf) == [(PAYMENT, False)]
    bank_says(ilf, BACK, message="camt053")
    assert states(ilf) == {"credited": 2, "free: returned": 1}
    assert listed(ilf) == []


@pytest.mark.parametrize("ended", one_in(2, [Stands.LOST, Stands.REFUSED]))
@pytest.mark.parametrize(
    ("decision", "stands"),
    [(Decision.PAID, {"credited": 3}), (Decision.NOT_PAID, {"credited": 2, "free: not_paid": 1})],
)
def test_what_the_bank_does_not_find_waits_for_two_people(
    ilf: TenantContext, ended: Stands, decision: Decision, stands: dict[str, int]
) -> None:
    asked(ilf)
    assert waiting(ilf) == []
    asked(ilf, ended)
    assert states(ilf) == {"credited": 2, "undecided": 1}
    assert [each.kind for each in waiting(ilf)] == ["undecided"]
    assert listed(ilf) == [(PAYMENT, False)]
    settled(ilf, PAYMENT, decision)
    assert states(ilf) == stands
    assert (waiting(ilf), listed(ilf)) == ([], [])


def test_while_the_bank_is_asked_nobody_settles_it(ilf: TenantContext) -> None:
    asked(ilf)
    with pytest.raises(NoGo, match="Nothing of"):
        settled(ilf, PAYMENT, Decision.NOT_PAID)
    asked(ilf, Stands.COMING_BACK)
    with pytest.raises(NoGo, match="Nothing of"):
        settled(ilf, PAYMENT, Decision.NOT_PAID)


def test_what_was_settled_before_does_not_answer_what_is_asked_since(ilf: TenantContext) -> None:
    asked(ilf)
    asked(ilf, Stands.LOST)
    settled(ilf, PAYMENT, Decision.PAID)
    said = Said(Stands.OPENED, "the payee says so again", "case 13", None, OWNER)
    enquire(ilf, PAYMENT, said, AFTER + timedelta(hours=2))
    assert states(ilf) == {"credited": 2, "under_enquiry": 1}
    enquire(ilf, PAYMENT, Said(Stands.LOST, "it says so", "case 13", None, OWNER), AFTER + timedelta(hours=3))
    assert states(ilf) == {"credited": 2, "undecided": 1}


def test_what_was_erased_is_on_no_list(ilf: TenantContext) -> None:
    asked(ilf)
    with ilf.ledger.transaction() as connection:
        connection.execute("INSERT INTO erasure VALUES (1, '2026-11', 'its years are over', 'a', 'b', now())")
    assert listed(ilf) == []


@pytest.mark.parametrize("kind", one_in(2, ["rejected", "cancelled"]))
def test_what_is_turned_away_and_asked_about_is_not_paid_again(ilf: TenantContext, kind: str) -> None:
    asked(ilf)
    bank_says(ilf, (None, f"{kind}_total", "AM04", 593160), message="pain002")
    assert not is_free(ilf)


def test_amended_payments_are_asked_about_too(ilf: TenantContext) -> None:
    bank_says(ilf, (1, "amended", "E", 190000))
    asked(ilf)
    assert states(ilf) == {"credited": 2, "under_enquiry": 1}
    asked(ilf, Stands.FOUND)
    assert (states(ilf), listed(ilf)) == ({"credited": 2, "amended": 1}, [])


@pytest.mark.parametrize(
    ("stands", "on", "who", "named", "said"),
    [
        (Stands.OPENED, None, SENDER, PAYMENT, "is no uploader or approver or decision owner"),
        (Stands.OPENED, None, OWNER, RUN, "Name one payment"),
        (Stands.OPENED, None, OWNER, f"{RUN}/17", "is no payment"),
        (Stands.OPENED, date(2026, 12, 5), OWNER, PAYMENT, "5 December 2026 is no working day ahead"),
        (Stands.OPENED, date(2026, 12, 1), OWNER, PAYMENT, "1 December 2026 is no working day ahead"),
        (Stands.FOUND, None, OWNER, PAYMENT, "Nobody has said"),
        (Stands.LOST, None, OWNER, PAYMENT, "Nobody has said"),
    ],
    ids=["a sender", "a run", "no row", "a Saturday", "today", "found", "lost"],
)
def test_what_is_not_right_is_refused(
    ilf: TenantContext, stands: Stands, on: date | None, who: str, named: str, said: str
) -> None:
    with pytest.raises(NoGo, match=said):
        asked(ilf, stands, on, who, named)
    assert states(ilf) == {"credited": 3}


def test_what_came_back_or_is_asked_about_already_is_not_asked_about(ilf: TenantContext) -> None:
    asked(ilf)
    with pytest.raises(NoGo, match=r"is asked about .* already"):
        asked(ilf)
    bank_says(ilf, BACK, message="camt053")
    with pytest.raises(NoGo, match="is not taken to have arrived: came back"):
        asked(ilf)
