"""No live run pays by an agreement that two people of the body, who did not bring it in, have not adopted."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from schemas.agreement import Role
from schemas.approval import Outcome
from schemas.bank_days import LONDON
from schemas.no_go import NoGo
from schemas.pay_run import Mode
from tasks.adoption.adopt import adopt, propose
from tasks.adoption.adopted import adopted_agreement, say_unadopted
from tasks.approve.notice import notice
from tasks.approve.stage import judge_once
from tasks.ledger.releases import CHECKS
from tasks.people.credentials import Kind, keep
from tasks.people.enrolment import check_vouchers, vouchers_needed
from tasks.people.parts import find_people_in_force
from tasks.people.two_people import Given, check_two
from tasks.release.stage import release
from tasks.settings import Settings
from tasks.stop.stop import Asked, stop
from tasks.tenant_context import TenantContext
from tasks.verify import problems
from tests.month import NOVEMBER, answer, approve, assessed, deliver, outbox_files
from tests.people import ENROLLED, code_at, contracts_for, secret_of, sit_at
from tests.people import adopt as adopt_at_once

OPERATOR, OWNER, APPROVER = "operator@siller.example", "decision.owner@ilf.example", "first.approver@ilf.example"
UPLOADER, AUDITOR = "finance.officer@ilf.example", "auditor@ilf.example"
NEW_OWNER, NEW_APPROVER = "new.owner@ilf.example", "new.approver@ilf.example"
AT = datetime(2026, 11, 2, 10, tzinfo=LONDON)


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A body whose people have devices: ``new``, with its agreement ``proposed``, and ``adopted``."""
    beside = tmp_path_factory.mktemp("adoption")
    contracts_for("operator", beside / "new" / "contracts")
    of = context(beside / "new")
    with of.ledger.transaction(create=True) as connection:
        for name in (OPERATOR, OWNER, APPROVER, UPLOADER, AUDITOR, NEW_OWNER, NEW_APPROVER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("both",), ENROLLED)
        keep(connection, APPROVER, Kind.ACCOUNT, "anna", ("both",), ENROLLED)
        keep(connection, OWNER, Kind.ACCOUNT, "olga", ("both",), ENROLLED)
    shutil.copytree(beside / "new", beside / "proposed")
    with pytest.MonkeyPatch.context() as patch:
        sit_at(patch, "operator")
        assert propose(context(beside / "proposed"), "", AT) == OPERATOR
    shutil.copytree(beside / "proposed", beside / "adopted")
    signed(context(beside / "adopted"))
    return beside


