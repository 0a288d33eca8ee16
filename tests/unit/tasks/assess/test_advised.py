"""Details that the bank has advised to change: a gate next period, and an alarm until an extract has the new ones."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest

from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from tasks.assess.measure import measure
from tasks.exceptions.settle import Decision, Said, settle
from tasks.exceptions.waiting import list_waiting
from tasks.ledger import runs
from tasks.ledger.file_progress import Progress, follow
from tasks.reconcile.receive import put_away
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tests import bank_messages as bank
from tests.month import ROWS, assess, context, deliver, ingest, released
from tests.unit.schemas.bank_messages.test_awacs import MOVED, messaging
from tests.unit.tasks.assess.conftest import context_of
from tests.unit.tasks.exceptions.test_settle import OPERATOR, OWNER, enrol, two

NOVEMBER_RUN = "ilf-2026-11-rehearsal-1"
ADVISED_AT = datetime(2026, 12, 1, 9, tzinfo=LONDON)
DECEMBER = datetime(2026, 12, 14, 9, 30, tzinfo=LONDON)
OLD, NEW = "874077,05346707", "202959,63748472"
"""The account of the second payee as sent, and the one that the bank paid them into."""


@pytest.fixture(scope="module")
def advised_home(tmp_path_factory: pytest.TempPathFactory, released_home: Path) -> Path:
    """November, paid; of its second payment the bank says that it went into another account."""
    home = shutil.copytree(released_home, tmp_path_factory.mktemp("advised") / "home")
    found = context(home)
    folder = found.paths.bank_inbox("ilf")
    folder.mkdir(parents=True)
    (folder / "report.xml").write_text(bank.input_report())
    (folder / "awacs.xml").write_bytes(messaging(MOVED))
    assert bank.taken_in(found, ADVISED_AT) == ([NOVEMBER_RUN], [])
    put_away(found)
    return home


@pytest.fixture
def of(advised_home: Path, tmp_path: Path) -> TenantContext:
    """A copy of one's own."""
    return context(shutil.copytree(advised_home, tmp_path / "home"))


def december(of: TenantContext, *rows: str, kind: str = "full") -> str:
    """The next extract, validated."""
    dated = [row.replace("30/11/2026", "24/12/2026").replace("ILF 2611", "ILF 2612") for row in rows]
    deliver(of, dated, kind=kind, pay_period="2026-12", pay_date="2026-12-24")
    run_id = ingest(of, DECEMBER, "flow-2")
    validate(of, run_id, DECEMBER)
    return run_id


def still_advised(of: TenantContext, run_id: str) -> tuple[int, ...] | None:
    with of.ledger.opened() as connection:
        run = runs.run_row(connection, run_id)
        return measure(connection, run, context_of("2026-12"), of.agreement.accounts).advised_rows


def progress(of: TenantContext) -> Progress:
    with of.ledger.opened() as connection:
        return follow(connection, DECEMBER.date())[NOVEMBER_RUN]


def judged(of: TenantContext, run_id: str, verdict: str) -> None:
    with of.ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO out_gate VALUES (?, 'advised_details_are_updated', 'judgement', ?, '0 rows', '0 rows', 'why')",
            [runs.run_row(connection, run_id).run_no, verdict],
        )
    assess(of, run_id, DECEMBER)


def test_the_details_are_to_be_updated_from_the_day_of_the_advice(of: TenantContext) -> None:
    assert (progress(of).advised, progress(of).advised_on) == (1, date(2026, 12, 1))


def test_a_row_that_still_has_the_old_account_is_named_and_the_alarm_stays(of: TenantContext) -> None:
    assert OLD in ROWS[1]
    run_id = december(of, *ROWS)
    assert still_advised(of, run_id) == (1,)
    judged(of, run_id, "refer")
    assert progress(of).advised == 1


def test_an_extract_with_the_new_account_ends_it(of: TenantContext) -> None:
    run_id = december(of, ROWS[0], ROWS[1].replace(OLD, NEW), ROWS[2])
    assert still_advised(of, run_id) == ()
    judged(of, run_id, "go")
    assert (progress(of).advised, progress(of).advised_on) == (0, None)


def test_another_payee_with_that_account_is_nobodys_old_detail(of: TenantContext) -> None:
    assert still_advised(of, december(of, ROWS[0], ROWS[1].replace("ILF100003", "ILF100099"), ROWS[2])) == ()


def test_an_extract_of_some_payees_alone_says_nothing_of_the_others(of: TenantContext) -> None:
    run_id = december(of, ROWS[0], kind="arrears")
    judged(of, run_id, "go")
    assert progress(of).advised == 1


def test_where_the_bank_has_advised_nothing_no_gate_asks(tmp_path: Path) -> None:
    nothing = context(tmp_path / "other")
    released(nothing)
    assert still_advised(nothing, december(nothing, *ROWS)) is None


def test_two_people_end_it_with_a_reason(of: TenantContext) -> None:
    """A payee who is paid no more is in no extract that could show it done."""
    enrol(of, OPERATOR, OWNER)
    [told] = [each for each in list_waiting(of, DECEMBER) if each.kind == "advised"]
    assert (told.subject, told.item, told.choices, told.run_nos) == ("awacs.xml", 1, ("dismiss",), (1,))
    assert "row 1 (line 3) of" in told.said
    assert (told.due.until, told.due.is_over) == (datetime(2026, 12, 4, 15, tzinfo=LONDON), True)
    assert (progress(of).advised, progress(of).advised_on) == (1, date(2026, 12, 1))
    people, at = two(OPERATOR, OWNER)
    settle(of, "awacs.xml", 1, Said(Decision.DISMISS, "paid no more", "case 12", None, people), at, DECEMBER)
    assert progress(of).advised == 0
    assert still_advised(of, december(of, *ROWS)) in ((), None)
    assert not [each for each in list_waiting(of, DECEMBER) if each.kind == "advised"]
    with pytest.raises(NoGo, match="waits for two people"):
        people, at = two(OPERATOR, OWNER)
        settle(of, "awacs.xml", 1, Said(Decision.DISMISS, "paid no more", "case 12", None, people), at, DECEMBER)
