"""Postings of a run: made once, never changed, and to the penny what the bank's statements show.

Three payments of £2,981.60, £1,900.00 and £1,050.00 are released, £5,931.60 in all; the first and the last come back,
£4,031.60, so £1,900.00 has left for good.
"""

import hashlib
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import load_workbook

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.audit.timeline import audit
from tasks.ledger import audit_log
from tasks.ledger.parts.sweeping import sweep_sealed
from tasks.onboarding.fitting import list_faults
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.postings.stage import Given, post
from tasks.postings.statement import HeldAgainst, hold_against_statement
from tasks.practice_bank.bank import answer as bank_answers
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.bank_messages import taken_in
from tests.month import APPROVER, NOVEMBER, ROWS
from tests.people import ENROLLED
from tests.unit.schemas.postings.test_workbook import made
from tests.unit.tasks.manual_payments.test_stage import came_back, line_of, recorded

RUN = "ilf-2026-11-rehearsal-1"
OPERATOR = "operator@siller.example"
PAY_DAY = datetime(2026, 11, 30, 9, 0, tzinfo=LONDON)
AFTER = datetime(2026, 12, 3, 9, 30, tzinfo=LONDON)
CODES = """
postings:
  accounts: [{bank: "1010", spending: "5310"}]
  returned: "2190"
  rejected: "2191"
"""
OF = '"REHEARSAL, not to be posted: Independent Living Fund, November 2026 pay run; '
HEADER = "postings,accounting_date,code,debit,credit,description"
PAID = [
    HEADER,
    f'{RUN}/1,2026-11-30,5310,5931.60,,{OF}paid: 3 payments"',
    f'{RUN}/1,2026-11-30,1010,,5931.60,{OF}paid: 3 payments"',
]
CAME_BACK = [
    HEADER,
    f'{RUN}/2,2026-12-03,1010,4031.60,,{OF}returned: 2 payments"',
    f'{RUN}/2,2026-12-03,2190,,4031.60,{OF}returned: 2 payments"',
]


def with_codes(home: Path, beside: Path, codes: str = CODES) -> TenantContext:
    """A home's context with codes in the agreement, a copy of which stands beside it."""
    contracts = shutil.copytree(Settings().contracts, beside / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text() + codes)
    return TenantContext("ilf", Mode.REHEARSAL, Settings(home=home, contracts=contracts, modulus_table=None))


def agreeing(home: Path, to: Path, codes: str = CODES) -> TenantContext:
    """The same of a copy of a home."""
    return with_codes(shutil.copytree(home, to / "home", symlinks=True), to, codes)


@pytest.fixture
def released(released_home: Path, tmp_path: Path) -> TenantContext:
    return agreeing(released_home, tmp_path)


def answered(of: TenantContext) -> None:
    """The bank says what became of the payments, with two returned."""
    file = of.paths.outbox("ilf") / f"{RUN}.REHEARSAL.bacs18.txt"
    bank_answers(file, of.paths.bank_inbox("ilf"), date(2026, 11, 30))
    taken_in(of, AFTER)


def asked(of: TenantContext, now: datetime = AFTER) -> list[Given]:
    return post(of, RUN, OPERATOR, now)


def lines(given: Given) -> list[str]:
    return given.path.read_text(encoding="utf-8").splitlines()


def held(of: TenantContext, given: list[Given]) -> HeldAgainst:
    return hold_against_statement(of, RUN, [each.sums for each in given], AFTER)


def test_what_comes_back_makes_further_postings_and_changes_none(released: TenantContext) -> None:
    [paid] = asked(released, PAY_DAY)
    assert lines(paid) == PAID
    before = paid.path.read_bytes()
    assert held(released, [paid]) == HeldAgainst(Decimal("5931.60"), None, Decimal(0))
    answered(released)
    first, second = asked(released)
    assert (first.is_new, second.is_new) == (False, True)
    assert first.path.read_bytes() == before
    assert lines(second) == CAME_BACK
    assert held(released, [first, second]) == HeldAgainst(Decimal("1900.00"), Decimal("1900.00"), Decimal(0))
    assert held(released, [first, second]).unexplained == 0
    assert f"gave out postings 2 of {RUN}, £4,031.60: postings-2.csv" in str(audit(released, RUN, AFTER))


def test_asked_twice_there_are_the_same_files_and_they_are_kept(released: TenantContext) -> None:
    answered(released)
    written = [each.path.read_bytes() for each in asked(released)]
    with released.ledger.opened() as connection:
        sweep_sealed(connection, released.paths, "ilf")
    shutil.rmtree(released.paths.reports(RUN))
    again = asked(released, AFTER.replace(day=17))
    assert [each.path.read_bytes() for each in again] == written
    assert not any(each.is_new for each in again)
    assert list(problems(released)) == []


