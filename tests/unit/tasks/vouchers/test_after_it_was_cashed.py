"""What becomes of a voucher's money after part of it was cashed: too much is found, asked about, kept and published.

The voucher of £100.00 (row 1) had £40.00 cashed when it expired, so £60.00 were left.
"""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.correction_file.carried import list_carried_into
from tasks.enquiries.enquiry import Said, Stands, enquire, list_enquiries
from tasks.instruct.stage import instruct
from tasks.manual_payments.stage import Recorded, RecordingAct, record_came_back, record_paid_elsewhere
from tasks.overpayments.register import find_overpayments
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.publish.stage import publish
from tasks.retention.due import list_forbidding
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tasks.vouchers.standing import list_vouchers
from tests.people import ENROLLED, secret_of
from tests.unit.tasks.exceptions.test_settle import two
from tests.unit.tasks.vouchers.month import (
    APPROVER,
    DECEMBER,
    NOVEMBER,
    OPERATOR,
    OVER,
    RUN,
    SENDER,
    TEXT,
    UPLOADER,
    answered,
    body,
    held,
    released,
    says,
    validated,
)

EXPIRED = says(1, "EXPIRED", "100.00", "40.00")
PORTAL = "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on"
PERIOD = Period.parsed("2026-11")
AGAIN = "SV-1002,Mhairi Bell,transfer,089999,66374958,,60.00,VISIT 1002"


def too_much(of: TenantContext) -> list[tuple[str, int, int, str, str]]:
    """Each overpayment: run, row, pence, why and who found it."""
    names = ("run_id", "row_number", "overpaid_pence", "reasons", "found_by")
    return find_overpayments(of, OVER).select(names).rows()


def forbidding(of: TenantContext) -> list[str]:
    """Why the period is not to be erased, but for what is not agreed."""
    with of.ledger.opened() as connection:
        return list(list_forbidding(connection, of, PERIOD, OVER))[1:]


def recorded(
    of: TenantContext,
    amount: str,
    tmp_path: Path,
    period: str = "2026-11",
    day: str = "08/12/2026",
    act: RecordingAct = record_paid_elsewhere,
) -> Recorded:
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, APPROVER):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    file, evidence = tmp_path / "portal.csv", tmp_path / "evidence.pdf"
    file.write_text(f"{PORTAL}\nSV-1002,{period},full,089999,66374958,,{amount},{day}\n")
    evidence.write_bytes(b"what the portal shows of it")
    return act(of, file, evidence, OPERATOR, APPROVER, DECEMBER)


def test_what_is_cashed_after_the_rest_was_sent_again_is_too_much(cash: TenantContext) -> None:
    answered(cash, [EXPIRED])
    released(cash, (AGAIN,), DECEMBER, kind="supplementary", pay_date="2026-12-11")
    assert too_much(cash) == []
    answered(cash, [says(1, "ISSUED", "100.00", "40.00", OVER.date())], OVER, "alive.csv")
    assert too_much(cash) == [], "it can be cashed again, and was not"
    answered(cash, [says(1, "CASHED", "100.00", "100.00", OVER.date())], OVER, "more.csv")
    # £100.00 by voucher and £60.00 to the account, of £100.00.
    assert too_much(cash) == [(RUN, 1, 6000, "beyond_the_voucher", "the provider")]
    assert "Of its overpayments £60.00 is still owed, and not written off (siller overpayments)." in forbidding(cash)


def test_what_is_carried_forward_of_a_voucher_is_what_was_not_cashed_whatever_was_asked_since(
    cash: TenantContext,
) -> None:
    answered(cash, [EXPIRED, says(2, "EXPIRED", "11.66", "0.00")])
    rows = (AGAIN.replace("60.00", "100.00"), "SV-1003,Samira Paterson,transfer,107999,88837491,,11.66,VISIT 1003")
    again = released(cash, rows, DECEMBER, kind="supplementary", pay_date="2026-12-11")
    assert held(cash, again) == {0: {"more_than_the_voucher_left"}}
    with cash.ledger.opened() as connection:
        [carried] = list_carried_into(connection, Period.parsed("2026-12"), DECEMBER.date(), cash.agreement.accounts)
    assert (carried.items, f"{carried.pounds:.2f}") == (1, "60.00")


