"""Two people confirm who is authorised, and every run is held against it: also one that waits when another comes."""

import hashlib
import shutil
from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from flows.service.standing import picture
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve.stage import say_void_by_now
from tasks.assess.stage import assess
from tasks.authorised_payees.confirm import confirm, find_kept, propose
from tasks.check import check
from tasks.ledger import runs
from tasks.people.two_people import Given
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, ROWS, SAMPLES, approve, context, deliver, gates_by_arithmetic
from tests.people import STEP, code_at
from tests.unit.tasks.approve.test_decision import to_the_form
from tests.unit.tasks.exceptions.test_settle import enrol
from tests.unit.tasks.postings.test_postings import with_codes

APPROVER, OWNER, UPLOADER = "first.approver@ilf.example", "decision.owner@ilf.example", "finance.officer@ilf.example"
OPERATOR = "operator@siller.example"
FIRST, SECOND, THIRD = (row.split(",")[0] for row in ROWS)
GATE = "authorised payees"

_steps = count()


@pytest.fixture(scope="module")
def agreed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A body that keeps a list, and has none yet; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("authorised")
    of = with_codes(folder / "home", folder, "\nauthorised_payees: true\n")
    deliver(of)
    with of.ledger.opened(create=True):
        pass
    enrol(of, *(person.name for person in of.agreement.people if person.account is None))
    return folder


@pytest.fixture
def of(agreed_home: Path, tmp_path: Path) -> TenantContext:
    """It, in a copy of one's own."""
    folder = shutil.copytree(agreed_home, tmp_path / "own", symlinks=True)
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


def list_of(of: TenantContext, references: Sequence[str], header: str = "payee_reference") -> Path:
    path = of.settings.home / "list.csv"
    path.write_text("\n".join([header, *references, ""]), encoding="utf-8")
    return path


def confirmed(of: TenantContext, *references: str, people: tuple[str, str] = (APPROVER, OWNER)) -> None:
    at = NOVEMBER + timedelta(seconds=STEP * 3 * next(_steps))
    first, second = (Given(name, code_at(name, at)) for name in people)
    confirm(of, propose(of, list_of(of, references)), (first, second), at, NOVEMBER)


def figure(of: TenantContext, run_id: str) -> tuple[str, str]:
    with of.ledger.opened() as connection:
        [said] = connection.execute(
            "SELECT verdict, figure FROM out_gate JOIN run USING (run_no) "
            "WHERE run_id = ? AND gate = 'unauthorised_share'",
            [run_id],
        ).fetchall()
    return said


def test_without_a_list_nobody_is_paid_and_the_next_run_goes_by_the_one_that_is_confirmed(of: TenantContext) -> None:
    with pytest.raises(NoGo, match=f"“{GATE}” found no list of authorised payees is kept"):
        to_the_form(of, "first")
    confirmed(of, FIRST, SECOND, THIRD)
    run_id = to_the_form(of, "second")
    assert run_id.endswith("-2")
    assert figure(of, run_id) == ("go", "0 of 3 payments (0.00%), beside the 3 of the list of 20 November 2026")
    assert list(problems(of)) == []


def test_a_list_that_comes_while_a_run_waits_stops_it_and_opens_the_next(of: TenantContext) -> None:
    confirmed(of, FIRST, SECOND, THIRD)
    run_id = to_the_form(of, "first")
    assert to_the_form(of, "first") == run_id
    confirmed(of, FIRST, THIRD)
    with of.ledger.opened() as connection:
        said = say_void_by_now(connection, of, runs.run_row(connection, run_id), NOVEMBER)
    assert said.startswith("Another list of authorised payees was confirmed since the gates were asked")
    assert picture([of], of.settings.home, NOVEMBER).called_off == (said,)
    with pytest.raises(NoGo, match=f"Another list of authorised payees was confirmed .* of {run_id}.* the next run"):
        assess(of, run_id, NOVEMBER)
    with pytest.raises(NoGo, match=f"“{GATE}” found 1 of 3 payments .33.33%., at row 1, beside the 2 of the list"):
        to_the_form(of, "second")


def test_nor_is_a_run_released_that_was_approved_by_the_list_of_before(of: TenantContext) -> None:
    """Its release waited: for money, for the bank's day, for a restore to be settled."""
    confirmed(of, FIRST, SECOND, THIRD)
    run_id = to_the_form(of, "first")
    assert approve(of, run_id, approver="second.approver@ilf.example", reason="all: the first month").cause == ""
    confirmed(of, FIRST, THIRD)
    with pytest.raises(NoGo, match=r"Another list of authorised payees was confirmed .* Nothing was released\."):
        release(of, run_id, NOVEMBER)


