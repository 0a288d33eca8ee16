"""Where a run stands, by what the ledger and what Prefect say of it: the rule's cases as a table.

November 2026 of ILF is processed on Friday the 27th: by its agreement it is approved by Thursday the 26th at 15:00 and
sent by 22:00 of that day.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from schemas.agreement import Agreement, Role
from schemas.at_work import AT_WORK
from schemas.bank_days import LONDON, BankDays
from schemas.key_dates import BodyCalendar
from schemas.manifest import Kind
from schemas.pay_run import Mode
from schemas.period import Period
from schemas.standing.records import Errand, Recorded, Standing
from schemas.standing.rule import standing_of, standing_of_errand
from schemas.standing.seen import Seen
from schemas.standing.tables import DUTIES, Near, Stand, Urgency
from schemas.standing.vouchers import IssuedAllTheSame
from tasks.settings import PROJECT

CALENDAR = BodyCalendar(Agreement.load(PROJECT / "data_contracts" / "ilf" / "agreement.yaml"), BankDays())
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=LONDON)
APPROVE_BY = datetime(2026, 11, 26, 15, tzinfo=LONDON)
SUBMIT_BY = datetime(2026, 11, 26, 22, tzinfo=LONDON)
UPLOADER, FIRST = "finance.officer@ilf.example", "first.approver@ilf.example"
APPROVERS = (FIRST, "second.approver@ilf.example", "third.approver@ilf.example")

RUN = Recorded(
    "ilf-2026-11-live-1", Kind.FULL, NOW.date(), UPLOADER, "assess", ("f",), processing_date=date(2026, 11, 27)
)
OUT = IssuedAllTheSame(vouchers=3, issued=2, out=3, left_pence=10_016, cashed_pence=4_000)
FORM = Seen(
    "f", "PAUSED", "Suspended", NOW - timedelta(hours=1), until=APPROVE_BY, form_key="approval-1-1", has_form=True
)
RUNNING = Seen("f", "RUNNING", "Running", NOW - timedelta(minutes=1), lives=True, moved=NOW - timedelta(seconds=5))
CANCELLED = Seen("f", "CANCELLED", "Cancelled", NOW)
SHUT_DOWN = "Runner is shutting down."
PLACE_LOST = "Deployment concurrency slot lost during provisioning - no slots available to continue execution"
GONE = Seen("f", "", "", datetime.min.replace(tzinfo=UTC))


def at(run: Recorded = RUN, *flows: Seen, now: datetime = NOW, asked: bool = True) -> Standing:
    return standing_of(run, CALENDAR, flows if asked else None, now)


def seen(type_: str, name: str = "", message: str = "", **more: Any) -> Seen:
    return Seen("f", type_, name or type_.capitalize(), NOW - timedelta(hours=1), message, **more)


def test_a_run_whose_decision_owner_waits_is_for_the_body_to_correct_until_the_hour_of_the_approval() -> None:
    owner = "decision.owner@ilf.example"
    standing, shown = at(replace(RUN, waiting=owner), FORM), at(RUN, FORM)
    assert (standing.stand, standing.role, standing.until) == (Stand.CORRECTING, Role.UPLOADER, shown.until)
    assert standing.said.startswith(f"{owner} waits for a correction")
    assert at(replace(RUN, waiting=owner), FORM, now=shown.until).stand is Stand.NOT_APPROVED


def test_a_run_whose_money_is_not_confirmed_waits_for_whoever_the_agreement_names() -> None:
    agreement = CALENDAR.agreement.model_copy(update={"funding_confirmed_by": Role.APPROVER})
    calendar = BodyCalendar(agreement, CALENDAR.bank_days)
    run = replace(RUN, unfunded="The money for it is not confirmed.", funded_by=frozenset({FIRST}))

    def stands(run: Recorded, flow: Seen, now: datetime = NOW) -> Standing:
        return standing_of(run, calendar, [flow], now)

    waits = stands(run, FORM)
    assert (waits.stand, waits.role, waits.until) == (Stand.UNFUNDED, Role.APPROVER, APPROVE_BY)
    assert (waits.command, waits.urgency) == (f"siller funding {RUN.run_id}", Urgency.AWAITED)
    assert waits.said == "The money for it is not confirmed. Nobody can approve it until then."
    assert stands(run, FORM, APPROVE_BY).stand is Stand.NOT_APPROVED
    # The form of the second approver waits for the money too, and a run that works does not.
    assert stands(replace(run, first_approver=("f", "approval-1", FIRST)), FORM).stand is Stand.UNFUNDED
    assert stands(run, RUNNING).stand is Stand.RUNS
    confirmed = stands(replace(run, unfunded=""), FORM)
    assert (confirmed.stand, confirmed.people) == (Stand.WAITS, APPROVERS[1:])  # who confirmed it does not approve


@pytest.mark.parametrize(
    ("flow", "stand", "said"),
    [
        (FORM, Stand.WAITS, "form is open"),
        (replace(FORM, has_form=False), Stand.RESTARTING, "process is gone"),
        (replace(FORM, has_form=False, since=NOW), Stand.RUNS, ""),
        (replace(FORM, until=NOW), Stand.NOT_APPROVED, "ran out"),
        (seen("FAILED", message="The flow was paused and never resumed."), Stand.NOT_APPROVED, "ran out"),
        (seen("FAILED", message="The flow was suspended and never resumed."), Stand.NOT_APPROVED, "ran out"),
        (RUNNING, Stand.RUNS, "form is made"),
        (replace(RUNNING, moved=NOW - timedelta(minutes=6)), Stand.HUNG, "nothing has moved since 09:24"),
        (replace(RUNNING, lives=False), Stand.RESTARTING, "process is gone"),
        (seen("PENDING"), Stand.RESTARTING, "process is gone"),
        (seen("CRASHED"), Stand.RESTARTING, "process is gone"),
        (seen("CRASHED", "Given up", "It has died 3 times."), Stand.GIVEN_UP, "3 times"),
        (seen("CANCELLED", message=SHUT_DOWN), Stand.RESTARTING, "process is gone"),
        (seen("CANCELLED", message=PLACE_LOST), Stand.RESTARTING, "process is gone"),
        (seen("SCHEDULED", "AwaitingRetry", moved=NOW), Stand.RESTARTING, ""),
        (seen("SCHEDULED", moved=NOW), Stand.RUNS, "to be started"),
        (seen("SCHEDULED", "Late", moved=NOW - timedelta(minutes=11)), Stand.HUNG, "no siller up and no worker"),
        (CANCELLED, Stand.NO_FORM, "cancelled"),
        (seen("CANCELLING"), Stand.NO_FORM, "cancelled"),
        (seen("FAILED", message="A full disk."), Stand.NO_FORM, "failed. A full disk."),
        (seen("FAILED", "No-go", "Five answers did not count."), Stand.STOPPED, "Five answers"),
        (seen("COMPLETED"), Stand.NO_FORM, "by force"),
        (GONE, Stand.NO_FORM, "deleted"),
        (replace(GONE, is_kept=True), Stand.NO_FORM, "submits it again"),
    ],
)
def test_a_run_that_has_come_to_its_form(flow: Seen, stand: Stand, said: str) -> None:
    standing = at(RUN, flow)
    assert (standing.stand, said in standing.said) == (stand, True), standing
    assert (standing.stand is Stand.WAITS) == flow.shows_a_form(NOW)
    if stand in (Stand.NO_FORM, Stand.NOT_APPROVED, Stand.STOPPED, Stand.GIVEN_UP):
        assert standing.urgency is Urgency.ACT
        assert standing.command == "siller run ilf --period 2026-11"


def test_a_run_that_nobody_judged_has_not_been_stopped_and_is_started_again() -> None:
    judged = replace(RUN, stage="instruct")
    standing = at(judged, seen("FAILED", "Not judged", "Great Expectations was asked 3 times."))
    assert (standing.stand, standing.urgency, standing.role) == (Stand.NOT_JUDGED, Urgency.ACT, Role.OPERATOR)
    assert "asked 3 times" in standing.said
    assert standing.command == "siller run ilf --period 2026-11"
    assert at(judged, seen("FAILED", "Not judged", ""), now=APPROVE_BY).stand is Stand.NOT_APPROVED
    assert at(judged, seen("FAILED", "Not judged", ""), RUNNING).stand is Stand.RUNS


def test_a_form_is_for_the_approvers_but_not_for_who_sent_the_extract() -> None:
    standing = at(RUN, FORM)
    assert (standing.role, standing.people, standing.until) == (Role.APPROVER, APPROVERS, APPROVE_BY)
    assert (standing.flow_run_id, standing.kind, standing.urgency) == ("f", "month", Urgency.AWAITED)
    assert at(replace(RUN, submitted_by=FIRST), FORM).people == APPROVERS[1:]


def test_a_first_approval_counts_on_the_very_start_of_the_form_alone() -> None:
    run = replace(RUN, first_approver=("f", "approval-1", FIRST))
    second = at(run, replace(FORM, form_key="approval-1-2"))
    assert (second.stand, second.people) == (Stand.FIRST, APPROVERS[1:])
    assert FIRST in second.said
    assert at(run, replace(FORM, form_key="approval-2-1")).stand is Stand.WAITS
    assert at(run, replace(FORM, flow_run_id="another")).stand is Stand.WAITS


@pytest.mark.parametrize(
    ("now", "near", "urgency"),
    [
        (datetime(2026, 11, 25, 14, 59, tzinfo=LONDON), Near.FAR, Urgency.AWAITED),
        (datetime(2026, 11, 25, 15, 0, tzinfo=LONDON), Near.DAY, Urgency.AWAITED),
        (datetime(2026, 11, 26, 14, 0, tzinfo=LONDON), Near.HOUR, Urgency.ACT),
    ],
)
def test_a_form_that_is_about_to_run_out(now: datetime, near: Near, urgency: Urgency) -> None:
    standing = at(RUN, FORM, now=now)
    assert (standing.stand, standing.near, standing.urgency) == (Stand.WAITS, near, urgency)


def test_a_working_day_before_is_one_of_the_body_s_office() -> None:
    """30 November is St Andrew's Day in Scotland and a Bacs day; the weekend lies before it."""
    form = replace(FORM, until=datetime(2026, 12, 1, 15, tzinfo=LONDON))
    run = replace(RUN, processing_date=date(2026, 12, 2))
    assert at(run, form, now=datetime(2026, 11, 27, 14, 59, tzinfo=LONDON)).near is Near.FAR
    assert at(run, form, now=datetime(2026, 11, 27, 15, 1, tzinfo=LONDON)).near is Near.DAY


