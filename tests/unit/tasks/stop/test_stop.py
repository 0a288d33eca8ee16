"""One payment is taken out before the release: by a new file and a new approval, and nobody is lost."""

import shutil
from pathlib import Path

import pytest

from flows.service.notifications import tell
from flows.service.standing import picture
from schemas.no_go import NoGo
from schemas.period import Period
from tasks.audit.timeline import audit
from tasks.correction_file.stage import write_correction_files
from tasks.people.two_people import Given
from tasks.release.stage import release
from tasks.stop.stop import Asked, stop
from tasks.tenant_context import TenantContext
from tasks.validate.stage import validate
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, approve, assessed, context, deliver, ingest, naive_payments
from tests.sampled import one_in
from tests.unit.tasks.exceptions.test_settle import OPERATOR, OWNER, RUN, enrol, states, two

AGAIN = "ilf-2026-11-rehearsal-2"
REFERENCE = ROWS[1].partition(",")[0]
WHY = "the body has found that this one is not due"


@pytest.fixture
def ilf(waiting_home: Path, tmp_path: Path) -> TenantContext:
    """Three payments whose file waits for its approver; the second has a namesake in account and amount."""
    of = context(shutil.copytree(waiting_home, tmp_path / "home"))
    enrol(of, OPERATOR, OWNER)
    return of


def stopped(
    of: TenantContext,
    line: int | None = 3,
    reference: str = "",
    run_id: str = RUN,
    lift: bool = False,
    by: str = OPERATOR,
) -> str:
    (given, _), at = two(by, by)
    return stop(of, Asked(run_id, line, reference, not lift), WHY, given, at, NOVEMBER)


def paid(of: TenantContext) -> list[int]:
    [file] = of.paths.outbox("ilf").glob("*.txt")
    return [pence for *_, pence in naive_payments(file.read_bytes())]


def test_the_next_run_pays_the_others_and_holds_it(ilf: TenantContext) -> None:
    assert stopped(ilf) == f"stopped {RUN}/1"
    assert assessed(ilf, flow="flow-2") == AGAIN
    approve(ilf, AGAIN, flow="flow-2")
    release(ilf, AGAIN, NOVEMBER)
    assert paid(ilf) == [298160, 105000]
    assert states(ilf) == {"replaced": 3, "released": 2, "held": 1}
    left_out = ilf.paths.left_out(AGAIN).read_text(encoding="utf-8")
    assert REFERENCE in left_out and "that somebody has stopped" in left_out
    assert list(problems(ilf)) == []
    told = [(step.who, step.what) for step in audit(ilf, RUN, NOVEMBER.date()).steps if "stopped" in step.what]
    assert told == [(OPERATOR, f"stopped {RUN}/1. {WHY}")]


def test_an_approval_of_before_is_void(ilf: TenantContext) -> None:
    approve(ilf, RUN)
    stopped(ilf)
    with pytest.raises(NoGo, match=f"1 payment of {RUN} was stopped.* Nothing was released"):
        release(ilf, RUN, NOVEMBER)
    assert not ilf.paths.outbox("ilf").exists()


def test_nor_does_one_of_afterwards_count(ilf: TenantContext) -> None:
    stopped(ilf)
    verdict = approve(ilf, RUN)
    assert verdict.outcome == "refused" and "was stopped" in verdict.cause
    [said] = picture([ilf], ilf.settings.home, NOVEMBER).called_off
    assert said.startswith(f"1 payment of {RUN} was stopped") and REFERENCE not in said


def test_what_is_stopped_before_it_is_judged_is_held_at_once(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)
    assert ingest(of) == RUN
    enrol(of, OPERATOR)
    stopped(of, None, f" {REFERENCE.lower()}")
    validate(of, RUN, NOVEMBER)
    assert states(of) == {"payable": 2, "held": 1}
    assert picture([of], of.settings.home, NOVEMBER).called_off == ()


def test_who_shares_account_and_amount_is_not_stopped(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of, [*ROWS, ROWS[1].replace(REFERENCE, "ILF100777")])
    assert ingest(of) == RUN
    enrol(of, OPERATOR)
    stopped(of)
    validate(of, RUN, NOVEMBER)
    assert states(of) == {"payable": 3, "held": 1}


def test_the_watch_tells_once_that_a_file_still_has_what_was_stopped(ilf: TenantContext) -> None:
    stopped(ilf)
    seen = picture([ilf], ilf.settings.home, NOVEMBER)
    told = [said for said in tell(ilf.settings.home, seen) if f"1 payment of {RUN} was stopped" in said]
    assert len(told) == 1
    assert tell(ilf.settings.home, seen) == []


def test_lifted_in_time_the_run_goes_on(ilf: TenantContext) -> None:
    stopped(ilf)
    assert stopped(ilf, lift=True) == f"lifted the stop of {RUN}/1"
    approve(ilf, RUN)
    release(ilf, RUN, NOVEMBER)
    assert paid(ilf) == [298160, 190000, 105000]


@pytest.mark.parametrize("lift", [True, False], ids=["lifted", "not lifted"])
def test_afterwards_it_is_paid_by_a_supplementary_run_once_it_is_lifted(ilf: TenantContext, lift: bool) -> None:
    stopped(ilf)
    assert assessed(ilf, flow="flow-2") == AGAIN
    approve(ilf, AGAIN, flow="flow-2")
    release(ilf, AGAIN, NOVEMBER)
    if lift:
        stopped(ilf, lift=True)
    [written] = write_correction_files(ilf, Period.parsed("2026-11"), NOVEMBER)
    said = written.path.read_text(encoding="utf-8-sig")
    assert ("that somebody has stopped" in said, "does so no more" in said) == (not lift, lift)
    deliver(ilf, [ROWS[1].replace("30/11/2026", "04/12/2026")], "more.csv", kind="supplementary", pay_date="2026-12-04")
    run_id = ingest(ilf, flow="flow-3")
    validate(ilf, run_id, NOVEMBER)
    found = states(ilf)
    assert (found.get("payable", 0), found["held"]) == ((1, 1) if lift else (0, 2))


