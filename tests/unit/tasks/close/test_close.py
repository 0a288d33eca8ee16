"""Two people close a run: only what is explained, settled and over, and what comes afterwards opens it again.

Three payments of £2,981.60, £1,900.00 and £1,050.00 were released; the first and the last came back, and a fourth row
of £2,981.60 was refused. So £1,900.00 is with its payee, and £7,013.20 of three payments is carried forward.
"""

import shutil
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from lxml import html

from flows.service.books import read
from schemas.no_go import NoGo
from schemas.period import Period
from schemas.standing.records import Closed
from tasks.approve.late import find_late
from tasks.audit.timeline import audit
from tasks.close.close import close
from tasks.close.closed import find_closed
from tasks.correction_file.carried import Carried, list_carried
from tasks.ledger import record, runs
from tasks.ledger.bank_rows import BankFileRow
from tasks.ledger.catalogue.events import BankFile
from tasks.ledger.catalogue.settling import EnquiryRecorded
from tasks.ledger.parts.sweeping import sweep_sealed
from tasks.ledger.rows import insert
from tasks.manual_payments.stage import record_paid_elsewhere
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.people.two_people import Given
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.entries import entry
from tests.month import NOVEMBER, context
from tests.page_rules import check
from tests.people import ENROLLED, STEP, code_at, secret_of

RUN = "ilf-2026-11-rehearsal-1"
OPERATOR, OWNER = "operator@siller.example", "decision.owner@ilf.example"
AFTER = NOVEMBER.replace(month=12, day=3)
_steps = count()


