"""What has not come, what may have been paid twice and what waits for people: shown by the status, of real ledgers.

November 2026 of ILF is processed on Friday the 27th and paid on Monday the 30th; it is sent by 22:00 on Thursday.
"""

import shutil
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli.status_report import as_data, tell
from flows.service.standing import Picture, picture
from schemas.agreement import Role
from schemas.bank_days import LONDON
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.standing.records import Standing, StateTotal
from schemas.standing.tables import Stand, Urgency
from tasks.enquiries.enquiry import Said, Stands, enquire
from tasks.ledger.file_progress import follow
from tasks.people.credentials import Kind, keep
from tasks.people.identity import account
from tasks.reconcile.receive import put_away
from tasks.retention.due import list_forbidding
from tasks.settings import Settings
from tasks.submit.stage import record_submission
from tasks.tenant_context import TenantContext
from tests import bank_messages as bank
from tests.month import released
from tests.published_table import published_table
from tests.unit.tasks.rails.test_rails import office_with

RUN = "ilf-2026-11-live-1"
SENDER = "sender@siller.example"
OWNER = "decision.owner@ilf.example"


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.fixture(scope="module")
def live_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("live")
    published_table(home / "table")
    assert released(office(home)) == RUN
    return home


@pytest.fixture
def live(live_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """November, released, and nobody has said yet that it was sent."""
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    return office(shutil.copytree(live_home, tmp_path / "home"))


def office(home: Path) -> TenantContext:
    return TenantContext("ilf", Mode.LIVE, Settings(home=home / "home", modulus_table=home / "table"))


def sent(of: TenantContext, moment: datetime, said_at: datetime) -> None:
    record_submission(of, RUN, "4711", moment, SENDER, said_at)


def says(of: TenantContext, now: datetime, *documents: str) -> None:
    folder = of.paths.bank_inbox("ilf")
    folder.mkdir(parents=True, exist_ok=True)
    for document in documents:
        (folder / f"{len(document)}-{now:%m%d%H}.xml").write_text(document)
    bank.taken_in(of, now)
    put_away(of)


def seen(of: TenantContext, now: datetime) -> Picture:
    return picture([of], of.settings.home, now)


def beside(of: TenantContext, now: datetime) -> list[Standing]:
    return [each for each in seen(of, now).standings if each.about]


def test_after_the_cut_off_a_file_that_nobody_called_sent_is_perhaps_not_sent(live: TenantContext) -> None:
    (waits,) = seen(live, at(11, 26, 21)).standings
    assert (waits.stand, waits.urgency, waits.role) == (Stand.RELEASED, Urgency.ACT, Role.SENDER)
    (perhaps,) = seen(live, at(11, 26, 22)).standings
    assert (perhaps.stand, perhaps.urgency, perhaps.role) == (Stand.PERHAPS_NOT_SENT, Urgency.ACT, Role.SENDER)
    assert "Do not send it" in perhaps.said and f"siller submitted {RUN} --never-sent" in perhaps.said
    assert seen(live, at(11, 27, 9)).needs_a_person
    # Sent at five past ten, and said the next morning: it has paid.
    sent(live, at(11, 26, 22, 5), at(11, 27, 9))
    (submitted,) = seen(live, at(11, 27, 9)).standings
    assert (submitted.stand, submitted.urgency) == (Stand.SUBMITTED, Urgency.OVER)


def test_silence_is_shown_when_its_time_is_over_and_ends_with_what_comes(live: TenantContext) -> None:
    sent(live, at(11, 26, 14), at(11, 26, 14))
    assert beside(live, at(11, 27, 11, 59)) == []
    (report,) = beside(live, at(11, 27, 12))
    assert (report.stand, report.about) == (Stand.OVERDUE, "input report of 27 November 2026")
    says(live, at(11, 27, 13), bank.input_report())
    assert beside(live, at(12, 1, 11, 59)) == []
    (statement,) = beside(live, at(12, 1, 12))
    assert (statement.stand, statement.about) == (Stand.OVERDUE, "statement of 30 November 2026")
    assert seen(live, at(12, 1, 12)).needs_a_person
    says(live, at(12, 1, 13), bank.statement([bank.debit()]))
    assert beside(live, at(12, 4, 12)) == []
    assert not seen(live, at(12, 4, 12)).needs_a_person


def test_a_return_that_only_a_message_tells_waits_in_the_status_and_one_after_the_window_is_taken(
    live: TenantContext,
) -> None:
    """Returns of 30 November close on 2 December."""
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(11, 27, 9), bank.input_report())
    shown = bank.statement([bank.debit()])
    says(live, at(12, 1, 9), shown)
    says(live, at(12, 4, 9), bank.advice(day="2026-12-04"))
    (unproven,) = beside(live, at(12, 4, 10))
    assert (unproven.stand, unproven.urgency, unproven.command) == (
        Stand.UNSETTLED,
        Urgency.ACT,
        "siller exceptions ilf",
    )
    assert "1 payment, £1,900.00, code B: returned, as a message says" in unproven.said
    (run,) = [each.run for each in seen(live, at(12, 4, 10)).standings if not each.about]
    assert run is not None
    assert [(each.state, each.payments, each.not_proven) for each in run.states] == [
        ("credited", 2, 0),
        ("returned", 1, 1),
    ]
    # The statement shows the money: nobody is asked any more.
    later = bank.statement([bank.credit("2026-12-04")], days=("2026-12-02", "2026-12-04"), after=shown)
    says(live, at(12, 7, 9), later)
    assert [each.stand for each in beside(live, at(12, 7, 10))] == [Stand.TO_CLOSE], "its day of closing was the 4th"


