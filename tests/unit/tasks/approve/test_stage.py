"""Approve: an answer is judged once, by what was typed, and bound to the file that was shown."""

import hashlib
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.approval import Outcome, Verdict
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.approve import notice as above_the_pack
from tasks.approve.decision import undecided_until
from tasks.approve.limits import time_left, two_needed
from tasks.approve.stage import judge_once
from tasks.audit.timeline import audit
from tasks.instruct.stage import staged_file
from tasks.ledger import entry_of
from tasks.ledger.catalogue.events import Approval
from tasks.ledger.catalogue.stages import Approve, Instruct
from tasks.people.enrolment import find_locked, let_in_again
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, UPLOADER, answer, approve, assessed, context, deliver, ingest
from tests.people import code_at
from tests.sampled import one_in

RUN = "ilf-2026-11-rehearsal-1"


def notice(of: TenantContext, run_id: str, start: tuple[str, str], now: datetime) -> str:
    with of.ledger.opened() as connection:
        return above_the_pack.notice(connection, of, run_id, start, now)


@pytest.fixture
def ilf(waiting_month: TenantContext) -> TenantContext:
    return waiting_month


def judge(of: TenantContext, key: str = "approval-1-1", flow: str = "flow-1", **changes: Any) -> Verdict:
    return judge_once(of, RUN, flow, key, answer(**changes), NOVEMBER)


def approvals(of: TenantContext) -> list[tuple[str, ...]]:
    with of.ledger.opened() as connection:
        return connection.execute("SELECT key, approver, verdict FROM approval ORDER BY key").fetchall()


def tries(of: TenantContext) -> list[tuple[str, ...]]:
    with of.ledger.opened() as connection:
        return connection.execute("SELECT name, outcome FROM code_try ORDER BY code_try_no").fetchall()


def recorded(of: TenantContext, kind: type[Any], *number: int) -> Any:
    with of.ledger.opened() as connection:
        return entry_of(connection, RUN, kind, *number)


def test_an_answer_with_everything_right_approves(ilf: TenantContext) -> None:
    assert undecided_until(ilf, RUN, "flow-1", "approval-1")
    assert judge(ilf) == Verdict(Outcome.APPROVED)
    assert not undecided_until(ilf, RUN, "flow-1", "approval-1")


def test_the_decision_is_bound_to_the_file_and_the_pack_that_were_shown(ilf: TenantContext) -> None:
    judge(ilf, answered_at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    said = recorded(ilf, Approve)
    assert said.approver == APPROVER
    assert said.file_sha256 == recorded(ilf, Instruct).file_sha256
    assert said.pack_sha256 == "9a" * 32
    assert said.answered_at.isoformat() == "2026-11-20T10:00:00+00:00"


@pytest.mark.parametrize("typed", one_in(3, ["£5,931.60", "5931.60", "5,931.60", "5 931.60", " £5931.60 "]))
def test_the_control_total_may_be_typed_as_people_do(ilf: TenantContext, typed: str) -> None:
    assert judge(ilf, control_total=typed).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"approver": UPLOADER}, "nobody approves what they submitted"),
        ({"approver": "somebody.else@ilf.example"}, "not one of the agreement's approvers"),
        ({"approver": ""}, "not one of the agreement's approvers"),
        ({"control_total": "5931.61"}, "not the extract's declared total"),
        ({"control_total": "0.00"}, "not the extract's declared total"),
        ({"control_total": ""}, "cannot be read"),
        ({"decision": "reject", "reason": " "}, "A rejection needs a reason"),
        ({"decision": "reject", "reason": "wrong", "approver": "nobody"}, "not one of the agreement's approvers"),
    ],
)
def test_what_does_not_count_is_refused_with_its_cause(ilf: TenantContext, changes: dict[str, str], cause: str) -> None:
    said = judge(ilf, **changes)
    assert said.outcome is Outcome.REFUSED
    assert cause in said.cause
    assert undecided_until(ilf, RUN, "flow-1", "approval-1")