def test_a_voucher_that_was_said_to_be_never_sent_and_is_cashed_is_too_much(cash: TenantContext) -> None:
    with cash.ledger.transaction() as connection:
        for name in (SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    people, at = two(SENDER, OPERATOR)
    take_back(cash, RUN, "it was never sent", people, at, DECEMBER)
    released(cash, (AGAIN.replace("60.00", "100.00"),), DECEMBER, kind="supplementary", pay_date="2026-12-11")
    said = answered(cash, [says(2, "CANCELLED", "11.66", "0.00")])
    assert said.revived == 2, "of the others it has not spoken, and has the file"
    assert too_much(cash) == []
    answered(cash, [says(1, "CASHED", "100.00", "100.00")], name="cashed.csv")
    assert "that it was never sent them" in said.say_revived()
    steps = [each.next_step(DECEMBER.date())[:9] for each in list_vouchers(cash, RUN)]
    assert steps == ["DISPUTED:", "send agai", "DISPUTED:"]
    assert too_much(cash) == [(RUN, 1, 10_000, "beyond_the_voucher", "the provider")]


def test_what_was_never_sent_is_no_measure_of_what_is_due(cash: TenantContext, tmp_path: Path) -> None:
    with cash.ledger.transaction() as connection:
        for name in (SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    people, at = two(SENDER, OPERATOR)
    take_back(cash, RUN, "it was never sent", people, at, DECEMBER)
    less = released(cash, (TEXT.replace("100.00", "60.00"),), DECEMBER, kind="supplementary", pay_date="2026-12-11")
    answered(cash, [says(0, "CASHED", "60.00", "60.00", run_id=less)])
    recorded(cash, "40.00", tmp_path)
    # £60.00 by voucher and £40.00 outside, of £60.00: the £100.00 before were never sent.
    assert too_much(cash) == [(less, 0, 4000, "beyond_the_voucher", OPERATOR)]


@pytest.mark.parametrize(
    ("amount", "beyond", "overpaid"),
    [("60.00", (), []), ("60.01", (f"{RUN}/1",), [(RUN, 1, 1, "beyond_the_voucher", OPERATOR)])],
    ids=["what was left", "more"],
)
def test_what_the_portal_pays_beyond_what_was_left_is_recorded_and_too_much(
    cash: TenantContext,
    tmp_path: Path,
    amount: str,
    beyond: tuple[str, ...],
    overpaid: list[tuple[str, int, int, str, str]],
) -> None:
    answered(cash, [EXPIRED, says(2, "CASHED", "11.66", "11.66"), says(3, "CASHED", "28.50", "28.50")])
    assert recorded(cash, amount, tmp_path).beyond == beyond
    assert too_much(cash) == overpaid
    # Whoever was paid the rest outside is owed nothing, and is no reason to keep the period.
    assert not [each for each in forbidding(cash) if "owed: they came back" in each]


@pytest.mark.parametrize(
    ("answer", "amount", "left"),
    [
        ((EXPIRED,), "100.00", "60.00"),
        ((EXPIRED,), "60.00", "60.00"),
        ((says(1, "PART CASHED", "100.00", "40.00"),), "60.01", "60.00"),
        ((says(1, "CASHED", "100.00", "100.00"),), "100.00", ""),
        ((), "100.00", ""),
    ],
    ids=["more than was left", "what was left", "can still be cashed", "all cashed", "not with the provider"],
)
def test_what_the_portal_pays_under_the_next_period_is_held_against_the_voucher_of_the_former(
    cash: TenantContext, tmp_path: Path, answer: tuple[str, ...], amount: str, left: str
) -> None:
    if answer:
        answered(cash, answer)
    said = recorded(cash, amount, tmp_path, "2026-12")
    assert said.earlier == ((f"{RUN}/1 (£{amount} recorded, £{left} left)",) if left else ())
    assert too_much(cash) == [], "whether it was that, people know alone"


def test_what_stood_under_the_wrong_period_is_recorded_anew_and_counts(cash: TenantContext, tmp_path: Path) -> None:
    answered(cash, [EXPIRED])
    recorded(cash, "100.00", tmp_path, "2026-12")
    recorded(cash, "100.00", tmp_path, "2026-12", "09/12/2026", record_came_back)
    assert recorded(cash, "100.00", tmp_path).beyond == (f"{RUN}/1",)
    # £40.00 were cashed and £100.00 paid outside, of £100.00.
    assert too_much(cash) == [(RUN, 1, 4000, "beyond_the_voucher", OPERATOR)]


def test_a_voucher_that_can_still_be_cashed_keeps_its_period(cash: TenantContext) -> None:
    waits = "are sent, and nobody has said how that ended."
    assert f"Of its payments 4 {waits}" in forbidding(cash)
    answered(cash, [says(1, "PART CASHED", "100.00", "40.00"), says(2, "CASHED", "11.66", "11.66")])
    assert f"Of its payments 3 {waits}" in forbidding(cash)
    answered(cash, [says(1, "CASHED", "100.00", "100.00"), says(3, "EXPIRED", "28.50", "0.00")], name="more.csv")
    assert f"Of its payments 1 {waits}" in forbidding(cash), "the transfer"
    assert any("1 are owed: they came back" in each for each in forbidding(cash))


def test_of_a_voucher_that_replaced_a_smaller_one_what_is_left_keeps_its_period(tmp_path: Path) -> None:
    of = body(tmp_path)
    first = validated(of, (TEXT,))
    instruct(of, first, NOVEMBER)
    with of.ledger.opened() as connection:
        [(sha256,)] = connection.execute("SELECT extract_sha256 FROM run").fetchall()
    more = released(of, (TEXT.replace("100.00", "150.00"),), NOVEMBER.replace(hour=11), replaces=sha256)
    answered(of, [says(0, "EXPIRED", "150.00", "100.00", run_id=more)])
    assert any("1 are owed: they came back" in each for each in forbidding(of)), "£50.00 of it"


def test_a_cashed_voucher_is_asked_about_until_the_provider_has_answered(cash: TenantContext) -> None:
    with cash.ledger.transaction() as connection:
        keep(connection, UPLOADER, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    asks = Said(Stands.OPENED, "the payee says that it was not they", "C-17", date(2026, 12, 10), UPLOADER)
    with pytest.raises(NoGo, match="The provider has not said that anything of the voucher"):
        enquire(cash, f"{RUN}/1", asks, DECEMBER)
    answered(cash, [EXPIRED])
    enquire(cash, f"{RUN}/1", asks, DECEMBER)
    [(asked, _)] = list_enquiries(cash, DECEMBER)
    assert asked.told == (
        f"{RUN}/1, £40.00: cashed, and said not to be by the payee: the provider is asked. It is looked at again on "
        "10 December 2026."
    )
    assert "Of its vouchers 1 are asked about, and that is not over (siller enquiries)." in forbidding(cash)
    with pytest.raises(NoGo, match=r"The provider is asked about .* already"):
        enquire(cash, f"{RUN}/1", asks, DECEMBER)
    enquire(cash, f"{RUN}/1", Said(Stands.REFUSED, "cashed with the code", "C-17", None, UPLOADER), DECEMBER)
    assert list_enquiries(cash, DECEMBER) == []


def test_analysts_read_what_was_cashed_beside_the_state_of_the_rest(cash: TenantContext) -> None:
    answered(cash, [EXPIRED])
    publish(cash, RUN, DECEMBER)
    with duckdb.connect(str(cash.paths.published("cash") / "analytics.duckdb"), read_only=True) as analysts:
        found = analysts.execute("SELECT row_number, state, cashed_pence FROM payments ORDER BY row_number").fetchall()
    assert found == [(0, "released", None), (1, "expired", 4000), (2, "released", 0), (3, "released", 0)]
