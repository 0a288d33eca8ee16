"""What was paid that should not have been: found once, never more than was paid, and nothing of it got back twice.

Three payments of £2,981.60, £1,900.00 and £1,050.00 were paid on 30 November 2026; the first and the last came back.
"""

import hmac
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from schemas.no_go import NoGo
from schemas.period import Period
from tasks.close.closed import find_closed
from tasks.holds.lift import lift
from tasks.ledger import runs
from tasks.manual_payments.stage import record_came_back, record_paid_elsewhere
from tasks.overpayments.act import Asked, Reason, Through, record_found, record_recovered, write_off
from tasks.overpayments.register import COLUMNS, Summed, find_overpayments, sum_up
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.people.two_people import Given
from tasks.practice_bank.bank import answer as bank_answers
from tasks.publish.stage import publish
from tasks.reconcile.receive import inbox, receive_all
from tasks.reconcile.stage import as_at, reconcile
from tasks.release.stage import release
from tasks.retention.due import list_forbidding
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, approve, assessed, context, deliver
from tests.people import ENROLLED, STEP, code_at, secret_of
from tests.unit.tasks.close.test_close import bank_says

RUN = "ilf-2026-11-rehearsal-1"
KEPT = f"{RUN}/1"
"""The payment of £1,900.00, which the payee has."""
OPERATOR, OWNER, THIRD = "operator@siller.example", "decision.owner@ilf.example", "third.approver@ilf.example"
AFTER = NOVEMBER.replace(month=12, day=3)
PORTAL = "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on"
_steps = count()


def people_at(home: Path) -> TenantContext:
    of = context(home)
    with of.ledger.transaction() as connection:
        for name in (OPERATOR, OWNER, THIRD):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    return of


@pytest.fixture
def ilf(finished_home: Path, tmp_path: Path) -> TenantContext:
    return people_at(shutil.copytree(finished_home, tmp_path / "home", symlinks=True))


def one(of: TenantContext, now: datetime = AFTER) -> dict[str, Any]:
    return find_overpayments(of, now).row(0, named=True)


def became(of: TenantContext, now: datetime = AFTER) -> tuple[int, ...]:
    """Pence: overpaid, back by the bank, back by the body, written off, still owed, to be given back."""
    each = one(of, now)
    return tuple(each[name] for name in COLUMNS if name.endswith("_pence") and name != "payment_pence")


def found(of: TenantContext, amount: str, named: str = KEPT, reason: Reason = Reason.LEAVER) -> str:
    return record_found(of, Asked(named, amount, "left on 31 October"), reason, OPERATOR, AFTER)


def recovered(of: TenantContext, amount: str, through: Through = Through.BODY) -> str:
    return record_recovered(of, Asked(KEPT, amount, "invoice 7"), through, OPERATOR, AFTER)


def given_up(of: TenantContext, amount: str, *names: str) -> str:
    at = AFTER + timedelta(seconds=STEP * 3 * next(_steps))
    first, second = (Given(name, code_at(name, at)) for name in names)
    return write_off(of, Asked(KEPT, amount, "not worth a court"), (first, second), at, AFTER)


def portal(of: TenantContext, amount: str, act: Any = record_paid_elsewhere, paid_on: str = "01/12/2026") -> None:
    reference, _, sort_code, number, roll, *_ = ROWS[1].split(",")
    file, evidence = of.settings.home / f"{act.__name__}.csv", of.settings.home / "statement.pdf"
    file.write_text(f"{PORTAL}\n{reference},2026-11,full,{sort_code},{number},{roll},{amount},{paid_on}\n")
    evidence.write_bytes(b"%PDF-1.7 what the bank shows")
    act(of, file, evidence, OPERATOR, THIRD, AFTER)