def test_what_was_perhaps_paid_twice_stands_first_with_the_hour_of_its_recall(live: TenantContext) -> None:
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(11, 30, 9), bank.statement([bank.debit(), bank.debit()]))
    first, *_ = seen(live, at(11, 30, 9, 5)).standings
    assert (first.stand, first.urgency, first.until) == (Stand.PAID_TWICE, Urgency.ACT, at(11, 30, 15))
    assert (first.role, RUN in first.said) == (Role.OPERATOR, True)
    assert "Recall it at the bank at once" in first.said
    late, *_ = seen(live, at(11, 30, 16)).standings
    assert (late.stand, late.role) == (Stand.PAID_TWICE, Role.DECISION_OWNER)
    assert "was due by 15:00 on 30 November 2026" in late.said


def test_while_a_file_that_nobody_can_read_waits_nothing_of_the_returns_window_is_credited(live: TenantContext) -> None:
    """It may say that somebody's money came back, until 2 December; one that comes later says nothing of November."""
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(12, 1, 9), bank.input_report(), bank.statement([bank.debit()]))
    says(live, at(12, 3, 9), "no message of any bank, and late")
    assert [(each.state, each.payments) for each in states(live, at(12, 3, 10))] == [("credited", 3)]
    says(live, at(12, 2, 23), "no message of any bank")
    assert [(each.state, each.payments) for each in states(live, at(12, 3, 10))] == [("answer_set_aside", 3)]
    asked = seen(live, at(12, 3, 10))
    assert asked.needs_a_person and any(f"It may concern {RUN}" in said for said in asked.set_aside)


def states(of: TenantContext, now: datetime) -> tuple[StateTotal, ...]:
    with of.ledger.opened() as connection:
        return follow(connection, now.date())[RUN].states


def test_no_part_is_opened_for_it(live: TenantContext) -> None:
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(12, 1, 9), bank.input_report(), bank.statement([bank.debit()]), bank.advice())
    with live.ledger.transaction() as connection:
        keep(connection, OWNER, Kind.ACCOUNT, account(), ("operator@siller.example",), at(11, 20, 9))
    said = Said(Stands.OPENED, "the payee says so", "case 12", None, OWNER)
    enquire(live, f"{RUN}/0", said, at(12, 1, 9, 30))
    before = seen(live, at(12, 1, 10)).standings
    assert {Stand.UNSETTLED, Stand.TO_REVIEW} <= {each.stand for each in before}
    parts = [path for path in live.paths.parts("ilf").rglob("*") if path.is_file()]
    assert parts
    for path in parts:
        path.write_bytes(b"no part")
    assert seen(live, at(12, 1, 10)).standings == before


