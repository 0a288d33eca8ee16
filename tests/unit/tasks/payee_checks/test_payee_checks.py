"""Whom siller has not paid by some details is paid once the bank says so, or the payee was called."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from schemas.approval import Outcome, Verdict
from schemas.bank_days import LONDON
from schemas.no_go import NoGo, NothingToDo
from schemas.pay_run import Mode
from schemas.payee_checks.finding import Finding
from schemas.payee_checks.profile import PROFILES
from schemas.payee_checks.spoke_to import SpokeTo
from schemas.period import Period
from tasks.assess.gate import Gate
from tasks.assess.verdicts import GateResult, results, work_out
from tasks.ledger import runs
from tasks.ledger.bank_rows import RecallRow
from tasks.ledger.payee_findings import CheckTerms, find_payees
from tasks.ledger.rows import insert
from tasks.ledger.sealed_files import define_sealed_files
from tasks.lineage.trace import trace
from tasks.payee_checks.answers import take_in
from tasks.payee_checks.call_back import Call, record_call
from tasks.payee_checks.request import Request, find_run, write_requests
from tasks.payee_checks.standing import list_known
from tasks.people.account import account
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.practice_bank.payee_checks import answer_request
from tasks.publish.stage import publish
from tasks.release.stage import release
from tasks.retention.erase import erase
from tasks.retention.places import SEALED_FILES
from tasks.settings import PROJECT
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, approve, context, extract_of
from tests.people import ENROLLED, code_at, secret_of
from tests.sampled import one_in
from tests.unit.tasks.payee_checks.month import (
    CHANGED,
    HEADER,
    KNOWN,
    NEW,
    OPERATOR,
    OVERDUE,
    answers_of,
    at,
    body,
    left_out,
    november,
    october,
    to_the_form,
)

ENQUIRER, UPLOADER = "enquiries@ilf.example", "finance.officer@ilf.example"
CHANGED_ACCOUNT = "66374958"
RUN = "ilf-2026-11-rehearsal-1"


@pytest.fixture(scope="session")
def paid_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """October, paid and past its returns; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("checked")
    of = body(folder)
    october(of)
    with of.ledger.transaction() as connection:
        for name in (ENQUIRER, UPLOADER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    return folder


@pytest.fixture(scope="session")
def asked_home(paid_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """November, whose changed payee the bank is asked about."""
    folder = shutil.copytree(paid_home, tmp_path_factory.mktemp("asked") / "home", symlinks=True)
    assert november(at(folder)) == RUN
    write_requests(at(folder), RUN, OPERATOR, NOVEMBER)
    return folder


@pytest.fixture
def ilf(paid_home: Path, tmp_path: Path) -> TenantContext:
    """October, paid; in a copy of one's own."""
    return at(shutil.copytree(paid_home, tmp_path / "body", symlinks=True))


@pytest.fixture
def asked(asked_home: Path, tmp_path: Path) -> TenantContext:
    """November, about whose changed payee the bank is asked; in a copy of one's own."""
    return at(shutil.copytree(asked_home, tmp_path / "body", symlinks=True))


def by_arithmetic(
    home: Path, run_id: str, folder: Path, asked: tuple[Gate, ...], figures: Mapping[str, int | float | None]
) -> list[GateResult]:
    """What the judge of gates comes to, by plain arithmetic: Great Expectations takes twelve seconds to load."""
    del home, run_id, folder
    return results(asked, figures, work_out(asked, figures))


@pytest.fixture
def judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.assess.stage.judge", by_arithmetic)


def requests_of(of: TenantContext, run_id: str = RUN, now: datetime = NOVEMBER) -> Request:
    return write_requests(of, run_id, OPERATOR, now)[-1]


def answered(of: TenantContext, says: dict[str, tuple[str, str]], run_id: str = RUN, now: datetime = NOVEMBER) -> None:
    take_in(of, run_id, answers_of(requests_of(of, run_id, now), now.date(), says), OPERATOR, now)


CALL = Call("award.officer", date(2026, 11, 19), SpokeTo.PAYEE, "award file of 2024", date(2024, 3, 1))


def called(of: TenantContext, row: str, call: Call = CALL, who: str = ENQUIRER, at: datetime = NOVEMBER) -> None:
    record_call(of, row, call, Given(who, code_at(who, at)), at, at)


def findings(of: TenantContext, run_id: str) -> dict[int, str]:
    with of.ledger.opened() as connection:
        return dict(
            connection.execute(
                "SELECT row_number, finding FROM core_payee_finding JOIN run USING (run_no) WHERE run_id = ?", [run_id]
            ).fetchall()
        )


class TestTheFraud:
    """Somebody sends another account in a payee's name. It is their own, so their bank matches it."""

    def test_that_it_matches_pays_nobody_until_the_payee_was_called(self, asked: TenantContext) -> None:
        answered(asked, {CHANGED_ACCOUNT: ("MATCH", "Miss Renée Macdonald")})
        second = november(asked)
        assert left_out(asked, second) == {1: "payee_check_changed_details"}
        called(asked, f"{second}/1")
        third = november(asked)
        assert left_out(asked, third) == {}
        assert findings(asked, third)[1] == "changed_details"

    @pytest.mark.usefixtures("judged_at_once")
    def test_the_pack_says_who_waits_and_who_was_called(self, asked: TenantContext) -> None:
        answered(asked, {})
        second = november(asked)
        waiting = to_the_form(asked, second)
        assert "**refer: details need more than their bank's word:** 1 payee waits (threshold" in waiting
        assert "a match never stands for the call to the payee: 1 payment waits" in waiting
        called(asked, f"{second}/1")
        paid = to_the_form(asked, november(asked))
        assert "0 payees wait; 1 payment upon a call, at row 1 (threshold" in paid
        assert "Of 1 payment to another account than last time, the payees of 1 were called" in paid
        assert "siller holds no evidence" not in paid

    @pytest.mark.parametrize(
        ("changes", "who", "said"),
        one_in(
            2,
            [
                ({"called_by": "Finance.Officer@ilf.example"}, ENQUIRER, "sent the extract: somebody else has to call"),
                ({}, UPLOADER, f"{UPLOADER} is no"),
                ({"number_known_since": date(2026, 11, 20)}, ENQUIRER, "have come with the change proves nothing"),
                ({"number_known_since": date(2026, 11, 19)}, ENQUIRER, "have come with the change proves nothing"),
                ({"called_on": date(2026, 11, 21)}, ENQUIRER, "is still to come"),
                ({"number_from": " "}, ENQUIRER, "where the number is from"),
            ],
        ),
        ids=[
            "by the sender",
            "said by the sender",
            "known since then",
            "known since the call",
            "to come",
            "from where",
        ],
    )
    def test_a_call_that_proves_nothing_is_none(
        self, asked: TenantContext, changes: dict[str, object], who: str, said: str
    ) -> None:
        with pytest.raises(NoGo, match=said):
            called(asked, f"{RUN}/1", replace(CALL, **changes), who)  # type: ignore[arg-type]
        with asked.ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM call_back").fetchone() == (0,)

    def test_a_later_run_makes_the_change_no_older_and_its_sender_no_other(self, asked: TenantContext) -> None:
        """The change came on the 20th; on the 23rd another uploader sends it again, in a corrected extract."""
        agreement = asked.settings.contracts / "ilf" / "agreement.yaml"
        second_uploader = "{name: second.officer@ilf.example, roles: [uploader]}"
        first = f"{{name: {UPLOADER}, roles: [uploader]}}"
        agreement.write_text(agreement.read_text().replace(first, f"{first}\n  - {second_uploader}"))
        of, later = at(asked.settings.home.parent), NOVEMBER + timedelta(days=3)
        replaces = hashlib.sha256(extract_of((KNOWN, CHANGED, NEW))).hexdigest()
        corrected = (KNOWN, CHANGED, NEW.replace("1051.00", "1052.00"))
        second = november(of, corrected, later, replaces=replaces, submitted_by="second.officer@ilf.example")
        assert second == "ilf-2026-11-rehearsal-2"
        call = replace(CALL, called_on=date(2026, 11, 23))
        with pytest.raises(NoGo, match="these details came on 20 November 2026"):
            called(of, f"{second}/1", replace(call, number_known_since=date(2026, 11, 21)), at=later)
        with pytest.raises(NoGo, match="sent the extract: somebody else has to call"):
            called(of, f"{second}/1", replace(call, called_by=UPLOADER), at=later)
        called(of, f"{second}/1", call, at=later)

    def test_nobody_is_called_about_details_that_were_paid(self, asked: TenantContext) -> None:
        with pytest.raises(NoGo, match="nobody need be called"):
            called(asked, f"{RUN}/0")

    def test_a_wrong_code_records_nothing(self, asked: TenantContext) -> None:
        with pytest.raises(NoGo, match="Nothing was done"):
            record_call(asked, f"{RUN}/1", CALL, Given(ENQUIRER, "000000"), NOVEMBER, NOVEMBER)


CODES = {
    "10000001": ("MATCH", "payable", "match"),
    "10000002": ("CLOSE", "on a call", "close_match"),
    "10000003": ("NO MATCH", "held", "no_match"),
    "10000004": ("NO ACCOUNT", "held", "no_such_account"),
    "10000005": ("BUSINESS", "on a call", "wrong_account_type"),
    "10000006": ("SWITCHED", "on a call", "account_switched"),
    "10000007": ("OPTED OUT", "on a call", "cannot_be_checked"),
    "10000008": ("TIMED OUT", "on a call", "cannot_be_checked"),
    "10000009": ("match", "on a call", "unknown_code"),
}
"""What follows of each code for somebody new, and what siller calls it."""


def joiner(account: str, reference: str = "") -> str:
    """Somebody new, at a sort code that the practice table does not have."""
    cells = NEW.split(",")
    return ",".join([reference or f"ILF{account[2:]}", f"New Payee {account[-1]}", "600001", account, "", *cells[5:]])


def test_what_follows_of_each_answer(ilf: TenantContext) -> None:
    rows = [KNOWN, *map(joiner, CODES)]
    first = november(ilf, rows)
    assert left_out(ilf, first) == dict.fromkeys(range(1, 10), "payee_check_awaited")
    answered(ilf, {account: (code, "A Name") for account, (code, *_) in CODES.items()}, first)
    second = november(ilf, rows)
    expected = dict(enumerate(CODES.values(), 1))
    assert findings(ilf, second) == {row: finding for row, (*_, finding) in expected.items()}
    assert left_out(ilf, second) == {row: f"payee_check_{finding}" for row, (*_, finding) in list(expected.items())[1:]}
    shown = {each.subject: each for each in list_known(ilf, second, ENQUIRER, NOVEMBER)}
    assert [each.bank_name for each in shown.values()] == ["A Name", *[""] * 7], "of a close match alone"
    for step, row in enumerate(range(2, 10)):
        called(ilf, f"{second}/{row}", at=NOVEMBER + timedelta(minutes=step))
    third = november(ilf, rows)
    on_a_call = {row for row, (_, follows, _) in expected.items() if follows == "on a call"}
    assert left_out(ilf, third) == {3: "payee_check_no_match", 4: "payee_check_no_such_account"}
    with ilf.ledger.opened() as connection:
        paid = connection.execute(
            "SELECT list(row_number ORDER BY row_number) FROM core_payment JOIN run USING (run_no) WHERE run_id = ?",
            [third],
        ).fetchone()
    assert paid == ([0, 1, *sorted(on_a_call)],)
    (told,) = [
        each.detail for each in trace(ilf.ledger, f"{third}/2", date(2026, 11, 20)).steps if "check" in each.what
    ]
    assert f"(code CLOSE of 20 November 2026, about {first}/2)" in told
    assert "award.officer called on 19 November 2026 and spoke to: payee; number: award file of 2024" in told
    assert "A Name" not in told
    assert list(problems(ilf)) == []


class TestTheDeadline:
    """What the bank has not answered by then is paid once the payee was called."""

    def test_until_then_an_answer_is_awaited_whoever_was_called(self, asked: TenantContext) -> None:
        called(asked, f"{RUN}/1")
        assert november(asked, now=OVERDUE - timedelta(seconds=1)) == RUN, "nothing is otherwise than it was"
        assert left_out(asked, RUN) == {1: "payee_check_awaited"}

    def test_from_then_on_a_call_stands_for_the_answer_that_has_not_come(self, asked: TenantContext) -> None:
        second = november(asked, now=OVERDUE)
        assert left_out(asked, second) == {1: "payee_check_not_answered"}
        called(asked, f"{second}/1", at=OVERDUE)
        third = november(asked, now=OVERDUE + timedelta(minutes=1))
        assert left_out(asked, third) == {}
        assert findings(asked, third)[1] == "not_answered"


class TestWhatAMatchBinds:
    """Name, sort code and account, for as long as the profile says."""

    def test_name_sort_code_and_account_and_never_the_payee(self, ilf: TenantContext) -> None:
        first = joiner("10000001")
        matched = november(ilf, [KNOWN, first])
        answered(ilf, {}, matched)
        others = {
            first: True,
            joiner("10000001", "ILF555555"): True,
            joiner("10000001", "ILF555556").replace("New Payee 1", "NEW  PAYEE-1"): True,
            joiner("10000001", "ILF555557").replace("New Payee 1", "New Payee 2"): False,
            joiner("10000001", "ILF555558").replace("600001", "600002"): False,
            joiner("10000002", "ILF555559").replace("New Payee 2", "New Payee 1"): False,
        }
        # Another amount each, so that none is held as another's payment under a second reference.
        rows = [row.replace("1051.00", f"105{number}.00") for number, row in enumerate(others)]
        replaces = hashlib.sha256(extract_of([KNOWN, first])).hexdigest()
        second = november(ilf, [KNOWN, *rows], replaces=replaces)
        bound = [number for number, is_bound in enumerate(others.values(), 1) if is_bound]
        assert findings(ilf, second) == {number: "match" if number in bound else "awaited" for number in range(1, 7)}
        for days_later, finding in ((90, "match"), (91, "awaited")):
            assert found_on(ilf, NOVEMBER.date() + timedelta(days=days_later), second)[1] == finding

    @pytest.mark.long
    def test_what_speaks_against_an_account_does_not_lapse(self, ilf: TenantContext) -> None:
        first = november(ilf, [KNOWN, joiner("10000003")])
        answered(ilf, {"10000003": ("NO MATCH", "")}, first)
        assert found_on(ilf, date(2027, 11, 20), first)[1] == "no_match"


def found_on(of: TenantContext, day: date, run_id: str) -> dict[int, str]:
    """What would be known of a run's payments if it had been opened on another day."""
    with of.ledger.opened() as connection:
        run = replace(runs.run_row(connection, run_id), today=day)
        found = find_payees(connection, run, CheckTerms(90, OVERDUE), NOVEMBER, of.agreement.accounts)
    return dict(found.select("row_number", "finding").iter_rows())


def test_money_that_was_credited_proves_details_once_it_can_come_back_no_more(asked: TenantContext) -> None:
    """October's was credited on Friday the 30th and could come back until Tuesday, 3 November."""
    assert found_on(asked, date(2026, 11, 3), RUN).keys() == {0, 1, 2}
    assert found_on(asked, date(2026, 11, 4), RUN).keys() == {1, 2}
    with asked.ledger.opened() as connection:
        assert connection.execute("SELECT run_id FROM run WHERE period = '2026-10'").fetchall() == [
            ("ilf-2026-10-rehearsal-1",),
            ("ilf-2026-10-rehearsal-2",),
        ], "the one whose payees were asked about, and the one that paid"


@pytest.mark.parametrize("day", [date(2027, 2, 17), date(2027, 2, 18)], ids=["its last day", "the day after"])
def test_a_call_counts_for_as_many_days_as_a_match(asked: TenantContext, day: date) -> None:
    """Ninety days from 19 November are over with 17 February."""
    answered(asked, {CHANGED_ACCOUNT: ("MATCH", "Miss Renée Macdonald")})
    second = november(asked)
    called(asked, f"{second}/1")
    with asked.ledger.opened() as connection:
        run = replace(runs.run_row(connection, second), today=day)
        found = find_payees(connection, run, CheckTerms(90, OVERDUE), NOVEMBER, asked.agreement.accounts)
    [call] = found.filter(row_number=1)["call_back_no"]
    assert (call is not None) == (day == date(2027, 2, 17))


def test_a_call_of_long_ago_is_none(asked: TenantContext) -> None:
    answered(asked, {CHANGED_ACCOUNT: ("MATCH", "Miss Renée Macdonald")})
    long_ago = replace(CALL, called_on=date(2026, 8, 1))
    with pytest.raises(
        NoGo, match=r"A call counts for 90 days, and this one was on 1 August 2026\. Call the payee again"
    ):
        called(asked, f"{november(asked)}/1", long_ago)


def test_a_payment_that_was_said_not_to_have_arrived_proves_nothing_by_being_found(asked: TenantContext) -> None:
    assert 0 not in found_on(asked, date(2026, 11, 4), RUN)
    with asked.ledger.transaction() as connection:
        [(run_no,)] = connection.execute("SELECT run_no FROM run WHERE run_id = 'ilf-2026-10-rehearsal-2'").fetchall()
        for number, stands in enumerate(("opened", "found"), 1):
            connection.execute(
                "INSERT INTO payment_enquiry BY NAME SELECT ? AS payment_enquiry_no, ? AS run_no, 0 AS row_number, "
                "? AS stands, 298160 AS payment_pence, '' AS reason, '' AS reference, 'a' AS said_by, ? AS said_at",
                [number, run_no, stands, NOVEMBER],
            )
    assert 0 in found_on(asked, date(2026, 11, 4), RUN)


def test_a_payment_that_was_recalled_proves_nothing_by_staying_there(asked: TenantContext) -> None:
    """Money that somebody asks back, such as after a fraud, is not shown to be the payee's by not coming back."""
    with asked.ledger.transaction() as connection:
        paid = runs.run_row(connection, "ilf-2026-10-rehearsal-2")
        two = (OPERATOR, "decision.owner@ilf.example")
        insert(connection, RecallRow(1, paid.run_no, 0, 1, 298160, "fraud", NOVEMBER, *two, NOVEMBER, None))
    assert found_on(asked, NOVEMBER.date(), RUN).keys() == {0, 1, 2}


def line(reference: str = f"{RUN}/1", **cells: str) -> str:
    """One answer, as the bank gives it about the changed payee."""
    given = {"sort": "089999", "account": CHANGED_ACCOUNT, "code": "MATCH", "name": "", "day": "20/11/2026"} | cells
    return ",".join([reference, *given.values()])


class TestHostileAnswers:
    """Whatever comes as a file of answers, nothing of it counts that was not asked."""

    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ([HEADER, line(f"{RUN}/0")], "Line 2 of .* answers something that this run has not asked"),
            ([HEADER, line("ilf-2026-10-rehearsal-1/1")], "answers something that this run has not asked"),
            ([HEADER, line("=1+1")], "answers something that this run has not asked"),
            ([HEADER, line(), line(code="NO MATCH")], "answers row 1 twice, and not the same"),
            ([HEADER, line(code="")], "has no code"),
            ([HEADER, line(code="X" * 61)], "has a code or a name longer than any is"),
            ([HEADER, line(account="66374959")], "speaks of other details"),
            ([HEADER, line(sort="")], "speaks of other details"),
            ([HEADER, line(day="19/11/2026")], "has no day on which it was checked, as DD/MM/YYYY, from 20 November"),
            ([HEADER, line(day="21/11/2026")], "has no day on which it was checked"),
            ([HEADER, line(day="2026-11-20")], "has no day on which it was checked"),
            ([HEADER.replace("Result", "Outcome"), line()], "Result"),
            ([HEADER + ",More", line() + ",x"], "column G .* is not in the contract.* as the profile example has it"),
            ([HEADER, line() + ",x"], "line 2 of the file has 7 fields and not 6"),
            ([HEADER], "no rows"),
            (["\x00\x01"], "ilf"),
        ],
        ids=lambda value: None if isinstance(value, list) else "",
    )
    def test_no_line_of_a_file_counts_of_which_one_is_wrong(
        self, asked_home: Path, tmp_path: Path, lines: list[str], said: str
    ) -> None:
        asked, file = at(asked_home), tmp_path / "ilf.csv"
        file.write_text("\r\n".join([*lines, ""]), encoding="utf-8")
        with pytest.raises(NoGo, match=said) as refused:
            take_in(asked, RUN, file, OPERATOR, NOVEMBER)
        assert CHANGED_ACCOUNT not in str(refused.value)
        with asked.ledger.opened() as connection:
            assert connection.execute("SELECT max(run_no) FROM payee_answer_file").fetchone() == (1,), "October's"

    def test_columns_in_another_order_and_a_code_that_nobody_knows_are_taken_in(
        self, asked: TenantContext, tmp_path: Path
    ) -> None:
        file = tmp_path / "answers.csv"
        file.write_text(f"Result,{HEADER.replace(',Result', '')}\nWHATEVER,{RUN}/1,08-99-99,66374958,,20/11/2026\n")
        said = take_in(asked, RUN, file, OPERATOR, NOVEMBER)
        assert (said.unknown, said.missing, said.figures.matches) == (1, 0, 0)
        second = november(asked)
        assert left_out(asked, second) == {1: "payee_check_unknown_code"}
        with asked.ledger.opened() as connection:
            assert connection.execute("SELECT code, meaning FROM core_payee_answer").fetchall()[-1] == (
                "WHATEVER",
                "unknown_code",
            )

    @pytest.mark.long
    def test_a_file_of_another_run_is_of_no_use(self, asked: TenantContext) -> None:
        answered(asked, {})
        second = november(asked)
        (path,) = asked.paths.payee_checks(RUN).glob("*.answers.csv")
        with pytest.raises(NoGo, match=f"This very file was taken in for {RUN}"):
            take_in(asked, second, path, OPERATOR, NOVEMBER)

    @pytest.mark.long
    def test_nothing_was_asked(self, ilf: TenantContext, tmp_path: Path) -> None:
        run_id = november(ilf)
        file = tmp_path / "answers.csv"
        file.write_text(f"{HEADER}\n{line()}\n")
        with pytest.raises(NoGo, match="No bank was asked about payees"):
            take_in(ilf, run_id, file, OPERATOR, NOVEMBER)