@pytest.mark.parametrize("flow", [FORM, CANCELLED, GONE, seen("FAILED", "No-go", "stopped"), seen("COMPLETED")])
def test_after_its_time_a_run_is_not_approved_whatever_became_of_it(flow: Seen) -> None:
    standing = at(RUN, flow, now=APPROVE_BY)
    assert (standing.stand, standing.urgency) == (Stand.NOT_APPROVED, Urgency.ACT)
    assert "siller decision ilf-2026-11-live-1 says who is late" in standing.said


def test_before_its_time_a_form_that_ran_out_only_has_to_be_started_again() -> None:
    assert "who is late" not in at(RUN, replace(FORM, until=NOW)).said


def test_the_ledger_alone_never_says_that_a_form_is_open() -> None:
    for stage in AT_WORK:
        if stage not in ("", "release", "publish"):
            assert at(replace(RUN, stage=stage), asked=False).stand is Stand.NOT_KNOWN
    assert at(RUN, asked=False, now=APPROVE_BY).stand is Stand.NOT_APPROVED


def test_of_several_flow_runs_the_open_form_counts_then_what_works_then_what_ended_last() -> None:
    refused = replace(seen("FAILED", "Nothing to do", "It waits already."), flow_run_id="second", since=NOW)
    assert at(RUN, FORM, refused).stand is Stand.WAITS
    assert at(RUN, CANCELLED, refused).stand is Stand.NO_FORM
    assert at(RUN, CANCELLED, replace(RUNNING, flow_run_id="third")).stand is Stand.RUNS
    assert "deleted" in at(RUN, CANCELLED, replace(GONE, flow_run_id="second")).said
    assert "cancelled" in at(RUN, GONE, replace(CANCELLED, flow_run_id="second")).said
    assert at(RUN, FORM, replace(GONE, flow_run_id="second")).stand is Stand.WAITS
    crashed = replace(seen("FAILED", "No-go", "later"), flow_run_id="second", since=NOW + timedelta(minutes=1))
    assert "later" in at(RUN, CANCELLED, crashed).said


