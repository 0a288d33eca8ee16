"""Payments made elsewhere: recorded whole or not at all, and never made by siller too."""

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from schemas.incoming import Incoming, hash_of
from schemas.no_go import NoGo
from tasks.continuity.leave import leave
from tasks.continuity.opening import open_file
from tasks.continuity.settle import settle
from tasks.ledger import entry_of
from tasks.ledger.catalogue.events import PaidElsewhere
from tasks.ledger.payment_state import define_payment_state
from tasks.manual_payments.reading import read_paid_elsewhere
from tasks.manual_payments.stage import Recorded, record_came_back, record_paid_elsewhere
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.reconcile.stage import as_at
from tasks.release.stage import release
from tasks.storage.custody import still_sealed
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.month import (
    APPROVER,
    NOVEMBER,
    ROWS,
    ROWS_PENCE,
    approve,
    approved,
    assessed,
    context,
    deliver,
    ingest,
    outbox_files,
    released,
)

HEADER = "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on"
OPERATOR = "operator@siller.example"
OWNER = "decision.owner@ilf.example"


def line_of(row: str, **changes: str) -> str:
    """A row of November's extract as a line of the file."""
    reference, _, sort_code, account_number, roll_number, amount, *_ = row.split(",")
    cells = {
        "payee_reference": reference,
        "pay_period": "2026-11",
        "kind": "full",
        "sort_code": sort_code,
        "account_number": account_number,
        "roll_number": roll_number,
        "amount": amount,
        "paid_on": "25/11/2026",
    }
    return ",".join({**cells, **changes}.values())


def recorded(of: TenantContext, lines: Sequence[str], name: str = "portal.csv", **people: str) -> Recorded:
    of.settings.home.mkdir(parents=True, exist_ok=True)
    file, evidence = of.settings.home / name, of.settings.home / "statement.pdf"
    file.write_text("\n".join([HEADER, *lines, ""]))
    evidence.write_bytes(b"%PDF-1.7 what the bank shows")
    named = {"operator": OPERATOR, "approver": APPROVER, **people}
    return record_paid_elsewhere(of, file, evidence, named["operator"], named["approver"], NOVEMBER)


def came_back(of: TenantContext, line: str, name: str = "back.csv", **people: str) -> Recorded:
    file, evidence = of.settings.home / name, of.settings.home / "statement.pdf"
    file.write_text("\n".join([HEADER, line, ""]))
    evidence.write_bytes(b"%PDF-1.7 what the bank shows")
    named = {"operator": OPERATOR, "approver": APPROVER, **people}
    return record_came_back(of, file, evidence, named["operator"], named["approver"], NOVEMBER)


def held(of: TenantContext, run_no: int) -> list[tuple[int, str]]:
    with of.ledger.opened() as connection:
        return connection.execute(
            "SELECT row_number, rule FROM core_left_out WHERE run_no = ? ORDER BY ALL", [run_no]
        ).fetchall()


def states(of: TenantContext, run_no: int) -> list[str]:
    with of.ledger.opened() as connection:
        define_payment_state(connection)
        rows = connection.execute(
            "SELECT state FROM payment_state(?) WHERE run_no = ? ORDER BY row_number", [NOVEMBER.date(), run_no]
        ).fetchall()
    return [row[0] for row in rows]


@pytest.fixture
def ilf(tmp_path: Path) -> TenantContext:
    """An ILF whose operator and whose approver sit at this account."""
    of = context(tmp_path)
    with of.ledger.transaction(create=True) as connection:
        keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), NOVEMBER)
    return of


