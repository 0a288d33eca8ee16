"""The decision owner's choice, what is kept of a decision, and what is left to choose when it came too late."""

import hashlib
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from schemas.approval import Outcome, Verdict
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.standing.tables import Stand
from tasks.approve import notice
from tasks.approve.late import Late, find_late
from tasks.approve.record import open_page, read_record
from tasks.approve.stage import judge_once
from tasks.assess.stage import assess
from tasks.assess.verdicts import results, work_out
from tasks.instruct.stage import instruct, staged_file
from tasks.ledger import runs
from tasks.ledger.file_days import days_of
from tasks.ledger.overview import overview
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.release.stage import release
from tasks.submit.never_sent import take_back
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, answer, context, deliver, extract_of, ingest
from tests.people import ENROLLED, code_at, enrol_approvers, secret_of
from tests.sampled import one_in

RUN, NEXT = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
OWNER, SENDER, OPERATOR = "decision.owner@ilf.example", "sender@siller.example", "operator@siller.example"
TOO_LATE = datetime(2026, 11, 26, 15, 0, tzinfo=LONDON)
"""The last hour of an approval is the bank day before the processing date: Thursday, at three."""


def to_the_form(of: TenantContext, flow: str, now: datetime = NOVEMBER) -> str:
    run_id = ingest(of, now, flow)
    validate(of, run_id, now)
    instruct(of, run_id, now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "tasks.assess.stage.await_answers",
            lambda _, asked, __: results(asked.gates, asked.figures, work_out(asked.gates, asked.figures)),
        )
        assess(of, run_id, now)
    return run_id


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a run of three payments that waits for its approver, assessed as it is in life."""
    home = tmp_path_factory.mktemp("waiting")
    of = context(home)
    deliver(of)
    assert to_the_form(of, "flow-1") == RUN
    enrol_approvers(of)
    with of.ledger.transaction() as connection:
        for name in (OWNER, SENDER, OPERATOR):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), (OPERATOR,), ENROLLED)
    return home


@pytest.fixture
def ilf(waiting: Path, tmp_path: Path) -> TenantContext:
    return context(shutil.copytree(waiting, tmp_path / "home"))


def say(of: TenantContext, decision: str, key: str, by: str = OWNER, **changes: Any) -> Verdict:
    given = {"decision": decision, "approver": by, "reason": "the first month", **changes}
    return judge_once(of, RUN, "flow-1", f"approval-1-{key}", answer(**given), NOVEMBER)


def above_the_form(of: TenantContext) -> str:
    return notice.form_text(of, RUN, ("flow-1", "approval-1"), NOVEMBER)


def test_while_the_decision_owner_waits_nobody_can_approve_and_then_they_can(ilf: TenantContext) -> None:
    waits = say(ilf, "wait", "1", reason="a correction comes on Monday", control_total="none")
    assert waits == Verdict(
        Outcome.CHOSEN, f"{OWNER} waits for a correction: nobody can approve this run until they choose again."
    )
    assert above_the_form(ilf).startswith(f"**{OWNER}, the decision owner, chose at ")
    refused = say(ilf, "approve", "2", APPROVER)
    assert (refused.outcome, refused.costs_an_attempt) == (Outcome.REFUSED, False)
    assert "to wait for a correction. Nobody can approve this run until" in refused.cause
    pays = say(ilf, "pay the rest", "3", control_total="none")
    assert pays.outcome is Outcome.CHOSEN
    assert "chose at" not in above_the_form(ilf)
    assert say(ilf, "approve", "4", APPROVER).outcome is Outcome.APPROVED
    release(ilf, RUN, NOVEMBER)
    assert list(problems(ilf)) == []


def test_who_waits_after_the_approval_still_stops_the_release(ilf: TenantContext) -> None:
    assert say(ilf, "approve", "1", APPROVER).outcome is Outcome.APPROVED
    assert say(ilf, "wait", "2").outcome is Outcome.CHOSEN
    with pytest.raises(NoGo, match=r"to wait for a correction\..*Nothing was released"):
        release(ilf, RUN, NOVEMBER)


def test_who_abandons_ends_the_run(ilf: TenantContext) -> None:
    assert say(ilf, "abandon", "1", reason="the month is paid by the old system").outcome is Outcome.REJECTED
    with ilf.ledger.opened() as connection:
        (run,) = overview(connection)
    assert (run.ended, run.end) == (Stand.ABANDONED, f"abandoned by {OWNER}: the month is paid by the old system")
    assert not staged_file(ilf, RUN).exists()
    assert find_late(ilf, RUN, TOO_LATE) is None
    with pytest.raises(NoGo, match=f"was rejected by {OWNER} on another form"):
        say(ilf, "approve", "2", APPROVER)


@pytest.mark.parametrize(
    ("changes", "cause"),
    one_in(
        2,
        [
            ({"by": APPROVER}, "is for the body's decision owner, and the agreement names nobody like that"),
            ({"reason": "none"}, "The decision owner's choice needs a reason"),
            ({"one_time_code": "000000"}, "one-time code"),
            ({"came_through": APPROVER}, "and this answer is"),
        ],
    ),
    ids=["an approver", "no reason", "a wrong code", "another's password"],
)
def test_a_choice_that_does_not_count(ilf: TenantContext, changes: dict[str, str], cause: str) -> None:
    refused = say(ilf, "wait", "1", **changes)
    assert refused.outcome is Outcome.REFUSED and cause in refused.cause
    assert "chose at" not in above_the_form(ilf)


def test_a_decision_owner_alone_approves_nothing(ilf: TenantContext) -> None:
    assert "not one of the agreement's approvers" in say(ilf, "approve", "1", OWNER).cause


class TestWhatIsKept:
    """Who said what, upon which pack; and that the pack is still that one."""

    def test_each_word_that_counted_with_the_pack_that_was_shown(self, ilf: TenantContext) -> None:
        say(ilf, "pay the rest", "1", reason="the rest cannot wait")
        say(ilf, "approve", "2", APPROVER, control_total="1.00")
        say(ilf, "approve", "3", APPROVER)
        kept = read_record(ilf, RUN)
        assert [(word.by, word.decision, word.outcome) for word in kept.words] == [
            (OWNER, "pay the rest", Outcome.CHOSEN),
            (APPROVER, "approve", Outcome.APPROVED),
        ]
        assert kept.words[0].reason == "the rest cannot wait"
        assert {word.pack_sha256 for word in kept.words} == {hashlib.sha256(kept.pack.encode()).hexdigest()}
        assert kept.problems == ()
        page = open_page(ilf, RUN, "auditor@ilf.example", NOVEMBER)
        assert hashlib.sha256(page).hexdigest() == kept.page_sha256
        with ilf.ledger.opened() as connection:
            shown = connection.execute("SELECT by_whom, said FROM act WHERE act = 'shown'").fetchall()
        assert shown == [("auditor@ilf.example", f"the pack of {RUN} as a page")]

    def test_another_pack_or_page_is_told(self, ilf: TenantContext) -> None:
        say(ilf, "approve", "1", APPROVER)
        sealed = ilf.paths.sealed("ilf", str(read_record(ilf, RUN).page_sha256))
        sealed.write_bytes(sealed.read_bytes()[:-1] + b"?")
        with ilf.ledger.transaction() as connection:
            connection.execute("UPDATE out_pack SET markdown = replace(markdown, '3 payments', '4 payments')")
        assert len(read_record(ilf, RUN).problems) == 2
        with pytest.raises(NoGo, match="is not what was sealed"):
            open_page(ilf, RUN, OWNER, NOVEMBER)
        assert [each.where for each in problems(ilf) if "The sealed pack" in each.what] == [RUN]


class TestTooLate:
    """Each choice is a new file with an approval of its own, once the first file cannot pay any more."""

    def test_until_the_last_hour_nothing_is_late(self, ilf: TenantContext) -> None:
        assert find_late(ilf, RUN, NOVEMBER) is None

    def test_the_body_is_told_how_many_and_what_is_left_to_choose(self, ilf: TenantContext) -> None:
        late = self.late(ilf)
        assert late.said == (
            f"3 payments, £5,931.60, of {RUN} are late: payees were to have them on 30 November 2026. Tell the body so "
            "today."
        )
        assert (late.first, [what for what, _ in late.choices]) == (
            "",
            [
                "pay on the next day that Bacs reaches and that can still be approved, 1 December 2026",
                "pay by Faster Payments on the day itself, 30 November 2026",
                "abandon",
            ],
        )

    def late(self, of: TenantContext, now: datetime = TOO_LATE) -> Late:
        late = find_late(of, RUN, now)
        assert late
        return late

    def test_after_the_release_nothing_before_the_file_is_settled_as_never_sent(self, ilf: TenantContext) -> None:
        say(ilf, "approve", "1", APPROVER)
        release(ilf, RUN, NOVEMBER)
        assert find_late(ilf, RUN, TOO_LATE) is None, "it may still be sent until ten at night"
        after = TOO_LATE.replace(day=27)
        assert f"siller submitted {RUN} --never-sent" in self.late(ilf, after).first
        people = (Given(SENDER, code_at(SENDER, NOVEMBER)), Given(OPERATOR, code_at(OPERATOR, NOVEMBER)))
        take_back(ilf, RUN, "approved too late", people, NOVEMBER, NOVEMBER)
        assert self.late(ilf, after).first == ""

    @pytest.mark.parametrize(
        ("was", "agreed", "day", "suffix"),
        [
            ("  exceptions:", '  exceptions:\n    "2026-11": 2026-12-01', date(2026, 12, 1), ".bacs18.txt"),
            pytest.param(
                "rail: bacs_standard_18",
                "rail: faster_payments",
                date(2026, 11, 30),
                ".fps18.txt",
                marks=pytest.mark.long,
            ),
        ],
        ids=["the next day", "faster payments"],
    )
    def test_each_choice_is_a_new_file_with_an_approval_of_its_own(
        self, ilf: TenantContext, tmp_path: Path, was: str, agreed: str, day: date, suffix: str
    ) -> None:
        others = shutil.ignore_patterns("samples", "cash", "kirkmuir", "rowan")
        contracts = shutil.copytree(ilf.settings.contracts, tmp_path / "contracts", ignore=others)
        agreement = contracts / "ilf" / "agreement.yaml"
        agreement.write_text(agreement.read_text().replace(was, agreed, 1))
        of = TenantContext("ilf", Mode.REHEARSAL, ilf.settings.model_copy(update={"contracts": contracts}))
        rows = [row.replace("30/11/2026", f"{day:%d/%m/%Y}") for row in ROWS]
        deliver(of, rows, pay_date=f"{day}", replaces=hashlib.sha256(extract_of(ROWS)).hexdigest())
        run_id = ingest(of, NOVEMBER, "flow-2")
        assert run_id == NEXT
        validate(of, run_id, NOVEMBER)
        instruct(of, run_id, NOVEMBER)
        assert staged_file(of, NEXT).name.endswith(suffix)
        with of.ledger.opened() as connection:
            assert [each.entry_date for each in days_of(connection, NEXT)] == [day]
        assert find_late(of, RUN, TOO_LATE) is None, "another run pays them"
        with pytest.raises(NoGo, match=r"has not been done yet|has no approval"):
            release(of, NEXT, NOVEMBER)


class TestTheSameExtractStartedAgain:
    """One person stops a payment, and the same extract opens the next run: no way around what was chosen."""

    def stopped(self, of: TenantContext) -> None:
        with of.ledger.transaction() as connection:
            connection.execute("INSERT INTO stop VALUES (1, 1, 0, true, 'why', 'who', now())")

    def test_the_next_run_waits_too_until_the_decision_owner_chooses(self, ilf: TenantContext) -> None:
        say(ilf, "wait", "1", reason="a correction comes on Monday")
        self.stopped(ilf)
        assert to_the_form(ilf, "flow-2") == NEXT
        with ilf.ledger.opened() as connection:
            assert [each.waiting for each in overview(connection)] == [OWNER, OWNER]
        given = {"control_total": "£5,931.60", "approver": APPROVER, "reason": "the first month"}
        refused = judge_once(ilf, NEXT, "flow-2", "approval-1-1", answer(**given), NOVEMBER)
        assert "to wait for a correction. Nobody can approve this run until" in refused.cause
        chosen = {**given, "decision": "pay the rest", "approver": OWNER}
        judge_once(ilf, NEXT, "flow-2", "approval-1-2", answer(**chosen), NOVEMBER)
        approved = judge_once(ilf, NEXT, "flow-2", "approval-1-3", answer(**given), NOVEMBER)
        assert approved.outcome is Outcome.APPROVED

    def test_what_was_abandoned_opens_none(self, ilf: TenantContext) -> None:
        say(ilf, "abandon", "1", reason="the month is paid by the old system")
        self.stopped(ilf)
        with pytest.raises(NoGo, match="has abandoned ilf-2026-11-rehearsal-1, and the same extract opens no other"):
            ingest(ilf, NOVEMBER, "flow-2")

    def test_no_correction_joins_what_was_abandoned(self, ilf: TenantContext) -> None:
        say(ilf, "abandon", "1", reason="the month is paid by the old system")
        abandoned = hashlib.sha256(extract_of(ROWS)).hexdigest()
        other = ROWS[0].replace("ILF100002", "ILF100009")
        deliver(ilf, [other], name="correction.csv", kind="correction", corrects=abandoned)
        with pytest.raises(NoGo, match=f"{OWNER}.* has abandoned {RUN}, and no correction joins it"):
            ingest(ilf, NOVEMBER, "flow-2")
        with ilf.ledger.opened() as connection:
            assert [each.run_id for each in runs.runs_of_period(connection, Period.parsed("2026-11"))] == [RUN]