@pytest.mark.parametrize(
    ("changes", "stand"),
    [
        ({"no_gos": "refused_share"}, Stand.STOPPED),
        ({"ended": Stand.REPLACED, "ended_by": "ilf-2026-11-live-2"}, Stand.REPLACED),
        ({"ended": Stand.REJECTED, "ended_by": f"{FIRST}: Payee Name is dead"}, Stand.NOT_REPLACED),
        ({"ended": Stand.REJECTED, "is_paid_otherwise": True}, Stand.REJECTED),
        ({"ended": Stand.REJECTED, "is_overtaken": True}, Stand.REJECTED),
        ({"ended": Stand.REJECTED, "kind": Kind.ARREARS}, Stand.REJECTED),
        ({"ended": Stand.REJECTED, "run_id": "ilf-2026-11-rehearsal-1"}, Stand.REJECTED),
        ({"ended": Stand.ABANDONED}, Stand.ABANDONED),
        ({"is_paid_otherwise": True}, Stand.PAID_OTHERWISE),
        ({"is_overtaken": True}, Stand.OVERTAKEN),
        ({"stage": "approve"}, Stand.STOPPED),
        ({"stage": "release_pending"}, Stand.STOPPED),
        ({"stage": "release"}, Stand.RELEASED),
        ({"stage": "publish"}, Stand.RELEASED),
        ({"stage": "publish", "run_id": "ilf-2026-11-rehearsal-1"}, Stand.REHEARSED),
        ({"stage": "publish", "submission": "26 Nov 2026 14:05"}, Stand.SUBMITTED),
        ({"stage": "publish", "hand_over_begun": "bank.example"}, Stand.PERHAPS_HANDED_OVER),
        ({"stage": "publish", "hand_over_begun": "bank.example", "submission": "26 Nov 2026"}, Stand.SUBMITTED),
        ({"stage": "publish", "hand_over_begun": "bank.example", "bank_files": 1}, Stand.RECONCILED),
        ({"stage": "publish", "hand_over_begun": "bank.example", "is_withdrawn": True}, Stand.REPLACED),
        ({"stage": "publish", "bank_files": 2}, Stand.RECONCILED),
        ({"stage": "publish", "bank_files": 2, "vouchers_wait": True}, Stand.VOUCHERS_WAIT),
        ({"stage": "publish", "vouchers_wait": True}, Stand.VOUCHERS_WAIT),
        ({"stage": "publish", "vouchers_wait": True, "is_withdrawn": True}, Stand.REPLACED),
        ({"stage": "publish", "issued_all_the_same": OUT, "is_withdrawn": True}, Stand.VOUCHERS_ISSUED),
        ({"stage": "publish", "issued_all_the_same": replace(OUT, out=0), "is_withdrawn": True}, Stand.REPLACED),
        ({"stage": "publish", "issued_all_the_same": OUT, "is_withdrawn": True, "disputed": "Both."}, Stand.DISPUTED),
        ({"stage": "release_pending", "vouchers_wait": True}, Stand.STOPPED),
        ({"stage": "publish", "bank_files": 2, "disputed": "Of 3 payments the bank says both."}, Stand.DISPUTED),
        ({"stage": "publish", "bank_files": 1, "is_turned_away": True}, Stand.TURNED_AWAY),
        ({"stage": "publish", "bank_files": 1, "is_turned_away": True, "is_overtaken": True}, Stand.RECONCILED),
    ],
)
def test_what_the_ledger_decides(changes: dict[str, Any], stand: Stand) -> None:
    standing = at(replace(RUN, **changes), CANCELLED)
    assert standing.stand is stand
    assert (standing.urgency is Urgency.OVER) == (stand not in DUTIES)
    assert "Payee Name" not in str(standing)
    assert ("£40.00 was cashed" in standing.said) == ("issued_all_the_same" in changes)