class TestBeforeTheRun:
    """What is known when the extract arrives is held."""

    def test_the_same_payee_and_the_same_account_under_another_reference_are_held(self, ilf: TenantContext) -> None:
        said = recorded(ilf, [line_of(ROWS[0], amount="1.00"), line_of(ROWS[1], payee_reference="ILF900000")])
        assert said == Recorded(1, 2, 190100, stood=False, twice=(), instead=())
        deliver(ilf)
        validate(ilf, ingest(ilf), NOVEMBER)
        assert held(ilf, 1) == [(0, "paid_elsewhere"), (1, "alike_paid_elsewhere")]
        assert list(problems(ilf)) == []

    @pytest.mark.parametrize("changes", [{"pay_period": "2026-10"}, {"kind": "arrears"}], ids=["period", "kind"])
    def test_another_months_or_arrears_hold_nothing(self, ilf: TenantContext, changes: dict[str, str]) -> None:
        recorded(ilf, [line_of(row, **changes) for row in ROWS])
        deliver(ilf)
        validate(ilf, ingest(ilf), NOVEMBER)
        assert held(ilf, 1) == []

    def test_the_same_file_again_returns_what_stands(self, ilf: TenantContext) -> None:
        first = recorded(ilf, [line_of(ROWS[0])])
        again = recorded(ilf, [line_of(ROWS[0])])
        assert again == Recorded(first.number, 1, 298160, stood=True, twice=(), instead=())

    def test_file_and_evidence_are_kept_as_they_were(self, ilf: TenantContext) -> None:
        recorded(ilf, [line_of(ROWS[0])])
        with ilf.ledger.opened() as connection:
            row = connection.execute(
                "SELECT file_sha256, evidence_sha256, recorded_by, approved_by FROM paid_elsewhere"
            ).fetchone()
        assert row is not None
        assert all(still_sealed(ilf.paths, "ilf", sha256) for sha256 in row[:2])
        assert row[2:] == (OPERATOR, APPROVER)


class TestWhileTheRunWaits:
    """What becomes known after it was validated stops the release; the same extract goes on without it."""

    def test_the_run_is_not_released_and_the_next_one_holds_the_payment(self, ilf: TenantContext) -> None:
        first = approved(ilf)
        said = recorded(ilf, [line_of(ROWS[1])])
        assert (said.twice, said.instead) == ((), (f"{first}/1",))
        assert states(ilf, 1) == ["approved", "paid_elsewhere", "approved"]
        buckets = {bucket.name: bucket.rows for bucket in as_at(ilf, first, NOVEMBER).buckets if bucket.rows}
        assert buckets == {"not released": 2, "paid elsewhere": 1}
        with pytest.raises(NoGo, match=f"1 payments of {first} have been paid otherwise.*at row 1"):
            release(ilf, first, NOVEMBER)
        assert not ilf.paths.outbox("ilf").exists()
        second = assessed(ilf, flow="flow-2")
        assert second == "ilf-2026-11-rehearsal-2"
        assert held(ilf, 2) == [(1, "paid_elsewhere")]
        approve(ilf, second, flow="flow-2")
        release(ilf, second, NOVEMBER)
        assert len(outbox_files(ilf)) == 2
        assert list(problems(ilf)) == []


class TestAfterTheRelease:
    """What was released and paid elsewhere was paid twice, and somebody is told."""

    def test_who_was_paid_twice_is_kept(self, ilf: TenantContext) -> None:
        run_id = released(ilf)
        said = recorded(ilf, [line_of(ROWS[2]), line_of(ROWS[0])])
        assert (said.twice, said.instead) == ((f"{run_id}/0", f"{run_id}/2"), ())
        assert states(ilf, 1) == ["released"] * 3
        with ilf.ledger.opened() as connection:
            figures = entry_of(connection, "", PaidElsewhere, said.number)
        assert (figures.by, figures.approved_by, figures.paid_twice) == (OPERATOR, APPROVER, 2)

    def test_what_is_recorded_cannot_be_changed_unseen(self, ilf: TenantContext) -> None:
        released(ilf)
        recorded(ilf, [line_of(ROWS[2])])
        assert list(problems(ilf)) == []
        with ilf.ledger.transaction() as connection:
            connection.execute("UPDATE core_paid_elsewhere SET amount_pence = amount_pence + 1")
        assert "paid_elsewhere 1" in " ".join(problem.what for problem in problems(ilf))