class TestOnce:
    """Each question and each answer counts once, whoever is killed."""

    def test_the_same_file_again_returns_what_stands(self, asked: TenantContext) -> None:
        path = answers_of(requests_of(asked), NOVEMBER.date(), {})
        first, again = (take_in(asked, RUN, path, OPERATOR, NOVEMBER) for _ in range(2))
        assert (first.stood, again.stood) == (False, True)
        assert first.figures == again.figures
        path.write_text(path.read_text().replace("MATCH,", '"MATCH",'))
        with pytest.raises(NothingToDo, match="nothing that an earlier file has not said"):
            take_in(asked, RUN, path, OPERATOR, NOVEMBER)

    @pytest.mark.long
    def test_of_two_answers_to_one_question_the_weightier_counts(self, ilf: TenantContext) -> None:
        rows = [KNOWN, joiner("10000001"), joiner("10000002")]
        first = november(ilf, rows)
        answered(ilf, {"10000001": ("NO MATCH", "x"), "10000002": ("MATCH", "x")}, first)
        answered(ilf, {"10000001": ("MATCH", "x"), "10000002": ("NO MATCH", "x")}, first)
        second = november(ilf, rows)
        assert left_out(ilf, second) == {1: "payee_check_no_match", 2: "payee_check_no_match"}
        # Asked anew, the bank may say otherwise: what it says last of all counts.
        answered(ilf, {"10000001": ("CLOSE", "x")}, second)
        assert left_out(ilf, november(ilf, rows)) == {1: "payee_check_close_match"}

    def test_an_older_answer_that_comes_in_last_outweighs_no_later_one(self, asked: TenantContext) -> None:
        """The first run's answer, a match of the 20th, is taken in after the second run's, no match of the 23rd."""
        old = answers_of(requests_of(asked), NOVEMBER.date(), {})
        late, later = old.rename(old.with_name("late.csv")), NOVEMBER + timedelta(days=3)
        replaces = hashlib.sha256(extract_of((KNOWN, CHANGED, NEW))).hexdigest()
        corrected = (KNOWN, CHANGED, NEW.replace("1051.00", "1052.00"))
        second = november(asked, corrected, later, replaces=replaces)
        answered(asked, {CHANGED_ACCOUNT: ("NO MATCH", "")}, second, later)
        take_in(asked, RUN, late, OPERATOR, later)
        assert left_out(asked, november(asked, corrected, later, replaces=replaces)) == {1: "payee_check_no_match"}

    def test_each_payee_is_asked_about_once_a_run_and_the_file_can_be_had_again(self, asked: TenantContext) -> None:
        first = requests_of(asked)
        content = first.path.read_bytes()
        first.path.unlink()
        again = requests_of(asked)
        assert (again.path, again.is_new, again.rows) == (first.path, False, 1)
        assert again.path.read_bytes() == content
        assert content.decode() == (
            "Reference,Account name,Sort code,Account number,Secondary reference,Account type\r\n"
            f"{RUN}/1,Miss Renée Macdonald,089999,66374958,,PERSONAL\r\n"
        )

    @pytest.mark.parametrize(
        "where", one_in(2, ["tasks.payee_checks.answers.record", "tasks.payee_checks.answers.seal"])
    )
    def test_killed_half_way_it_is_taken_in_whole_by_the_next(self, asked: TenantContext, where: str) -> None:
        path = answers_of(requests_of(asked), NOVEMBER.date(), {})
        module, _, name = where.rpartition(".")
        program = (
            "import os, signal, sys\n"
            "from pathlib import Path\n"
            f"import {module} as module\n"
            f"module.{name} = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)\n"
            "from tests.month import NOVEMBER\n"
            "from tests.unit.tasks.payee_checks.month import OPERATOR, at\n"
            f"module.take_in(at(Path(sys.argv[1])), {RUN!r}, Path(sys.argv[2]), OPERATOR, NOVEMBER)\n"
        )
        killed = subprocess.run(
            [sys.executable, "-c", program, asked.settings.home.parent, path], cwd=PROJECT, check=False
        )
        assert killed.returncode == -9
        with asked.ledger.opened() as connection:
            assert connection.execute("SELECT count(*) FROM core_payee_answer WHERE run_no > 2").fetchone() == (0,)
        assert not take_in(asked, RUN, path, OPERATOR, NOVEMBER).stood
        assert list(problems(asked)) == []