def test_a_released_file_that_nobody_has_sent() -> None:
    run = replace(RUN, stage="publish")
    waits = at(run)
    assert (waits.role, waits.until, waits.people) == (Role.SENDER, SUBMIT_BY, ("sender@siller.example",))
    assert waits.command.startswith("siller submitted ilf-2026-11-live-1 --reference")
    missed = at(run, now=SUBMIT_BY)
    assert (missed.stand, missed.urgency, missed.role) == (Stand.PERHAPS_NOT_SENT, Urgency.ACT, Role.SENDER)
    assert "22:00 on 26 November 2026" in missed.said


def test_a_file_that_is_perhaps_handed_over_is_the_senders_at_any_hour() -> None:
    run = replace(RUN, stage="publish", hand_over_begun="bank.example")
    for now in (SUBMIT_BY - timedelta(days=1), SUBMIT_BY + timedelta(days=1)):
        perhaps = at(run, now=now)
        assert (perhaps.stand, perhaps.urgency, perhaps.role) == (
            Stand.PERHAPS_HANDED_OVER,
            Urgency.ACT,
            Role.SENDER,
        )
        assert perhaps.command == "siller hand-over ilf-2026-11-live-1 --as NAME"
        assert "bank.example" in perhaps.said


def test_a_rehearsal_keeps_to_its_form_and_is_started_as_it_was() -> None:
    run = replace(RUN, run_id="ilf-2026-11-rehearsal-1", kind=Kind.ARREARS)
    assert at(run, replace(FORM, until=APPROVE_BY + timedelta(days=9)), now=APPROVE_BY).stand is Stand.WAITS
    stopped = at(run, CANCELLED, now=APPROVE_BY + timedelta(days=9))
    assert (stopped.stand, stopped.kind) == (Stand.NO_FORM, "arrears")
    assert stopped.command == "siller run ilf --period 2026-11 --rehearsal --today 2026-11-20"


