"""The money for a run is confirmed before anybody approves it, and again before it is released.

Three payments of £2,981.60, £1,900.00 and £1,050.00 take £5,931.60. With two pay days the 27th takes £4,881.60 (the
first and the second payment) and the 30th £4,031.60 (the first payee once more, and the third).
"""

import json
import shutil
import subprocess
import sys
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import pytest

from flows.service.books import read
from schemas.agreement import Role
from schemas.approval import Outcome
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from schemas.standing.records import Recorded
from tasks.audit.timeline import audit
from tasks.funding.confirm import Asked, Confirmed, confirm, list_funding
from tasks.people.credentials import Kind, keep
from tasks.people.two_people import Given
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import APPROVER, NOVEMBER, ROWS, approve, assessed, context, deliver, outbox_files
from tests.people import ENROLLED, STEP, code_at, secret_of
from tests.unit.tasks.rails.test_rails import office_with

OWNER, THIRD = "decision.owner@ilf.example", "third.approver@ilf.example"
KEY = 'two_approvers_above: "10600000.00"'
AGREED = (KEY, f"{KEY}\nfunding_confirmed_by: decision_owner")
BY_APPROVERS = (KEY, f"{KEY}\nfunding_confirmed_by: approver")
TWO_DAYS = ("  rule: last_bank_day\n", "  rule: last_bank_day\n  also:\n    - {rule: fixed_day, day: 27}\n")
RUN, NEXT = "ilf-2026-11-rehearsal-1", "ilf-2026-11-rehearsal-2"
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)
_steps = count(1)