@pytest.fixture(scope="module")
def home(finished_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A month to which the bank has said everything; operator and decision owner have devices."""
    to = shutil.copytree(finished_home, tmp_path_factory.mktemp("close") / "home", symlinks=True)
    with context(to).ledger.transaction() as connection:
        for name in (OPERATOR, OWNER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    return to


@pytest.fixture
def ilf(home: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(home, tmp_path / "home", symlinks=True))


def closed_by(of: TenantContext, *names: str, now: datetime = AFTER) -> Path:
    at = AFTER + timedelta(seconds=STEP * 3 * next(_steps))
    first, second = (Given(name, code_at(name, at)) for name in names)
    return close(of, RUN, (first, second), at, now)


def closings(of: TenantContext) -> Closed | None:
    with of.ledger.opened() as connection:
        return find_closed(connection).get(RUN)


def bank_says(of: TenantContext, kind: str, verdict: str = "taken") -> None:
    """A file of the bank's with one answer to the first payment, as receiving would leave it."""
    with of.ledger.transaction() as connection:
        run_no = runs.run_row(connection, RUN).run_no
        [(number,)] = connection.execute("SELECT max(bank_file_no) + 1 FROM bank_file").fetchall()
        sha256, at = f"{number:064}", AFTER + timedelta(hours=number)
        insert(connection, BankFileRow(number, "arucs", sha256, f"{number}.xml", verdict, "", "", None, at, at))
        connection.execute(
            "INSERT INTO core_bank_answer BY NAME SELECT $run AS run_no, $file AS bank_file_no, 1 AS item, "
            "1 AS row_number, 'arucs' AS message, $kind AS kind, '0' AS code, 1 AS payments, 190000 AS amount_pence, "
            "DATE '2026-12-03' AS bank_date, 190000 AS payment_pence",
            {"run": run_no, "file": number, "kind": kind},
        )
        record(connection, run_no, RUN, entry(BankFile), sha256, at, number)


def test_a_run_is_closed_by_two_and_its_certificate_is_kept(ilf: TenantContext) -> None:
    page = closed_by(ilf, OPERATOR, OWNER)
    assert closings(ilf) == Closed(date(2026, 12, 3), OPERATOR, OWNER, 0)
    text = page.read_text(encoding="utf-8")
    check(text)
    for said in (OPERATOR, OWNER, "£1,900.00", "£7,013.20", "Monday 30 November 2026", "this period"):
        assert said in text
    assert "ILF1000" not in text  # no payee's reference
    carried = html.document_fromstring(text).xpath("//h2[@id='carried']/following-sibling::table[1]/tbody/tr/*")
    assert [" ".join(cell.text_content().split()) for cell in carried[1:3]] == ["3", "£7,013.20"]
    with ilf.ledger.opened() as connection:  # as when another period is erased
        sweep_sealed(connection, ilf.paths, "ilf")
    assert list(problems(ilf)) == []
    assert f"closed {RUN}, reviewed by {OWNER}; certificate" in str(audit(ilf, RUN, AFTER))

    page.unlink()
    with pytest.raises(NoGo, match=f"is closed: by {OPERATOR}, reviewed by {OWNER}, on 3 December 2026"):
        closed_by(ilf, OPERATOR, OWNER)
    assert page.read_text(encoding="utf-8") == text
    for sealed in (ilf.paths.root / "sealed" / "ilf").glob("*.sealed"):
        if sealed.stem in _certificates(ilf):
            sealed.write_bytes(sealed.read_bytes()[:-1])
    assert [each for each in problems(ilf) if "close certificate" in each.what]


def _certificates(of: TenantContext) -> set[str]:
    with of.ledger.opened() as connection:
        found = connection.execute("SELECT figures::JSON ->> 'page_sha256' FROM journal").fetchall()
    return {sha256 for (sha256,) in found if sha256}


def test_what_comes_afterwards_opens_it_again_and_it_is_closed_once_more(ilf: TenantContext) -> None:
    closed_by(ilf, OPERATOR, OWNER)
    bank_says(ilf, "advised", verdict="known")
    assert closings(ilf) == Closed(date(2026, 12, 3), OPERATOR, OWNER, 0)
    bank_says(ilf, "accepted")
    with ilf.ledger.transaction() as connection:
        asked = entry(EnquiryRecorded, of=f"{RUN}/1", stands="found")
        record(connection, runs.run_row(connection, RUN).run_no, RUN, asked, "asked", AFTER, 1)
    assert closings(ilf) == Closed(date(2026, 12, 3), OPERATOR, OWNER, 2)
    (run,) = read(ilf, AFTER).runs
    assert run.closed is not None and not run.is_closed
    closed_by(ilf, OPERATOR, OWNER, now=AFTER + timedelta(days=1))
    assert closings(ilf) == Closed(date(2026, 12, 4), OPERATOR, OWNER, 0)


def test_what_was_paid_outside_for_its_period_and_kind_opens_it_again(ilf: TenantContext) -> None:
    closed_by(ilf, OPERATOR, OWNER)
    with ilf.ledger.transaction() as connection:
        for name in (OPERATOR, "third.approver@ilf.example"):
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    portal, evidence = ilf.settings.home / "portal.csv", ilf.settings.home / "statement.pdf"
    evidence.write_bytes(b"%PDF-1.7 what the bank shows")
    header = "payee_reference,pay_period,kind,sort_code,account_number,roll_number,amount,paid_on"
    for period, kind, came_since in (("2026-10", "full", 0), ("2026-11", "arrears", 0), ("2026-11", "full", 1)):
        # The fourth row of the extract, which was refused: of none of the run's own payments.
        portal.write_text(f"{header}\nILF100009,{period},{kind},107999,88837491,,2981.60,03/12/2026\n")
        record_paid_elsewhere(ilf, portal, evidence, OPERATOR, "third.approver@ilf.example", AFTER)
        assert closings(ilf) == Closed(date(2026, 12, 3), OPERATOR, OWNER, came_since)


def test_who_may_not_close_it(ilf: TenantContext) -> None:
    for names, said in (
        ((OPERATOR, OPERATOR), "cannot be both"),
        ((OWNER, OPERATOR), "operator@siller.example is no approver or decision owner"),
        ((OPERATOR, "first.approver@ilf.example"), "approved ilf-2026-11-rehearsal-1"),
    ):
        with pytest.raises(NoGo, match=said):
            closed_by(ilf, *names)
    assert closings(ilf) is None


def test_what_may_still_come_back_or_waits_is_not_closed(ilf: TenantContext) -> None:
    with pytest.raises(NoGo, match="may still come back until Wednesday 2 December 2026"):
        closed_by(ilf, OPERATOR, OWNER, now=NOVEMBER.replace(month=12, day=2))
    bank_says(ilf, "returned")  # by the word of a message alone: no money came back for it
    with pytest.raises(NoGo, match=r"£1,900.00 is unexplained: siller reconcile .* 1 thing waits for two people"):
        closed_by(ilf, OPERATOR, OWNER)
    with ilf.ledger.transaction() as connection:
        connection.execute("DELETE FROM core_bank_answer WHERE run_no > 0")
    with pytest.raises(NoGo, match="The bank's report of Friday 27 November 2026 has not come"):
        closed_by(ilf, OPERATOR, OWNER)
    assert closings(ilf) is None


def test_what_nobody_was_paid_is_carried_forward_by_age(ilf: TenantContext) -> None:
    def carried(period: str) -> list[Carried]:
        return list_carried(ilf, Period.parsed(period), AFTER)

    for period, back in (("2026-11", 0), ("2027-01", 2), ("2026-W49", None)):
        (found,) = carried(period)
        assert (found.periods_back, found.items, f"{found.pounds:.2f}") == (back, 3, "7013.20"), period
        assert (found.oldest, found.unreadable) == (date(2026, 11, 30), 0)
    assert carried("2026-10") == []


def test_of_a_file_that_the_bank_has_answered_nobody_is_late(ilf: TenantContext) -> None:
    """Nobody has said that it was sent: to take it back as never sent, and pay again, would be the wrong advice."""
    with ilf.ledger.opened() as connection:
        assert not connection.execute("SELECT 1 FROM submission").fetchall()
    assert find_late(ilf, RUN, AFTER) is None