SECOND = "ilf-2026-11-rehearsal-2"


@pytest.fixture(scope="module")
def rests_home(paid_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that pays somebody new whom the bank has matched waits for its approval."""
    folder = shutil.copytree(paid_home, tmp_path_factory.mktemp("waiting") / "body", symlinks=True)
    of, rows = at(folder), [KNOWN, joiner("10000001")]
    answered(of, {}, november(of, rows))
    assert left_out(of, november(of, rows)) == {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tasks.assess.stage.judge", by_arithmetic)
        to_the_form(of, SECOND)
    return folder


class TestAnAnswerThatComesLater:
    """No approval stands for a pack that has changed."""

    @pytest.fixture
    def waiting(self, rests_home: Path, tmp_path: Path) -> TenantContext:
        """The same, in a copy of one's own."""
        return at(shutil.copytree(rests_home, tmp_path / "body", symlinks=True))

    def says(self, of: TenantContext, code: str) -> None:
        """Let the bank send another word about the first run's row."""
        file = of.settings.home / "later.csv"
        answer = line(f"{RUN}/1", sort="600001", account="10000001", code=code, name="Somebody Else")
        file.write_text(f"{HEADER}\n{answer}\n")
        take_in(of, RUN, file, OPERATOR, NOVEMBER)

    def approved(self, of: TenantContext) -> Verdict:
        with of.ledger.opened() as connection:
            total = f"{runs.run_row(connection, SECOND).declared_total:.2f}"
        return approve(of, SECOND, control_total=total, reason="all: seen")

    def test_voids_the_approval_of_what_rests_upon_the_one_before(self, waiting: TenantContext) -> None:
        assert self.approved(waiting).outcome is Outcome.APPROVED
        self.says(waiting, "NO MATCH")
        with pytest.raises(NoGo, match=r"1 payment of .*-2 is another thing since it was validated, at row 1"):
            release(waiting, SECOND, NOVEMBER)
        third = november(waiting, [KNOWN, joiner("10000001")])
        assert third == "ilf-2026-11-rehearsal-3"
        assert left_out(waiting, third) == {1: "payee_check_no_match"}

    def test_lets_nobody_approve_it(self, waiting: TenantContext) -> None:
        self.says(waiting, "CLOSE")
        said = self.approved(waiting)
        assert said.outcome is Outcome.REFUSED and "is another thing since it was validated" in said.cause

    def test_changes_nothing_where_it_says_the_same(self, waiting: TenantContext) -> None:
        called(waiting, f"{RUN}/1")
        assert self.approved(waiting).outcome is Outcome.APPROVED
        assert release(waiting, SECOND, NOVEMBER).figures.payments == 2


def test_what_was_asked_and_answered_goes_with_its_period(asked: TenantContext) -> None:
    answered(asked, {CHANGED_ACCOUNT: ("CLOSE", "Somebody Else")})
    with asked.ledger.opened() as connection:
        own = connection.execute(
            "SELECT request_sha256 FROM payee_check WHERE run_no > 2 UNION SELECT sha256 FROM payee_answer_file "
            "WHERE run_no > 2"
        ).fetchall()
        days = {"first_day": date(2026, 11, 1), "last_day": date(2026, 11, 30)}
        define_sealed_files(connection)
        goes = connection.execute(SEALED_FILES, {"period": "2026-11", **days}).fetchall()
    assert len(own) == 2 and set(own) <= set(goes)


@pytest.mark.long
def test_an_erasure_takes_the_bank_s_names_and_leaves_a_journal_that_holds(ilf: TenantContext) -> None:
    two = (OPERATOR, "first.approver@ilf.example")
    with ilf.ledger.transaction() as connection:
        for name in two:
            keep(connection, name, Kind.ACCOUNT, account(), (OPERATOR,), ENROLLED)
    publish(ilf, "ilf-2026-10-rehearsal-2", NOVEMBER)
    after = datetime(2033, 11, 2, 10, tzinfo=LONDON)
    assert "was erased" in erase(ilf, Period.parsed("2026-10"), "the agreed years are over", two, after)
    with ilf.ledger.opened() as connection:
        assert connection.execute("SELECT * FROM core_payee_answer").fetchall() == []
    assert not ilf.paths.payee_checks("ilf-2026-10-rehearsal-1").exists()
    assert list(problems(ilf)) == []


class TestThePracticeBank:
    """It answers what it is asked, and nothing live."""

    @pytest.mark.long
    def test_says_what_it_is_told_of_one_payee_each_and_matches_the_others(self, ilf: TenantContext) -> None:
        rows = [joiner(account) for account in CODES]
        first = november(ilf, rows)
        request, profile = requests_of(ilf, first), ilf.payee_check_profile
        assert profile
        says = (Finding.NO_MATCH, Finding.CLOSE_MATCH)
        path = answer_request(request.path, request.path.parent, profile, NOVEMBER.date(), says)
        said = take_in(ilf, first, path, OPERATOR, NOVEMBER)
        assert (said.figures.rows, said.figures.matches, said.missing) == (9, 7, 0)
        content = path.read_bytes()
        assert answer_request(request.path, request.path.parent, profile, NOVEMBER.date(), says) == path
        assert path.read_bytes() == content

    def test_a_live_run_has_nothing_of_it(self, ilf: TenantContext) -> None:
        """Neither its answers nor the profile that is invented for it."""
        live = replace(ilf, mode=Mode.LIVE)
        with ilf.ledger.opened() as connection, pytest.raises(NoGo, match="is invented for practice"):
            find_run(connection, live, "ilf-2026-10-rehearsal-1")


def test_a_profile_that_is_not_the_agreed_one_judges_nobody(tmp_path: Path) -> None:
    """Whoever may write to it could have *no match* mean a match."""
    of = body(tmp_path)
    profile = of.settings.contracts / PROFILES / "example.yaml"
    profile.write_text(profile.read_text().replace("no_match", "match"))
    with pytest.raises(NoGo, match="Put the agreed profile back, or agree on this one"):
        november(of)


def test_a_body_that_has_not_agreed_to_it_is_asked_nothing(tmp_path: Path) -> None:
    of = context(tmp_path)
    run_id = november(of)
    assert left_out(of, run_id) == {} == findings(of, run_id)
    with pytest.raises(NoGo, match="has no payee_checks"):
        write_requests(of, run_id, OPERATOR, NOVEMBER)