def test_what_becomes_of_one_is_sums_and_never_more_than_is_owed(ilf: TenantContext) -> None:
    assert find_overpayments(ilf, AFTER).is_empty()
    assert found(ilf, "1,500.00").startswith(f"found £1,500.00 of {KEPT} overpaid, leaver: left on 31 October")
    each = one(ilf, AFTER + timedelta(days=41))
    assert (each["run_id"], each["row_number"], each["reasons"], each["found_by"]) == (RUN, 1, "leaver", OPERATOR)
    assert (each["payment_pence"], each["paid_on"], each["found_on"]) == (190000, date(2026, 11, 30), AFTER.date())
    assert (each["days_since_found"], each["line"], each["extract_name"]) == (41, 3, "ilf.csv")
    key = ilf.paths.key("ilf", "pseudonym").read_text().strip()
    assert each["payee"] == hmac.digest(key.encode(), ROWS[1].split(",")[0].encode(), "sha256").hex()

    recovered(ilf, "400.00")
    with pytest.raises(NoGo, match=r"It is kept already: recovered £400\.00 .* invoice 7\. Nothing was done"):
        recovered(ilf, "400.00")
    recovered(ilf, "500.00", Through.BANK)
    assert became(ilf) == (150000, 50000, 40000, 0, 60000, 0)
    given_up(ilf, "250.00", OPERATOR, OWNER)
    assert became(ilf) == (150000, 50000, 40000, 25000, 35000, 0)
    with ilf.ledger.opened() as connection:
        said = list(list_forbidding(connection, ilf, Period.parsed("2026-11"), AFTER))
    assert "Of its overpayments £350.00 is still owed, and not written off (siller overpayments)." in said
    with pytest.raises(NoGo, match=rf"£350\.00 of what {KEPT} was overpaid is still owed, which is less than £350\.01"):
        recovered(ilf, "350.01")
    with pytest.raises(NoGo, match=r"less than £350\.01"):
        given_up(ilf, "350.01", OPERATOR, OWNER)
    recovered(ilf, "350.00")
    assert became(ilf) == (150000, 50000, 75000, 25000, 0, 0)
    assert sum_up(find_overpayments(ilf, AFTER)) == Summed(1, 150000, 125000, 25000, 0)
    assert list(problems(ilf)) == []


def test_what_is_none_is_not_recorded_and_nothing_is_counted_twice(ilf: TenantContext) -> None:
    for named, amount, said in (
        (f"{RUN}/0", "100.00", "did not arrive, or has come back"),
        (f"{RUN}/3", "100.00", "is no payment that has been released"),
        (KEPT, "1900.01", "paid £1,900.00, which is less than £1,900.01"),
        (KEPT, "0.00", "is nothing"),
        (KEPT, "19.0", "cannot be read"),
        (RUN, "19.00", "Name one payment"),
    ):
        with pytest.raises(NoGo, match=said):
            found(ilf, amount, named)
    with pytest.raises(NoGo, match=f"The register has no overpayment of {KEPT}"):
        recovered(ilf, "1.00")
    found(ilf, "100.00")
    with pytest.raises(NoGo, match=r"The register has £100\.00 of .* already \(leaver\)"):
        found(ilf, "100.00", reason=Reason.PAID_TWICE)
    found(ilf, "120.00", reason=Reason.WRONG_AMOUNT)  # it was more than was thought: £120.00 in all
    assert became(ilf)[0] == 12000
    assert one(ilf)["reasons"] == "leaver, wrong_amount"
    bank_says(ilf, "returned")  # the word of a message, and no money that came: nothing is recovered
    assert became(ilf) == (12000, 0, 0, 0, 12000, 0)


def test_giving_money_up_takes_the_decision_owner_and_another(ilf: TenantContext) -> None:
    found(ilf, "100.00")
    for names, said in (
        ((OWNER, OWNER), "cannot be both"),
        ((OWNER, THIRD), f"{THIRD} is no decision owner"),
        (("first.approver@ilf.example", OWNER), f"first.approver@ilf.example approved {RUN}"),
    ):
        with pytest.raises(NoGo, match=said):
            given_up(ilf, "100.00", *names)
    assert became(ilf)[-2] == 10000


def test_what_was_paid_outside_too_stands_there_by_itself_until_it_comes_back(ilf: TenantContext) -> None:
    portal(ilf, "1800.00")
    assert (one(ilf)["reasons"], one(ilf)["found_by"]) == ("paid_twice", OPERATOR)
    assert became(ilf) == (180000, 0, 0, 0, 180000, 0)  # the smaller of the two
    with pytest.raises(NoGo, match=r"has £1,800\.00 of .* already \(paid twice\)"):
        found(ilf, "1800.00", reason=Reason.PAID_TWICE)
    with ilf.ledger.transaction() as connection:  # the bank was asked to stop it, and could not
        run_no = runs.run_row(connection, RUN).run_no
        connection.execute(
            "INSERT INTO recall BY NAME SELECT 1 AS recall_no, $run_no AS run_no, 1 AS row_number, 1 AS payments, "
            "190000 AS pence, 'why' AS reason, $at AS recall_by, 'a' AS said_by, 'b' AS agreed_by, $at AS said_at",
            {"run_no": run_no, "at": AFTER},
        )
        connection.execute(
            "INSERT INTO recall_outcome BY NAME SELECT 1 AS recall_outcome_no, 1 AS recall_no, 'failed' AS outcome, "
            "'x' AS bank_reference, 'a' AS said_by, 'b' AS agreed_by, $at AS said_at",
            {"at": AFTER},
        )
    assert one(ilf)["reasons"] == "paid_twice, recall_refused"
    assert became(ilf) == (190000, 0, 0, 0, 190000, 0)  # all of it, and still one payment
    recovered(ilf, "300.00")
    portal(ilf, "1800.00", record_came_back, "02/12/2026")
    # With the £300.00 that the payee gave back, £200.00 more is there than was too much.
    assert became(ilf) == (190000, 180000, 10000, 0, 0, 20000)