def test_killed_before_it_is_recorded_the_next_start_makes_the_same(
    released: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(audit_log, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            asked(released, PAY_DAY)
    assert list(problems(released)) == []
    [paid] = asked(released, PAY_DAY)
    assert lines(paid) == PAID


def test_one_that_was_changed_is_not_given_out(released: TenantContext) -> None:
    [paid] = asked(released, PAY_DAY)
    sealed = released.paths.sealed("ilf", paid.entry.file_sha256)
    sealed.write_bytes(sealed.read_bytes()[:-1])
    with pytest.raises(NoGo, match=r"postings-1\.csv of .* is missing, or is not what was sealed"):
        asked(released, PAY_DAY)


def test_nothing_is_posted_before_the_pay_day(released: TenantContext) -> None:
    with pytest.raises(NoGo, match="its pay day has not come"):
        asked(released, NOVEMBER)


def test_without_codes_nothing_is_posted(released_home: Path, tmp_path: Path) -> None:
    of = agreeing(released_home, tmp_path, codes="")
    with pytest.raises(NoGo, match="has no codes of its books"):
        asked(of)


class TestPaidOutside:
    """What came back was paid through the bank's portal: that left too, and no statement says for which run."""

    def test_it_is_posted_against_what_came_back_and_taken_back_if_it_comes_back(self, released: TenantContext) -> None:
        answered(released)
        asked(released)
        with released.ledger.transaction() as connection:
            keep(connection, APPROVER, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
        recorded(released, [line_of(ROWS[0])])
        *_, third = asked(released)
        assert lines(third)[1:] == [
            f'{RUN}/3,2026-12-03,2190,2981.60,,{OF}paid outside: 1 payment"',
            f'{RUN}/3,2026-12-03,1010,,2981.60,{OF}paid outside: 1 payment"',
        ]
        assert held(released, asked(released)) == HeldAgainst(
            Decimal("1900.00"), Decimal("1900.00"), outside=Decimal("2981.60")
        )
        came_back(released, line_of(ROWS[0], paid_on="26/11/2026"))
        *_, fourth = asked(released)
        assert lines(fourth)[1:] == [
            f'{RUN}/4,2026-12-03,1010,2981.60,,{OF}paid outside, taken back: 1 payment"',
            f'{RUN}/4,2026-12-03,2190,,2981.60,{OF}paid outside, taken back: 1 payment"',
        ]


class TestTheBodysOwnWorkbook:
    """The agreed template is filled in, and no other."""

    CELLS = """
  template:
    file: journal.xlsx
    sha256: "{sha256}"
    cells:
      - {{cell: TOTAL, holds: total}}
      - {{cell: DEBIT, holds: debit, code: "5310"}}
      - {{cell: CREDIT, holds: credit, code: "1010"}}
"""

    @pytest.fixture
    def of(self, released_home: Path, tmp_path: Path) -> TenantContext:
        content = made()
        cells = self.CELLS.format(sha256=hashlib.sha256(content).hexdigest())
        of = agreeing(released_home, tmp_path, CODES + cells.removeprefix("\n"))
        (of.settings.contracts / "ilf" / "journal.xlsx").write_bytes(content)
        return of

    def test_it_has_what_was_paid(self, of: TenantContext) -> None:
        [paid] = asked(of, PAY_DAY)
        assert paid.path.name == "postings-1.xlsx"
        rows = load_workbook(paid.path).get_sheet_by_name("The Journal").to_python(skip_empty_area=False)
        assert (rows[3][1], rows[6][2], rows[7][3]) == (5931.6, 5931.6, 5931.6)
        assert hashlib.sha256(paid.path.read_bytes()).hexdigest() == paid.entry.file_sha256

    def test_another_one_is_refused_and_nothing_is_posted(self, of: TenantContext) -> None:
        assert list_faults(of) == []
        with (of.settings.contracts / "ilf" / "journal.xlsx").open("ab") as template:
            template.write(b"changed")
        with pytest.raises(NoGo, match=r"journal\.xlsx has the SHA-256 .* Put the agreed workbook back") as said:
            asked(of, PAY_DAY)
        assert list_faults(of) == [str(said.value)]

    def test_what_has_no_cell_is_not_posted_and_what_was_given_out_stays(self, of: TenantContext) -> None:
        asked(of, PAY_DAY)
        answered(of)
        with pytest.raises(NoGo, match="has no cell for the credit of 2190, the debit of 1010"):
            asked(of)
        assert list(problems(of)) == []
