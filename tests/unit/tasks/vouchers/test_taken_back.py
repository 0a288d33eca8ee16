"""A run that two people took back as never sent, and whose vouchers the provider has issued all the same.

Of the vouchers over £100.00, £11.66 and £28.50 it has issued the first two, and £40.00 of the first were cashed: £71.66
can still be, and of the third it has not spoken.
"""

from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.standing.records import Standing
from schemas.standing.tables import Stand, Urgency
from tasks.payee_search.find import find
from tasks.people.credentials import Kind, keep
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tasks.vouchers.cancel import ask_to_cancel
from tasks.vouchers.standing import list_vouchers
from tests.people import ENROLLED, secret_of
from tests.unit.tasks.exceptions.test_settle import two
from tests.unit.tasks.vouchers.month import (
    DECEMBER,
    OPERATOR,
    POST,
    RUN,
    SENDER,
    TEXT,
    TRANSFER,
    answered,
    body,
    held,
    released,
    says,
    states,
    validated,
)

ISSUED = (says(1, "PART CASHED", "100.00", "40.00"), says(2, "ISSUED", "11.66", "0.00"))
OF_THE_THIRD = "SV-1004,Ruaridh McKay,transfer,089999,66374958,,28.50,VISIT 1004"
SUPPLEMENTARY = {"kind": "supplementary", "pay_date": "2026-12-11"}


@pytest.fixture
def taken_back(cash: TenantContext) -> TenantContext:
    never_sent(cash)
    return cash


def never_sent(cash: TenantContext) -> None:
    with cash.ledger.transaction() as connection:
        for name in (SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    people, at = two(SENDER, OPERATOR)
    take_back(cash, RUN, "it was never sent", people, at, DECEMBER)


def status(of: TenantContext) -> Standing:
    """Where the run stands."""
    [found] = [each for each in picture([of], of.settings.home, DECEMBER).standings if each.subject == RUN]
    return found


def test_status_says_what_can_be_cashed_was_cashed_and_is_to_be_done(taken_back: TenantContext) -> None:
    assert status(taken_back).stand is Stand.NOT_SENT
    answered(taken_back, ISSUED)
    now = status(taken_back)
    assert (now.stand, now.urgency, now.command) == (Stand.VOUCHERS_ISSUED, Urgency.ACT, f"siller vouchers show {RUN}")
    assert (
        "the provider has 3 vouchers of it, of which it says that it issued 2: £40.00 was cashed, and 3 can still be, "
        "with £100.16 left on them. Have the provider cancel now what is left"
    ) in now.said
    assert "Who has no voucher of it has no money." in now.said
    assert "a later run pays" not in now.said.lower()


def test_each_voucher_and_whoever_asks_for_its_payee_say_so_too(taken_back: TenantContext) -> None:
    [found] = find(taken_back, "Mhairi Bell", OPERATOR, DECEMBER)
    assert (found.state, found.voucher) == ("not_sent", None), "nobody has it to cash"
    answered(taken_back, ISSUED)
    ask_to_cancel(taken_back, f"{RUN}/2", "it was sent after all", "R-1", OPERATOR, DECEMBER)
    first, asked, silent = (each.next_step(DECEMBER.date()) for each in list_vouchers(taken_back, RUN))
    assert first == silent
    assert "have the provider cancel what is left (siller vouchers cancel)" in first
    assert "its cancellation was asked for, and the provider has not answered" in asked
    [found] = find(taken_back, "Mhairi Bell", OPERATOR, DECEMBER)
    assert found.voucher is not None
    assert (found.state, found.voucher.cashed_pence, found.voucher.left_pence) == ("issued", 4000, 6000)
    assert found.voucher.next_step(DECEMBER.date()) == first
    [transfer] = find(taken_back, "SV-1001", OPERATOR, DECEMBER)
    assert (transfer.state, transfer.voucher) == ("not_sent", None)


def test_whoever_the_provider_has_not_spoken_of_is_not_paid_again_where_it_has_the_file(
    taken_back: TenantContext,
) -> None:
    assert states(taken_back)[3] == ("not_sent", 0)
    answered(taken_back, ISSUED)
    assert states(taken_back)[3] == ("submitted", 0)
    again = validated(taken_back, (TRANSFER, OF_THE_THIRD), DECEMBER, **SUPPLEMENTARY)
    assert held(taken_back, again) == {1: {"already_released"}}, "nobody with a voucher is"


@pytest.mark.parametrize("word", ["CANCELLED", "EXPIRED"])
def test_nor_is_anybody_where_the_first_that_it_says_is_that_a_voucher_has_ended(
    taken_back: TenantContext, word: str
) -> None:
    answered(taken_back, [says(2, word, "11.66", "0.00")])
    assert states(taken_back) == {
        0: ("not_sent", 0),
        1: ("submitted", 0),
        2: (word.lower(), 0),
        3: ("submitted", 0),
    }
    again = validated(taken_back, (TRANSFER, OF_THE_THIRD), DECEMBER, **SUPPLEMENTARY)
    assert held(taken_back, again) == {1: {"already_released"}}


def test_once_none_can_be_cashed_the_others_are_what_is_left(taken_back: TenantContext) -> None:
    answered(taken_back, ISSUED)
    ended = [says(1, "CANCELLED", "100.00", "40.00"), says(2, "CANCELLED", "11.66", "0.00")]
    answered(taken_back, [*ended, says(3, "CANCELLED", "28.50", "0.00")], name="ended.csv")
    now = status(taken_back)
    assert (now.stand, now.urgency) == (Stand.NOT_SENT, Urgency.ACT)
    assert "has 1 voucher of it, of which it says that it issued 1: £40.00 was cashed, and 0 can still be" in now.said
    assert "stands among the overpayments" in now.said
    released(taken_back, (TRANSFER,), DECEMBER, **SUPPLEMENTARY)
    now = status(taken_back)
    assert (now.stand, now.urgency) == (Stand.REPLACED, Urgency.OVER)
    assert "£40.00 was cashed" in now.said


def test_of_vouchers_alone_nobody_is_said_to_be_paid_by_a_later_run_that_there_is_not(tmp_path: Path) -> None:
    of = body(tmp_path)
    released(of, (TEXT, POST))
    never_sent(of)
    answered(of, [says(0, "CASHED", "100.00", "100.00")])
    now = status(of)
    assert (now.stand, now.urgency) == (Stand.VOUCHERS_ISSUED, Urgency.ACT)
    assert "Who has no voucher of it has no money." in now.said
    assert "a later run pays" not in now.said.lower()
    answered(of, [says(1, "EXPIRED", "11.66", "0.00")], name="ended.csv")
    now = status(of)
    assert (now.stand, now.urgency) == (Stand.NOT_SENT, Urgency.ACT), "£11.66 are owed"
    answered(of, [says(1, "CASHED", "11.66", "11.66")], name="cashed.csv")
    now = status(of)
    assert (now.stand, now.urgency) == (Stand.RECONCILED, Urgency.OVER)
    assert "nobody in it is owed anything" in now.said