def test_a_payee_who_had_died_and_was_paid_beside(tmp_path: Path) -> None:
    """The bank says of the month's payment that the payee has died; the arrears of the same day have arrived."""
    of = context(tmp_path / "home")
    deliver(of)
    people_at(tmp_path / "home")
    month = assessed(of)
    approve(of, month)
    release(of, month, NOVEMBER)
    beside = {0: 4000, 1: 5000, 2: 6000}
    pounds = (f"{pence / 100:.2f}" for pence in beside.values())
    rows = [",".join([*row.split(",")[:5], much, *row.split(",")[6:]]) for row, much in zip(ROWS, pounds, strict=True)]
    deliver(of, rows, "arrears.csv", kind="arrears")
    arrears = assessed(of, flow="flow-2")
    approve(of, arrears, flow="flow-2", control_total="150.00")
    release(of, arrears, NOVEMBER)
    publish(of, month, NOVEMBER)
    for run_id, codes in ((month, ("2",)), (arrears, ())):
        file = of.paths.outbox("ilf") / f"{run_id}.REHEARSAL.bacs18.txt"
        bank_answers(file, of.paths.bank_inbox("ilf"), date(2026, 11, 30), codes)
    receive_all(of, inbox(of), AFTER)
    register = find_overpayments(of, AFTER)
    died = find_came_back(of, month)
    assert register.select("run_id", "row_number", "overpaid_pence", "reasons", "found_by").rows() == [
        (arrears, died, beside[died], "payee_deceased", "the bank")
    ]
    two_lift_it(of, f"{month}/{died}")
    assert find_overpayments(of, AFTER).is_empty()


def two_lift_it(of: TenantContext, named: str) -> None:
    """The body finds out that the payee lives."""
    at = AFTER + timedelta(seconds=STEP * 3 * next(_steps))
    people = (Given(OPERATOR, code_at(OPERATOR, at)), Given(OWNER, code_at(OWNER, at)))
    lift(of, named, "lives", "a visit", people, at, AFTER)


def find_came_back(of: TenantContext, run_id: str) -> int:
    with of.ledger.opened() as connection:
        [(row,)] = connection.execute(
            "SELECT DISTINCT row_number FROM core_bank_answer JOIN run USING (run_no) "
            "WHERE run_id = ? AND core_bank_answer.kind = 'returned'",
            [run_id],
        ).fetchall()
    return int(row)


RECOVERS = """
import sys
from pathlib import Path
from tests.month import context
from tests.unit.tasks.overpayments.test_register import recovered
recovered(context(Path(sys.argv[1])), "60.00")
"""


def test_of_two_who_say_at_once_that_it_came_back_one_is_refused(ilf: TenantContext) -> None:
    found(ilf, "100.00")
    both = [
        subprocess.Popen([sys.executable, "-c", RECOVERS, str(ilf.settings.home)], stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    said = sorted((each.communicate()[1].decode() for each in both), key=len)
    assert said[0] == "" and "£40.00 of what" in said[1]
    assert became(ilf) == (10000, 0, 6000, 0, 4000, 0)


def test_it_stands_on_the_report_and_opens_a_close_again(ilf: TenantContext) -> None:
    found(ilf, "1500.00")
    recovered(ilf, "400.00")
    reconcile(ilf, RUN, AFTER)
    page = (ilf.paths.reports(RUN) / "reconciliation.html").read_text(encoding="utf-8")
    for said in ("Overpaid", "1 payment, £1,500.00", "Recovered", "£400.00", "Still owed", "£1,100.00"):
        assert said in page
    assert as_at(ilf, RUN, AFTER).unexplained_pounds == 0
    with ilf.ledger.opened() as connection:
        assert find_closed(connection) == {}