def test_the_uploader_is_refused_even_as_an_approver(tmp_path: Path) -> None:
    contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
    agreement = contracts / "ilf" / "agreement.yaml"
    both = agreement.read_text().replace(
        "{name: first.approver@ilf.example, roles: [approver]}",
        "{name: first.approver@ilf.example, roles: [approver, uploader]}",
    )
    agreement.write_text(both)
    of = TenantContext("ilf", Mode.REHEARSAL, Settings(home=tmp_path, contracts=contracts, modulus_table=None))
    deliver(of, submitted_by="First.Approver@ILF.example")
    assessed(of)
    said = judge(of)
    assert said.outcome is Outcome.REFUSED
    assert "nobody approves what they submitted" in said.cause
    assert judge(of, key="approval-1-2", approver="second.approver@ilf.example").outcome is Outcome.APPROVED


def test_where_a_gate_refers_the_approver_gives_a_reason(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of)
    assessed(of, verdict="refer")
    assert "A gate refers this run to you" in judge(of, reason=" ").cause
    assert judge(of, key="approval-1-2", reason="seen with the body").outcome is Outcome.APPROVED


class TestOnce:
    """A resume hands over every earlier answer again, and may hand over another under the same key."""

    def test_a_replay_returns_the_stored_verdict_whatever_it_is_handed(self, ilf: TenantContext) -> None:
        first = judge(ilf, control_total="1.00")
        assert judge(ilf) == first
        assert judge(ilf, decision="reject", reason="no") == first
        assert approvals(ilf) == [("approval-1-1", APPROVER, "refused")]

    def test_after_a_refusal_the_next_form_counts(self, ilf: TenantContext) -> None:
        judge(ilf, "approval-1-1", control_total="1.00")
        assert judge(ilf, "approval-1-2").outcome is Outcome.APPROVED
        assert judge(ilf, "approval-1-1", control_total="1.00").outcome is Outcome.REFUSED
        assert judge(ilf, "approval-1-2").outcome is Outcome.APPROVED
        assert [(key, verdict) for key, _, verdict in approvals(ilf)] == [
            ("approval-1-1", "refused"),
            ("approval-1-2", "approved"),
        ]

    @pytest.mark.parametrize("second", [{"decision": "reject", "reason": "too late"}, {"control_total": "1.00"}, {}])
    def test_an_answer_on_another_form_of_a_run_whose_release_has_begun_changes_nothing(
        self, ilf: TenantContext, second: dict[str, str]
    ) -> None:
        judge(ilf)
        release(ilf, RUN, NOVEMBER)
        with pytest.raises(NoGo, match=f"{RUN} was approved by {APPROVER} on another form"):
            judge(ilf, flow="flow-2", **second)
        assert len(approvals(ilf)) == 1
        assert not undecided_until(ilf, RUN, "flow-2", "approval-1")


class TestStartedAgain:
    """A run that failed after its approval needs a fresh one, until its release has begun."""

    @pytest.mark.parametrize(("flow", "start"), [("flow-1", "approval-2"), ("flow-2", "approval-1")])
    def test_the_approval_counts_for_the_start_that_it_was_given_to(
        self, ilf: TenantContext, flow: str, start: str
    ) -> None:
        judge(ilf)
        assert undecided_until(ilf, RUN, flow, start)
        assert judge(ilf, f"{start}-1", flow).outcome is Outcome.APPROVED
        assert not undecided_until(ilf, RUN, flow, start)
        release(ilf, RUN, NOVEMBER)

    def test_who_rejects_it_the_second_time_stops_it(self, ilf: TenantContext) -> None:
        judge(ilf)
        judge(ilf, "approval-2-1", decision="reject", reason="It failed for a reason.")
        for start in ("approval-1", "approval-2"):
            with pytest.raises(NoGo, match="was rejected by"):
                undecided_until(ilf, RUN, "flow-1", start)
        with pytest.raises(NoGo, match="has no approval for its payment file"):
            release(ilf, RUN, NOVEMBER)


@pytest.mark.parametrize("again", ["the same answer", "a start of the flow"])
def test_what_a_judge_who_died_left_out_is_done_by_whoever_comes_next(ilf: TenantContext, again: str) -> None:
    """Without its receipt an older ledger, put back, would forget the rejection and let the run be approved."""
    judge(ilf, decision="reject", reason="wrong")
    (receipt,) = ilf.paths.receipts("ilf").iterdir()
    said = receipt.read_bytes()
    receipt.unlink()
    staged = staged_file(ilf, RUN)
    assert not staged.exists()
    staged.write_text("names and accounts")
    if again == "the same answer":
        assert judge(ilf, decision="reject", reason="wrong").outcome is Outcome.REJECTED
    with pytest.raises(NoGo, match="was rejected by"):
        undecided_until(ilf, RUN, "flow-1", "approval-1")
    assert receipt.read_bytes() == said
    assert not staged.exists()