def test_an_enquiry_waits_for_its_day_and_is_loud_once_that_is_over(live: TenantContext) -> None:
    """Asked on Tuesday 1 December, it is looked at again on Tuesday the 8th."""
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(12, 1, 9), bank.input_report(), bank.statement([bank.debit()]))
    with live.ledger.transaction() as connection:
        keep(connection, OWNER, Kind.ACCOUNT, account(), ("operator@siller.example",), at(11, 20, 9))
    for row in (0, 2):
        enquire(live, f"{RUN}/{row}", Said(Stands.OPENED, "it is missed", "case 12", None, OWNER), at(12, 1, 10))
    waits, close = beside(live, at(12, 8, 23))
    assert (close.stand, close.urgency) == (Stand.TO_CLOSE, Urgency.AWAITED)
    assert (waits.stand, waits.urgency, waits.until) == (Stand.TO_REVIEW, Urgency.AWAITED, at(12, 8, 23, 59))
    assert not seen(live, at(12, 8, 23)).needs_a_person
    late = seen(live, at(12, 9, 0))
    (overdue,) = [each for each in late.standings if each.about and each.stand is not Stand.TO_CLOSE]
    assert (overdue.stand, overdue.urgency, overdue.role) == (Stand.TO_REVIEW, Urgency.ACT, Role.DECISION_OWNER)
    assert late.needs_a_person and OWNER in overdue.people
    assert f"{RUN}/0, £2,981.60" in overdue.said and "1 more of" in overdue.said
    assert "case 12" not in str(overdue)


def test_where_nothing_else_leaves_the_account_a_debit_that_nothing_explains_is_told(tmp_path: Path) -> None:
    fee = bank.debit(pounds="12.34")
    said = []
    for agreed in ("", "nothing_else_leaves: true\n"):
        of = office_with(
            tmp_path / (agreed[:4] or "none"), ("rail: bacs_standard_18\n", f"rail: bacs_standard_18\n{agreed}")
        )
        released(of)
        says(of, at(12, 1, 9), bank.input_report(), bank.statement([bank.debit(), fee]))
        said.append(beside(of, at(12, 1, 10)))
    assert said[0] == []
    ((told,),) = said[1:]
    assert (told.stand, told.urgency, "£12.34" in told.said) == (Stand.UNSETTLED, Urgency.ACT, True)


def test_where_the_bank_gives_no_statements_one_that_comes_proves_nothing(tmp_path: Path) -> None:
    of = office_with(tmp_path, ("rail: bacs_standard_18\n", "rail: bacs_standard_18\nbank_gives_statements: false\n"))
    released(of)
    says(of, at(12, 1, 9), bank.input_report(), bank.advice())
    says(of, at(12, 2, 9), bank.statement([bank.debit(), bank.credit()]))
    (aside,) = seen(of, at(12, 2, 10)).set_aside
    assert "says that its bank gives none" in aside
    with of.ledger.opened() as connection:
        ((_, totals),) = [(run, each.states) for run, each in follow(connection, at(12, 2, 10).date()).items()]
    assert [(each.state, each.not_proven) for each in totals if each.state == "returned"] == [("returned", 1)]


def test_what_is_told_of_one_thing_stays_the_same_between_two_deadlines(live: TenantContext) -> None:
    """The watch tells what reads otherwise than before."""
    sent(live, at(11, 26, 14), at(11, 26, 14))
    (told,), (later,) = beside(live, at(11, 27, 12)), beside(live, at(11, 27, 17))
    assert (told.key, str(told)) == (later.key, str(later))
    assert told.key != RUN


def test_it_is_printed_and_told_to_programs_and_forbids_to_erase_the_period(live: TenantContext) -> None:
    sent(live, at(11, 26, 14), at(11, 26, 14))
    says(live, at(11, 30, 9), bank.input_report(), bank.statement([bank.debit(), bank.debit()]))
    found = seen(live, at(11, 30, 9, 5))
    out = Console(file=StringIO(), width=200)
    tell(out, found)
    printed = out.file.getvalue()
    assert printed.index("perhaps paid twice until Mon 30 Nov 2026 15:00") < printed.index(f"{RUN}, month: reconciled")
    assert "3 credited; returns close 2 Dec 2026" in printed
    data = as_data(found, [])
    (twice,), (run,) = data["open"], data["runs"]
    assert (twice["standing"], twice["role"], twice["command"]) == (
        "perhaps paid twice",
        "operator",
        "siller exceptions ilf",
    )
    assert run["states"] == {"credited": {"payments": 3, "pence": 593160, "not_proven": 0}}
    (day,) = run["file_days"]
    assert (day["returns_closed"], day["has_report"], day["has_statement"]) == ("2026-12-02", True, True)
    with live.ledger.opened() as connection:
        forbids = list(list_forbidding(connection, live, Period.parsed("2026-11"), at(11, 30, 10)))
    assert "It was perhaps paid twice, and nobody has settled that (siller exceptions): debits, 1." in forbids
