"""What two people have settled, and what is said or comes to light after that: nobody is paid twice by it, or lost."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.no_go import NoGo
from tasks.enquiries.enquiry import Said, Stands, enquire
from tasks.exceptions.decisions import Decision
from tasks.ledger.payment_state import define_payment_state
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.tenant_context import TenantContext
from tests.month import NOVEMBER, ROWS_PENCE, context
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import (
    ACCEPTED,
    AFTER,
    DEBIT,
    OPERATOR,
    OWNER,
    RUN,
    Answer,
    bank_says,
    home,
    settled,
    states,
    waiting,
)

__all__ = ["home"]

PAYMENT = f"{RUN}/1"
REJECTED: Answer = (None, "rejected_total", "AM04", ROWS_PENCE)
ONE_REJECTED: Answer = (1, "rejected", "AC04", 190000)
ONE_SETTLED: Answer = (1, "settled", "ACCC", 190000)


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    of = context(shutil.copytree(home, tmp_path / "home"))
    with of.ledger.transaction() as connection:
        keep(connection, OWNER, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    return of


def asked(of: TenantContext, stands: Stands, hours: int) -> None:
    enquire(of, PAYMENT, Said(stands, "the payee says so", "case 12", None, OWNER), AFTER + timedelta(hours=hours))


def stands(of: TenantContext) -> str:
    """Where the second payment stands."""
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        [(found,)] = connection.execute(
            "SELECT if(may_be_paid_again(state, is_proven), 'free: ', '') || state FROM payment_state(?) "
            "WHERE row_number = 1",
            [AFTER.date()],
        ).fetchall()
    return str(found)


@pytest.mark.parametrize("decision", one_in(2, [Decision.NOT_PAID, Decision.PAID]))
def test_nobody_settles_payments_of_which_a_file_that_was_set_aside_may_speak(
    ilf: TenantContext, decision: Decision
) -> None:
    """Admitted later, it would say what they did not know, and be older than what they said."""
    bank_says(ilf, REJECTED, message="pain002")
    name = bank_says(ilf, DEBIT, message="camt053", sentence="Its sums do not add up.")
    with pytest.raises(NoGo, match=f"{name} was set aside, and may speak of {RUN}"):
        settled(ilf, RUN, decision)
    settled(ilf, name, Decision.ADMIT)
    assert states(ilf) == {"disputed": 3}


def test_what_was_set_aside_and_dismissed_keeps_nobody_from_being_paid(ilf: TenantContext) -> None:
    bank_says(ilf, REJECTED, message="pain002")
    name = bank_says(ilf, DEBIT, message="camt053", sentence="Its sums do not add up.")
    settled(ilf, name, Decision.DISMISS)
    settled(ilf, RUN, Decision.NOT_PAID)
    assert states(ilf) == {"free: rejected": 3}


def test_a_disputed_payment_that_the_bank_is_asked_about_waits_and_is_told(ilf: TenantContext) -> None:
    bank_says(ilf, ACCEPTED)
    asked(ilf, Stands.OPENED, 1)
    bank_says(ilf, ONE_REJECTED, ONE_SETTLED, message="pain002")
    settled(ilf, PAYMENT, Decision.NOT_PAID)
    assert stands(ilf) == "disputed"
    assert [each.kind for each in waiting(ilf)] == ["disputed"]


@pytest.mark.parametrize(
    "word", [(ONE_REJECTED, ONE_SETTLED), ((1, "returned", "0", 190000),)], ids=["disputed", "back"]
)
def test_what_is_found_after_two_people_said_it_was_not_paid_is_not_paid_again(
    ilf: TenantContext, word: tuple[Answer, ...]
) -> None:
    bank_says(ilf, ACCEPTED)
    asked(ilf, Stands.OPENED, 0)
    bank_says(ilf, *word, message="pain002")
    settled(ilf, PAYMENT, Decision.NOT_PAID)
    asked(ilf, Stands.FOUND, 3)
    assert not stands(ilf).startswith("free")
    assert waiting(ilf) != []


def test_what_was_lost_and_settled_and_is_found_after_all_is_disputed(ilf: TenantContext) -> None:
    bank_says(ilf, ACCEPTED)
    asked(ilf, Stands.OPENED, 0)
    asked(ilf, Stands.LOST, 0)
    settled(ilf, PAYMENT, Decision.NOT_PAID)
    assert stands(ilf) == "free: not_paid"
    asked(ilf, Stands.FOUND, 3)
    assert stands(ilf) == "disputed", "somebody may have been paid twice by now, and is not passed over"


@pytest.mark.parametrize("kind", ["amended", "advised"])
@pytest.mark.parametrize("of_all", one_in(2, [False, True]))
def test_what_the_bank_says_was_paid_after_people_said_it_was_not_is_disputed(
    ilf: TenantContext, kind: str, of_all: bool
) -> None:
    bank_says(ilf, REJECTED if of_all else ONE_REJECTED, message="pain002")
    settled(ilf, RUN if of_all else PAYMENT, Decision.NOT_PAID)
    assert stands(ilf) == "free: rejected"
    bank_says(ilf, (1, kind, "3", 190000), message="awacs")
    assert stands(ilf) == "disputed"


@pytest.mark.parametrize(
    ("message", "kind", "code"),
    one_in(2, [("arucs", "returned", "B"), ("awacs", "advised", "3"), ("pain002", "settled", "ACCC")]),
)
def test_what_the_bank_says_of_one_payment_opens_the_others_of_a_file_that_people_said_was_not_paid(
    ilf: TenantContext, message: str, kind: str, code: str
) -> None:
    bank_says(ilf, REJECTED, message="pain002")
    settled(ilf, RUN, Decision.NOT_PAID)
    assert stands(ilf) == "free: rejected"
    bank_says(ilf, (2, kind, code, 105000), message=message)
    assert stands(ilf) == "rejected"
    assert RUN in [each.subject for each in waiting(ilf)]
    settled(ilf, RUN, Decision.NOT_PAID)
    assert stands(ilf) == "free: rejected"


def test_one_of_an_undecided_file_that_people_settled_is_disputed_once_the_file_was_taken(ilf: TenantContext) -> None:
    bank_says(ilf, (None, "pending_total", "PDNG", ROWS_PENCE), message="pain002")
    assert states(ilf) == {"undecided": 3}
    settled(ilf, PAYMENT, Decision.NOT_PAID)
    assert stands(ilf) == "free: not_paid"
    bank_says(ilf, (None, "accepted_total", "ACSC", ROWS_PENCE), message="pain002")
    bank_says(ilf, DEBIT, message="camt053")
    assert states(ilf) == {"credited": 2, "disputed": 1}