def test_every_allowance_is_longer_than_none_and_every_stage_has_one() -> None:
    for stage, (_, allowed) in AT_WORK.items():
        hung = at(replace(RUN, stage=stage), replace(RUNNING, moved=NOW - allowed - timedelta(seconds=1)))
        works = at(replace(RUN, stage=stage), replace(RUNNING, moved=NOW - allowed))
        if stage not in ("release", "publish"):
            assert (works.stand, hung.stand) == (Stand.RUNS, Stand.HUNG), stage


@pytest.mark.parametrize(
    ("flow", "stand"),
    [
        (seen("FAILED", "No-go", "The total is short."), Stand.STOPPED),
        (seen("FAILED", "Nothing to do", "It was paid."), None),
        (seen("COMPLETED"), None),
        (CANCELLED, Stand.STOPPED),
        (replace(RUNNING, moved=NOW - timedelta(minutes=11)), Stand.HUNG),
        (seen("CRASHED", "Given up", "It has died 3 times."), Stand.GIVEN_UP),
    ],
)
def test_a_flow_run_that_has_opened_no_run(flow: Seen, stand: Stand | None) -> None:
    standing = standing_of_errand(Errand("ilf", Mode.LIVE, Period.parsed("2026-11"), "", flow), CALENDAR.agreement, NOW)
    assert (standing and standing.stand) is stand
    if standing and stand is Stand.STOPPED:
        assert standing.command == "siller run ilf --period 2026-11"
        assert standing.subject == "ilf 2026-11 live"


def test_what_a_flow_run_was_submitted_with_stands_in_no_command_unread() -> None:
    """Whoever may start a run chooses its parameters, and an operator copies the command."""
    planted = {"tenant": "ilf", "mode": "rehearsal; id", "today": "2026-11-20; id"}
    errand = Errand.of("pay-run", planted, "2026-11; id", CANCELLED)
    assert (errand.mode, errand.period, errand.today) == (Mode.LIVE, None, "")
    parameters = {"tenant": "ilf", "mode": "rehearsal", "today": "2026-11-20"}
    assert Errand.of("pay-run", parameters, "2026-11", CANCELLED) == Errand(
        "ilf", Mode.REHEARSAL, Period.parsed("2026-11"), "2026-11-20", CANCELLED
    )


@pytest.mark.parametrize(
    ("flow", "period", "told"),
    [
        ("pay-run", "2026-13", "ilf pay run with a period that cannot be read live"),
        ("pay-run", "", "ilf pay run live"),
        ("bank-answers", "", "ilf bank answers live"),
    ],
)
def test_without_a_period_a_flow_run_is_told_by_what_it_is_for(flow: str, period: str, told: str) -> None:
    """A worker's server takes any text for a period; the door takes none that cannot be read."""
    standing = standing_of_errand(Errand.of(flow, {"tenant": "ilf"}, period, CANCELLED), CALENDAR.agreement, NOW)
    assert standing and (standing.subject, standing.command) == (told, "")


@pytest.mark.parametrize("off", [timedelta(0), timedelta(milliseconds=-700), timedelta(seconds=9)])
def test_a_deadline_is_said_as_the_form_says_it(off: timedelta) -> None:
    ends = datetime(2026, 11, 26, 15, 0, tzinfo=UTC) + off
    said = Standing("ilf-2026-11-live-1", "", Stand.WAITS, "", "ilf", Mode.LIVE, until=ends)
    assert "until 26 Nov 2026 15:00" in str(said)


def test_who_sent_the_extract_is_not_asked_to_approve_however_a_manifest_writes_them() -> None:
    standing = at(replace(RUN, submitted_by=FIRST.upper()), FORM)
    assert standing.stand is Stand.WAITS
    assert FIRST not in standing.people and standing.excluded == {FIRST}


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("prefect.runner._cancellation_manager", SHUT_DOWN),
        ("prefect.server.orchestration.core_policy", PLACE_LOST.partition("no slots")[0]),
    ],
)
def test_prefect_still_says_it_in_these_words(module: str, said: str) -> None:
    """A run that Prefect cancels by itself is told from one that a person cancelled by nothing else."""
    source = find_spec(module)
    assert source and source.origin and f'"{said}"' in Path(source.origin).read_text()