class TestWhatCameBack:
    """A payment that was made outside and came back is paid again, there or here: once a time, by two people's word."""

    BACK = line_of(ROWS[1], paid_on="27/11/2026")

    def test_it_is_paid_by_siller_and_by_nobody_besides(self, ilf: TenantContext) -> None:
        recorded(ilf, [line_of(ROWS[0]), line_of(ROWS[1])])
        said = came_back(ilf, self.BACK)
        assert said == Recorded(2, 1, -190000, stood=False, twice=(), instead=())
        assert came_back(ilf, self.BACK).stood
        deliver(ilf)
        validate(ilf, ingest(ilf), NOVEMBER)
        assert held(ilf, 1) == [(0, "paid_elsewhere")]
        recorded(ilf, [line_of(ROWS[1], paid_on="28/11/2026")], name="again.csv")
        assert states(ilf, 1) == ["held", "paid_elsewhere", "payable"]
        came_back(ilf, line_of(ROWS[1], paid_on="29/11/2026"), name="twice.csv")
        assert states(ilf, 1) == ["held", "payable", "payable"]
        assert list(problems(ilf)) == []

    @pytest.mark.parametrize(
        "line",
        [
            line_of(ROWS[0], paid_on="27/11/2026"),
            line_of(ROWS[1], paid_on="24/11/2026"),
            line_of(ROWS[1], paid_on="27/11/2026", amount="1.00"),
            line_of(ROWS[1], paid_on="27/11/2026", kind="arrears"),
        ],
        ids=["nobody recorded it", "before it was paid", "another amount", "another kind"],
    )
    def test_only_what_stands_comes_back(self, ilf: TenantContext, line: str) -> None:
        recorded(ilf, [line_of(ROWS[1])])
        with pytest.raises(NoGo, match=r"Line 2 of back\.csv: no such payment stands as paid elsewhere"):
            came_back(ilf, line)

    def test_it_takes_two_people_and_a_file_of_its_own(self, ilf: TenantContext) -> None:
        recorded(ilf, [line_of(ROWS[1])])
        with pytest.raises(NoGo, match="is no approver"):
            came_back(ilf, self.BACK, approver=OPERATOR)
        with pytest.raises(NoGo, match="paid_on is the day on which it did"):
            came_back(ilf, line_of(ROWS[1]))
        came_back(ilf, self.BACK)
        with pytest.raises(NoGo, match="no such payment stands"):
            came_back(ilf, line_of(ROWS[1], paid_on="28/11/2026"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([line_of(ROWS[0]), line_of(ROWS[1], amount="12.5")], "Line 3: amount does not have exactly two digits"),
        ([line_of(ROWS[0], sort_code="30847")], "Line 2: sort_code is not exactly 6 digits"),
        ([line_of(ROWS[0], pay_period="2026-13")], "Line 2: pay_period is not written as the contract says"),
        ([line_of(ROWS[0], kind="bonus")], "Line 2: kind is not written as the contract says"),
        ([line_of(ROWS[0], paid_on="31/02/2026")], "Line 2: paid_on is not a date"),
        ([line_of(ROWS[0]), line_of(ROWS[1]), line_of(ROWS[0], amount="3.00")], "Line 2, 4 of portal.csv"),
        ([], "portal.csv"),
        (["a,b"], "portal.csv"),
    ],
)
def test_bad_lines_are_named_and_nothing_is_recorded(ilf: TenantContext, lines: list[str], said: str) -> None:
    with pytest.raises(NoGo) as refused:
        recorded(ilf, lines)
    assert said in str(refused.value)
    assert "ILF100002" not in str(refused.value)
    assert "89620048" not in str(refused.value)
    with ilf.ledger.opened(create=True) as connection:
        assert connection.execute("SELECT count(*) FROM core_paid_elsewhere").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM journal WHERE stage NOT LIKE 'credential %'").fetchone() == (0,)


def test_what_was_recorded_before_is_not_recorded_again_in_another_file(ilf: TenantContext) -> None:
    recorded(ilf, [line_of(ROWS[0])])
    with pytest.raises(NoGo, match=r"Line 3 of other\.csv.*has been recorded before"):
        recorded(ilf, [line_of(ROWS[1]), line_of(ROWS[0])], name="other.csv")