class TestOneTimeCodes:
    """An approver proves who they are by a code of their own device, of this minute, that was not used before."""

    def test_a_wrong_code_is_refused_and_kept(self, ilf: TenantContext) -> None:
        said = judge(ilf, one_time_code="000000")
        assert said.outcome is Outcome.REFUSED
        assert "is not this person's" in said.cause
        assert tries(ilf) == [(APPROVER, "wrong")]

    def test_a_code_counts_once_even_if_the_answer_was_refused_for_something_else(self, ilf: TenantContext) -> None:
        wrong = answer(control_total="1.00")
        judge_once(ilf, RUN, "flow-1", "approval-1-1", wrong, NOVEMBER)
        again = replace(wrong, control_total="5931.60")
        said = judge_once(ilf, RUN, "flow-1", "approval-1-2", again, NOVEMBER)
        assert "has been used" in said.cause
        assert judge(ilf, "approval-1-3").outcome is Outcome.APPROVED

    @pytest.mark.parametrize("seconds", [-300, -90, 90, 300])
    def test_a_code_of_another_minute_is_refused(self, ilf: TenantContext, seconds: int) -> None:
        at = datetime(2026, 11, 20, 10, tzinfo=UTC)
        code = code_at(APPROVER, at + timedelta(seconds=seconds))
        assert "is not this person's" in judge(ilf, answered_at=at, one_time_code=code).cause

    def test_another_approvers_code_is_refused(self, ilf: TenantContext) -> None:
        at = datetime(2026, 11, 20, 10, tzinfo=UTC)
        said = judge(ilf, answered_at=at, one_time_code=code_at("second.approver@ilf.example", at))
        assert "is not this person's" in said.cause

    def test_after_five_wrong_ones_the_right_one_is_not_taken_either(self, ilf: TenantContext) -> None:
        for number in range(1, 6):
            judge(ilf, f"approval-1-{number}", one_time_code="000000")
        assert "5 wrong one-time codes" in judge(ilf, "approval-2-1").cause
        other = judge(ilf, "approval-2-2", approver="second.approver@ilf.example")
        assert other.outcome is Outcome.APPROVED

    def test_the_replay_of_an_answer_costs_what_it_cost(self, ilf: TenantContext) -> None:
        for key, changes, costs in (
            ("approval-1-1", {"one_time_code": "000000"}, True),
            ("approval-1-2", {"control_total": "1.00"}, True),
            ("approval-1-3", {"control_total": "1"}, True),
            ("approval-1-4", {"control_total": "5.931,60"}, False),
            ("approval-1-5", {"approver": "nobody"}, False),
        ):
            first = judge(ilf, key, **changes)
            assert first.costs_an_attempt is costs
            assert judge(ilf, key) == first

    def test_who_is_not_enrolled_is_told_so(self, ilf: TenantContext) -> None:
        with ilf.ledger.transaction() as connection:
            connection.execute("DELETE FROM credential")
        assert "siller people enrol" in judge(ilf).cause

    def test_no_code_stands_in_the_ledger(self, ilf: TenantContext) -> None:
        given = answer()
        judge_once(ilf, RUN, "flow-1", "approval-1-1", given, NOVEMBER)
        with ilf.ledger.opened() as connection:
            kept = [
                connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("approval", "code_try", "journal")
            ]
        assert given.one_time_code not in str(kept)