def office(home: Path, *changes: tuple[str, str]) -> TenantContext:
    of = office_with(home, *changes)
    with of.ledger.transaction(create=True) as connection:
        keep(connection, OWNER, Kind.ONE_TIME_CODE, secret_of(OWNER), ("operator@siller.example",), ENROLLED)
    return of


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of three payments that waits for its money; nobody changes anything there."""
    home = tmp_path_factory.mktemp("funding")
    of = office(home, AGREED)
    deliver(of)
    assert assessed(of) == RUN
    return home


def opened_at(folder: Path) -> TenantContext:
    return TenantContext(
        "ilf", Mode.REHEARSAL, Settings(home=folder / "home", contracts=folder / "contracts", modulus_table=None)
    )


@pytest.fixture
def ilf(waiting: Path, tmp_path: Path) -> TenantContext:
    return opened_at(shutil.copytree(waiting, tmp_path / "office", symlinks=True))


def confirmed(of: TenantContext, amount: str, name: str = OWNER, run: str = RUN, **meant: object) -> Confirmed:
    at = NOVEMBER + timedelta(seconds=STEP * 3 * next(_steps))
    asked = Asked(run, amount, **meant)  # type: ignore[arg-type]
    return confirm(of, asked, Given(name, code_at(name, at)), at, NOVEMBER)


def stands(of: TenantContext) -> Recorded:
    *_, run = read(of, NOVEMBER).runs
    return run


def test_nobody_approves_before_it_is_confirmed_and_then_it_is_released(ilf: TenantContext) -> None:
    assert "£5,931.60 from ILF PAYMENTS (107999 ****7491) on 30 November 2026: not confirmed" in stands(ilf).unfunded
    said = approve(ilf, RUN, flow="flow-1")
    assert said.outcome is Outcome.REFUSED and not said.costs_an_attempt
    assert said.cause.startswith(f"The money for {RUN} is not confirmed. £5,931.60 from ILF PAYMENTS")

    short = confirmed(ilf, "£5,931.59")
    assert f"{OWNER} confirmed £5,931.59, £0.01 too little" in short.lacks
    assert stands(ilf).unfunded == short.lacks
    assert confirmed(ilf, "6,000").lacks == ""
    assert (stands(ilf).unfunded, stands(ilf).funded_by) == ("", {OWNER})

    assert approve(ilf, RUN, flow="flow-2").outcome is Outcome.APPROVED
    release(ilf, RUN, NOVEMBER)
    assert len(outbox_files(ilf)) == 2
    told = [each.what for each in audit(ilf, RUN, NOVEMBER).steps]
    assert any("confirmed £6,000.00 in ILF PAYMENTS (107999 ****7491) on 30 November 2026" in each for each in told)
    assert list(problems(ilf)) == []
    with pytest.raises(NoGo, match="has been released, or its release has begun"):
        confirmed(ilf, "0")


def test_what_is_taken_back_after_the_approval_stops_the_release_whatever_the_clock_says(ilf: TenantContext) -> None:
    confirmed(ilf, "5931.60")
    assert approve(ilf, RUN).outcome is Outcome.APPROVED
    at = NOVEMBER + timedelta(seconds=STEP * 3 * next(_steps))
    yesterday = NOVEMBER - timedelta(days=1)  # somebody's clock was set back: the later word counts all the same
    confirm(ilf, Asked(RUN, "0.00"), Given(OWNER, code_at(OWNER, at)), at, yesterday)
    with pytest.raises(NoGo, match=r"confirmed £0\.00, £5,931\.60 too little\. .* Nothing was released"):
        release(ilf, RUN, NOVEMBER)
    assert not ilf.paths.outbox("ilf").exists() or not outbox_files(ilf)


def test_a_word_is_of_one_run_and_of_its_file_alone(ilf: TenantContext) -> None:
    confirmed(ilf, "9000.00")
    replaces = json.loads((ilf.paths.landing("ilf") / "ilf.csv.manifest.json").read_text())["sha256"]
    deliver(ilf, ROWS[:2], name="again.csv", replaces=replaces)
    assert assessed(ilf, flow="flow-2") == NEXT
    assert approve(ilf, NEXT, flow="flow-2", control_total="4,881.60").outcome is Outcome.REFUSED
    assert "£4,881.60 from ILF PAYMENTS" in stands(ilf).unfunded
    with pytest.raises(NoGo, match=f"{NEXT} has taken the place of {RUN}: name that one"):
        confirmed(ilf, "9000.00")
    with ilf.ledger.transaction() as connection:  # as if the word had been given of another file of this very run
        connection.execute("UPDATE journal SET run_id = ? WHERE starts_with(stage, 'funding_confirmed ')", [NEXT])
    assert "not confirmed" in stands(ilf).unfunded


def test_who_may_not_confirm_and_what_is_not_understood(ilf: TenantContext) -> None:
    for name, amount, said in (
        (APPROVER, "5931.60", "is no decision owner in the agreement"),
        (OWNER, "5931.6", "The amount cannot be read"),
        (OWNER, "-5.00", "The amount cannot be read"),
    ):
        with pytest.raises(NoGo, match=said):
            confirmed(ilf, amount, name)
    with pytest.raises(NoGo, match=r"Say which .* meant: --day 2026-11-30: £5,931\.60"):
        confirmed(ilf, "5931.60", pay_day=FRIDAY)
    at = NOVEMBER + timedelta(seconds=STEP * 3 * next(_steps))
    with pytest.raises(NoGo, match=f"{OWNER}: .*code"):
        confirm(ilf, Asked(RUN, "5931.60"), Given(OWNER, "000000"), at, NOVEMBER)
    assert [each.confirmed for each in list_funding(ilf, RUN)] == [None]


def test_who_confirms_does_not_approve_nor_the_other_way_round(tmp_path: Path) -> None:
    of = office(tmp_path, BY_APPROVERS)
    deliver(of)
    assessed(of)
    assert confirmed(of, "5931.60", APPROVER).lacks == ""
    next(_steps)
    said = approve(of, RUN, answered_at=NOVEMBER + timedelta(hours=1))
    assert (said.outcome, said.cause) == (
        Outcome.REFUSED,
        f"{APPROVER} has confirmed the money for this run: somebody else approves it.",
    )
    assert approve(of, RUN, flow="flow-2", approver=THIRD).outcome is Outcome.APPROVED
    with pytest.raises(NoGo, match=f"{THIRD} approved {RUN}: somebody else has to say this"):
        confirmed(of, "9000.00", THIRD)


def test_each_pay_day_has_its_own_money(tmp_path: Path) -> None:
    of = office(tmp_path, AGREED, TWO_DAYS)
    contract = of.settings.contracts / "ilf" / "extract.odcs.yaml"
    contract.write_text(contract.read_text().replace("{rule: is_the_pay_day}", "{rule: is_a_pay_day}"))
    due = lambda row, day: f"{row.rpartition(',')[0]},{day:%d/%m/%Y}"  # noqa: E731
    rows = (due(ROWS[0], MONDAY), due(ROWS[0], FRIDAY), due(ROWS[1], FRIDAY), due(ROWS[2], MONDAY))
    deliver(of, rows, pay_date=FRIDAY.isoformat())
    assessed(of)
    assert [(each.pay_day, each.pence) for each in list_funding(of, RUN)] == [(FRIDAY, 488160), (MONDAY, 403160)]
    with pytest.raises(NoGo, match=r"Say which .* --day 2026-11-27: £4,881\.60; --day 2026-11-30: £4,031\.60"):
        confirmed(of, "8913.20")
    # All of it, for one day alone, is not there on the other.
    assert "£4,031.60 from" in confirmed(of, "8913.20", pay_day=FRIDAY).lacks
    assert confirmed(of, "4031.60", pay_day=MONDAY).lacks == ""


DIES = """
import os, sys
from pathlib import Path
import tasks.funding.confirm as act
from tests.unit.tasks.funding.test_confirm import confirmed, opened_at

kept = act.keep_confirmed
act.keep_confirmed = lambda *given: (kept(*given), os.kill(os.getpid(), 9))
confirmed(opened_at(Path(sys.argv[1])), "5931.60")
"""


def test_killed_while_it_is_confirmed_it_is_not_confirmed_and_can_be(ilf: TenantContext) -> None:
    """The word is one transaction: who dies before its end has said nothing."""
    killed = subprocess.run([sys.executable, "-c", DIES, str(ilf.settings.home.parent)], check=False)
    assert killed.returncode == -9
    assert [each.confirmed for each in list_funding(ilf, RUN)] == [None]
    next(_steps)  # its code is used up
    assert confirmed(ilf, "5931.60").lacks == ""


def test_where_nothing_is_agreed_nothing_changes(released_home: Path) -> None:
    of = context(released_home)
    assert of.agreement.funding_confirmed_by is None
    with pytest.raises(NoGo, match="does not say who confirms the money"):
        list_funding(of, RUN)


def test_an_agreement_leaves_somebody_to_approve(tmp_path: Path) -> None:
    people = "".join(f"  - {{name: {each}.approver@ilf.example, roles: [approver]}}\n" for each in ("second", "third"))
    of = office_with(tmp_path, BY_APPROVERS, (people, ""))
    with pytest.raises(NoGo, match="funding_confirmed_by: somebody who is approver and no uploader"):
        _ = of.agreement
    assert office_with(tmp_path / "other", AGREED).agreement.funding_confirmed_by is Role.DECISION_OWNER