def test_the_approver_proves_who_they_are(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match=r"not that of second\.approver@ilf\.example, so a one-time code must prove it"):
        recorded(ilf, [line_of(ROWS[0])], approver="second.approver@ilf.example")


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ({"operator": "finance.officer@ilf.example"}, "is no operator"),
        ({"approver": OPERATOR}, "is no approver"),
        ({"approver": "somebody@ilf.example"}, "is no approver"),
    ],
)
def test_it_takes_an_operator_and_an_approver(ilf: TenantContext, people: dict[str, str], said: str) -> None:
    with pytest.raises(NoGo, match=said):
        recorded(ilf, [line_of(ROWS[0])], **people)


@pytest.mark.parametrize("name", ["portal.csv", "statement.pdf"])
def test_what_is_no_file_is_told_and_costs_nobody_a_code(tmp_path: Path, name: str) -> None:
    of = context(tmp_path)
    for each in ("portal.csv", "statement.pdf"):
        (tmp_path / each).write_text("x" + each)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(NoGo, match=f"{name} in .* is a pipe and no file"):
        record_paid_elsewhere(of, tmp_path / "portal.csv", tmp_path / "statement.pdf", OPERATOR, APPROVER, NOVEMBER)
    assert not of.ledger.exists


class TestPaidFromTheContinuityFile:
    """On a fall-back day the file that a run left is paid at the bank's portal, recorded, and nobody is paid again."""

    def test_the_same_extract_again_pays_nobody(self, ilf: TenantContext, tmp_path: Path) -> None:
        first = approved(ilf)
        assert not list(ilf.paths.continuity_file(first).parent.glob("*")), "while the form waits there is none to open"
        leave(ilf, first, NOVEMBER)
        payments = tmp_path / "payments.csv"
        open_file(ilf.settings, first, OPERATOR, "the bank's channel is down", payments, NOVEMBER)
        with payments.open(newline="", encoding="utf-8") as file:
            paid = [",".join(row[name] for name in HEADER.split(",")) for row in csv.DictReader(file)]
        said = recorded(ilf, [line + "25/11/2026" for line in paid])
        assert (said.payments, said.pence) == (3, ROWS_PENCE)
        settle(ilf, first, said.number, OWNER, NOVEMBER)
        with pytest.raises(NoGo, match=f"3 payments of {first} have been paid otherwise"):
            release(ilf, first, NOVEMBER)
        second = ingest(ilf, flow="flow-2")
        validate(ilf, second, NOVEMBER)
        assert held(ilf, 2) == [(row, "paid_elsewhere") for row in range(3)]
        assert list(problems(ilf)) == []


def test_a_file_of_sillers_own_is_no_evidence(ilf: TenantContext) -> None:
    """Neither its payment file nor the body's extract shows what the bank did."""
    released(ilf)
    portal = ilf.settings.home / "portal.csv"
    portal.write_text("\n".join([HEADER, line_of(ROWS[0]), ""]))
    own = [*ilf.paths.outbox("ilf").glob("*.txt"), *ilf.paths.landing("ilf").glob("*.csv")]
    assert len(own) == 2
    for evidence in own:
        with pytest.raises(NoGo, match="the evidence is what the bank says of it"):
            record_paid_elsewhere(ilf, portal, evidence, OPERATOR, APPROVER, NOVEMBER)
    assert states(ilf, 1) == ["released"] * 3


def test_a_line_is_named_as_an_editor_counts_it_also_after_a_cell_of_two_lines(tmp_path: Path) -> None:
    of, file = context(tmp_path), tmp_path / "portal.csv"
    two_lines, wrong = line_of(ROWS[0], roll_number='"1\n2"'), line_of(ROWS[1], amount="1900.0")
    file.write_text("\n".join([HEADER, two_lines, wrong, ""]))
    with pytest.raises(NoGo, match=r"Line 4: amount does not have exactly two digits"):
        read_paid_elsewhere(file, hash_of(file, Incoming.EXTRACT), of.contract, of.agreement.accounts)