class TestTheDoor:
    """A wrong code counts against who came through the door, and is told to the one in whose name it was given."""

    SECOND = "second.approver@ilf.example"

    def test_who_came_through_it_stands_in_the_journal(self, ilf: TenantContext) -> None:
        assert judge(ilf, came_through="First.Approver@ilf.example").outcome is Outcome.APPROVED
        assert recorded(ilf, Approve).came_through == APPROVER
        assert recorded(ilf, Approval, 1).came_through == APPROVER

    def test_five_wrong_codes_in_anothers_name_lock_the_giver_and_not_the_other(self, ilf: TenantContext) -> None:
        for number in range(1, 6):
            said = judge(ilf, f"approval-1-{number}", one_time_code="000000", came_through=self.SECOND)
            assert "You came in as second.approver@ilf.example" in said.cause
        assert tries(ilf) == [(self.SECOND, "wrong")] * 5
        assert judge(ilf, "approval-2-1").outcome is Outcome.APPROVED

    def test_who_is_locked_so_is_not_heard_as_themselves_either(self, ilf: TenantContext) -> None:
        for number in range(1, 6):
            judge(ilf, f"approval-1-{number}", one_time_code="000000", came_through=self.SECOND)
        said = judge(ilf, "approval-2-1", approver=self.SECOND, came_through=self.SECOND)
        assert "5 wrong one-time codes" in said.cause
        assert not said.costs_an_attempt

    def test_the_operators_password_is_locked_alone_and_two_others_unlock_it(self, ilf: TenantContext) -> None:
        for number in range(1, 6):
            wrong = judge(ilf, f"approval-1-{number}", one_time_code="000000", came_through="siller")
            assert "is not this person's" in wrong.cause
            assert wrong.costs_an_attempt
        locked = judge(ilf, "approval-2-1", came_through="siller")
        assert f"siller people unlock siller --run {RUN}" in locked.cause
        assert not locked.costs_an_attempt, "nothing was guessed: no code was held against anything"
        assert tries(ilf) == [("siller", "wrong")] * 6
        office_there, name = find_locked("siller", RUN, ilf.settings)
        let_in_again(office_there, name, ("third.approver@ilf.example", self.SECOND), RUN, NOVEMBER)
        assert judge(ilf, "approval-2-2", came_through="siller").outcome is Outcome.APPROVED

    def test_a_right_code_given_in_anothers_name_is_used_up_and_decides_nothing(self, ilf: TenantContext) -> None:
        stolen = answer(came_through=self.SECOND)
        refused = judge_once(ilf, RUN, "flow-1", "approval-1-1", stolen, NOVEMBER)
        assert (refused.outcome, refused.costs_an_attempt) == (Outcome.REFUSED, False)
        again = judge_once(ilf, RUN, "flow-1", "approval-1-2", replace(stolen, came_through=APPROVER), NOVEMBER)
        assert "has been used" in again.cause

    def test_nobody_is_told_of_their_own_wrong_code(self, ilf: TenantContext) -> None:
        judge(ilf, "approval-1-1", one_time_code="000000")
        judge(ilf, "approval-1-2", one_time_code="000000", came_through=APPROVER)
        assert "wrong one-time code was given" not in notice(ilf, RUN, ("flow-1", "approval-1"), NOVEMBER)

    def test_the_person_named_reads_it_above_the_next_form_and_in_the_audit(self, ilf: TenantContext) -> None:
        at = datetime(2026, 11, 20, 10, 3, tzinfo=UTC)
        judge(ilf, one_time_code="000000", came_through=self.SECOND, answered_at=at)
        above = notice(ilf, RUN, ("flow-1", "approval-1"), NOVEMBER)
        told = (
            f"**A wrong one-time code was given in the name of {APPROVER}, by somebody who came in as {self.SECOND},** "
            f"at 10:03 on 20 November 2026. If you are {APPROVER} and it was not you, tell the operator."
        )
        assert told in above
        assert told in notice(ilf, RUN, ("flow-9", "approval-1"), NOVEMBER + timedelta(days=34)), "next month's form"
        assert told not in notice(ilf, RUN, ("flow-9", "approval-1"), NOVEMBER + timedelta(days=36))
        whats = [(step.who, step.what) for step in audit(ilf, RUN, NOVEMBER.date()).steps]
        gave = f"was turned away from the form of {RUN}: a wrong one-time code, in the name of {APPROVER}"
        assert (self.SECOND, gave) in whats
        assert list(problems(ilf)) == []

    def test_of_many_the_latest_are_told_and_the_rest_are_counted(self, ilf: TenantContext) -> None:
        for number in range(1, 8):
            judge(ilf, f"approval-1-{number}", one_time_code="000000", came_through=("siller", self.SECOND)[number % 2])
        above = notice(ilf, RUN, ("flow-1", "approval-1"), NOVEMBER)
        assert above.count("A wrong one-time code was given") == 5
        assert "And 2 more such codes." in above
        assert "by somebody who came in as siller, the operator's password," in above

    def test_slips_by_the_shared_password_are_told_on_their_own_runs_form_alone(self, ilf: TenantContext) -> None:
        judge(ilf, one_time_code="000000", came_through="siller")
        judge(ilf, "approval-1-2", one_time_code="000000", came_through=self.SECOND)
        assert notice(ilf, RUN, ("flow-1", "approval-1"), NOVEMBER).count("A wrong one-time code was given") == 2
        extract = ilf.paths.landing("ilf") / "ilf.csv"
        deliver(ilf, ROWS[:2], replaces=hashlib.sha256(extract.read_bytes()).hexdigest())
        other = assessed(ilf, flow="flow-2")
        (told,) = re.findall("somebody who came in as ([^ ]*),", notice(ilf, other, ("flow-2", "approval-1"), NOVEMBER))
        assert told == self.SECOND