@pytest.fixture
def live(homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    """A body whose agreement nobody has proposed."""
    monkeypatch.setattr("tasks.ingest.stage._check_account_table", lambda *_: None)
    return copied(homes / "new", tmp_path, monkeypatch)


@pytest.fixture
def proposed(homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    return copied(homes / "proposed", tmp_path, monkeypatch)


@pytest.fixture
def adopted(homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    return copied(homes / "adopted", tmp_path, monkeypatch)


def copied(beside: Path, to: Path, monkeypatch: pytest.MonkeyPatch) -> TenantContext:
    sit_at(monkeypatch, "operator")
    return context(shutil.copytree(beside, to / beside.name))


def context(beside: Path) -> TenantContext:
    """The context as the next process reads it."""
    settings = Settings(home=beside / "home", contracts=beside / "contracts", modulus_table=None)
    return TenantContext("ilf", Mode.LIVE, settings)


def changed(of: TenantContext, old: str, new: str) -> TenantContext:
    """The body's context once somebody has changed the agreement's file."""
    file = of.settings.contracts / "ilf" / "agreement.yaml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    return context(of.settings.home.parent)


def signed(of: TenantContext, first: str = OWNER, second: str = APPROVER, at: datetime = AT, code: str = "") -> None:
    adopt(of, (Given(first, code or code_at(first, at)), Given(second, code_at(second, at))), at, at)


def above_the_form(of: TenantContext, run_id: str) -> str:
    with of.ledger.opened() as connection:
        return notice(connection, of, run_id, ("flow-1", "approval-1"), NOVEMBER)


def unadopted(of: TenantContext) -> str:
    with of.ledger.opened() as connection:
        return say_unadopted(connection, of)


def test_proposed_by_one_and_adopted_by_two_others(
    live: TenantContext, proposed: TenantContext, adopted: TenantContext
) -> None:
    assert "is not adopted" in unadopted(live)
    assert "is not adopted" in unadopted(proposed)
    assert unadopted(adopted) == ""
    with adopted.ledger.opened() as connection:
        assert adopted_agreement(connection, adopted.channels) == adopted.agreement
    assert list(problems(adopted)) == []


def test_who_cannot_adopt(proposed: TenantContext) -> None:
    nobody = "is no decision owner or approver or uploader"
    for first, second, said in (
        (OWNER, OWNER, "cannot be both"),
        (APPROVER, OWNER, "is no decision owner"),
        (OWNER, AUDITOR, nobody),
        (OWNER, OPERATOR, nobody),
        (OWNER, "stranger@ilf.example", nobody),
    ):
        with pytest.raises(NoGo, match=said):
            signed(proposed, first, second)
    with pytest.raises(NoGo, match="not this person's"):
        signed(proposed, code="000000")
    with pytest.raises(NoGo, match=f"{OPERATOR} has proposed this very agreement"):
        propose(proposed, "", AT)
    assert unadopted(proposed)


def test_whoever_proposed_it_does_not_adopt_it(live: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at(monkeypatch, "anna")
    assert propose(live, "", AT) == APPROVER
    with pytest.raises(NoGo, match=f"{APPROVER} proposed it"):
        signed(live)
    signed(live, OWNER, UPLOADER)
    assert unadopted(live) == ""


SERVER = """
hand_over:
  host: payments.bank.example
  user: service
  host_keys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl]
  folder: /in
  answers: {folder: /answers}
"""


def test_answers_are_agreed_nowhere_that_another_body_has_adopted_whatever_its_file_says_by_now(
    live: TenantContext,
) -> None:
    """Its answers go on coming there until it has adopted something else."""
    agreed = live.settings.contracts / "ilf" / "agreement.yaml"
    other = shutil.copytree(agreed.parent, agreed.parents[1] / "council") / "agreement.yaml"
    for ours, theirs in (("tenant: ilf", "tenant: council"), ("88837491", "88837492"), ("123456", "654321")):
        other.write_text(other.read_text().replace(ours, theirs))
    other.write_text(other.read_text() + SERVER)
    adopt_at_once(TenantContext("council", Mode.LIVE, live.settings))
    other.write_text(other.read_text().replace("/answers", "/of-council").replace("/in", "/for-council"))

    agreed.write_text(agreed.read_text() + SERVER)
    with pytest.raises(NoGo, match=r"By what council has adopted: ilf \(hand_over\) and .*Nothing was proposed"):
        propose(context(live.settings.home.parent), "", AT)
    of = changed(live, "/answers", "/of-ilf")
    assert propose(of, "", AT) == OPERATOR


def test_an_operator_adopts_nothing_though_they_are_a_decision_owner_too(
    live: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = changed(live, "roles: [operator]", "roles: [operator, decision_owner]")
    sit_at(monkeypatch, "anna")
    propose(live, "", AT)
    with pytest.raises(NoGo, match=f"{OPERATOR} is an operator"):
        signed(live, OPERATOR, UPLOADER)


def test_nobody_brings_in_what_nobody_could_adopt(live: TenantContext, monkeypatch: pytest.MonkeyPatch) -> None:
    sit_at(monkeypatch, "olga")
    with pytest.raises(NoGo, match="Nobody could adopt it"):
        propose(live, "", AT)
    with pytest.raises(NoGo, match="siller agreement propose ilf"):
        signed(live)


def test_nor_what_another_body_has_and_neither_declares(live: TenantContext) -> None:
    other = live.settings.contracts / "council"
    shutil.copytree(live.settings.contracts / "ilf", other)
    agreement = other / "agreement.yaml"
    agreement.write_text(agreement.read_text().replace("tenant: ilf", "tenant: council"))
    with pytest.raises(NoGo, match=r"ilf and council have the service user number 123456.*Nothing was proposed"):
        propose(live, "", AT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("10600000.00", "99000000.00"),
        ('"107999"', '"107998"'),
        ('"123456"', '"123457"'),
        ("third.approver@ilf", "fourth.approver@ilf"),
        ("# How the", "# Just how the"),
    ],
    ids=["threshold", "account", "number", "person", "a comment"],
)
def test_any_changed_byte_is_adopted_again(adopted: TenantContext, old: str, new: str) -> None:
    said = unadopted(changed(adopted, old, new))
    assert f"is not the one that {OWNER} and {APPROVER} adopted on 2 November 2026" in said
    assert "has changed since (siller agreement diff ilf" in said


def test_the_last_one_that_was_adopted_counts_and_no_other(adopted: TenantContext) -> None:
    with pytest.raises(NoGo, match="This very agreement is adopted"):
        propose(adopted, "", AT)
    old, new = "10600000.00", "99000000.00"
    later = changed(adopted, old, new)
    propose(later, "", AT)
    signed(later, at=AT + timedelta(minutes=5))
    assert unadopted(later) == ""
    with pytest.raises(NoGo, match="siller agreement propose ilf"):
        signed(later, at=AT + timedelta(minutes=10))
    assert unadopted(changed(later, new, old)), "what was adopted before the last one counts no more"


def test_nobody_proposes_a_threshold_that_nobody_answers_for(adopted: TenantContext) -> None:
    """And what is adopted stays what counts meanwhile."""
    later = changed(adopted, "no_go: 0.05}", "no_go: 0.5}")
    with pytest.raises(NoGo, match=r"gates\.refused_share is changed, and nobody answers for it.*Nothing was proposed"):
        propose(later, "", AT)
    with adopted.ledger.opened() as connection:
        found = adopted_agreement(connection, adopted.channels)
    assert found and found.gates.refused_share.no_go == 0.05
    review = "reviewed: {by: Awards team, day: 2026-11-02, reason: a new fund}"
    later = changed(later, "no_go: 0.5}", f"no_go: 0.5, {review}}}")
    propose(later, "", AT)
    signed(later, at=AT + timedelta(minutes=5))
    assert unadopted(later) == ""


def test_people_who_were_nobody_before_adopt_nothing_among_themselves(adopted: TenantContext) -> None:
    changed(adopted, OWNER, NEW_OWNER)
    later = changed(adopted, APPROVER, NEW_APPROVER)
    propose(later, "", AT)
    with pytest.raises(NoGo, match="One of the two has to be somebody who had one before"):
        signed(later, NEW_OWNER, NEW_APPROVER)
    signed(later, NEW_OWNER, UPLOADER, AT + timedelta(minutes=5))
    assert unadopted(later) == ""


def test_an_operator_who_writes_themselves_another_part_adopts_nothing(adopted: TenantContext) -> None:
    """Their account goes to a name that nobody has, which proposes it, and their own name is a decision owner's."""
    own = f'- {{name: {OPERATOR}, roles: [operator], account: "operator"}}'
    later = changed(adopted, own, own.replace(OPERATOR, "of.nobody@siller.example"))
    later = changed(later, "people:\n", f"people:\n  - {{name: {OPERATOR}, roles: [decision_owner]}}\n")
    assert propose(later, "", AT) == "of.nobody@siller.example"
    with pytest.raises(NoGo, match=f"{OPERATOR} (is an operator|has the account of whoever proposed it)"):
        signed(later, OPERATOR, UPLOADER, AT + timedelta(minutes=5))


def test_whoever_proposes_by_another_name_adopts_nothing(
    adopted: TenantContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision owner's account is written beside a name that nobody has."""
    own = f'- {{name: {OPERATOR}, roles: [operator], account: "operator"}}'
    other = f"{own}\n  - {{name: of.nobody@ilf.example, roles: [uploader], account: olga}}"
    later = changed(adopted, own, other)
    sit_at(monkeypatch, "olga")
    propose(later, "of.nobody@ilf.example", AT)
    with pytest.raises(NoGo, match=f"{OWNER} has the account of whoever proposed it"):
        signed(later, OWNER, UPLOADER, AT + timedelta(minutes=5))


def test_nobody_adopts_whom_an_operator_alone_could_enrol_anew(
    homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an operator enrols one of the two with a device of their own, and then the other one."""
    shutil.copytree(homes / "new" / "contracts", tmp_path / "few" / "contracts")
    sit_at(monkeypatch, "operator")
    few = context(tmp_path / "few")
    with few.ledger.transaction(create=True) as connection:
        for name in (OWNER, APPROVER):
            keep(connection, name, Kind.ONE_TIME_CODE, secret_of(name), ("both",), ENROLLED)
    propose(few, "", AT)
    with pytest.raises(NoGo, match=f"an operator alone could enrol {OWNER} anew"):
        signed(few)


def test_whoever_takes_everybody_out_of_the_agreement_enrols_nobody_alone(adopted: TenantContext) -> None:
    changed(adopted, "@ilf.example", "@new.example")
    later = changed(adopted, "@siller.example", "@new.example")
    assert vouchers_needed(later, "finance.officer@new.example")
    codes = {name: code_at(name, AT + timedelta(minutes=5)) for name in (OWNER, APPROVER)}
    at = AT + timedelta(minutes=5)
    assert check_vouchers(later, "finance.officer@new.example", codes, "enrols", at) == (OWNER, APPROVER)


def test_no_live_run_begins_without(live: TenantContext) -> None:
    live.paths.landing("ilf").mkdir(parents=True)
    (live.paths.landing("ilf") / "no-manifest-was-read.manifest.json").write_text("{")
    with pytest.raises(NoGo, match=r"is not adopted.*Nothing was done"):
        assessed(live)


@pytest.fixture
def earlier(live: TenantContext, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """A siller of before, which asked for no adoption."""
    with monkeypatch.context() as patch:
        patch.setattr("tasks.ingest.stage.say_unadopted", lambda *_: "")
        patch.setattr("tasks.approve.stage.say_unadopted", lambda *_: "")
        patch.setattr("tests.month.adopt", lambda _: None)
        deliver(live)
        yield patch


def test_what_waited_goes_on_once_the_agreement_is_adopted(live: TenantContext, earlier: pytest.MonkeyPatch) -> None:
    """What was approved is not released before, nor does another answer count; nothing of it is lost."""
    run_id = assessed(live)
    approve(live, run_id)
    earlier.undo()
    with pytest.raises(NoGo, match=r"is not adopted.*Nothing was released"):
        release(live, run_id, NOVEMBER)
    assert "is not adopted" in above_the_form(live, run_id)
    given = [answer(answered_at=NOVEMBER + timedelta(hours=hours)) for hours in (2, 3)]
    refused = judge_once(live, run_id, "flow-1", "approval-1-2", given[0], NOVEMBER)
    assert refused.outcome is Outcome.REFUSED and "is not adopted" in refused.cause
    propose(live, "", AT)
    signed(live, OWNER, UPLOADER)
    assert "adopted" not in above_the_form(live, run_id)
    assert judge_once(live, run_id, "flow-1", "approval-1-3", given[1], NOVEMBER).outcome is Outcome.APPROVED
    release(live, run_id, NOVEMBER)
    assert len(outbox_files(live)) == 2
    assert list(problems(live)) == []
    with live.ledger.opened() as connection:
        (what,) = CHECKS.keys() & {"It was released by another agreement than the body had adopted by then."}
        assert connection.execute(CHECKS[what]).fetchall() == []
        connection.execute("UPDATE approval SET agreement_sha256 = 'x' WHERE verdict = 'approved'")
        assert connection.execute(CHECKS[what]).fetchall() == [(run_id,)]


def test_the_file_gives_nobody_a_part_before_it_is_adopted_and_takes_nobody_s_away(adopted: TenantContext) -> None:
    roles = ((Role.OPERATOR, Role.DECISION_OWNER), (Role.APPROVER, Role.DECISION_OWNER))
    later = changed(adopted, "roles: [auditor]", "roles: [auditor, decision_owner, sender]")
    later = changed(later, f"{OWNER}, roles: [decision_owner]", f"{OWNER}, roles: [enquirer]")
    with pytest.raises(NoGo, match="is no approver or decision owner in the agreement with ilf that is adopted"):
        check_two(later, (Given(OPERATOR, ""), Given(AUDITOR, "")), roles, {}, "siller holds")
    assert check_two(later, (Given(OPERATOR, ""), Given(OWNER, "")), roles, {}, "siller holds") == (OPERATOR, OWNER)
    asked = Asked("ilf-2026-11-live-1", 2, "", is_placed=True)
    with pytest.raises(NoGo, match="in the agreement with ilf that is adopted"):
        stop(later, asked, "not due", Given(AUDITOR, ""), AT, AT)
    with pytest.raises(NoGo, match="There is no run"):
        stop(later, asked, "not due", Given(OWNER, ""), AT, AT)


def test_where_none_was_ever_adopted_the_file_says_who_has_a_part(live: TenantContext) -> None:
    assert find_people_in_force(live) == live.agreement.people