def test_a_check_says_it_before_the_run_does(of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    gates_by_arithmetic(monkeypatch)
    confirmed(of, FIRST)
    extract = next(of.paths.landing("ilf").glob("*.csv"))
    said = check(of, extract, None, NOVEMBER)
    assert said.reason and "2 of 3 payments (66.67%), at rows 1, 2" in said.reason


def test_a_roll_number_is_part_of_the_account(of: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """A building society has one account for all its members: who has it in common with a payee is not that payee."""
    gates_by_arithmetic(monkeypatch)
    member = (SAMPLES / "ilf-2026-11.csv").read_text(encoding="utf-8").splitlines()[4]
    reference, _, sort_code, account, roll, *_ = member.split(",")
    of_member, of_all = (
        hashlib.sha256(each.encode()).hexdigest() for each in (sort_code + account + roll, sort_code + account)
    )
    header = "payee_reference,account_sha256"
    extract = deliver(of, [member])
    for listed, found in ((of_member, "0 of 1 payments"), (of_all, "1 of 1 payments")):
        at = NOVEMBER + timedelta(seconds=STEP * 3 * next(_steps))
        people = (Given(APPROVER, code_at(APPROVER, at)), Given(OWNER, code_at(OWNER, at)))
        confirm(of, propose(of, list_of(of, [f"{reference},{listed}"], header)), people, at, NOVEMBER)
        [gate] = [each for each in check(of, extract, None, NOVEMBER).gates if each.gate == "unauthorised_share"]
        assert gate.figure.startswith(found)


def test_what_is_shown_beside_the_list_that_counts(of: TenantContext) -> None:
    confirmed(of, FIRST, SECOND)
    file = list_of(of, [f"{SECOND},{'0' * 64}", f"{THIRD},", "X,"], "payee_reference,account_sha256")
    proposed = propose(of, file)
    assert (proposed.payees, proposed.has_accounts, proposed.new, proposed.gone) == (3, True, 2, 1)
    assert proposed.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    kept = find_kept(of)
    assert (kept.count, kept.by, f"{kept.confirmed_on}") == (2, (APPROVER, OWNER), "2026-11-20")


def test_the_audit_says_who_confirmed_how_many_and_names_nobody(of: TenantContext) -> None:
    confirmed(of, FIRST, SECOND)
    with of.ledger.opened() as connection:
        [(said,)] = connection.execute("SELECT said FROM act WHERE act = 'payees_authorised'").fetchall()
        [(figures,)] = connection.execute("SELECT figures FROM journal WHERE stage = 'payees_authorised 1'").fetchall()
    assert said == "confirmed a list of authorised payees: 2 (2 new, 0 gone)"
    assert FIRST not in figures and OWNER in figures


@pytest.mark.parametrize(
    ("people", "said"),
    [
        pytest.param((APPROVER, APPROVER), "cannot be both", id="one-person"),
        pytest.param((UPLOADER, OWNER), "is no approver or decision owner or enquirer", id="who-sends-extracts"),
        pytest.param((OPERATOR, OWNER), "is no approver or decision owner or enquirer", id="who-works-for-siller"),
        pytest.param((APPROVER, "enquiries@ilf.example"), "is no approver or decision owner", id="an-enquirer-second"),
    ],
)
def test_nobody_else_confirms_one(of: TenantContext, people: tuple[str, str], said: str) -> None:
    with pytest.raises(NoGo, match=said):
        confirmed(of, FIRST, people=people)
    assert find_kept(of).confirmed_on is None


def test_an_approver_who_sends_extracts_too_confirms_none(of: TenantContext) -> None:
    agreement = of.settings.contracts / "ilf" / "agreement.yaml"
    text = agreement.read_text()
    agreement.write_text(
        text.replace(
            "second.approver@ilf.example, roles: [approver]", "second.approver@ilf.example, roles: [approver, uploader]"
        )
    )
    with pytest.raises(NoGo, match=r"second.approver@ilf.example sends the body's extracts: somebody else"):
        confirmed(of, FIRST, people=("second.approver@ilf.example", OWNER))


def test_a_wrong_code_confirms_nothing(of: TenantContext) -> None:
    proposed = propose(of, list_of(of, [FIRST]))
    with pytest.raises(NoGo, match=f"{OWNER}: .*Nothing was done"):
        confirm(
            of, proposed, (Given(APPROVER, code_at(APPROVER, NOVEMBER)), Given(OWNER, "000000")), NOVEMBER, NOVEMBER
        )
    assert find_kept(of).confirmed_on is None


def test_a_sealed_list_that_is_gone_stops_the_run_and_is_missed(of: TenantContext) -> None:
    confirmed(of, FIRST, SECOND, THIRD)
    of.paths.sealed("ilf", find_kept(of).sha256).unlink()
    with pytest.raises(NoGo, match="The sealed list of authorised payees is missing"):
        to_the_form(of, "first")
    assert "The sealed list of authorised payees" in " ".join(each.what for each in problems(of))


def test_where_none_is_agreed_none_is_taken(waiting_home: Path, tmp_path: Path) -> None:
    of = context(shutil.copytree(waiting_home, tmp_path / "home", symlinks=True))
    with pytest.raises(NoGo, match=r"has no list of authorised payees .authorised_payees."):
        propose(of, list_of(of, [FIRST]))