class TestAboveTheForm:
    """What an approver reads first: until when, how many, who has, and what becomes of an answer."""

    START = ("flow-1", "approval-1")

    def test_until_when_and_that_the_answer_is_judged_only_then(self, ilf: TenantContext) -> None:
        assert notice(ilf, RUN, self.START, NOVEMBER) == (
            "**Answer by 15:00 on Thursday 26 November 2026.** One approver is needed; nobody has approved yet. "
            "The rehearsal is held as if today were 20 November 2026.\n\n"
            "Your answer is judged within half a minute; if it does not count, the form comes back with the reason "
            "above. “Flow run resumed” says only that it was taken."
        )


def low_context(folder: Path) -> TenantContext:
    settings = Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.REHEARSAL, settings)


@pytest.fixture(scope="module")
def low_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Home and contracts of a run that waits, with a threshold below it; nobody changes anything there."""
    folder = tmp_path_factory.mktemp("low")
    agreement = shutil.copytree(Settings().contracts, folder / "contracts") / "ilf" / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace('"10600000.00"', '"5931.59"'))
    deliver(low_context(folder))
    assessed(low_context(folder))
    return folder


class TestTwoApprovers:
    """Above the agreement's threshold two different ones, in turn."""

    @pytest.fixture
    def low(self, low_home: Path, tmp_path: Path) -> TenantContext:
        return low_context(shutil.copytree(low_home, tmp_path / "low", symlinks=True))

    def test_the_first_is_asked_to_find_another(self, low: TenantContext) -> None:
        first = judge(low)
        assert first.outcome is Outcome.FIRST
        assert undecided_until(low, RUN, "flow-1", "approval-1")
        with pytest.raises(NoGo, match="has no approval"):
            release(low, RUN, NOVEMBER)
        again = judge(low, "approval-1-2")
        assert "two different ones are needed" in again.cause
        second = judge(low, "approval-1-3", approver="second.approver@ilf.example")
        assert second.outcome is Outcome.APPROVED
        assert recorded(low, Approve).approver == f"{APPROVER} and second.approver@ilf.example"
        release(low, RUN, NOVEMBER)

    def test_the_next_one_reads_who_was_the_first(self, low: TenantContext) -> None:
        start = ("flow-1", "approval-1")
        assert "Two approvers are needed; nobody has approved yet." in notice(low, RUN, start, NOVEMBER)
        judge(low)
        assert f"Two approvers are needed; {APPROVER} has approved." in notice(low, RUN, start, NOVEMBER)
        other = notice(low, RUN, ("flow-1", "approval-2"), NOVEMBER)
        assert "Two approvers are needed; nobody has approved yet." in other

    def test_the_first_of_another_start_does_not_count(self, low: TenantContext) -> None:
        judge(low)
        second = judge(low, "approval-2-1", approver="second.approver@ilf.example")
        assert second.outcome is Outcome.FIRST

    def test_either_may_stop_it(self, low: TenantContext) -> None:
        judge(low)
        stopped = judge(low, "approval-1-2", approver="second.approver@ilf.example", decision="reject", reason="no")
        assert stopped.outcome is Outcome.REJECTED

    def test_exactly_the_threshold_needs_one(self, low: TenantContext) -> None:
        path = low.settings.contracts / "ilf" / "agreement.yaml"
        path.write_text(path.read_text().replace('"5931.59"', '"5931.60"'))
        of = TenantContext("ilf", Mode.REHEARSAL, low.settings)
        assert not two_needed(of, 593160)