def test_an_extract_whose_only_row_was_held_is_started_again_once_it_is_let_go(ilf: TenantContext) -> None:
    """The very same file: the body is not asked for other bytes."""
    stopped(ilf)
    assert assessed(ilf, flow="flow-2") == AGAIN
    approve(ilf, AGAIN, flow="flow-2")
    release(ilf, AGAIN, NOVEMBER)
    deliver(ilf, [ROWS[1].replace("30/11/2026", "04/12/2026")], "more.csv", kind="supplementary", pay_date="2026-12-04")
    held = ingest(ilf, flow="flow-3")
    validate(ilf, held, NOVEMBER)
    assert ingest(ilf, flow="flow-4") == held, "nothing has happened that could let it go"
    stopped(ilf, lift=True)
    run_id = ingest(ilf, flow="flow-5")
    assert run_id == "ilf-2026-11-rehearsal-4"
    validate(ilf, run_id, NOVEMBER)
    assert states(ilf) == {"replaced": 3, "released": 2, "held": 2, "payable": 1}


@pytest.mark.parametrize(
    ("given", "refused"),
    one_in(
        3,
        [
            ({"line": 1}, "no row in line 1"),
            ({"line": 5}, "no row in line 5"),
            ({"line": None, "reference": REFERENCE[:-1]}, "No row of"),
            ({"line": None, "reference": ""}, "No row of"),
            ({"lift": True}, "is not stopped"),
            ({"by": "enquiries@ilf.example"}, "is no operator or uploader or approver or decision owner"),
            ({"by": "operator@sds.example"}, "is no operator or uploader or approver or decision owner"),
            ({"by": APPROVER + "x"}, "is no operator or uploader or approver or decision owner"),
        ],
    ),
    ids=[
        "header",
        "behind the end",
        "part of a reference",
        "no reference",
        "no stop",
        "enquirer",
        "other body",
        "nobody",
    ],
)
def test_what_is_not_one_row_or_not_theirs_is_refused(
    ilf: TenantContext, given: dict[str, object], refused: str
) -> None:
    with pytest.raises(NoGo, match=refused):
        stopped(ilf, **given)  # type: ignore[arg-type]
    assert picture([ilf], ilf.settings.home, NOVEMBER).called_off == ()


def test_a_wrong_code_stops_nothing_and_the_same_is_not_said_twice(ilf: TenantContext) -> None:
    (_, _), at = two()
    with pytest.raises(NoGo, match="Nothing was done"):
        stop(ilf, Asked(RUN, 3, "", True), WHY, Given(OPERATOR, "000000"), at, NOVEMBER)
    stopped(ilf)
    with pytest.raises(NoGo, match="is stopped already"):
        stopped(ilf, None, REFERENCE)


def test_what_was_released_is_recalled_and_what_was_replaced_is_not_named(ilf: TenantContext) -> None:
    stopped(ilf)
    assert assessed(ilf, flow="flow-2") == AGAIN
    with pytest.raises(NoGo, match=f"{AGAIN} has taken the place of {RUN}"):
        stopped(ilf, 2)
    approve(ilf, AGAIN, flow="flow-2")
    release(ilf, AGAIN, NOVEMBER)
    with pytest.raises(NoGo, match="siller recall"):
        stopped(ilf, 2, run_id=AGAIN)


def test_who_has_not_proved_who_they_are_is_not_told_whose_reference_is_in_the_run(ilf: TenantContext) -> None:
    _, at = two(OPERATOR, OWNER)
    said = []
    for reference in (REFERENCE, "ILF999999"):
        with pytest.raises(NoGo) as refused:
            stop(ilf, Asked(RUN, None, reference, True), WHY, Given(OPERATOR, "000000"), at, NOVEMBER)
        said.append(str(refused.value))
    assert said[0] == said[1] and said[0].startswith(f"{OPERATOR}: ")


def test_who_was_stopped_before_the_run_was_judged_is_let_in_again_after_its_release(tmp_path: Path) -> None:
    of = context(tmp_path / "home")
    deliver(of)
    assert ingest(of) == RUN
    enrol(of, OPERATOR, OWNER)
    stopped(of)
    assert assessed(of) == RUN
    approve(of, RUN)
    release(of, RUN, NOVEMBER)
    assert paid(of) == [298160, 105000]
    assert stopped(of, lift=True) == f"lifted the stop of {RUN}/1"
    deliver(of, [ROWS[1].replace("30/11/2026", "04/12/2026")], "more.csv", kind="supplementary", pay_date="2026-12-04")
    validate(of, ingest(of, flow="flow-2"), NOVEMBER)
    assert states(of) == {"released": 2, "held": 1, "payable": 1}


def test_whoever_names_a_copy_stops_the_payment(tmp_path: Path) -> None:
    """Of two rows that are the same one is paid, and the other is held as its copy."""
    of = context(tmp_path / "home")
    deliver(of, [*ROWS, ROWS[1]])
    assert assessed(of) == RUN
    enrol(of, OPERATOR, OWNER)
    approve(of, RUN, control_total="7,831.60")
    assert stopped(of, 5) == f"stopped {RUN}/1"
    with pytest.raises(NoGo, match=f"1 payment of {RUN} was stopped.* Nothing was released"):
        release(of, RUN, NOVEMBER)
    with pytest.raises(NoGo, match="is stopped already"):
        stopped(of, 3)
    assert stopped(of, 5, lift=True) == f"lifted the stop of {RUN}/1"