class TestTheAgreementChanges:
    """An approval was given under the agreement that stood then, and under no other."""

    @pytest.fixture
    def edited(self, waiting_home: Path, tmp_path: Path) -> TenantContext:
        contracts = shutil.copytree(Settings().contracts, tmp_path / "contracts")
        home = shutil.copytree(waiting_home, tmp_path / "home")
        settings = Settings(home=home, contracts=contracts, modulus_table=None)
        return TenantContext("ilf", Mode.REHEARSAL, settings)

    def edit(self, of: TenantContext) -> TenantContext:
        path = of.settings.contracts / "ilf" / "agreement.yaml"
        path.write_text(path.read_text() + "# a word more\n")
        return TenantContext("ilf", Mode.REHEARSAL, of.settings)

    def test_between_gate_and_approval_nobody_can_approve_and_somebody_can_stop_it(self, edited: TenantContext) -> None:
        of = self.edit(edited)
        assert "The agreement has changed since the gates judged" in judge(of).cause
        assert judge(of, "approval-1-2", decision="reject", reason="edited").outcome is Outcome.REJECTED

    def test_between_approval_and_release_nothing_leaves(self, edited: TenantContext) -> None:
        judge(edited)
        with pytest.raises(NoGo, match="the approval is void"):
            release(self.edit(edited), RUN, NOVEMBER)


def test_an_answer_after_the_deadline_is_refused(ilf: TenantContext) -> None:
    late = datetime(2026, 11, 26, 15, tzinfo=UTC)
    said = judge_once(ilf, RUN, "flow-1", "approval-1-1", answer(answered_at=late), late)
    assert "came after 15:00 on 26 November 2026" in said.cause


def test_a_rejection_ends_the_run_and_needs_no_total(ilf: TenantContext) -> None:
    assert judge(ilf, decision="reject", reason="the body asked", control_total="-").outcome is Outcome.REJECTED
    with pytest.raises(NoGo, match=f"{RUN} was rejected by {APPROVER}; nothing was released"):
        undecided_until(ilf, RUN, "flow-1", "approval-1")


def test_a_run_whose_place_another_has_taken_cannot_be_approved(ilf: TenantContext) -> None:
    extract = ilf.paths.landing("ilf") / "ilf.csv"
    deliver(ilf, ROWS[:2], replaces=hashlib.sha256(extract.read_bytes()).hexdigest())
    assert ingest(ilf, flow="flow-2") == "ilf-2026-11-rehearsal-2"
    said = judge(ilf)
    assert said.outcome is Outcome.REFUSED
    assert "ilf-2026-11-rehearsal-2 has taken the place of this run" in said.cause


def test_not_before_the_gates_have_judged(tmp_path: Path) -> None:
    of = context(tmp_path)
    deliver(of)
    run_id = ingest(of)
    with pytest.raises(NoGo, match="has not been done yet"):
        approve(of, run_id)
    assert approvals(of) == []


def until(of: TenantContext) -> datetime:
    latest = undecided_until(of, RUN, "flow-1", "approval-1")
    assert latest
    return latest


class TestTimeLeft:
    """Until 15:00 on the last bank day before the processing date: Thursday 26 November 2026."""

    def test_it_runs_down(self, ilf: TenantContext) -> None:
        assert time_left(RUN, until(ilf), NOVEMBER.replace(day=26, hour=14, minute=0)) == timedelta(hours=1)
        assert time_left(RUN, until(ilf), NOVEMBER.replace(day=25, hour=15, minute=0)) == timedelta(days=1)

    @pytest.mark.parametrize("late", [NOVEMBER.replace(day=26, hour=15, minute=0), NOVEMBER.replace(day=27)])
    def test_it_is_over(self, ilf: TenantContext, late: datetime) -> None:
        with pytest.raises(NoGo, match="had to be approved by 15:00 on 26 November 2026"):
            time_left(RUN, until(ilf), late)


def test_nothing_in_what_is_kept_names_a_payee(ilf: TenantContext) -> None:
    judge(ilf)
    kept = str(recorded(ilf, Approve)) + str(approvals(ilf))
    assert not [cell for row in ROWS for cell in row.split(",")[:5] if cell and cell in kept]


def test_a_rejected_payment_file_does_not_stay_in_staging(ilf: TenantContext) -> None:
    assert list(ilf.paths.staging(RUN).iterdir())
    assert judge(ilf, decision="reject", reason="The body stopped it.").outcome is Outcome.REJECTED
    assert not list(ilf.paths.staging(RUN).iterdir())
